//! What a script answered, before anybody asks what it means: the words between `hook-runtime`,
//! which produces them, and [`crate::outcome`], which reads them.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How an invocation ended well.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// The script ended without an answer: go on unchanged.
    Nothing,
    /// `callback(x)`, or a returned value.
    Result(Given),
    /// `deny(x)`.
    Denied(Given),
    /// What the trigger form, `(event, api)`, did with its `api`, in order.
    Calls(Vec<ApiCall>),
}

/// A call of a method of `api`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ApiCall {
    /// Its path without `api`, such as `idToken.setCustomClaim`.
    pub method: String,
    /// What it was given; `undefined` is null.
    pub arguments: Vec<Value>,
}

/// A value that a script gave, as JSON, with what JSON cannot say.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Given {
    /// The name of its class, such as `TokenClaims`; `None` for plain objects and primitives.
    pub class: Option<String>,
    /// Its enumerable own properties.
    pub json: Value,
    /// `(field, member)` of each member of a field that is `undefined`.
    pub undefined: Vec<(String, String)>,
}

/// How an invocation failed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Failure {
    /// The kind, for counters and policies.
    pub kind: FailureKind,
    /// What a person reads: what happened, and where in the script when that is known.
    pub message: String,
    /// That place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}

/// A place in a file of a project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Its path in the project.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1, when it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)?;
        match self.column {
            Some(column) => write!(f, ":{column}"),
            None => Ok(()),
        }
    }
}

impl Failure {
    /// A failure of `kind`, explained by `message`.
    pub fn new(kind: FailureKind, message: impl Into<String>) -> Self {
        Failure {
            kind,
            message: message.into(),
            place: None,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind.name(), self.message)
    }
}

/// Why an invocation failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// The script threw, or a promise of it was rejected.
    Exception,
    /// Nothing is pending any more and the callback was never called.
    NoAnswer,
    /// Its answer cannot be used at this event.
    Answer,
    /// The wall clock limit.
    Timeout,
    /// The limit of script time.
    Cpu,
    /// The memory limit.
    Memory,
    /// The relay, in which it runs, did not answer.
    Relay,
    /// What the hook needs from the exchange could not be had (a body over the cap, an encrypted
    /// token), or its answer could not be applied.
    Exchange,
}

impl FailureKind {
    /// Every kind.
    pub const ALL: &'static [FailureKind] = &[
        FailureKind::Exception,
        FailureKind::NoAnswer,
        FailureKind::Answer,
        FailureKind::Timeout,
        FailureKind::Cpu,
        FailureKind::Memory,
        FailureKind::Relay,
        FailureKind::Exchange,
    ];

    /// Its name in counters and logs.
    pub fn name(self) -> &'static str {
        match self {
            FailureKind::Exception => "exception",
            FailureKind::NoAnswer => "no_answer",
            FailureKind::Answer => "answer",
            FailureKind::Timeout => "timeout",
            FailureKind::Cpu => "cpu",
            FailureKind::Memory => "memory",
            FailureKind::Relay => "relay",
            FailureKind::Exchange => "exchange",
        }
    }
}
