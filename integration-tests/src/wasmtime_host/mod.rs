//! Our own host for the module: virtual time, one thread, and stricter than Envoy where Envoy
//! forgives (resuming what is not held, unknown imports, bad addresses, hanging).
//!
//! [`play`] runs a case: everything that happens is an entry of the agenda, done in the order of
//! time; between entries the clock jumps. What the module asks for in a callback is done when the
//! callback has returned.

mod abi;
mod callouts;
mod chain;
mod clock;
mod exchanges;
mod memory;
mod sign;
mod state;
mod vm;
mod wasi;

use std::collections::BTreeMap;
use std::time::Duration;

use self::state::{ROOT, Way};
use self::vm::Vm;
use crate::case::Case;
use crate::headers::Headers;
use crate::module;
use crate::observed::{Callout, Observed, PlatformSaw, Received, ReceivedEnd, Seen};
use crate::run::{PATIENCE, RELAY_CLUSTER, SETTLE};

/// Plays a case on our own host.
pub fn play(case: &Case) -> Observed {
    let clusters = vec![RELAY_CLUSTER.to_owned(), "platform".to_owned()];
    let started = Vm::start(&module::path(), &case.setup, clusters);
    let (mut vm, accepted) =
        started.unwrap_or_else(|error| panic!("the module cannot be loaded: {error:?}"));
    let load_log = std::mem::take(&mut vm.state().log);
    if !accepted {
        return Observed {
            load_log,
            refused: true,
            trap: vm.trap,
            ..Observed::default()
        };
    }
    let before: BTreeMap<String, u64> = counters(&mut vm);
    let mut play = Play::new(case, vm);
    play.run();
    let mut counters = counters(&mut play.vm);
    for (name, value) in &mut counters {
        *value -= before.get(name).copied().unwrap_or(0);
    }
    counters.retain(|_, value| *value > 0);
    Observed {
        exchanges: play
            .exchanges
            .into_iter()
            .map(|live| Seen {
                client: live.received,
                platform: live.platform,
                ended: live.ended,
            })
            .collect(),
        callouts: play.callouts,
        counters,
        log: std::mem::take(&mut play.vm.state().log),
        load_log,
        refused: false,
        trap: play.vm.trap,
    }
}

fn counters(vm: &mut Vm) -> BTreeMap<String, u64> {
    vm.state()
        .metrics
        .iter()
        .filter(|metric| metric.kind == 0)
        .map(|metric| (metric.name.clone(), metric.value))
        .collect()
}

/// A case being played.
struct Play<'a> {
    case: &'a Case,
    vm: Vm,
    exchanges: Vec<Live>,
    agenda: BTreeMap<(Duration, u64), Entry>,
    entries: u64,
    next_tick: Option<Duration>,
    callouts: Vec<Callout>,
    ended: usize,
}

/// An exchange being played.
#[derive(Default)]
struct Live {
    id: Option<u32>,
    received: Received,
    platform: Option<PlatformSaw>,
    platform_done: bool,
    platform_cancelled: bool,
    over: bool,
    ended: usize,
}

/// Something that happens.
enum Entry {
    /// A part of an exchange's request or response arrives.
    Arrives(usize, Way, Arrival),
    /// The platform closes the connection before the end of its answer.
    PlatformBreaksOff(usize),
    /// The platform has not answered for too long.
    PlatformTimeout(usize),
    /// The client goes away, or gives up.
    ClientStops(usize, ReceivedEnd),
    /// A callout is answered.
    CalloutAnswered(u32, Option<(Headers, Vec<u8>)>),
    /// Something is on a queue.
    QueueReady(u32),
}

/// A part of a message; the flag says whether nothing follows.
enum Arrival {
    Head(Headers, bool),
    Piece(Vec<u8>, bool),
    Trailers(Headers),
}

impl<'a> Play<'a> {
    fn new(case: &'a Case, vm: Vm) -> Self {
        let exchanges = case.exchanges.iter().map(|_| Live::default()).collect();
        Play {
            case,
            vm,
            exchanges,
            agenda: BTreeMap::new(),
            entries: 0,
            next_tick: None,
            callouts: Vec::new(),
            ended: 0,
        }
    }

    fn run(&mut self) {
        self.do_deferred();
        if !self.exchanges.is_empty() {
            self.start(0);
        }
        let give_up = self.now() + PATIENCE * (1 + self.exchanges.len() as u32);
        let mut settled = None;
        loop {
            if settled.is_none()
                && self.exchanges.iter().all(|live| live.over)
                && self.shows_expected()
            {
                settled = Some(self.now() + SETTLE);
            }
            let tick = self.next_tick();
            let entry = self.agenda.first_key_value().map(|((at, _), _)| *at);
            let Some(next) = [tick, entry, settled].into_iter().flatten().min() else {
                return;
            };
            if settled.is_some_and(|at| at <= next) || next > give_up {
                return;
            }
            self.vm.state().clock.jump_to(next);
            if entry == Some(next) {
                let Some((_, entry)) = self.agenda.pop_first() else {
                    continue;
                };
                self.happen(entry);
            } else {
                self.next_tick = None;
                self.vm.call::<_, ()>(ROOT, "proxy_on_tick", (ROOT,));
                self.do_deferred();
            }
        }
    }

    fn now(&mut self) -> Duration {
        self.vm.state().clock.monotonic()
    }

    /// The next tick; Envoy sets the timer anew after each one.
    fn next_tick(&mut self) -> Option<Duration> {
        let now = self.now();
        // Setting the period sets the timer anew.
        if std::mem::take(&mut self.vm.state().tick_set) {
            self.next_tick = None;
        }
        let period = self
            .vm
            .state()
            .tick_period
            .filter(|_| self.vm.trap.is_none())?;
        Some(*self.next_tick.get_or_insert(now + period))
    }

    fn shows_expected(&mut self) -> bool {
        let expected = &self.case.expected;
        let counters = counters(&mut self.vm);
        let log = &self.vm.state().log;
        expected
            .logged
            .iter()
            .all(|text| log.iter().any(|line| line.text.contains(text)))
            && expected
                .counters
                .iter()
                .all(|(name, value)| counters.get(name).unwrap_or(&0) >= value)
            && self.callouts.len() >= expected.callouts
    }

    fn later(&mut self, after: Duration, entry: Entry) {
        let at = self.now() + after;
        self.entries += 1;
        self.agenda.insert((at, self.entries), entry);
    }
}
