//! The calls that the trigger form made on its `api`, as hook-runtime's `contract/api.js` notes them,
//! in order, as one outcome.

use serde_json::{Map, Value};

use super::claims::{self, ClaimChange, TokenClaims};
use super::results::{ACCESS_DENIED, absolute};
use super::{
    AllowAuthentication, Decision, Deny, Metadata, Outcome, OutcomeError, Step, StepAction, found,
};
use crate::answer::ApiCall;

/// Everything that the calls want. The first denial counts and wins over all else, then an error
/// that is shown, then the last redirect, then what has to be proved.
pub(super) fn read(calls: &[ApiCall]) -> Result<Outcome, OutcomeError> {
    let mut wanted = Wanted::default();
    for call in calls {
        wanted.add(&Call(call))?;
    }
    wanted.outcome()
}

#[derive(Default)]
struct Wanted {
    denied: Option<Deny>,
    error: Option<Decision>,
    redirect: Option<String>,
    claims: TokenClaims,
    metadata: Metadata,
    steps: Vec<Step>,
    allow_remembered: bool,
    methods: Vec<String>,
}

impl Wanted {
    fn add(&mut self, call: &Call<'_>) -> Result<(), OutcomeError> {
        match call.0.method.as_str() {
            "access.deny" => {
                let deny = Deny {
                    error: call
                        .optional_text(0)?
                        .unwrap_or_else(|| ACCESS_DENIED.into()),
                    description: call.optional_text(1)?,
                    internal_reason: call.optional_text(2)?,
                };
                self.denied.get_or_insert(deny);
            }
            "validation.error" => {
                let error = Decision::ShowErrorMessage {
                    text: call.text(1)?,
                    code: Some(call.text(0)?),
                };
                self.error.get_or_insert(error);
            }
            "idToken.setCustomClaim" => self.claims.id_token.push(call.claim()?),
            "accessToken.setCustomClaim" => self.claims.access_token.push(call.claim()?),
            "accessToken.addScope" => {
                let change = ClaimChange::AddScope(call.text(0)?);
                self.claims.access_token.push(change);
            }
            "accessToken.removeScope" => {
                let change = ClaimChange::RemoveScope(call.text(0)?);
                self.claims.access_token.push(change);
            }
            "user.setUserMetadata" => call.put(&mut self.metadata.user)?,
            "user.setAppMetadata" => call.put(&mut self.metadata.app)?,
            "multifactor.enable" => {
                self.steps
                    .retain(|step| step.action != StepAction::Multifactor);
                let provider = call.text(0)?;
                if provider != "none" {
                    self.steps.push(Step {
                        action: StepAction::Multifactor,
                        factors: vec![serde_json::json!({ "type": provider })],
                    });
                }
                let remember = call.argument(1).get("allowRememberBrowser");
                self.allow_remembered = remember == Some(&Value::Bool(true));
            }
            "authentication.challengeWith" | "authentication.challengeWithAny" => {
                self.steps.push(call.step(StepAction::Challenge)?);
            }
            "authentication.enrollWith" | "authentication.enrollWithAny" => {
                self.steps.push(call.step(StepAction::Enroll)?);
            }
            "authentication.recordMethod" => self.methods.push(call.text(0)?),
            "redirect.sendUserTo" => self.redirect = Some(call.url()?),
            "authentication.setPrimaryUser" => {
                return Err(call.refused(
                    "cannot be honoured: who the customer is (`sub`) is the platform's to say",
                ));
            }
            _ => return Err(call.refused("is no method that this version knows")),
        }
        Ok(())
    }

    fn outcome(self) -> Result<Outcome, OutcomeError> {
        let TokenClaims {
            id_token,
            access_token,
        } = &self.claims;
        claims::check(id_token.iter().chain(access_token))?;
        let changes = !id_token.is_empty() || !access_token.is_empty();
        let decision = if let Some(deny) = self.denied {
            Decision::Deny(deny)
        } else if let Some(error) = self.error {
            error
        } else if let Some(url) = self.redirect {
            Decision::RedirectRequest { url }
        } else if !self.steps.is_empty() {
            // Proving something anew is the point of factors that a hook names.
            let remembered = self
                .steps
                .iter()
                .all(|step| step.action == StepAction::Multifactor);
            Decision::AllowAuthentication(AllowAuthentication {
                allow_remembered_authenticators: remembered && self.allow_remembered,
                authenticators_to_ignore: vec![],
            })
        } else {
            Decision::Continue
        };
        Ok(Outcome {
            decision,
            claims: changes.then_some(self.claims),
            metadata: self.metadata,
            steps: self.steps,
            methods: self.methods,
            session: None,
        })
    }
}

/// A call and its arguments.
struct Call<'a>(&'a ApiCall);

impl Call<'_> {
    fn argument(&self, index: usize) -> &Value {
        self.0.arguments.get(index).unwrap_or(&Value::Null)
    }

    fn refused(&self, reason: impl Into<String>) -> OutcomeError {
        OutcomeError::Call {
            method: self.0.method.clone(),
            reason: reason.into(),
        }
    }

    fn wrong(&self, index: usize, expected: &str) -> OutcomeError {
        let found = found(self.argument(index));
        self.refused(format!("takes {expected}, found {found}"))
    }

    fn text(&self, index: usize) -> Result<String, OutcomeError> {
        match self.argument(index) {
            Value::String(text) if !text.is_empty() => Ok(text.clone()),
            _ => Err(self.wrong(index, "a string that is not empty")),
        }
    }

    fn optional_text(&self, index: usize) -> Result<Option<String>, OutcomeError> {
        match self.argument(index) {
            Value::Null => Ok(None),
            Value::String(text) => Ok(Some(text.clone())),
            _ => Err(self.wrong(index, "a string")),
        }
    }

    /// (name, value); null removes.
    fn claim(&self) -> Result<ClaimChange, OutcomeError> {
        let name = self.text(0)?;
        Ok(match self.argument(1) {
            Value::Null => ClaimChange::Remove(name),
            value => ClaimChange::Set(name, value.clone()),
        })
    }

    fn put(&self, metadata: &mut Map<String, Value>) -> Result<(), OutcomeError> {
        metadata.insert(self.text(0)?, self.argument(1).clone());
        Ok(())
    }

    fn step(&self, action: StepAction) -> Result<Step, OutcomeError> {
        match self.argument(0) {
            Value::Array(factors) if !factors.is_empty() => Ok(Step {
                action,
                factors: factors.clone(),
            }),
            _ => Err(self.wrong(0, "factors")),
        }
    }

    /// (url, query): where the customer goes.
    fn url(&self) -> Result<String, OutcomeError> {
        let text = self.text(0)?;
        let Some(mut url) = absolute(&text) else {
            return Err(self.wrong(0, "an absolute http or https URL"));
        };
        let query = match self.argument(1) {
            Value::Object(query) if query.values().any(|value| !value.is_null()) => query,
            Value::Object(_) | Value::Null => return Ok(text),
            _ => return Err(self.wrong(1, "an object of query parameters")),
        };
        {
            let mut pairs = url.query_pairs_mut();
            for (name, value) in query {
                let values = match value {
                    Value::Array(values) => values.as_slice(),
                    one => std::slice::from_ref(one),
                };
                for value in values.iter().filter(|value| !value.is_null()) {
                    match value {
                        Value::String(text) => pairs.append_pair(name, text),
                        other => pairs.append_pair(name, &other.to_string()),
                    };
                }
            }
        }
        Ok(url.into())
    }
}
