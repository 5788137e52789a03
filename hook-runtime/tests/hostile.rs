//! The hostile scripts of integration-tests/hostile, run natively: each ends as its first line says,
//! again and again, and leaves nothing behind. The same files run inside Envoy (integration-tests).

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::path::{Path, PathBuf};
use std::time::Duration;

use hook_runtime::{Hook, Settings};
use lifecycle::answer::Answer;
use lifecycle::bundle::Limits;
use serde_json::json;

use common::{TestClock, finish};

fn scripts() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../integration-tests/hostile");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let named = files.iter().map(|file| {
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        (name, std::fs::read_to_string(file).unwrap())
    });
    named.collect()
}

/// The ways in which a script may end, from its first line.
fn expected(source: &str) -> Vec<&str> {
    let line = source.lines().next().unwrap();
    let kinds = line.strip_prefix("// expects: ").unwrap();
    kinds.split(" | ").collect()
}

#[test]
fn hostile_scripts_end_as_they_must_and_leave_nothing() {
    let mut wrong = Vec::new();
    for (name, source) in scripts() {
        let clock = TestClock::new();
        let settings = Settings {
            file: format!("{name}.js"),
            source: source.clone(),
            map: None,
            limits: Limits {
                // An unoptimised build on a busy machine; no result depends on how long it is.
                cpu_ms: 500,
                timeout_ms: 2_000,
                load_ms: 10_000,
                background_ms: 100,
                ..Limits::default()
            },
            synchronous: true,
            variables: json!({}),
        };
        let hook = match Hook::load(settings, clock.clock()) {
            Ok(hook) => hook,
            Err(error) => {
                wrong.push(format!("{name}: {error}"));
                continue;
            }
        };
        let before = hook.taken_bytes();
        for round in 0..3 {
            let ended = finish(&hook, &json!({}), &clock);
            let found = match &ended.result {
                Ok(Answer::Result(_)) => "done",
                Ok(other) => {
                    wrong.push(format!("{name}, round {round}: {other:?}"));
                    continue;
                }
                Err(failure) => failure.kind.name(),
            };
            if !expected(&source).contains(&found) {
                let result = &ended.result;
                wrong.push(format!("{name}, round {round}: found {found}, {result:?}"));
            }
            hook.tidy(Duration::MAX);
            if hook.taken_bytes() > before {
                let now = hook.taken_bytes();
                wrong.push(format!(
                    "{name}, round {round}: {now} bytes, {before} before"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
