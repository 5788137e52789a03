//! An outcome as JSON, with the names that the results have in scripts.

use serde_json::{Map, Value, json};

use super::table::Kind;
use super::{ClaimChange, Decision, Outcome, StepAction};

impl Outcome {
    /// The name of its result; `none` when the flow goes on and no claims are changed.
    pub fn kind(&self) -> &'static str {
        let kind = match &self.decision {
            Decision::Continue if self.claims.is_some() => Kind::TokenClaims,
            Decision::Continue => return "none",
            Decision::Deny(_) => Kind::Deny,
            Decision::RegistrationData(_) => Kind::RegistrationData,
            Decision::AllowAuthentication(_) => Kind::AllowAuthentication,
            Decision::Prompt(_) => Kind::Prompt,
            Decision::SkipPrompts => Kind::SkipPrompts,
            Decision::RedirectRequest { .. } => Kind::RedirectRequest,
            Decision::ShowErrorMessage { .. } => Kind::ShowErrorMessage,
        };
        kind.name()
    }

    /// `{"type": "TokenClaims", "idToken": {…}, …}`: the fields of its result, and whatever else it
    /// does. What is removed is null.
    pub fn to_json(&self) -> Value {
        let mut fields = match &self.decision {
            Decision::Continue | Decision::SkipPrompts => json!({}),
            Decision::Deny(deny) => json!({
                "error": deny.error,
                "description": deny.description,
                "internalReason": deny.internal_reason,
            }),
            Decision::RegistrationData(data) => {
                let list = data.additional_authenticators.iter();
                let list = list.map(|it| json!({"type": it.kind.name(), "target": it.target}));
                json!({
                    "attributes": data.attributes,
                    "additionalAuthenticators": list.collect::<Value>(),
                })
            }
            Decision::AllowAuthentication(allow) => json!({
                "allowRememberedAuthenticators": allow.allow_remembered_authenticators,
                "authenticatorsToIgnore": allow.authenticators_to_ignore,
            }),
            Decision::Prompt(prompt) => {
                json!({"fields": prompt.fields, "consents": prompt.consents})
            }
            Decision::RedirectRequest { url } => json!({ "url": url }),
            Decision::ShowErrorMessage { text, code } => json!({"text": text, "code": code}),
        };
        let mut outcome = Map::new();
        outcome.insert("type".into(), self.kind().into());
        if let Some(fields) = fields.as_object_mut() {
            // A code that only one form has, a reason that nobody gave.
            fields.retain(|name, value| {
                !(value.is_null() && matches!(name.as_str(), "internalReason" | "code"))
            });
            outcome.append(fields);
        }
        self.add_effects(&mut outcome);
        Value::Object(outcome)
    }

    fn add_effects(&self, outcome: &mut Map<String, Value>) {
        if let Some(claims) = &self.claims {
            outcome.insert("idToken".into(), set_claims(&claims.id_token));
            outcome.insert("accessToken".into(), set_claims(&claims.access_token));
            let scopes = |wanted: fn(&ClaimChange) -> Option<&String>| -> Vec<&String> {
                claims.access_token.iter().filter_map(wanted).collect()
            };
            let added = scopes(|change| match change {
                ClaimChange::AddScope(scope) => Some(scope),
                _ => None,
            });
            let removed = scopes(|change| match change {
                ClaimChange::RemoveScope(scope) => Some(scope),
                _ => None,
            });
            for (name, scopes) in [("addedScopes", added), ("removedScopes", removed)] {
                if !scopes.is_empty() {
                    outcome.insert(name.into(), json!(scopes));
                }
            }
        }
        if !self.metadata.is_empty() {
            let metadata = json!({"user": self.metadata.user, "app": self.metadata.app});
            outcome.insert("metadata".into(), metadata);
        }
        if !self.steps.is_empty() {
            let steps = self.steps.iter().map(|step| {
                let action = match step.action {
                    StepAction::Challenge => "challengeWith",
                    StepAction::Enroll => "enrollWith",
                    StepAction::Multifactor => "multifactor",
                };
                json!({ action: step.factors })
            });
            outcome.insert("steps".into(), steps.collect());
        }
        if !self.methods.is_empty() {
            outcome.insert("methods".into(), json!(self.methods));
        }
        if let Some(session) = &self.session {
            outcome.insert("session".into(), Value::Object(session.clone()));
        }
    }
}

fn set_claims(changes: &[ClaimChange]) -> Value {
    let mut claims = Map::new();
    for change in changes {
        match change {
            ClaimChange::Set(claim, value) => claims.insert(claim.clone(), value.clone()),
            ClaimChange::Remove(claim) => claims.insert(claim.clone(), Value::Null),
            ClaimChange::AddScope(_) | ClaimChange::RemoveScope(_) => None,
        };
    }
    Value::Object(claims)
}
