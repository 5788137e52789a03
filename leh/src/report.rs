//! What `leh build` tells about the scripts that it bundled: how large each is and what makes it so.

use std::fmt;
use std::path::Path;

use lifecycle::bundle::{Hook, Place};
use serde::Serialize;

use crate::bundler::{self, Share, largest, show_bytes};
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
            Row {
                name: hook.name.clone(),
                script: hook.script.file.clone(),
                place: hook.place,
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

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for row in &self.hooks {
            write!(
                f,
                "  {}: {}, {}",
                row.name,
                row.script,
                show_bytes(row.bytes)
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
