//! The case files of tests/cases, run natively: what scripts find in the sandbox behaves as its
//! standard says. The same files run inside the filter (integration-tests).

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::path::{Path, PathBuf};

use hook_runtime::{Hook, Settings};
use lifecycle::answer::Answer;
use lifecycle::bundle::Limits;
use serde_json::{Value, json};

use common::{TestClock, finish, patient};

/// Every case file, but for the harness, in a fixed order.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|it| it == "js") && !path.ends_with("harness.js") {
            found.push(path);
        }
    }
}

/// How many cases there were, and what failed.
fn run(folder: &Path, file: &Path) -> Result<(u64, Vec<String>), String> {
    let harness = std::fs::read_to_string(folder.join("harness.js")).unwrap();
    let text = std::fs::read_to_string(file).unwrap();
    let clock = TestClock::new();
    let settings = Settings {
        file: file.strip_prefix(folder).unwrap().display().to_string(),
        source: format!("{harness}\n{text}"),
        map: None,
        limits: Limits {
            memory_bytes: 256 << 20,
            console_bytes: 1 << 20,
            ..patient()
        },
        synchronous: true,
        variables: json!({"GREETING": "hello"}),
    };
    let hook = Hook::load(settings, clock.clock()).map_err(|error| error.to_string())?;
    let args = json!({"variables": {"GREETING": "hello"}});
    let given = match finish(&hook, &args, &clock).result {
        Ok(Answer::Result(given)) => given.json,
        other => return Err(format!("{other:?}")),
    };
    let cases = given.pointer("/idToken/cases").and_then(Value::as_u64);
    let failures = given
        .pointer("/idToken/failures")
        .and_then(Value::as_object);
    let (Some(cases), Some(failures)) = (cases, failures) else {
        return Err(format!("it answered {given}"));
    };
    let lines = failures
        .iter()
        .map(|(name, why)| format!("{name}: {}", why.as_str().unwrap_or("?")));
    Ok((cases, lines.collect()))
}

#[test]
fn the_sandbox_is_as_its_standards_say() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut all = Vec::new();
    files(&folder, &mut all);
    let mut total = 0;
    let mut failed = Vec::new();
    for file in &all {
        match run(&folder, file) {
            Ok((0, _)) => failed.push(format!("{}: it has no cases", file.display())),
            Ok((cases, failures)) => {
                total += cases;
                let named = |failure: &String| format!("{}: {failure}", file.display());
                failed.extend(failures.iter().map(named));
            }
            Err(why) => failed.push(format!("{}: {why}", file.display())),
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
    println!("{total} cases in {} files", all.len());
    assert!(total > 0);
}
