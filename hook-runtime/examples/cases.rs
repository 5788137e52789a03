//! Runs case files (tests/cases) and says what failed: for the work on built-in modules.
//!
//! `LEH_BUILTINS=hook-runtime/src cargo run -p hook-runtime --example cases -- FILE…` reads the built-in
//! modules anew from that folder, so that nothing is compiled in between. With `--hook` a file is a
//! hook of its own, and its answer is printed.
#![allow(clippy::print_stdout, reason = "that is what it is for")]

use std::process::ExitCode;
use std::rc::Rc;
use std::time::{Duration, Instant};

use hook_runtime::{Clock, Hook, Settings, Step};
use lifecycle::answer::Answer;
use lifecycle::bundle::Limits;
use serde_json::{Value, json};

const HARNESS: &str = include_str!("../tests/cases/harness.js");

fn main() -> ExitCode {
    let (hooks, files): (Vec<_>, Vec<_>) = std::env::args().skip(1).partition(|it| it == "--hook");
    let mut failed = false;
    for file in files {
        let source = match std::fs::read_to_string(&file) {
            Ok(text) if hooks.is_empty() => format!("{HARNESS}\n{text}"),
            Ok(text) => text,
            Err(error) => {
                println!("{file}: {error}");
                return ExitCode::FAILURE;
            }
        };
        match run(&file, source) {
            Ok(Value::Object(failures)) if failures.is_empty() => println!("{file}: passed"),
            Ok(what) => {
                failed |= hooks.is_empty();
                println!("{file}: {what:#}");
            }
            Err(error) => {
                failed = true;
                println!("{file}: {error}");
            }
        }
    }
    if failed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

fn run(file: &str, source: String) -> Result<Value, String> {
    let start = Instant::now();
    let clock: Clock = Rc::new(move || start.elapsed());
    let limits = Limits {
        timeout_ms: 60_000,
        cpu_ms: 60_000,
        load_ms: 10_000,
        memory_bytes: 256 << 20,
        console_bytes: 1 << 20,
        ..Limits::default()
    };
    let settings = Settings {
        file: file.to_owned(),
        source,
        map: None,
        limits,
        synchronous: true,
        variables: json!({ "GREETING": "hello" }),
    };
    let hook = Hook::load(settings, clock.clone()).map_err(|error| error.to_string())?;
    let mut invocation = hook.start(&json!({ "variables": { "GREETING": "hello" } }));
    let mut result = None;
    loop {
        match invocation.resume() {
            Step::Needs(needs) => {
                result = result.or(needs.answer);
                for call in &needs.calls {
                    invocation.answer(call.id, Err("there is no network here".into()));
                }
                if needs.calls.is_empty() {
                    let wait = needs.wake_at.saturating_sub(clock());
                    std::thread::sleep(wait.min(Duration::from_secs(60)));
                }
            }
            Step::Done(finished) => {
                for line in finished.console {
                    println!("{:?}: {}", line.level, line.text);
                }
                let result = result.or(finished.result);
                return match result {
                    Some(Ok(Answer::Result(given))) => {
                        let cases = given.json.pointer("/idToken/failures");
                        Ok(cases.cloned().unwrap_or(given.json))
                    }
                    Some(Ok(other)) => Ok(json!(format!("{other:?}"))),
                    Some(Err(failure)) => Err(failure.to_string()),
                    None => Err("no result".into()),
                };
            }
        }
    }
}
