//! The hook that is tested: one of a project, or a script of its own.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lifecycle::bundle::{EgressHost, Hook, Limits, Mode, OnError, Place, Script};
use lifecycle::egress::Egress;
use lifecycle::event::EventType;
use lifecycle::plan::{PlannedHook, Secrets, expand};
use lifecycle::redact::Redactor;
use serde_json::Value;

use crate::bundler::bundle;
use crate::cli::ProjectFolder;
use crate::commands::{Failure, load, variable};
use crate::project::Project;

/// A hook, ready to be run.
#[derive(Debug)]
pub struct Subject {
    /// With its references resolved, as far as they are there.
    pub planned: PlannedHook,
    /// The hosts that it may call; `None` for a script of its own, for which nobody says it.
    pub egress: Option<Arc<Egress>>,
    /// The folder of the project or the script.
    pub root: PathBuf,
    /// Whether a project binds it to its event.
    pub bound: bool,
}

impl Subject {
    /// The hook called `name` in the project, or the script at that path; `strict` when a value that
    /// is not there must not be left out.
    ///
    /// # Errors
    /// There is none, or the project has errors.
    pub fn find(project: &Path, name: &str, strict: bool) -> Result<Self, Failure> {
        let script = Path::new(name);
        if !project.join("hooks.yaml").is_file() && script.is_file() {
            return Self::alone(script);
        }
        let project = load_project(project)?;
        let hook = project
            .hooks
            .iter()
            .find(|hook| is_called(hook, name, &project.root));
        match hook {
            Some(hook) => Self::bound(&project, hook, strict),
            None if script.is_file() => Self::alone(script),
            None => {
                let known: Vec<_> = project.hooks.iter().map(|it| it.name.as_str()).collect();
                Err(Failure::usage(format!(
                    "there is no hook `{name}`; the project has: {}",
                    known.join(", ")
                )))
            }
        }
    }

    /// A hook of a project.
    pub fn bound(project: &Project, hook: &Hook, strict: bool) -> Result<Self, Failure> {
        // Loading warned of what is not set; a test should not need every secret of the project.
        let values: BTreeMap<&str, String> = project
            .references
            .iter()
            .filter_map(|(name, origin)| Some((name, origin.value(name, &variable).ok()?)))
            .collect();
        let known = |name: &str| values.get(name).cloned();
        let egress = egress(project.egress.clone(), &known, strict)?;
        let planned = planned(hook, &known, &egress);
        Ok(Subject {
            planned,
            egress: Some(Arc::new(egress)),
            root: project.root.clone(),
            bound: true,
        })
    }

    /// A script with no project around it.
    fn alone(script: &Path) -> Result<Self, Failure> {
        let root = folder_of(script);
        let file = script.file_name().map(Path::new).unwrap_or(script);
        let bundled = bundle(&root, file).map_err(|problems| {
            let lines: Vec<String> = problems
                .iter()
                .map(|problem| {
                    let place = problem
                        .place
                        .map(|(line, column)| format!(":{line}:{column}"))
                        .unwrap_or_default();
                    format!("{}{place}: {}", problem.file.display(), problem.message)
                })
                .collect();
            Failure::new(lines.join("\n"))
        })?;
        let stem = script.file_stem().unwrap_or_default();
        let hook = Hook {
            name: stem.to_string_lossy().into_owned(),
            event: EventType::PreIdTokenGeneration,
            mode: Mode::Sync,
            script: Script {
                file: file.display().to_string(),
                source: bundled.source,
                map: bundled.map,
            },
            place: Place::Relay,
            on_error: OnError::default(),
            limits: Limits {
                load_ms: crate::project::RELAY_LOAD_MS,
                ..Limits::default()
            },
            applications: None,
            variables: BTreeMap::new(),
            secrets: BTreeMap::new(),
        };
        Ok(Subject {
            planned: planned(&hook, &|_| None, &Egress::default()),
            egress: None,
            root,
            bound: false,
        })
    }
}

/// Reads the project in this folder.
pub fn load_project(folder: &Path) -> Result<Project, Failure> {
    load(&ProjectFolder {
        folder: folder.to_owned(),
    })
}

/// The folder that a script is in.
pub fn folder_of(script: &Path) -> PathBuf {
    match script.parent() {
        Some(folder) if folder != Path::new("") => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}

fn is_called(hook: &Hook, name: &str, root: &Path) -> bool {
    let path = root.join(&hook.script.file);
    let same = || match (path.canonicalize(), Path::new(name).canonicalize()) {
        (Ok(path), Ok(named)) => path == named,
        _ => false,
    };
    hook.name == name || hook.script.file == name || same()
}

fn egress(
    hosts: Vec<EgressHost>,
    known: &dyn Fn(&str) -> Option<String>,
    strict: bool,
) -> Result<Egress, Failure> {
    let value = |name: &str| match strict {
        true => known(name),
        false => Some(known(name).unwrap_or_default()),
    };
    Egress::load(hosts, &value).map_err(|missing| {
        let all: Vec<String> = missing
            .iter()
            .map(|(place, name)| format!("{place}: {name} is not set"))
            .collect();
        Failure::new(format!(
            "hooks.yaml refers to what is not there: {}",
            all.join("; ")
        ))
    })
}

/// As the filter would have it, without what is not there.
fn planned(hook: &Hook, known: &dyn Fn(&str) -> Option<String>, egress: &Egress) -> PlannedHook {
    let resolved = |values: &BTreeMap<String, String>| {
        let members = values.iter().filter_map(|(name, text)| {
            Some((name.clone(), Value::from(expand(text, known).ok()?)))
        });
        Value::Object(members.collect())
    };
    let (variables, secrets) = (resolved(&hook.variables), resolved(&hook.secrets));
    let added: Value = egress.secrets().map(Value::from).collect();
    PlannedHook {
        redactor: Redactor::new([&secrets, &added]),
        hook: hook.clone(),
        variables,
        secrets: Secrets(secrets),
        version: String::new(),
    }
}
