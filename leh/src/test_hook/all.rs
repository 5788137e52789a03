//! Every hook of a project against every event that it is for.

use std::fs;
use std::path::{Path, PathBuf};

use lifecycle::bundle::Hook;
use serde_json::{Value, json};

use super::event::Event;
use super::subject::{Subject, load_project};
use super::{Terms, perform, snapshot};
use crate::cli::Test;
use crate::commands::Failure;
use crate::project::count;

/// Runs them, tells a line each, and fails when one failed.
pub fn run(options: &Test, terms: &Terms) -> Result<(), Failure> {
    let project = load_project(&options.project)?;
    let files = match &terms.event {
        Some(file) => vec![file.clone()],
        None => events(&project.root),
    };
    let mut lines = Vec::new();
    let mut failed = 0;
    for hook in &project.hooks {
        let subject = Subject::bound(&project, hook, false)?;
        for event in matching(hook, &files)? {
            let terms = Terms {
                event,
                ..terms.clone()
            };
            let report = perform(&subject, &terms)?;
            let difference = match options.snapshot || options.update {
                true => {
                    let file = snapshot::file(&project.root, &terms, report.event);
                    snapshot::check(&file, &report, options.update)?.err()
                }
                false => None,
            };
            let passed = !report.failed() && difference.is_none();
            failed += usize::from(!passed);
            let on = terms
                .event
                .as_deref()
                .and_then(Path::file_name)
                .map_or_else(|| "(sample)".into(), |name| name.to_string_lossy());
            if options.json {
                let mut object = report.to_json();
                if let Some(members) = object.as_object_mut() {
                    members.insert("file".into(), json!(terms.event));
                    members.insert("difference".into(), json!(difference));
                }
                lines.push(object);
            } else {
                println!(
                    "{:<5} {:<24} {:<24} {} ({:.2} ms)",
                    if passed { "ok" } else { "FAIL" },
                    report.hook,
                    on,
                    report.summary(),
                    report.total(),
                );
                for unused in &report.unused_mocks {
                    println!("      no call matched the mock `{unused}`");
                }
            }
            if let Some(difference) = difference {
                eprintln!("{difference}");
            }
        }
    }
    if options.json {
        println!("{:#}", Value::from(lines));
    }
    match failed {
        0 => Ok(()),
        _ => Err(Failure::new(format!("{} failed", count(failed, "run")))),
    }
}

/// The events of a project: `events/*.json`, but for what is kept beside them.
fn events(root: &Path) -> Vec<PathBuf> {
    let Ok(folder) = fs::read_dir(root.join("events")) else {
        return Vec::new();
    };
    let mut files: Vec<PathBuf> = folder
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            name.ends_with(".json")
                && !name.ends_with(".snapshot.json")
                && !name.ends_with(".mocks.json")
        })
        .collect();
    files.sort();
    files
}

/// The files that are for the hook: those of its event, and those that name none; `None` is a sample,
/// where there is no file.
fn matching(hook: &Hook, files: &[PathBuf]) -> Result<Vec<Option<PathBuf>>, Failure> {
    let mut found = Vec::new();
    for file in files {
        let kind = Event::read(file)?.kind();
        if kind.is_none_or(|kind| kind == hook.event) {
            found.push(Some(file.clone()));
        }
    }
    if found.is_empty() {
        found.push(None);
    }
    Ok(found)
}
