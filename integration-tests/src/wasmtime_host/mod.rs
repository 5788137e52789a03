//! Our own host for the module: virtual time, one thread, and stricter than Envoy where Envoy
//! forgives (resuming what is not held, unknown imports, bad addresses, hanging).
//!
//! [`play`] runs a case: everything that happens is an entry of the agenda, done in the order of
//! time; between entries the clock jumps. What the module asks for in a callback is done when the
//! callback has returned.

mod abi;
mod chain;
mod clock;
mod memory;
mod sign;
mod state;
mod vm;
mod wasi;

use std::collections::BTreeMap;
use std::time::Duration;

use self::state::{LocalReply, ROOT, Stream, Way};
use self::vm::Vm;
use crate::case::{Answer, AnswerEnd, Case, Client, RelayAnswer, Start};
use crate::headers::Headers;
use crate::module;
use crate::observed::{Callout, Observed, PlatformSaw, Received, ReceivedEnd, Seen};
use crate::run::{PATIENCE, PLATFORM_TIMEOUT, RELAY_CLUSTER, SETTLE};

/// Envoy reads sockets in pieces of this size.
const READ_SIZE: usize = 16 << 10;

/// Plays a case on our own host.
pub fn play(case: &Case) -> Observed {
    let clusters = vec![RELAY_CLUSTER.to_owned(), "platform".to_owned()];
    let started = Vm::start(&module::path(), &case.setup, clusters);
    let (mut vm, accepted) = started.unwrap_or_else(|error| panic!("the module cannot be loaded: {error:?}"));
    let load_log = std::mem::take(&mut vm.state().log);
    if !accepted {
        return Observed { load_log, refused: true, trap: vm.trap, ..Observed::default() };
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
        exchanges: play.exchanges.into_iter().map(|live| Seen { client: live.received, platform: live.platform, ended: live.ended }).collect(),
        callouts: play.callouts,
        counters,
        log: std::mem::take(&mut play.vm.state().log),
        load_log,
        refused: false,
        trap: play.vm.trap,
    }
}

fn counters(vm: &mut Vm) -> BTreeMap<String, u64> {
    vm.state().metrics.iter().filter(|metric| metric.kind == 0).map(|metric| (metric.name.clone(), metric.value)).collect()
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
        Play { case, vm, exchanges, agenda: BTreeMap::new(), entries: 0, next_tick: None, callouts: Vec::new(), ended: 0 }
    }

    fn run(&mut self) {
        self.do_deferred();
        if !self.exchanges.is_empty() {
            self.start(0);
        }
        let give_up = self.now() + PATIENCE * (1 + self.exchanges.len() as u32);
        let mut settled = None;
        loop {
            if settled.is_none() && self.exchanges.iter().all(|live| live.over) && self.shows_expected() {
                settled = Some(self.now() + SETTLE);
            }
            let tick = self.next_tick();
            let entry = self.agenda.first_key_value().map(|((at, _), _)| *at);
            let Some(next) = [tick, entry, settled].into_iter().flatten().min() else { return };
            if settled.is_some_and(|at| at <= next) || next > give_up {
                return;
            }
            self.vm.state().clock.jump_to(next);
            if entry == Some(next) {
                let Some((_, entry)) = self.agenda.pop_first() else { continue };
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
        let period = self.vm.state().tick_period.filter(|_| self.vm.trap.is_none())?;
        Some(*self.next_tick.get_or_insert(now + period))
    }

    fn shows_expected(&mut self) -> bool {
        let expected = &self.case.expected;
        let counters = counters(&mut self.vm);
        let log = &self.vm.state().log;
        expected.logged.iter().all(|text| log.iter().any(|line| line.text.contains(text)))
            && expected.counters.iter().all(|(name, value)| counters.get(name).unwrap_or(&0) >= value)
            && self.callouts.len() >= expected.callouts
    }

    fn later(&mut self, after: Duration, entry: Entry) {
        let at = self.now() + after;
        self.entries += 1;
        self.agenda.insert((at, self.entries), entry);
    }

    /// A client sends its request.
    fn start(&mut self, exchange: usize) {
        let request = &self.case.exchanges[exchange].request;
        let mut headers = Headers::new([
            (":authority", "localhost"),
            (":path", request.path.as_str()),
            (":method", request.method.as_str()),
            (":scheme", "http"),
        ]);
        headers.0.extend(request.headers.0.iter().cloned());
        let chunked = request.trailers.is_some() || request.body.len() > 1;
        if let (false, Some(body)) = (chunked, request.body.first()) {
            headers.add("content-length", body.len().to_string());
        }
        headers.add("x-forwarded-for", "127.0.0.1");
        headers.add("x-forwarded-proto", "http");
        headers.add("x-request-id", format!("00000000-0000-4000-8000-{exchange:012}"));
        let id = ROOT + 1 + exchange as u32;
        self.exchanges[exchange].id = Some(id);
        self.vm.state().streams.insert(id, Stream { exchange, ..Stream::default() });
        self.vm.call::<_, ()>(id, "proxy_on_context_create", (id, ROOT));
        self.do_deferred();
        let pieces = request.body.iter().map(|piece| (Duration::ZERO, piece.as_slice()));
        self.arrive(exchange, Way::Request, headers, pieces, request.trailers.as_ref());
        self.later(PATIENCE, Entry::ClientStops(exchange, ReceivedEnd::Silence));
    }

    /// Puts the parts of a message on the agenda. Envoy tells the end of a body by an empty piece.
    fn arrive<'b>(
        &mut self,
        exchange: usize,
        way: Way,
        headers: Headers,
        pieces: impl Iterator<Item = (Duration, &'b [u8])>,
        trailers: Option<&Headers>,
    ) -> Duration {
        let mut after = Duration::ZERO;
        let pieces: Vec<_> = pieces.filter(|(_, piece)| !piece.is_empty()).collect();
        let bare = pieces.is_empty() && trailers.is_none();
        self.later(after, Entry::Arrives(exchange, way, Arrival::Head(headers, bare)));
        for (pause, piece) in pieces {
            after += pause;
            for read in piece.chunks(READ_SIZE) {
                self.later(after, Entry::Arrives(exchange, way, Arrival::Piece(read.to_vec(), false)));
            }
        }
        let end = match trailers {
            Some(trailers) => Arrival::Trailers(trailers.clone()),
            None => Arrival::Piece(Vec::new(), true),
        };
        if !bare {
            self.later(after, Entry::Arrives(exchange, way, end));
        }
        after
    }

    /// The platform has a whole request.
    fn platform_answers(&mut self, exchange: usize) {
        let Answer { status, headers, body, end } = &self.case.exchanges[exchange].answer;
        self.later(PLATFORM_TIMEOUT, Entry::PlatformTimeout(exchange));
        let mut head = Headers::new([(":status", status.to_string())]);
        head.0.extend(headers.0.iter().cloned());
        let pieces = body.iter().map(|(pause, piece)| (*pause, piece.as_slice()));
        let len: usize = body.iter().map(|(_, piece)| piece.len()).sum();
        let last = match end {
            AnswerEnd::Length => {
                head.add("content-length", len.to_string());
                self.arrive(exchange, Way::Response, head, pieces, None)
            }
            AnswerEnd::Chunked => self.arrive(exchange, Way::Response, head, pieces, None),
            AnswerEnd::Trailers(trailers) => self.arrive(exchange, Way::Response, head, pieces, Some(trailers)),
            AnswerEnd::Abrupt => {
                head.add("content-length", (len + 1).to_string());
                self.later(Duration::ZERO, Entry::Arrives(exchange, Way::Response, Arrival::Head(head, false)));
                let mut after = Duration::ZERO;
                for (pause, piece) in pieces {
                    after += pause;
                    self.later(after, Entry::Arrives(exchange, Way::Response, Arrival::Piece(piece.to_vec(), false)));
                }
                self.later(after, Entry::PlatformBreaksOff(exchange));
                after
            }
            AnswerEnd::Never => Duration::ZERO,
        };
        if let Client::LeavesAfterAnswer(patience) = self.case.exchanges[exchange].client {
            self.later(last + patience, Entry::ClientStops(exchange, ReceivedEnd::ClientLeft));
        }
        if *end == AnswerEnd::Never {
            self.platform_is_done(exchange);
        }
    }

    fn platform_is_done(&mut self, exchange: usize) {
        let next = exchange + 1;
        if self.case.exchanges.get(next).is_some_and(|next| next.start == Start::WhilePreviousIsHeld) {
            self.start(next);
        }
    }

    fn happen(&mut self, entry: Entry) {
        match entry {
            Entry::Arrives(exchange, way, arrival) => self.arrived(exchange, way, arrival),
            Entry::PlatformBreaksOff(exchange) => {
                self.reply_for_platform(exchange, 502, "upstream connect error or disconnect/reset before headers. reset reason: protocol error");
            }
            Entry::PlatformTimeout(exchange) => self.reply_for_platform(exchange, 504, "upstream request timeout"),
            Entry::ClientStops(exchange, end) => {
                if let (false, Some(id)) = (self.exchanges[exchange].over, self.exchanges[exchange].id) {
                    self.finish(id, end);
                }
            }
            Entry::CalloutAnswered(token, answer) => {
                let (headers, body) = answer.as_ref().map_or((0, 0), |(headers, body)| (headers.0.len(), body.len()));
                self.vm.state().callout_answer = answer;
                self.vm.call::<_, ()>(ROOT, "proxy_on_http_call_response", (ROOT, token, headers as u32, body as u32, 0_u32));
                self.vm.state().callout_answer = None;
                self.do_deferred();
            }
        }
    }

    fn arrived(&mut self, exchange: usize, way: Way, arrival: Arrival) {
        let live = &mut self.exchanges[exchange];
        let Some(id) = live.id.filter(|_| !live.over) else { return };
        if live.platform_cancelled {
            return;
        }
        let last = matches!(arrival, Arrival::Head(_, true) | Arrival::Piece(_, true) | Arrival::Trailers(_));
        live.platform_done |= last && way == Way::Response;
        match arrival {
            Arrival::Head(headers, end) => self.headers(id, way, headers, end),
            Arrival::Piece(piece, end) => self.body(id, way, piece, end),
            Arrival::Trailers(trailers) => self.trailers(id, way, trailers),
        }
        if last && way == Way::Response {
            self.platform_is_done(exchange);
        }
    }

    /// Envoy answers for a platform that does not.
    fn reply_for_platform(&mut self, exchange: usize, status: u16, body: &str) {
        let live = &self.exchanges[exchange];
        if let (false, false, false, Some(id)) = (live.over, live.platform_done, live.platform_cancelled, live.id) {
            self.reply(id, LocalReply { status, headers: Headers::default(), body: body.into() });
        }
    }

    /// The end of an exchange, and of its context.
    fn finish(&mut self, id: u32, end: ReceivedEnd) {
        let Some(stream) = self.stream(id) else { return };
        let exchange = stream.exchange;
        let live = &mut self.exchanges[exchange];
        live.over = true;
        live.received.end = end;
        live.ended = self.ended;
        self.ended += 1;
        self.vm.call::<_, ()>(id, "proxy_on_log", (id,));
        self.do_deferred();
        self.vm.call::<_, u32>(id, "proxy_on_done", (id,));
        self.do_deferred();
        self.vm.call::<_, ()>(id, "proxy_on_delete", (id,));
        self.vm.state().streams.remove(&id);
        self.do_deferred();
        let next = exchange + 1;
        if self.exchanges.get(next).is_some_and(|next| next.id.is_none()) {
            self.start(next);
        }
    }

    /// Sends callouts to the relay, which answers as the case says.
    fn start_callouts(&mut self) {
        for callout in std::mem::take(&mut self.vm.state().callouts) {
            let pseudo = |name: &str| callout.headers.text(name).unwrap_or_default().to_owned();
            let fields = callout.headers.0.iter().filter(|(name, _)| !name.starts_with(':')).cloned();
            let mut fields = Headers(fields.collect());
            fields.add("host", pseudo(":authority"));
            if !callout.body.is_empty() {
                fields.set("content-length", callout.body.len().to_string());
            }
            let answer = relay_answer(self.case, self.callouts.len());
            self.callouts.push(Callout {
                method: pseudo(":method"),
                path: pseudo(":path"),
                headers: fields,
                body: callout.body,
            });
            // Envoy answers for a relay that does not, as for any cluster.
            let (after, status, body) = match answer {
                RelayAnswer::Status(status, body) => (Duration::ZERO, status, body),
                RelayAnswer::Close => (Duration::ZERO, 503, b"upstream connect error or disconnect/reset before headers. reset reason: connection termination".to_vec()),
                RelayAnswer::Silence if callout.timeout.is_zero() => continue,
                RelayAnswer::Silence => (callout.timeout, 504, b"upstream request timeout".to_vec()),
            };
            let headers = Headers::new([(":status", status.to_string()), ("content-length", body.len().to_string())]);
            self.later(after, Entry::CalloutAnswered(callout.token, Some((headers, body))));
        }
    }
}

/// What the relay does with its n-th callout.
pub(crate) fn relay_answer(case: &Case, n: usize) -> RelayAnswer {
    let last = case.relay.len().checked_sub(1);
    last.map_or(RelayAnswer::Status(202, Vec::new()), |last| case.relay[n.min(last)].clone())
}
