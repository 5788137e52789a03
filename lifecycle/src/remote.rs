//! What filter and relay say to each other about a synchronous hook that runs in the relay
//! (`place: relay`): the bodies of `POST /v1/invocations` and of its answer, as JSON.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::answer::{Answer, Failure};

/// The path of the relay for synchronous invocations.
pub const PATH: &str = "/v1/invocations";

/// The path of the relay at which names are looked up: `{"name", "record"}` is answered with 200 and
/// the records as JSON, or another status and what went wrong as text.
pub const RESOLVE_PATH: &str = "/v1/resolve";

/// Run this hook, somebody waits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RemoteInvocation {
    /// The hook's name.
    pub hook: String,
    /// The event's id, for logs.
    pub event_id: String,
    /// W3C Trace Context of the customer's request, passed on by `fetch`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
    /// The `args` object, without variables and secrets: the relay has its own.
    pub args: Value,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RemoteResult {
    /// Its answer, or why there is none.
    pub result: Result<Answer, Failure>,
    /// What it printed until then.
    pub console: Vec<Printed>,
    /// How long it took, in microseconds.
    pub times: RemoteTimes,
}

/// A line that a script printed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Printed {
    /// `debug`, `info`, `warn` or `error`.
    pub level: String,
    /// What.
    pub text: String,
}

/// Time by phase, in microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoteTimes {
    /// Waiting for a context.
    pub queue: u64,
    /// The script itself.
    pub script: u64,
    /// Waiting for calls.
    pub fetch: u64,
}
