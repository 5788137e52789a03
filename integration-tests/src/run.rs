//! Playing a case on both hosts and judging what they showed.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::case::{Case, Setup};
use crate::compare;
use crate::envoy_host::Envoy;
use crate::observed::{LogLine, Observed};
use crate::wasmtime_host;

/// How long a client waits for an answer, and a host for what is expected.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// How long a host looks on after everything expected is there, for what is not expected.
pub const SETTLE: Duration = Duration::from_millis(150);

/// The route's timeout: how long Envoy waits for the platform.
pub const PLATFORM_TIMEOUT: Duration = Duration::from_secs(3);

/// The name of the relay's cluster; bundles of cases must use it.
pub const RELAY_CLUSTER: &str = "relay";

/// A header that tells the platform of a case which exchange a request belongs to.
pub const EXCHANGE_HEADER: &str = "x-test-exchange";

/// The Envoys that are running, the latest last. Few, since each holds a compiled module.
#[derive(Default)]
pub struct Envoys(Mutex<VecDeque<(Setup, Arc<SharedEnvoy>)>>);

/// An Envoy that plays one case at a time, started by the first.
type SharedEnvoy = Mutex<Option<Envoy>>;

const ENVOYS_AT_ONCE: usize = 3;

impl Envoys {
    /// Ends all that run.
    pub fn end(&self) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    fn play(&self, case: &Case) -> Observed {
        let envoy = self.with_setup(&case.setup);
        // A case that failed in here has said so; the Envoy is as good as before.
        let mut envoy = envoy.lock().unwrap_or_else(PoisonError::into_inner);
        envoy
            .get_or_insert_with(|| Envoy::start(&case.setup))
            .play(case)
    }

    fn with_setup(&self, setup: &Setup) -> Arc<SharedEnvoy> {
        let mut envoys = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, envoy)) = envoys.iter().find(|(known, _)| known == setup) {
            return Arc::clone(envoy);
        }
        if envoys.len() == ENVOYS_AT_ONCE {
            envoys.pop_front();
        }
        let envoy = Arc::default();
        envoys.push_back((setup.clone(), Arc::clone(&envoy)));
        envoy
    }
}

/// Plays a case on both hosts. The error lists everything that is not as it must be.
pub fn run(case: &Case, envoys: &Envoys) -> Result<(), String> {
    let mut wrong = Vec::new();
    let ours = wasmtime_host::play(case);
    judge("our host", case, &ours, &mut wrong);
    // Envoy always offers `sign`; what happens without it only our host can show.
    if case.setup.host_signs {
        let envoys = envoys.play(case);
        judge("Envoy", case, &envoys, &mut wrong);
        wrong.extend(
            compare::differences(case, &ours, &envoys)
                .into_iter()
                .map(|text| format!("the hosts differ: {text}")),
        );
    }
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.join("\n"))
    }
}

fn judge(host: &str, case: &Case, seen: &Observed, wrong: &mut Vec<String>) {
    let before = wrong.len();
    let mut complain = |text: String| wrong.push(format!("{host}: {text}"));
    let expected = &case.expected;
    if let Some(trap) = &seen.trap {
        complain(format!("the module trapped: {trap}"));
    }
    if seen.refused != expected.refusal.is_some() {
        complain(format!(
            "expected the configuration to be {}",
            if seen.refused {
                "loaded, it was refused"
            } else {
                "refused, it was loaded"
            }
        ));
    }
    for text in expected.logged.iter().chain(&expected.refusal) {
        if !seen.logs(text) {
            complain(format!("expected in the log: {text}"));
        }
    }
    if seen.callouts.len() != expected.callouts {
        complain(format!(
            "expected {} callouts, found {}",
            expected.callouts,
            seen.callouts.len()
        ));
    }
    for (name, value) in &expected.counters {
        if seen.counter(name) != *value {
            complain(format!(
                "expected the counter {name} to grow by {value}, found {}; all: {:?}",
                seen.counter(name),
                seen.counters
            ));
        }
    }
    let checked = expected
        .check
        .as_ref()
        .filter(|_| seen.refused == expected.refusal.is_some());
    if let Some(Err(panic)) = checked.map(|check| catch_unwind(AssertUnwindSafe(|| check(seen)))) {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or(panic.downcast_ref::<&str>().copied());
        complain(text.unwrap_or("the check failed").to_owned());
    }
    if wrong.len() > before {
        wrong.push(format!("{host}: the log was:\n{}", log(seen)));
    }
}

fn log(seen: &Observed) -> String {
    let line = |line: &LogLine| format!("    {}: {}\n", line.level, line.text);
    seen.load_log.iter().chain(&seen.log).map(line).collect()
}
