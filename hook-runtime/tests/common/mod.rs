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

use hook_runtime::{
    Call, CallResult, Clock, ConsoleLine, Finished, Hook, ScriptError, Settings, Step, Times,
};
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
        map: None,
        limits,
        synchronous,
        variables: json!({"GREETING": "hello"}),
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

/// What came of an invocation.
pub struct Ended {
    /// Its answer, whenever it came.
    pub result: Result<Answer, Failure>,
    /// What it printed.
    pub console: Vec<ConsoleLine>,
    /// How long it took.
    pub times: Times,
}

/// Runs one invocation to its end, skipping the time it waits; there is no network.
pub fn finish(hook: &Hook, args: &Value, clock: &TestClock) -> Ended {
    finish_with(
        hook,
        args,
        clock,
        |_| Err("there is no network here".into()),
    )
}

/// The same, with a network.
pub fn finish_with(
    hook: &Hook,
    args: &Value,
    clock: &TestClock,
    mut network: impl FnMut(&Call) -> CallResult,
) -> Ended {
    let mut invocation = hook.start(args);
    let mut result = None;
    loop {
        match invocation.resume() {
            Step::Done(Finished {
                result: last,
                console,
                times,
            }) => {
                return Ended {
                    result: result.or(last).unwrap(),
                    console,
                    times,
                };
            }
            Step::Needs(needs) => {
                result = result.or(needs.answer);
                for call in &needs.calls {
                    invocation.answer(call.id, network(call));
                }
                if needs.calls.is_empty() {
                    clock.skip_to(needs.wake_at);
                }
            }
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
