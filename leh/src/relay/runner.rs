//! Runs stored deliveries, one after the other, with the same sandbox as the filter's.

use std::rc::Rc;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use hook_runtime::{Clock, Finished, Hook, Settings, Step, Times};
use lifecycle::answer::{Failure, FailureKind};
use lifecycle::arguments;
use lifecycle::bundle::Bundle;
use lifecycle::plan::Plan;
use serde_json::{Value, json};

use super::store::{Claimed, Store};

/// How long a wait for work lasts; whoever closes the store ends it sooner.
const PATIENCE: Duration = Duration::from_secs(60);
/// A pause after the store failed: it may come back.
const AFTER_FAILURE: Duration = Duration::from_secs(1);

/// Starts the thread that runs hooks; engines stay on their thread.
///
/// # Errors
/// When no thread can be had, or a script does not load.
pub fn start(
    bundle: Bundle,
    environment: impl Fn(&str) -> Option<String> + Send + 'static,
    store: Arc<Store>,
) -> Result<JoinHandle<()>, String> {
    let (ready, is_ready) = std::sync::mpsc::channel();
    let thread = std::thread::Builder::new()
        .name("hooks".into())
        .spawn(move || {
            match Runner::load(bundle, &environment) {
                Ok(runner) => {
                    // Whoever started us waits for this.
                    let _ = ready.send(Ok(()));
                    runner.run(&store);
                }
                Err(reason) => {
                    let _ = ready.send(Err(reason));
                }
            }
        });
    let thread =
        thread.map_err(|error| format!("the relay has no thread for its hooks: {error}"))?;
    match is_ready.recv() {
        Ok(Ok(())) => Ok(thread),
        Ok(Err(reason)) => Err(reason),
        Err(_) => Err("the relay's thread for its hooks ended at once".into()),
    }
}

struct Runner {
    plan: Plan,
    hooks: Vec<Hook>,
    clock: Clock,
}

impl Runner {
    fn load(bundle: Bundle, environment: &dyn Fn(&str) -> Option<String>) -> Result<Self, String> {
        let plan = Plan::load(bundle, environment).map_err(|errors| super::lines(&errors))?;
        let start = Instant::now();
        let clock: Clock = Rc::new(move || start.elapsed());
        let hooks = plan.hooks().iter().map(|planned| {
            Hook::load(Settings::of(planned), clock.clone())
                .map_err(|error| format!("hook `{}`: {error}", planned.hook.name))
        });
        let hooks = hooks.collect::<Result<_, _>>()?;
        Ok(Runner { plan, hooks, clock })
    }

    /// Until the store is closed.
    fn run(&self, store: &Store) {
        loop {
            match store.claim(PATIENCE) {
                Ok(Some(claimed)) => self.deliver(store, &claimed),
                Ok(None) if store.is_closed() => return,
                Ok(None) => {}
                Err(reason) => {
                    eprintln!("error: the relay's store fails: {reason}");
                    std::thread::sleep(AFTER_FAILURE);
                }
            }
        }
    }

    fn deliver(&self, store: &Store, claimed: &Claimed) {
        let Claimed { delivery, attempt } = claimed;
        let finished = self.invoke(claimed);
        let lines: Vec<&str> = finished
            .console
            .iter()
            .map(|line| line.text.as_str())
            .collect();
        for line in &lines {
            println!("relay: [{}] {line}", delivery.hook);
        }
        let error = finished
            .result
            .and_then(Result::err)
            .map(|failure| failure.to_string());
        let how = match &error {
            None => "done".to_owned(),
            Some(error) => format!("failed, {error}"),
        };
        println!(
            "relay: hook {} on {}, delivery {}, attempt {attempt}: {how} ({:.1} ms of script)",
            delivery.hook,
            delivery.event,
            delivery.id,
            finished.times.script.as_secs_f64() * 1_000.0,
        );
        if let Err(reason) = store.finish(&delivery.id, error.as_deref(), &json!(lines)) {
            eprintln!(
                "error: the relay cannot note that delivery {} ended: {reason}",
                delivery.id
            );
        }
    }

    /// Runs the hook to its end.
    fn invoke(&self, claimed: &Claimed) -> Finished {
        let name = &claimed.delivery.hook;
        let index = self
            .plan
            .hooks()
            .iter()
            .position(|planned| planned.hook.name == *name);
        let found = index.and_then(|index| Some((self.plan.hook(index)?, self.hooks.get(index)?)));
        let Some((planned, hook)) = found else {
            let message = format!("no asynchronous hook `{name}` in the bundle any more");
            return Finished {
                result: Some(Err(Failure::new(FailureKind::Exception, message))),
                console: vec![],
                times: Times::default(),
            };
        };
        let mut args = arguments::with_settings(claimed.delivery.args.clone(), planned);
        if let Some(event) = args.get_mut("event").and_then(Value::as_object_mut) {
            event.insert("attempt".into(), claimed.attempt.into());
        }
        let mut invocation = hook.start(&args);
        let finished = loop {
            match invocation.resume() {
                Step::Done(finished) => break finished,
                Step::Needs(needs) => {
                    for call in needs.calls {
                        let refused = format!("{}: calls are not made here", call.kind.summary());
                        invocation.answer(call.id, Err(refused));
                    }
                    std::thread::sleep(needs.wake_at.saturating_sub((self.clock)()));
                }
            }
        };
        drop(invocation);
        hook.tidy(Duration::MAX);
        finished
    }
}
