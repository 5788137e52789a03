//! What an exchange asks of whoever holds it.

use serde::Serialize;
use serde_json::Value;

use crate::answer::{Failure, FailureKind};
use crate::bundle::OnError;
use crate::event::EventType;
use crate::token::SigningKey;

/// Something to do.
#[derive(Debug)]
pub enum Effect {
    /// Set a header of the request, before it goes to the platform.
    SetRequestHeader(&'static str, &'static str),
    /// Remove one.
    RemoveRequestHeader(&'static str),
    /// Set a header of the held response (`:status` too).
    SetResponseHeader(&'static str, String),
    /// Remove one.
    RemoveResponseHeader(&'static str),
    /// Replace the held response's body.
    ReplaceResponseBody(Vec<u8>),
    /// Run a hook and feed [`super::Input::HookEnded`].
    RunHook(Invocation),
    /// Sign and feed [`super::Input::Signed`].
    Sign(SignRequest),
    /// Hand this to the relay; nobody waits.
    Deliver(Delivery),
    /// Count and log this.
    Report(Report),
    /// Let the response go on: it is held no longer.
    Release,
    /// Answer the client in place of a held response whose body is not all here.
    LocalReply(Reply),
}

/// An answer of our own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// JSON.
    pub body: String,
}

/// A synchronous run of a hook.
#[derive(Clone, Debug, PartialEq)]
pub struct Invocation {
    /// Index of the hook in the plan.
    pub hook: usize,
    /// The event's id, for logs.
    pub event_id: String,
    /// W3C Trace Context of the customer's request, when it carries a valid one.
    pub traceparent: Option<String>,
    /// The `args` object, without variables and secrets ([`crate::arguments::with_settings`]): where
    /// it runs they are added.
    pub args: Value,
}

/// A signature that is needed.
#[derive(Debug)]
pub struct SignRequest {
    /// With this key.
    pub key: SigningKey,
    /// Over this.
    pub message: String,
}

/// An asynchronous run of a hook: the body of the callout to the relay.
#[derive(Clone, Debug, PartialEq, Serialize, serde::Deserialize)]
pub struct Delivery {
    /// Unique; the same on every attempt.
    pub id: String,
    /// The hook's name.
    pub hook: String,
    /// The event.
    pub event: EventType,
    /// W3C Trace Context of the customer's request, passed on by `fetch`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
    /// The `args` object, without variables and secrets: the relay has its own.
    pub args: Value,
}

/// Something that operators want counted, and often logged.
#[derive(Clone, Debug, PartialEq)]
pub enum Report {
    /// An event happened.
    Event {
        /// Which.
        event: EventType,
        /// Its id.
        id: String,
    },
    /// A hook answered, and its answer was used.
    HookDone {
        /// Its name.
        hook: String,
    },
    /// A hook ended the flow.
    HookDenied {
        /// Its name.
        hook: String,
        /// The event's id.
        event_id: String,
        /// The OAuth error.
        error: String,
    },
    /// A hook failed, or its answer could not be used.
    HookFailed {
        /// Its name.
        hook: String,
        /// The event.
        event: EventType,
        /// The event's id.
        event_id: String,
        /// Why.
        failure: Failure,
        /// What happens now.
        policy: OnError,
    },
    /// Our keys could not be added to the platform's.
    JwksUnchanged {
        /// Why.
        reason: String,
    },
}

impl Report {
    /// The counter it adds to, without the common prefix.
    pub fn counter(&self) -> String {
        match self {
            Report::Event { event, .. } => format!("event.{event}"),
            Report::HookDone { hook } => format!("hook.{hook}.done"),
            Report::HookDenied { hook, .. } => format!("hook.{hook}.denied"),
            Report::HookFailed { hook, failure, .. } => {
                format!("hook.{hook}.failed.{}", failure.kind.name())
            }
            Report::JwksUnchanged { .. } => "jwks_unchanged".into(),
        }
    }

    /// What to log, when it is worth a line in production.
    pub fn line(&self) -> Option<String> {
        match self {
            Report::Event { .. } | Report::HookDone { .. } => None,
            Report::HookDenied {
                hook,
                event_id,
                error,
            } => Some(format!(
                "hook `{hook}` denied with `{error}` (event {event_id})"
            )),
            Report::HookFailed {
                hook,
                event,
                event_id,
                failure,
                policy,
            } => {
                let then = match policy {
                    OnError::Continue => "the flow goes on without it (on_error: continue)",
                    OnError::Deny => "the flow is refused (on_error: deny)",
                };
                let what = match failure.kind {
                    FailureKind::Exchange => "could not be honoured",
                    _ => "failed",
                };
                Some(format!(
                    "hook `{hook}` at {event} {what}: {failure}; {then} (event {event_id})"
                ))
            }
            Report::JwksUnchanged { reason } => Some(format!(
                "our keys are not in the platform's key set: {reason}; clients cannot verify changed tokens"
            )),
        }
    }
}
