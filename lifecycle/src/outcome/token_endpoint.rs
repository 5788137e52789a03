//! What of an outcome can be done at the token endpoint: claims, a denial, nothing.

use super::{Decision, Outcome, OutcomeError};
use crate::event::EventType;

const NOBODY_SEES: &str = "the application asks there, and the customer sees nothing of it; expected claims, a denial, or nothing";
const TOO_LATE: &str =
    "the customer has authenticated before; expected claims, a denial, or nothing";
const NO_PLACE: &str =
    "there is no place yet where it would be kept; expected claims, a denial, or nothing";

impl Outcome {
    /// Whether the outcome of a hook of `event` can be done at the token endpoint.
    ///
    /// # Errors
    /// What cannot, and why. Nothing of such an outcome is done.
    pub fn at_token_endpoint(&self, event: EventType) -> Result<(), OutcomeError> {
        let refused = |result, reason| {
            Err(OutcomeError::AtTokenEndpoint {
                result,
                event,
                reason,
            })
        };
        match &self.decision {
            // A denial undoes the rest.
            Decision::Deny(_) => return Ok(()),
            Decision::RedirectRequest { .. } => return refused("RedirectRequest", NOBODY_SEES),
            Decision::ShowErrorMessage { .. } => return refused("ShowErrorMessage", NOBODY_SEES),
            Decision::Prompt(_) => return refused("Prompt", NOBODY_SEES),
            Decision::RegistrationData(_) => return refused("RegistrationData", TOO_LATE),
            Decision::AllowAuthentication(allow) if !allow.goes_on() || !self.steps.is_empty() => {
                return refused("AllowAuthentication", TOO_LATE);
            }
            Decision::Continue | Decision::AllowAuthentication(_) | Decision::SkipPrompts => {}
        }
        if !self.metadata.is_empty() {
            return refused("metadata", NO_PLACE);
        }
        if !self.methods.is_empty() {
            return refused("authentication.recordMethod", TOO_LATE);
        }
        Ok(())
    }
}
