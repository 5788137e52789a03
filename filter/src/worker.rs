//! What the exchanges of one worker share: the plan, the loaded hooks, what waits, what is on its
//! way to the relay.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::{Rc, Weak};
use std::time::Duration;

use hook_runtime::{Clock, Hook, Settings, Tidy};
use lifecycle::bundle::{Bundle, Mode, Place};
use lifecycle::exchange::{Delivery, Report};
use lifecycle::plan::Plan;
use lifecycle::trigger;

use crate::host;
use crate::metrics::Metrics;
use crate::outbox::{Outbox, Sent};
use crate::runs::{HookResult, Runs};
use crate::stream::Exchanging;

/// The shared state of one VM.
pub struct Worker {
    /// The root context, for which calls are made.
    pub root: u32,
    pub plan: Rc<Plan>,
    pub clock: Clock,
    pub metrics: Metrics,
    /// Hooks under way.
    pub runs: Runs,
    /// By the index of the plan; `None` for hooks that the relay runs.
    hooks: Vec<Option<Hook>>,
    waiting: RefCell<BTreeMap<u32, Weak<RefCell<Exchanging>>>>,
    outbox: RefCell<Outbox>,
    tick: Cell<Option<Duration>>,
    /// Hooks whose engines need looking after, and not before when.
    untidy: RefCell<BTreeMap<usize, Duration>>,
    pub headers_stop: Cell<HeadersStop>,
    ticks: Cell<u64>,
    /// Through which the root context is called; `None` until it is first needed.
    queue: Cell<Option<u32>>,
    /// It was asked for.
    calling: Cell<bool>,
}

/// Whether the plugin is configured with `allow_on_headers_stop_iteration`. Without it, a paused
/// response never shows its body (Envoy's documentation of PluginConfig; proxy-wasm ABI 0.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeadersStop {
    /// No response was held yet.
    Unproven,
    /// A held response showed its body.
    Allowed,
    /// A held response showed its body only when it was let go.
    Missing,
}

/// Tidying up is put off this long, so that it does not stand in the way of the response.
const TIDY_AFTER: Duration = Duration::from_millis(1);
/// What tidying up may take of a worker at once.
const TIDY_BUDGET: Duration = Duration::from_millis(5);
/// Engines that are kept ready from the start, all hooks of a VM together, in bytes; a VM of Envoy has
/// 1 GiB. Hooks beyond that get one when they are first used.
const READY_BYTES: usize = 128 << 20;
/// The longest time between ticks while anything waits.
const LONGEST_TICK: Duration = Duration::from_millis(500);

impl Worker {
    /// Loads a bundle for a root context.
    ///
    /// # Errors
    /// Everything in it that cannot be honoured.
    pub fn load(root: u32, bundle: &[u8]) -> Result<Self, Vec<String>> {
        let bundle = Bundle::from_json(bundle).map_err(|error| vec![error.to_string()])?;
        let plan = Plan::load(bundle, &host::environment);
        let plan =
            plan.map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>())?;
        let clock = host::clock();
        let mut errors = Vec::new();
        let mut hooks = Vec::new();
        let mut ready_bytes = 0;
        for planned in plan.hooks() {
            let hook = &planned.hook;
            if hook.mode == Mode::Async || hook.place == Place::Relay {
                hooks.push(None);
                continue;
            }
            let loaded = Hook::load(Settings::of(planned), clock.clone());
            let bound = loaded
                .map_err(|error| error.to_string())
                .and_then(|loaded| {
                    let fits = trigger::check(hook.event, loaded.triggers());
                    fits.map(|()| loaded).map_err(|error| error.to_string())
                });
            match bound {
                Ok(loaded) => {
                    ready_bytes += loaded.measured().engine_bytes;
                    if ready_bytes > READY_BYTES {
                        loaded.release();
                    }
                    hooks.push(Some(loaded));
                }
                Err(error) => errors.push(format!("hook `{}`: {error}", hook.name)),
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        Ok(Worker {
            root,
            plan: Rc::new(plan),
            clock,
            metrics: Metrics::default(),
            runs: Runs::default(),
            hooks,
            waiting: RefCell::default(),
            outbox: RefCell::default(),
            tick: Cell::new(None),
            untidy: RefCell::default(),
            headers_stop: Cell::new(HeadersStop::Unproven),
            ticks: Cell::new(0),
            queue: Cell::new(None),
            calling: Cell::new(false),
        })
    }

    /// The time.
    pub fn now(&self) -> Duration {
        (self.clock)()
    }

    /// A loaded hook.
    pub fn hook(&self, index: usize) -> Option<&Hook> {
        self.hooks.get(index)?.as_ref()
    }

    /// How often this worker was woken.
    pub fn ticks(&self) -> u64 {
        self.ticks.get()
    }

    /// Counts `report`, and logs it when it is worth a line.
    pub fn report(&self, report: &Report) {
        self.metrics.count(&report.counter());
        if let Some(line) = report.line() {
            log::warn!("{line}");
        }
    }

    /// Knows a stream by its id from now on.
    pub fn remember(&self, stream: u32, exchanging: &Rc<RefCell<Exchanging>>) {
        self.waiting
            .borrow_mut()
            .insert(stream, Rc::downgrade(exchanging));
    }

    /// Forgets a stream.
    pub fn forget(&self, stream: u32) {
        self.waiting.borrow_mut().remove(&stream);
    }

    /// Has a hook tidied up once the response is out.
    pub fn tidy_soon(&self, hook: usize) {
        let at = self.now() + TIDY_AFTER;
        self.untidy.borrow_mut().insert(hook, at);
        self.wake_at(at);
    }

    /// Tidies up what is due, as long as there is time.
    fn tidy(&self, now: Duration) {
        let until = now + TIDY_BUDGET;
        let due: BTreeSet<usize> = {
            let untidy = self.untidy.borrow();
            let due = untidy.iter().filter(|(_, at)| **at <= now);
            due.map(|(hook, _)| *hook).collect()
        };
        for index in due {
            let tidy = self.hook(index).map_or(Tidy::Done, |hook| hook.tidy(until));
            let next = match tidy {
                Tidy::Done => None,
                Tidy::More => Some(self.now() + TIDY_AFTER),
                Tidy::At(time) => Some(time),
            };
            let mut untidy = self.untidy.borrow_mut();
            match next {
                Some(at) => untidy.insert(index, at),
                None => untidy.remove(&index),
            };
        }
    }

    /// Hands a delivery to the outbox.
    pub fn deliver(&self, delivery: Delivery) {
        match self.outbox.borrow_mut().push(delivery) {
            Ok(()) => self.wake_at(self.now()),
            Err(dropped) => {
                self.metrics.count("relay.dropped");
                log::error!(
                    "delivery {} of hook `{}` is lost: the relay has been away for too long and the outbox is full",
                    dropped.id,
                    dropped.hook
                );
            }
        }
    }

    /// Has calls made for the root context, before anything else happens on this worker.
    pub fn call_soon(&self) {
        if self.calling.replace(true) {
            return;
        }
        let queue = self.queue.get();
        match queue {
            Some(queue) => host::enqueue(queue),
            // Then by the next tick.
            None => self.wake_at(self.now()),
        }
    }

    /// Makes them.
    pub fn make_calls(&self, queue: u32) {
        host::drain(queue);
        self.calling.set(false);
        self.runs.make_calls(self);
        self.schedule();
    }

    /// Hands an answer of a hook to the stream that waits for it, from the root context.
    pub fn hook_ended(&self, ended: Option<(Option<u32>, HookResult)>) {
        let Some((Some(stream), result)) = ended else {
            return;
        };
        let exchanging = self.waiting.borrow().get(&stream).and_then(Weak::upgrade);
        if let Some(exchanging) = exchanging {
            crate::stream::hook_ended(self, stream, &exchanging, result);
        }
    }

    /// Takes the answer to a call.
    pub fn call_answered(&self, call: u32, response: host::CallResponse) {
        let status = response.status();
        if self.runs.answered(self, call, response) {
            // What the script asked for next goes out from here: this is the root context's callback.
            if self.calling.replace(false) {
                self.runs.make_calls(self);
            }
            return self.schedule();
        }
        let sent = self.outbox.borrow_mut().answered(call, status, self.now());
        match sent {
            Some(Sent::Stored) => self.metrics.count("relay.stored"),
            Some(Sent::Again(text)) => {
                self.metrics.count("relay.retried");
                log::warn!("{text}");
            }
            Some(Sent::Refused(text)) => {
                self.metrics.count("relay.refused");
                log::error!("{text}");
            }
            None => {}
        }
        self.schedule();
    }

    /// Whether nothing is left to send.
    pub fn is_drained(&self) -> bool {
        self.outbox.borrow().is_empty() && self.runs.is_empty()
    }

    /// The clock moved on: wakes what is due, sends, tidies up.
    pub fn tick(&self) {
        self.ticks.set(self.ticks.get() + 1);
        let now = self.now();
        if self.queue.get().is_none() {
            self.queue.set(host::queue());
        }
        if self.calling.replace(false) {
            self.runs.make_calls(self);
        }
        if let Some(cluster) = self.plan.relay_cluster() {
            self.outbox.borrow_mut().send(cluster, now);
        }
        let waiting: Vec<_> = self
            .waiting
            .borrow()
            .iter()
            .map(|(id, exchanging)| (*id, exchanging.clone()))
            .collect();
        for (stream, exchanging) in waiting {
            match exchanging.upgrade() {
                Some(exchanging) => crate::stream::wake(self, stream, &exchanging, now),
                None => self.forget(stream),
            }
        }
        self.runs.wake(self, now);
        self.tidy(now);
        self.schedule();
    }

    /// Sets the tick for the next thing that is due.
    fn schedule(&self) {
        let waiting = self.waiting.borrow();
        let streams = waiting
            .values()
            .filter_map(|exchanging| exchanging.upgrade()?.try_borrow().ok()?.wake_at);
        let next = streams
            .chain(self.outbox.borrow().wake_at())
            .chain(self.runs.wake_at())
            .chain(self.untidy.borrow().values().copied())
            .min();
        match next {
            Some(at) => self.set_tick(Some(self.until(at))),
            None => self.set_tick(None),
        }
    }

    /// Makes sure of a tick at `time` or before.
    pub fn wake_at(&self, time: Duration) {
        let until = self.until(time);
        if self.tick.get().is_none_or(|period| period > until) {
            self.set_tick(Some(until));
        }
    }

    /// From now to `time`, in what a tick can be set to.
    fn until(&self, time: Duration) -> Duration {
        let whole = Duration::from_millis(1);
        (time.saturating_sub(self.now()) + whole).clamp(whole, LONGEST_TICK)
    }

    fn set_tick(&self, period: Option<Duration>) {
        if self.tick.replace(period) != period {
            host::set_tick_period(period.unwrap_or_default());
        }
    }
}
