//! Hands stored deliveries to their hooks, oldest first and several at a time, and notes what came
//! of each.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::thread::JoinHandle;
use std::time::Duration;

use hook_runtime::{ConsoleLine, Times};
use lifecycle::answer::{Answer, Failure, FailureKind};
use lifecycle::bundle::Mode;
use lifecycle::plan::PlannedHook;
use serde_json::{Value, json};

use super::crew::{Crew, Order};
use super::log;
use super::metrics::Metrics;
use super::store::{Claimed, Store};
use crate::sandbox::Observer;

/// How long a wait for work lasts; whoever closes the store ends it sooner.
const PATIENCE: Duration = Duration::from_secs(60);
/// A pause after the store failed: it may come back.
const AFTER_FAILURE: Duration = Duration::from_secs(1);
/// Deliveries that run at once: in all, and of one hook, so that a slow one leaves room for others.
const AT_ONCE: usize = 64;
const AT_ONCE_OF_A_HOOK: usize = 16;

/// The crew that is at work now; another after a reload.
pub type Current = Arc<RwLock<Arc<Crew>>>;

/// The crew that is at work now.
pub fn current(crew: &Current) -> Arc<Crew> {
    crew.read().unwrap_or_else(PoisonError::into_inner).clone()
}

/// How many deliveries of each hook run.
#[derive(Clone, Default)]
struct Running(Arc<Mutex<BTreeMap<String, usize>>>);

impl Running {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The hooks that have enough to do; `None` when there is enough in all.
    fn full(&self) -> Option<Vec<String>> {
        let running = self.lock();
        let full = running
            .iter()
            .filter(|(_, number)| **number >= AT_ONCE_OF_A_HOOK)
            .map(|(name, _)| name.clone());
        (running.values().sum::<usize>() < AT_ONCE).then(|| full.collect())
    }

    fn begin(&self, hook: &str) {
        *self.lock().entry(hook.to_owned()).or_default() += 1;
    }

    fn end(&self, hook: &str) {
        if let Some(number) = self.lock().get_mut(hook) {
            *number = number.saturating_sub(1);
        }
    }
}

/// Starts the thread that hands deliveries out, until the store is closed.
///
/// # Errors
/// There is no thread.
pub fn start(
    crew: Current,
    store: Arc<Store>,
    metrics: Arc<Metrics>,
) -> Result<JoinHandle<()>, String> {
    std::thread::Builder::new()
        .name("deliveries".into())
        .spawn(move || hand_out(&crew, &store, &metrics))
        .map_err(|error| format!("the relay has no thread for deliveries: {error}"))
}

fn hand_out(crew: &Current, store: &Arc<Store>, metrics: &Arc<Metrics>) {
    let running = Running::default();
    loop {
        match store.claim(PATIENCE, &|| running.full()) {
            Ok(Some(claimed)) => deliver(&current(crew), store, metrics, &running, claimed),
            Ok(None) if store.is_closed() => return,
            Ok(None) => {}
            Err(reason) => {
                eprintln!("error: the relay's store fails: {reason}");
                std::thread::sleep(AFTER_FAILURE);
            }
        }
    }
}

fn deliver(
    crew: &Crew,
    store: &Arc<Store>,
    metrics: &Arc<Metrics>,
    running: &Running,
    claimed: Claimed,
) {
    let name = claimed.delivery.hook.clone();
    let mut args = claimed.delivery.args.clone();
    if let Some(event) = args.get_mut("event").and_then(Value::as_object_mut) {
        event.insert("attempt".into(), claimed.attempt.into());
    }
    running.begin(&name);
    let traceparent = claimed.delivery.traceparent.clone();
    let mut run = Run {
        planned: crew.hook(&name, Mode::Async).cloned(),
        claimed,
        store: store.clone(),
        metrics: metrics.clone(),
        running: running.clone(),
        failure: None,
    };
    if run.planned.is_none() {
        let message = format!("no asynchronous hook `{name}` in the bundle any more");
        run.failure = Some(Failure::new(FailureKind::Exception, message));
        run.ended(vec![], Times::default());
        return;
    }
    let order = Order {
        traceparent,
        give_up: None,
        observer: Box::new(run),
    };
    // A thread that ended has dropped the run, which is then taken up at the next start.
    crew.run(&name, args, order);
}

/// One delivery under way.
struct Run {
    planned: Option<Arc<PlannedHook>>,
    claimed: Claimed,
    store: Arc<Store>,
    metrics: Arc<Metrics>,
    running: Running,
    failure: Option<Failure>,
}

impl Observer for Run {
    fn answered(&mut self, result: Result<Answer, Failure>, _: &[ConsoleLine], _: Times) {
        self.failure = result.err();
    }

    fn ended(&mut self, console: Vec<ConsoleLine>, times: Times) {
        let Claimed { delivery, attempt } = &self.claimed;
        let clean = |text: &str| match &self.planned {
            Some(planned) => planned.redactor.clean(text).into_owned(),
            None => text.to_owned(),
        };
        let id = delivery
            .args
            .pointer("/event/id")
            .and_then(Value::as_str)
            .unwrap_or(&delivery.id);
        let about = log::About {
            hook: &delivery.hook,
            version: self.planned.as_ref().map_or("none", |it| &it.version),
            event_id: id,
            traceparent: delivery.traceparent.as_deref(),
        };
        let lines: Vec<String> = console.iter().map(|line| clean(&line.text)).collect();
        for line in &lines {
            println!("{}", about.printed(line));
        }
        let error = self.failure.as_ref().map(|it| clean(&it.to_string()));
        let how = match &error {
            None => "done".to_owned(),
            Some(error) => format!("failed, {error}"),
        };
        println!(
            "relay: hook {} on {}, delivery {}, attempt {attempt}: {how} ({:.1} ms of script{})",
            delivery.hook,
            delivery.event,
            delivery.id,
            times.script.as_secs_f64() * 1_000.0,
            about.rest(),
        );
        self.metrics.ended(
            &delivery.hook,
            "async",
            self.failure.as_ref().map(|it| it.kind),
            times,
            &console,
        );
        // Before the store tells that there is room.
        self.running.end(&delivery.hook);
        let console = json!(lines);
        if let Err(reason) = self.store.finish(&delivery.id, error.as_deref(), &console) {
            eprintln!(
                "error: the relay cannot note that delivery {} ended: {reason}",
                delivery.id
            );
        }
    }
}
