//! Running a script the way a host does.
#![allow(dead_code, reason = "each test file uses its part")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a panic is how a test fails"
)]

use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use hook_runtime::{Clock, Finished, Hook, ScriptError, Settings, Step};
use lifecycle::answer::{Answer, Failure};
use lifecycle::bundle::Limits;
use serde_json::{Value, json};

/// Real time, plus what a test skips.
#[derive(Clone)]
pub struct TestClock {
    start: Instant,
    skipped: Rc<Cell<Duration>>,
}

impl TestClock {
    pub fn new() -> Self {
        TestClock {
            start: Instant::now(),
            skipped: Rc::default(),
        }
    }

    pub fn now(&self) -> Duration {
        self.start.elapsed() + self.skipped.get()
    }

    pub fn skip_to(&self, time: Duration) {
        self.skipped
            .set(self.skipped.get() + time.saturating_sub(self.now()));
    }

    pub fn clock(&self) -> Clock {
        let own = self.clone();
        Rc::new(move || own.now())
    }
}

pub fn load_with(
    source: &str,
    synchronous: bool,
    limits: Limits,
    clock: &TestClock,
) -> Result<Hook, ScriptError> {
    let settings = Settings {
        file: "hooks/x.js".into(),
        source: source.into(),
        limits,
        synchronous,
    };
    Hook::load(settings, clock.clock())
}

/// Limits for tests about something else: a busy machine must not reach them.
pub fn patient() -> Limits {
    Limits {
        cpu_ms: 60_000,
        timeout_ms: 600_000,
        load_ms: 60_000,
        ..Limits::default()
    }
}

pub fn load(source: &str) -> Hook {
    load_with(source, true, patient(), &TestClock::new()).unwrap()
}

/// Runs one invocation to its end, skipping the time it waits.
pub fn finish(hook: &Hook, args: &Value, clock: &TestClock) -> Finished {
    let mut invocation = hook.start(args);
    loop {
        match invocation.resume() {
            Step::Done(finished) => return finished,
            Step::Needs { wake_at } => clock.skip_to(wake_at),
        }
    }
}

/// The result of a synchronous hook.
pub fn run(source: &str) -> Result<Answer, Failure> {
    let clock = TestClock::new();
    let hook = load_with(source, true, patient(), &clock).unwrap();
    finish(&hook, &json!({}), &clock).result
}

/// The JSON that it answered with.
pub fn answer(source: &str) -> Value {
    match run(source).unwrap() {
        Answer::Result(given) => given.json,
        other => panic!("expected a result, got {other:?}"),
    }
}
