//! The catalogue of lifecycle events.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// When, within an exchange, a synchronous hook of an event runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Before the platform sees the request.
    Request,
    /// Before the customer sees the answer.
    Response,
}

macro_rules! catalogue {
    ($($(#[$doc:meta])* $variant:ident = $id:literal, $phase:ident;)*) => {
        /// A point in a customer's lifecycle at which hooks can run.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum EventType {
            $($(#[$doc])* #[serde(rename = $id)] $variant,)*
        }

        impl EventType {
            /// Every event of the catalogue, in the order of a customer's life.
            pub const ALL: &'static [EventType] = &[$(EventType::$variant,)*];

            /// The id that hooks.yaml, scripts and deliveries use, such as `post-account-login`.
            pub fn id(self) -> &'static str {
                match self { $(EventType::$variant => $id,)* }
            }

            /// When a synchronous hook of this event runs.
            pub fn phase(self) -> Phase {
                match self { $(EventType::$variant => Phase::$phase,)* }
            }
        }
    };
}

catalogue! {
    /// Registration data were submitted, the account does not exist yet.
    PreRegistration = "pre-registration", Request;
    /// The account was created.
    PostRegistration = "post-registration", Response;
    /// The activation link was followed.
    PostAccountActivation = "post-account-activation", Response;
    /// The identifier was given, no factor asked yet.
    PostIdentification = "post-identification", Response;
    /// An MFA message is about to be sent.
    PreMfaMethodDispatch = "pre-mfa-method-dispatch", Request;
    /// The MFA verification succeeded.
    PostMfaMethodDispatch = "post-mfa-method-dispatch", Response;
    /// A factor was enrolled and verified, or removed.
    PostMfaFactorChange = "post-mfa-factor-change", Response;
    /// Registration or login with a social provider completed.
    PostSocialLogin = "post-social-login", Response;
    /// Authentication or registration failed.
    DenyAuthentication = "deny-authentication", Response;
    /// After authentication, mandatory attributes or consents are not there.
    MissingMandatoryAttributeOrConsent = "missing-mandatory-attribute-or-consent", Response;
    /// After authentication, before the login flow completes.
    PreProgressiveProfiling = "pre-progressive-profiling", Response;
    /// Tokens are about to be issued.
    PreIdTokenGeneration = "pre-id-token-generation", Response;
    /// The customer authenticated and has an ID token.
    PostAccountLogin = "post-account-login", Response;
    /// Consents were given or withdrawn.
    PostConsentUpdate = "post-consent-update", Response;
    /// "Forgot my password" was started.
    PrePasswordReset = "pre-password-reset", Request;
    /// The password was reset.
    PostPasswordReset = "post-password-reset", Response;
    /// A forgotten-username request completed.
    PostForgottenUsername = "post-forgotten-username", Response;
    /// The account was disabled.
    PostAccountDisabled = "post-account-disabled", Response;
    /// The account was deleted.
    PostAccountDeletion = "post-account-deletion", Response;
}

impl EventType {
    /// Whether a hook of it is given the tokens (`args.tokens`).
    pub fn has_tokens(self) -> bool {
        self == EventType::PreIdTokenGeneration
    }

    /// Whether a hook of it is given the reason of a refusal (`args.reason`).
    pub fn has_reason(self) -> bool {
        self == EventType::DenyAuthentication
    }
}

impl fmt::Display for EventType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

/// The name is in no catalogue.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is no lifecycle event; the nearest is `{nearest}`")]
pub struct UnknownEvent {
    /// The name as it was written.
    pub found: String,
    /// The id that looks most like it.
    pub nearest: EventType,
}

impl FromStr for EventType {
    type Err = UnknownEvent;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let known = EventType::ALL
            .iter()
            .copied()
            .find(|event| event.id() == name);
        known.ok_or_else(|| UnknownEvent {
            found: name.to_owned(),
            nearest: nearest(name),
        })
    }
}

fn nearest(name: &str) -> EventType {
    EventType::ALL
        .iter()
        .copied()
        .min_by_key(|event| edit_distance(name, event.id()))
        .unwrap_or(EventType::PostAccountLogin)
}

/// Levenshtein distance in characters, one row at a time.
fn edit_distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.chars().enumerate() {
        let mut next = vec![i + 1];
        for ((j, b), pair) in to.iter().enumerate().zip(row.windows(2)) {
            let (diagonal, above) = match pair {
                [diagonal, above] => (*diagonal, *above),
                _ => continue,
            };
            let left = next.get(j).copied().unwrap_or(usize::MAX - 1);
            let replaced = diagonal + usize::from(a != *b);
            next.push(replaced.min(above + 1).min(left + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogue_has_nineteen_events_with_ids_of_their_own() {
        let mut ids: Vec<_> = EventType::ALL.iter().map(|event| event.id()).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 19);
    }

    #[test]
    fn an_event_is_read_back_from_its_id() {
        for event in EventType::ALL {
            assert_eq!(event.id().parse(), Ok(*event));
        }
    }

    #[test]
    fn a_misspelt_event_is_told_its_nearest_name() {
        let error = "post-acount-login".parse::<EventType>().unwrap_err();
        assert_eq!(error.nearest, EventType::PostAccountLogin);
        let error = "pre-idtoken-generation".parse::<EventType>().unwrap_err();
        assert_eq!(error.nearest, EventType::PreIdTokenGeneration);
    }
}
