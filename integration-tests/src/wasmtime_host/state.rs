//! What the host keeps for a module: its surroundings, its streams, and what it asked for.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use wasmtime::StoreLimits;

use super::clock::Clock;
use crate::case::Setup;
use crate::headers::Headers;
use crate::observed::LogLine;

/// The root context's id.
pub const ROOT: u32 = 1;

/// The data behind every call of the module to its host.
pub struct State {
    /// Configuration, environment and switches.
    pub setup: Setup,
    /// Names of the clusters that callouts may name.
    pub clusters: Vec<String>,
    /// The module's time.
    pub clock: Clock,
    /// What it logged.
    pub log: Vec<LogLine>,
    /// Its metrics; the id is the place.
    pub metrics: Vec<Metric>,
    /// The period that it set for ticks.
    pub tick_period: Option<Duration>,
    /// It was set since the host last looked.
    pub tick_set: bool,
    /// The streams that it knows, by context id.
    pub streams: BTreeMap<u32, Stream>,
    /// The context in which the running callback was called.
    pub current: u32,
    /// The context that the running callback chose to act on.
    pub effective: Option<u32>,
    /// A local reply was sent in the running callback.
    pub stop_iteration: bool,
    /// Whether the configuration can be read: only while it is being loaded.
    pub configuring: bool,
    /// What to do when the running callback has returned.
    pub deferred: VecDeque<Deferred>,
    /// Shared queues: what is in each.
    pub queues: Vec<VecDeque<Vec<u8>>>,
    /// Queues on which something was put since the running callback began.
    pub queues_ready: Vec<u32>,
    /// Callouts to start.
    pub callouts: Vec<NewCallout>,
    /// The answer of the callout whose callback runs.
    pub callout_answer: Option<(Headers, Vec<u8>)>,
    /// The last token given to a callout.
    pub last_token: u32,
    /// The VM's memory limit.
    pub limits: StoreLimits,
}

/// What a callback asked for; done when it has returned, as Envoy does.
pub enum Deferred {
    /// Resume a stream.
    Continue(u32, Way),
    /// Answer in the platform's place.
    Reply(u32, LocalReply),
    /// Reset a stream.
    Close(u32),
}

/// A reply that the filter (or Envoy itself) gives in the platform's place.
#[derive(Clone, Debug)]
pub struct LocalReply {
    /// The status code.
    pub status: u16,
    /// Headers on top of those that Envoy sets.
    pub headers: Headers,
    /// The body.
    pub body: Vec<u8>,
}

/// A callout as the module asked for it.
pub struct NewCallout {
    /// Names it in the answer's callback.
    pub token: u32,
    /// With the pseudo headers.
    pub headers: Headers,
    /// The body.
    pub body: Vec<u8>,
    /// 0 means none.
    pub timeout: Duration,
}

/// A counter, gauge or histogram.
pub struct Metric {
    /// Its name.
    pub name: String,
    /// Its type, as in the ABI.
    pub kind: u32,
    /// Its value; a histogram's is the last.
    pub value: u64,
}

/// One of the two directions of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// To the platform.
    Request,
    /// To the client.
    Response,
}

/// One exchange as the filter chain sees it.
#[derive(Default)]
pub struct Stream {
    /// The exchange in the case.
    pub exchange: usize,
    /// The way to the platform.
    pub request: Half,
    /// The way to the client.
    pub response: Half,
    /// A failed VM has already been answered for.
    pub failure_replied: bool,
}

/// One direction. A message's parts are visible to the module only as long as Envoy lets it see
/// them: headers and trailers from their callback until they are passed on, body bytes while
/// they are buffered or in their callback.
#[derive(Default)]
pub struct Half {
    /// The headers, with the pseudo headers.
    pub headers: Headers,
    /// Whether the module can see them.
    pub headers_visible: bool,
    /// Whether there are headers yet.
    pub started: bool,
    /// Whether they were passed on.
    pub headers_passed: bool,
    /// What the chain waits for.
    pub held: Held,
    /// The piece of the body whose callback runs.
    pub piece: Option<Vec<u8>>,
    /// Held back body bytes.
    pub buffered: Option<Vec<u8>>,
    /// Whether the module sees the held back bytes as its body buffer.
    pub shows_buffer: bool,
    /// The trailers.
    pub trailers: Option<Headers>,
    /// Whether the module can see them.
    pub trailers_visible: bool,
    /// Whether the last part was received.
    pub ended: bool,
    /// Whether the last part was passed on.
    pub passed_end: bool,
}

/// How a direction is held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Held {
    /// Not at all.
    #[default]
    No,
    /// Nothing is passed on, further parts are shown to the module (Envoy's `StopIteration`).
    Passing,
    /// Further parts are not even shown (Envoy's `StopAllIteration…`).
    Everything,
}

impl Stream {
    /// A direction.
    pub fn half(&mut self, way: Way) -> &mut Half {
        match way {
            Way::Request => &mut self.request,
            Way::Response => &mut self.response,
        }
    }
}

impl Half {
    /// The body as the module sees it now.
    pub fn body(&mut self) -> Option<&mut Vec<u8>> {
        if self.shows_buffer {
            Some(self.buffered.get_or_insert_default())
        } else {
            self.piece.as_mut()
        }
    }
}

impl State {
    /// The context that a call of the module acts on.
    pub fn context(&self) -> u32 {
        self.effective
            .filter(|id| *id == ROOT || self.streams.contains_key(id))
            .unwrap_or(self.current)
    }

    /// Its stream; `None` in the root context.
    pub fn stream(&mut self) -> Option<&mut Stream> {
        let id = self.context();
        self.streams.get_mut(&id)
    }
}
