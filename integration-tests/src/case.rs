//! What a case is: a configuration, the traffic, and what must come of it.

use std::collections::BTreeMap;
use std::time::Duration;

use lifecycle::bundle::Bundle;

use crate::headers::Headers;
use crate::observed::Observed;
use crate::run::EXCHANGE_HEADER;

/// A behaviour of the filter, in one sentence (`name`) and in full.
pub struct Case {
    /// The behaviour as a sentence; the name of the test.
    pub name: String,
    /// What the filter is configured with.
    pub setup: Setup,
    /// The traffic.
    pub exchanges: Vec<Exchange>,
    /// What the relay answers to callouts, in their order; the last answer repeats.
    /// Empty: 202 to everything.
    pub relay: Vec<RelayAnswer>,
    /// What must come of it.
    pub expected: Expected,
}

/// The host's side of a case. Cases with equal setups share one Envoy.
#[derive(Clone, Debug, PartialEq)]
pub struct Setup {
    /// The plugin's configuration: the JSON of a bundle, or what is wrong with one.
    pub configuration: String,
    /// The environment variables that the VM may see.
    pub environment: BTreeMap<String, String>,
    /// Envoy's `allow_on_headers_stop_iteration`, which the filter requires.
    pub stop_iteration: bool,
    /// Whether the host offers the foreign function `sign`. Only our own host can be without.
    pub host_signs: bool,
}

/// What must come of a case. The hosts wait until this much is there before they report.
#[derive(Default)]
pub struct Expected {
    /// Set when the configuration must be refused: what the log says of it.
    pub refusal: Option<String>,
    /// The number of callouts to the relay.
    pub callouts: usize,
    /// How much each of these counters grows.
    pub counters: BTreeMap<String, u64>,
    /// Texts that must appear in the log.
    pub logged: Vec<String>,
    /// Everything else; panics with what is wrong.
    pub check: Option<Check>,
}

/// A judgement of what a host showed.
pub type Check = Box<dyn Fn(&Observed) + Send + Sync>;

/// One request and how everybody behaves around it.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// What the application or the browser sends.
    pub request: Request,
    /// What the platform answers.
    pub answer: Answer,
    /// How the client behaves.
    pub client: Client,
    /// When it starts.
    pub start: Start,
}

/// A request on the wire.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Such as `POST`.
    pub method: String,
    /// With the query, exactly as sent.
    pub path: String,
    /// Without `host` and framing.
    pub headers: Headers,
    /// The pieces in which the body is sent: one with `content-length`, more as chunks.
    pub body: Vec<Vec<u8>>,
    /// Sent behind a chunked body.
    pub trailers: Option<Headers>,
}

/// What the platform does with a request.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// Without framing.
    pub headers: Headers,
    /// Body pieces, each sent after a pause.
    pub body: Vec<(Duration, Vec<u8>)>,
    /// How the answer is framed and ends.
    pub end: AnswerEnd,
}

/// How an answer is framed and ends.
#[derive(Clone, Debug, PartialEq)]
pub enum AnswerEnd {
    /// With `content-length`.
    Length,
    /// Chunked.
    Chunked,
    /// Chunked, with trailers.
    Trailers(Headers),
    /// The connection is closed although more was announced.
    Abrupt,
    /// Nothing is answered at all, and the connection stays.
    Never,
}

/// What a client does with its exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Client {
    /// Reads the answer to its end.
    Patient,
    /// Closes the connection this long after the platform has answered.
    LeavesAfterAnswer(Duration),
}

/// When an exchange starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// When the one before has ended.
    AfterPrevious,
    /// As soon as the platform has answered the one before, which may still be held.
    WhilePreviousIsHeld,
}

/// What the relay does with a callout.
#[derive(Clone, Debug, PartialEq)]
pub enum RelayAnswer {
    /// Answers.
    Status(u16, Vec<u8>),
    /// Answers with headers.
    Full(u16, Headers, Vec<u8>),
    /// Closes the connection without an answer.
    Close,
    /// Never answers.
    Silence,
}

impl Case {
    /// A case with a configuration that is loaded.
    pub fn new(name: &str, bundle: &Bundle) -> Self {
        Case::configured(name, bundle.to_json().expect("a bundle is always JSON"))
    }

    /// A case with any text as the configuration.
    pub fn configured(name: &str, configuration: impl Into<String>) -> Self {
        Case {
            name: name.to_owned(),
            setup: Setup {
                configuration: configuration.into(),
                environment: BTreeMap::new(),
                stop_iteration: true,
                host_signs: true,
            },
            exchanges: Vec::new(),
            relay: Vec::new(),
            expected: Expected::default(),
        }
    }

    /// An environment variable of the VM.
    pub fn variable(mut self, name: &str, value: &str) -> Self {
        self.setup
            .environment
            .insert(name.to_owned(), value.to_owned());
        self
    }

    /// The next exchange.
    pub fn exchange(mut self, mut exchange: Exchange) -> Self {
        exchange
            .request
            .headers
            .add(EXCHANGE_HEADER, self.exchanges.len().to_string());
        self.exchanges.push(exchange);
        self
    }

    /// What the relay answers next.
    pub fn relay(mut self, answer: RelayAnswer) -> Self {
        self.relay.push(answer);
        self
    }

    /// How many callouts the relay must get.
    pub fn callouts(mut self, count: usize) -> Self {
        self.expected.callouts = count;
        self
    }

    /// How much a counter must grow.
    pub fn counter(mut self, name: &str, by: u64) -> Self {
        self.expected.counters.insert(name.to_owned(), by);
        self
    }

    /// A text that must be in the log.
    pub fn logged(mut self, text: &str) -> Self {
        self.expected.logged.push(text.to_owned());
        self
    }

    /// The configuration must be refused, and the log must say this of it.
    pub fn refused(mut self, reason: &str) -> Self {
        self.expected.refusal = Some(reason.to_owned());
        self
    }

    /// Everything else that must come of it.
    pub fn check(mut self, check: impl Fn(&Observed) + Send + Sync + 'static) -> Self {
        self.expected.check = Some(Box::new(check));
        self
    }
}

impl Request {
    /// A request without a body.
    pub fn new(method: &str, path: &str) -> Self {
        Request {
            method: method.to_owned(),
            path: path.to_owned(),
            ..Request::default()
        }
    }

    /// One more header.
    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.headers.add(name, value);
        self
    }

    /// One more piece of the body.
    pub fn piece(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.body.push(bytes.into());
        self
    }

    /// The exchange in which the platform gives this answer.
    pub fn answered(self, answer: Answer) -> Exchange {
        Exchange {
            request: self,
            answer,
            client: Client::Patient,
            start: Start::AfterPrevious,
        }
    }
}

impl Answer {
    /// An answer without a body.
    pub fn new(status: u16) -> Self {
        Answer {
            status,
            headers: Headers::default(),
            body: Vec::new(),
            end: AnswerEnd::Length,
        }
    }

    /// One more header.
    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.headers.add(name, value);
        self
    }

    /// One more piece of the body, sent at once.
    pub fn piece(self, bytes: impl Into<Vec<u8>>) -> Self {
        self.later_piece(Duration::ZERO, bytes)
    }

    /// One more piece of the body, sent after a pause.
    pub fn later_piece(mut self, pause: Duration, bytes: impl Into<Vec<u8>>) -> Self {
        self.body.push((pause, bytes.into()));
        self
    }

    /// How it is framed and ends.
    pub fn end(mut self, end: AnswerEnd) -> Self {
        self.end = end;
        self
    }

    /// The whole body.
    pub fn whole_body(&self) -> Vec<u8> {
        self.body
            .iter()
            .flat_map(|(_, piece)| piece.iter().copied())
            .collect()
    }
}

impl Exchange {
    /// The client leaves this long after the platform has answered.
    pub fn client_leaves(mut self, after: Duration) -> Self {
        self.client = Client::LeavesAfterAnswer(after);
        self
    }

    /// Starts while the one before is held.
    pub fn while_previous_is_held(mut self) -> Self {
        self.start = Start::WhilePreviousIsHeld;
        self
    }
}
