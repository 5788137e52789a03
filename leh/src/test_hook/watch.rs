//! Does something again whenever a file changes.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, SystemTime};

use crate::commands::Failure;

/// How often the files are looked at.
const EVERY: Duration = Duration::from_millis(300);
/// A folder of packages need not be looked through.
const MOST_FILES: usize = 5_000;
/// Written by runs, or never by hand.
const IGNORED: &[&str] = &["node_modules", "target", "dist"];

/// Calls `once`, and again after each change of a file under `paths`, until the process ends.
pub fn forever(paths: &[PathBuf], once: impl Fn() -> Result<(), Failure>) -> Result<(), Failure> {
    let mut seen = times(paths);
    loop {
        if let Err(failure) = once() {
            eprintln!("{}", failure.text());
        }
        eprintln!("watching for changes; Ctrl-C ends");
        // What the run itself wrote is no change.
        let mut now = times(paths);
        let changed_meanwhile = |now: &Times| {
            now.iter()
                .any(|(path, time)| !is_written_by_us(path) && seen.get(path) != Some(time))
        };
        if !changed_meanwhile(&now) {
            seen = now;
            loop {
                sleep(EVERY);
                now = times(paths);
                if now != seen {
                    break;
                }
            }
        }
        seen = now;
    }
}

type Times = BTreeMap<PathBuf, Option<SystemTime>>;

fn is_written_by_us(path: &Path) -> bool {
    path.to_string_lossy().ends_with(".snapshot.json")
}

/// When each file was changed.
fn times(paths: &[PathBuf]) -> Times {
    let mut times = Times::new();
    paths.iter().for_each(|path| note(path, &mut times));
    times
}

fn note(path: &Path, times: &mut Times) {
    let Ok(about) = fs::metadata(path) else {
        return;
    };
    if times.len() >= MOST_FILES {
        return;
    }
    if about.is_file() {
        times.insert(path.to_owned(), about.modified().ok());
        return;
    }
    let entries = fs::read_dir(path).into_iter().flatten().flatten();
    for entry in entries {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if !name.starts_with('.') && !IGNORED.contains(&name.as_ref()) {
            note(&entry.path(), times);
        }
    }
}
