//! What an answer means at an event: parsed once into an [`Outcome`], or refused with the reason.
//!
//! [`results`] reads what the callback and module forms answer with, [`trigger`] what the trigger
//! form did with its `api`, [`table`] says which event takes what, [`json`] writes an outcome for people
//! and programs.

mod claims;
mod json;
mod results;
mod table;
#[cfg(test)]
mod tests;
mod token_endpoint;
mod trigger;

use serde_json::{Map, Value};

pub use self::claims::{ClaimChange, PROTECTED_CLAIMS, TokenClaims};
pub use self::table::Kind;
use crate::answer::Answer;
use crate::event::EventType;

/// What a hook decided. The callback and module forms give one thing, the trigger form may do
/// several at once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    /// How the flow goes on.
    pub decision: Decision,
    /// Changes to the tokens.
    pub claims: Option<TokenClaims>,
    /// What is to be known about the customer from their next login on.
    pub metadata: Metadata,
    /// What the customer has to prove, beside what the platform asks, in this order.
    pub steps: Vec<Step>,
    /// Ways of authentication that the hook vouches for, as URLs.
    pub methods: Vec<String>,
    /// Replaces the session of the journey.
    pub session: Option<Map<String, Value>>,
}

/// How the flow goes on.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Decision {
    /// As if the hook were not there.
    #[default]
    Continue,
    /// It ends.
    Deny(Deny),
    /// Register with these data.
    RegistrationData(RegistrationData),
    /// Authenticate.
    AllowAuthentication(AllowAuthentication),
    /// Ask the customer.
    Prompt(Prompt),
    /// Do not ask them.
    SkipPrompts,
    /// Send the customer away; the hook runs again when they come back.
    RedirectRequest {
        /// Absolute, http or https.
        url: String,
    },
    /// The customer stays where they are and reads this.
    ShowErrorMessage {
        /// What they read.
        text: String,
        /// What programs know it by.
        code: Option<String>,
    },
}

/// The application gets an OAuth error (RFC 6749 section 5.2).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Deny {
    /// The error code.
    pub error: String,
    /// The text for the developer of the application, or where the customer reads it, for them.
    pub description: Option<String>,
    /// For the log only.
    pub internal_reason: Option<String>,
}

/// What to register.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RegistrationData {
    /// The attributes, in place of those submitted; `None`: as submitted.
    pub attributes: Option<Map<String, Value>>,
    /// Authenticators that count as verified.
    pub additional_authenticators: Vec<AdditionalAuthenticator>,
}

/// An authenticator that the brand has verified.
#[derive(Clone, Debug, PartialEq)]
pub struct AdditionalAuthenticator {
    /// What it is.
    pub kind: AuthenticatorKind,
    /// The address or number.
    pub target: String,
}

/// What an additional authenticator can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthenticatorKind {
    /// An email address.
    Email,
    /// A phone number.
    Phone,
}

impl AuthenticatorKind {
    /// Its name in scripts.
    pub fn name(self) -> &'static str {
        match self {
            AuthenticatorKind::Email => "email",
            AuthenticatorKind::Phone => "phone",
        }
    }
}

/// How to authenticate.
#[derive(Clone, Debug, PartialEq)]
pub struct AllowAuthentication {
    /// Whether what is remembered (of the device, of the session) is enough; false steps up.
    pub allow_remembered_authenticators: bool,
    /// What does not count this time: names, or authenticators as the hook was given them.
    pub authenticators_to_ignore: Vec<Value>,
}

impl AllowAuthentication {
    /// Whether it only says "go on".
    pub fn goes_on(&self) -> bool {
        self.allow_remembered_authenticators && self.authenticators_to_ignore.is_empty()
    }
}

/// What to ask.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Prompt {
    /// A list, or an object by name.
    pub fields: Value,
    /// The same.
    pub consents: Value,
}

/// Something the customer has to prove: one of these factors.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// How.
    pub action: StepAction,
    /// Objects with a `type`, such as `{"type": "otp"}`.
    pub factors: Vec<Value>,
}

/// How a factor is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepAction {
    /// One that they have.
    Challenge,
    /// One that they get now.
    Enroll,
    /// Whatever the platform asks as a second factor, of this provider.
    Multifactor,
}

/// What is to be known about the customer; null removes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Metadata {
    /// What the customer may see and change.
    pub user: Map<String, Value>,
    /// What they may not.
    pub app: Map<String, Value>,
}

impl Metadata {
    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.user.is_empty() && self.app.is_empty()
    }
}

/// An answer that cannot be used.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum OutcomeError {
    /// A protected claim was set or removed.
    #[error("the claim `{claim}` is protected and cannot be set or removed by a hook")]
    ProtectedClaim {
        /// The claim.
        claim: String,
    },
    /// A result that means nothing at this event.
    #[error("`{result}` is no answer at {event}; expected {expected}")]
    NotHere {
        /// The result's class, or its shape.
        result: String,
        /// The event.
        event: EventType,
        /// What the event takes.
        expected: String,
    },
    /// A field of a result is not what it must be.
    #[error("`{field}` of {result} must be {expected}, found {found}")]
    Field {
        /// The result's class.
        result: &'static str,
        /// The field.
        field: String,
        /// What it must be.
        expected: &'static str,
        /// What it is.
        found: String,
    },
    /// A call on `api` that cannot be honoured.
    #[error("api.{method} {reason}")]
    Call {
        /// The method, without `api`.
        method: String,
        /// Why.
        reason: String,
    },
    /// It would be an answer elsewhere, but not where this event shows.
    #[error("`{result}` cannot be honoured at the token endpoint, where {event} shows: {reason}")]
    AtTokenEndpoint {
        /// What the hook wants.
        result: &'static str,
        /// The event.
        event: EventType,
        /// Why.
        reason: &'static str,
    },
}

impl Outcome {
    /// Reads the answer of a synchronous hook of `event`.
    ///
    /// # Errors
    /// Why it cannot be used. What the trigger form wants is judged by its trigger alone: whether
    /// it can be done is known where it is done ([`Outcome::at_token_endpoint`]).
    pub fn read(event: EventType, answer: &Answer) -> Result<Self, OutcomeError> {
        match answer {
            Answer::Nothing => Ok(Outcome::default()),
            Answer::Denied(given) => {
                let deny = results::deny(given)?;
                table::check(event, Kind::Deny)?;
                Ok(Decision::Deny(deny).into())
            }
            Answer::Result(given) if given.json.is_null() => Ok(Outcome::default()),
            Answer::Result(given) => results::read(event, given),
            Answer::Calls(calls) => trigger::read(calls),
        }
    }
}

impl From<Decision> for Outcome {
    fn from(decision: Decision) -> Self {
        Outcome {
            decision,
            ..Outcome::default()
        }
    }
}

/// What a value is, in the words of a JavaScript developer.
fn found(value: &Value) -> String {
    match value {
        Value::Null => "null".into(),
        Value::Bool(flag) => format!("the boolean {flag}"),
        Value::Number(number) => format!("the number {number}"),
        Value::String(text) if text.is_empty() => "an empty string".into(),
        // Not its text: it may be a customer's.
        Value::String(_) => "a string".into(),
        Value::Array(_) => "an array".into(),
        Value::Object(fields) => {
            let names: Vec<_> = fields.keys().map(String::as_str).take(5).collect();
            format!("an object with {{{}}}", names.join(", "))
        }
    }
}
