//! The triggers of scripts of the form `(event, api)`, and the events at which they run.
//!
//! hook-runtime's `contract/trigger.js` has the same table for running them.

use crate::event::EventType;

/// A trigger: the function `onExecute…` of a script, and for some `onContinue…`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// The customer authenticated.
    PostLogin,
    /// Registration data were submitted.
    PreUserRegistration,
    /// The account was created.
    PostUserRegistration,
    /// The password was reset.
    PostChangePassword,
    /// A password reset was started, and the customer proved who they are.
    PostChallenge,
    /// A text message or call is about to be made.
    SendPhoneMessage,
    /// An application gets a token for itself.
    CredentialsExchange,
}

/// Triggers that scripts may know from elsewhere and that nothing in front of a platform can show.
const ELSEWHERE: &[&str] = &[
    "onExecuteCustomTokenExchange",
    "onExecuteCustomEmailProvider",
    "onExecuteCustomPhoneProvider",
    "onExecuteEventStream",
];

/// A script's triggers do not fit its event.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TriggerError {
    /// It runs at other events.
    #[error("it exports {exported}, which does not run at {event}; {}", expected(*event))]
    NotHere {
        /// The names.
        exported: String,
        /// The event.
        event: EventType,
    },
    /// Nothing shows it.
    #[error(
        "it exports {exported}, which has no counterpart in front of an identity platform: nothing on the wire shows it"
    )]
    Elsewhere {
        /// The name.
        exported: String,
    },
    /// It is no trigger at all.
    #[error("it exports {exported}, which is no trigger; there are {}", names(Trigger::ALL.iter()))]
    Unknown {
        /// The name.
        exported: String,
    },
}

impl Trigger {
    /// Every trigger.
    pub const ALL: &'static [Trigger] = &[
        Trigger::PostLogin,
        Trigger::PreUserRegistration,
        Trigger::PostUserRegistration,
        Trigger::PostChangePassword,
        Trigger::PostChallenge,
        Trigger::SendPhoneMessage,
        Trigger::CredentialsExchange,
    ];

    /// The function that a script exports for it.
    pub fn function(self) -> &'static str {
        match self {
            Trigger::PostLogin => "onExecutePostLogin",
            Trigger::PreUserRegistration => "onExecutePreUserRegistration",
            Trigger::PostUserRegistration => "onExecutePostUserRegistration",
            Trigger::PostChangePassword => "onExecutePostChangePassword",
            Trigger::PostChallenge => "onExecutePostChallenge",
            Trigger::SendPhoneMessage => "onExecuteSendPhoneMessage",
            Trigger::CredentialsExchange => "onExecuteCredentialsExchange",
        }
    }

    /// The events at which it runs.
    pub fn events(self) -> &'static [EventType] {
        match self {
            Trigger::PostLogin => &[EventType::PostAccountLogin, EventType::PreIdTokenGeneration],
            Trigger::PreUserRegistration => &[EventType::PreRegistration],
            Trigger::PostUserRegistration => &[EventType::PostRegistration],
            Trigger::PostChangePassword => &[EventType::PostPasswordReset],
            Trigger::PostChallenge => &[EventType::PrePasswordReset],
            Trigger::SendPhoneMessage => &[EventType::PreMfaMethodDispatch],
            Trigger::CredentialsExchange => &[EventType::PreIdTokenGeneration],
        }
    }
}

/// Whether a script that exports the functions `exported` (`onExecute…`; none for the other forms)
/// can be bound to `event`: one of them must run there.
///
/// # Errors
/// Why it cannot.
pub fn check(event: EventType, exported: &[impl AsRef<str>]) -> Result<(), TriggerError> {
    let mut other = None;
    for name in exported {
        let name = name.as_ref();
        let known = Trigger::ALL
            .iter()
            .find(|trigger| trigger.function() == name);
        match known {
            Some(trigger) if trigger.events().contains(&event) => return Ok(()),
            Some(_) => {}
            None => other = Some(name.to_owned()),
        }
    }
    match other {
        _ if exported.is_empty() => Ok(()),
        Some(exported) if ELSEWHERE.contains(&exported.as_str()) => {
            Err(TriggerError::Elsewhere { exported })
        }
        Some(exported) => Err(TriggerError::Unknown { exported }),
        None => {
            let names: Vec<_> = exported.iter().map(AsRef::as_ref).collect();
            Err(TriggerError::NotHere {
                exported: names.join(", "),
                event,
            })
        }
    }
}

fn expected(event: EventType) -> String {
    let here = Trigger::ALL
        .iter()
        .filter(|trigger| trigger.events().contains(&event));
    let names = names(here);
    if names.is_empty() {
        "no trigger does: write it as `export default async function (args) { … }`".to_owned()
    } else {
        format!("expected {names}")
    }
}

fn names<'a>(triggers: impl Iterator<Item = &'a Trigger>) -> String {
    let names: Vec<_> = triggers.map(|trigger| trigger.function()).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trigger_fits_its_events_and_no_others() {
        for trigger in Trigger::ALL {
            for event in EventType::ALL {
                let fits = check(*event, &[trigger.function()]).is_ok();
                assert_eq!(
                    fits,
                    trigger.events().contains(event),
                    "{trigger:?} {event}"
                );
            }
        }
    }

    #[test]
    fn one_that_fits_is_enough_and_other_forms_have_none() {
        let both = ["onExecutePostUserRegistration", "onExecutePostLogin"];
        assert_eq!(check(EventType::PostAccountLogin, &both), Ok(()));
        assert_eq!(
            check(EventType::PostAccountDeletion, &[] as &[&str]),
            Ok(())
        );
    }

    #[test]
    fn what_does_not_fit_is_told_what_would() {
        let error = |event, name: &str| check(event, &[name]).unwrap_err().to_string();
        assert_eq!(
            error(EventType::PreRegistration, "onExecutePostLogin"),
            "it exports onExecutePostLogin, which does not run at pre-registration; expected onExecutePreUserRegistration"
        );
        assert!(
            error(EventType::PostAccountDeletion, "onExecutePostLogin").contains("export default")
        );
        assert!(
            error(EventType::PostAccountLogin, "onExecuteCustomTokenExchange")
                .contains("no counterpart")
        );
        assert!(error(EventType::PostAccountLogin, "onExecutePostLogn").contains("is no trigger"));
    }
}
