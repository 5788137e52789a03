//! Which results an event takes.

use super::OutcomeError;
use crate::event::EventType;

/// The results that scripts answer with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Claims to set.
    TokenClaims,
    /// The flow ends.
    Deny,
    /// What to register.
    RegistrationData,
    /// How to authenticate.
    AllowAuthentication,
    /// Ask.
    Prompt,
    /// Do not ask.
    SkipPrompts,
    /// Send the customer away.
    RedirectRequest,
    /// Show an error.
    ShowErrorMessage,
}

impl Kind {
    /// Every kind.
    pub const ALL: &'static [Kind] = &[
        Kind::TokenClaims,
        Kind::Deny,
        Kind::RegistrationData,
        Kind::AllowAuthentication,
        Kind::Prompt,
        Kind::SkipPrompts,
        Kind::RedirectRequest,
        Kind::ShowErrorMessage,
    ];

    /// The name of its class.
    pub fn name(self) -> &'static str {
        match self {
            Kind::TokenClaims => "TokenClaims",
            Kind::Deny => "DenyRequest",
            Kind::RegistrationData => "RegistrationData",
            Kind::AllowAuthentication => "AllowAuthentication",
            Kind::Prompt => "Prompt",
            Kind::SkipPrompts => "SkipPrompts",
            Kind::RedirectRequest => "RedirectRequest",
            Kind::ShowErrorMessage => "ShowErrorMessage",
        }
    }

    /// What `event` takes, beside nothing at all and an `AllowAuthentication` that only goes on, which
    /// every event takes.
    pub fn taken_at(event: EventType) -> &'static [Kind] {
        use Kind::*;
        match event {
            EventType::PreIdTokenGeneration => &[TokenClaims, Deny],
            EventType::PreRegistration => {
                &[RegistrationData, ShowErrorMessage, RedirectRequest, Deny]
            }
            EventType::PostIdentification => {
                &[AllowAuthentication, RedirectRequest, ShowErrorMessage, Deny]
            }
            EventType::PreMfaMethodDispatch => &[AllowAuthentication, ShowErrorMessage, Deny],
            EventType::PreProgressiveProfiling | EventType::MissingMandatoryAttributeOrConsent => {
                &[Prompt, SkipPrompts]
            }
            EventType::PostSocialLogin
            | EventType::PostAccountLogin
            | EventType::PostMfaMethodDispatch
            | EventType::PrePasswordReset => &[RedirectRequest, ShowErrorMessage, Deny],
            EventType::PostRegistration
            | EventType::PostAccountActivation
            | EventType::PostMfaFactorChange
            | EventType::PostConsentUpdate
            | EventType::PostPasswordReset
            | EventType::PostForgottenUsername
            | EventType::PostAccountDeletion
            | EventType::PostAccountDisabled
            | EventType::DenyAuthentication => &[ShowErrorMessage, RedirectRequest],
        }
    }
}

/// Whether `event` takes `kind`.
pub(super) fn check(event: EventType, kind: Kind) -> Result<(), OutcomeError> {
    if Kind::taken_at(event).contains(&kind) {
        return Ok(());
    }
    Err(not_here(event, kind.name().to_owned()))
}

/// `result` means nothing at `event`.
pub(super) fn not_here(event: EventType, result: String) -> OutcomeError {
    OutcomeError::NotHere {
        result,
        event,
        expected: expected(event),
    }
}

/// What `event` takes, for messages.
fn expected(event: EventType) -> String {
    let mut all = String::new();
    for kind in Kind::taken_at(event) {
        all.push_str(match kind {
            Kind::Deny => "deny(new DenyRequest(…))",
            other => other.name(),
        });
        all.push_str(", ");
    }
    all + "or nothing"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_takes_something() {
        for event in EventType::ALL {
            assert!(!Kind::taken_at(*event).is_empty(), "{event}");
        }
    }

    #[test]
    fn what_is_expected_is_said() {
        assert_eq!(
            expected(EventType::PreIdTokenGeneration),
            "TokenClaims, deny(new DenyRequest(…)), or nothing"
        );
    }
}
