//! What a host showed of a case.

use std::collections::BTreeMap;

use crate::headers::Headers;

/// What log lines of Envoy itself, not of the filter, start with.
pub const ENVOY_ITSELF: &str = "(Envoy itself) ";

/// Everything a case can be judged by.
#[derive(Clone, Debug, Default)]
pub struct Observed {
    /// The exchanges, as in the case.
    pub exchanges: Vec<Seen>,
    /// What the relay got, in its order.
    pub callouts: Vec<Callout>,
    /// How much the filter's counters grew, by their names without a prefix; zeros left out.
    pub counters: BTreeMap<String, u64>,
    /// What the filter logged from the first exchange on.
    pub log: Vec<LogLine>,
    /// What was logged while the configuration was loaded.
    pub load_log: Vec<LogLine>,
    /// Whether the configuration was refused.
    pub refused: bool,
    /// Why the module trapped, when it did; our own host only.
    pub trap: Option<String>,
}

/// One exchange from both ends.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// What the client got.
    pub client: Received,
    /// What the platform got; `None` when nothing reached it.
    pub platform: Option<PlatformSaw>,
    /// Place in the order in which the exchanges ended, from 0.
    pub ended: usize,
}

/// A request as the platform got it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PlatformSaw {
    /// The method.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// The headers.
    pub headers: Headers,
    /// The body.
    pub body: Vec<u8>,
    /// The trailers, when there were any.
    pub trailers: Headers,
}

/// A response as the client got it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Received {
    /// 0 when no head came.
    pub status: u16,
    /// The headers.
    pub headers: Headers,
    /// The body without framing.
    pub body: Vec<u8>,
    /// The trailers, when there were any.
    pub trailers: Headers,
    /// How it ended.
    pub end: ReceivedEnd,
}

/// How a response ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReceivedEnd {
    /// As announced.
    Complete,
    /// The connection was closed before.
    CutShort,
    /// Nothing more came within the patience of the harness.
    Silence,
    /// The client closed, as the case says.
    #[default]
    ClientLeft,
}

/// A callout as the relay got it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Callout {
    /// The method.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// The headers.
    pub headers: Headers,
    /// The body.
    pub body: Vec<u8>,
}

/// A line of the filter's log.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LogLine {
    /// `trace`, `debug`, `info`, `warn`, `error` or `critical`.
    pub level: String,
    /// The text.
    pub text: String,
}

impl Observed {
    /// The n-th exchange's response.
    pub fn response(&self, n: usize) -> &Received {
        &self.exchanges[n].client
    }

    /// The request of the n-th exchange as the platform got it.
    pub fn platform(&self, n: usize) -> &PlatformSaw {
        self.exchanges[n]
            .platform
            .as_ref()
            .unwrap_or_else(|| panic!("exchange {n} did not reach the platform"))
    }

    /// A counter, 0 when it did not grow.
    pub fn counter(&self, name: &str) -> u64 {
        self.counters.get(name).copied().unwrap_or(0)
    }

    /// Whether a text is in the log.
    pub fn logs(&self, text: &str) -> bool {
        self.load_log
            .iter()
            .chain(&self.log)
            .any(|line| line.text.contains(text))
    }
}

impl Received {
    /// The body as JSON; panics with the body when it is none.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| {
            panic!(
                "expected JSON, found {error} in: {}",
                self.body.escape_ascii()
            )
        })
    }
}

impl Callout {
    /// The body as JSON; panics with the body when it is none.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| {
            panic!(
                "expected JSON, found {error} in: {}",
                self.body.escape_ascii()
            )
        })
    }
}
