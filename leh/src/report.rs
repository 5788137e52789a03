//! What `leh build` tells about the scripts that it bundled: how large each is and what makes it so.

use std::fmt;
use std::path::Path;

use hook_runtime::Settings;
use lifecycle::bundle::{Hook, Mode, Place};
use serde::Serialize;

use crate::bundler::{self, Share, largest, show_bytes};
use crate::place::measure;
use crate::project::Project;

/// How many packages a report names: who wants to save bytes begins with the largest.
const PACKAGES: usize = 5;

/// What the scripts of a project are made of, in the order of its hooks.
#[derive(Debug, Serialize)]
pub struct Report {
    hooks: Vec<Row>,
}

/// One hook's script.
#[derive(Debug, Serialize)]
struct Row {
    /// The hook.
    name: String,
    /// Its script, as hooks.yaml names it.
    script: String,
    place: Place,
    /// What the filter or the relay loads.
    bytes: usize,
    /// CPU time to load it, natively, in milliseconds.
    load_ms: f64,
    /// What its engine has in use when it is loaded, in bytes.
    memory_bytes: usize,
    /// The packages with most of them, the largest first.
    packages: Vec<Share>,
    /// Node's built-in modules that it requires.
    builtins: Vec<String>,
}

impl Report {
    /// Of a project that was read: its scripts are bundled once more, which gives the same.
    pub fn of(project: &Project) -> Self {
        let row = |hook: &Hook| {
            let bundled = bundler::bundle(&project.root, Path::new(&hook.script.file)).ok();
            let (inputs, builtins) = bundled
                .map(|bundled| (bundled.inputs, bundled.builtins))
                .unwrap_or_default();
            // It was loaded when the project was read, so it loads.
            let cost = measure(&settings(hook)).ok();
            Row {
                load_ms: cost.map_or(0.0, |cost| cost.load.as_secs_f64() * 1_000.0),
                memory_bytes: cost.map_or(0, |cost| cost.memory),
                name: hook.name.clone(),
                script: hook.script.file.clone(),
                place: match hook.mode {
                    Mode::Sync => hook.place,
                    Mode::Async => Place::Relay,
                },
                bytes: hook.script.source.len(),
                packages: largest(&inputs, PACKAGES),
                builtins,
            }
        };
        Report {
            hooks: project.hooks.iter().map(row).collect(),
        }
    }
}

/// For loading its script on its own, without the values that only its environment knows.
fn settings(hook: &Hook) -> Settings {
    Settings {
        file: hook.script.file.clone(),
        source: hook.script.source.clone(),
        map: hook.script.map.clone(),
        limits: hook.limits,
        synchronous: hook.mode == Mode::Sync,
        variables: serde_json::json!(hook.variables),
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for row in &self.hooks {
            write!(
                f,
                "  {}: {}, {}, loads in {:.1} ms with {} of memory, runs in the {}",
                row.name,
                row.script,
                show_bytes(row.bytes),
                row.load_ms,
                show_bytes(row.memory_bytes),
                match row.place {
                    Place::Filter => "filter",
                    Place::Relay => "relay",
                }
            )?;
            if row.packages.iter().any(|share| share.package.is_some()) {
                let packages: Vec<String> = row.packages.iter().map(ToString::to_string).collect();
                write!(f, "\n      made of {}", packages.join(", "))?;
            }
            if !row.builtins.is_empty() {
                write!(f, "\n      requires {}", row.builtins.join(", "))?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}
