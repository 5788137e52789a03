//! What the exchanges of one worker share: the plan, the loaded hooks, what waits, what is on its
//! way to the relay.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::{Rc, Weak};
use std::time::Duration;

use hook_runtime::{Clock, Hook, Settings};
use lifecycle::bundle::{Bundle, Mode};
use lifecycle::exchange::{Delivery, Report};
use lifecycle::plan::Plan;

use crate::host;
use crate::metrics::Metrics;
use crate::outbox::{Outbox, Sent};
use crate::stream::Exchanging;

/// The shared state of one VM.
pub struct Worker {
    pub plan: Rc<Plan>,
    pub clock: Clock,
    pub metrics: Metrics,
    /// By the index of the plan; `None` for asynchronous hooks, which the relay runs.
    hooks: Vec<Option<Hook>>,
    waiting: RefCell<BTreeMap<u32, Weak<RefCell<Exchanging>>>>,
    outbox: RefCell<Outbox>,
    tick: Cell<Option<Duration>>,
    untidy: Cell<bool>,
    pub headers_stop: Cell<HeadersStop>,
    ticks: Cell<u64>,
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
/// The longest time between ticks while anything waits.
const LONGEST_TICK: Duration = Duration::from_millis(500);

impl Worker {
    /// Loads a bundle.
    ///
    /// # Errors
    /// Everything in it that cannot be honoured.
    pub fn load(bundle: &[u8]) -> Result<Self, Vec<String>> {
        let bundle = Bundle::from_json(bundle).map_err(|error| vec![error.to_string()])?;
        let plan = Plan::load(bundle, &host::environment);
        let plan =
            plan.map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>())?;
        let clock = host::clock();
        let mut errors = Vec::new();
        let mut hooks = Vec::new();
        for planned in plan.hooks() {
            let hook = &planned.hook;
            if hook.mode == Mode::Async {
                hooks.push(None);
                continue;
            }
            match Hook::load(Settings::of(hook), clock.clone()) {
                Ok(loaded) => hooks.push(Some(loaded)),
                Err(error) => errors.push(format!("hook `{}`: {error}", hook.name)),
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        Ok(Worker {
            plan: Rc::new(plan),
            clock,
            metrics: Metrics::default(),
            hooks,
            waiting: RefCell::default(),
            outbox: RefCell::default(),
            tick: Cell::new(None),
            untidy: Cell::new(false),
            headers_stop: Cell::new(HeadersStop::Unproven),
            ticks: Cell::new(0),
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

    /// Has `exchanging` looked at when its time comes.
    pub fn wait(&self, stream: u32, exchanging: &Rc<RefCell<Exchanging>>, wake_at: Duration) {
        self.waiting
            .borrow_mut()
            .insert(stream, Rc::downgrade(exchanging));
        self.wake_at(wake_at);
    }

    /// Forgets a stream.
    pub fn forget(&self, stream: u32) {
        self.waiting.borrow_mut().remove(&stream);
    }

    /// Has hooks tidied up once the response is out.
    pub fn tidy_soon(&self) {
        self.untidy.set(true);
        self.wake_at(self.now() + TIDY_AFTER);
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

    /// Takes the answer to a call to the relay.
    pub fn relay_answered(&self, call: u32, status: Option<u16>) {
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
        self.outbox.borrow().is_empty()
    }

    /// The clock moved on: wakes what is due, sends, tidies up.
    pub fn tick(&self) {
        self.ticks.set(self.ticks.get() + 1);
        let now = self.now();
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
        if self.untidy.replace(false) {
            for hook in self.hooks.iter().flatten() {
                hook.tidy();
            }
        }
        self.schedule();
    }

    /// Sets the tick for the next thing that is due.
    fn schedule(&self) {
        let waiting = self.waiting.borrow();
        let streams = waiting
            .values()
            .filter_map(|exchanging| exchanging.upgrade()?.try_borrow().ok()?.wake_at);
        let next = streams.chain(self.outbox.borrow().wake_at()).min();
        match next {
            Some(at) => self.set_tick(Some(self.until(at))),
            None if self.untidy.get() => self.set_tick(Some(TIDY_AFTER)),
            None => self.set_tick(None),
        }
    }

    /// Makes sure of a tick at `time` or before.
    fn wake_at(&self, time: Duration) {
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
