//! What an answer means at an event: parsed once into an [`Outcome`], or refused with the reason.

use serde_json::{Map, Value};

use crate::answer::{Answer, Given};
use crate::event::EventType;

/// Claims that a hook cannot set or remove: what makes a token verifiable and bound to its login.
pub const PROTECTED_CLAIMS: &[&str] = &[
    "iss",
    "sub",
    "aud",
    "exp",
    "iat",
    "nonce",
    "at_hash",
    "c_hash",
    "s_hash",
    "azp",
    "auth_time",
    "acr",
    "amr",
    "sid",
    "jti",
];

/// What a hook decided.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Go on as if the hook were not there.
    Unchanged,
    /// Change the tokens.
    TokenClaims(TokenClaims),
    /// End the flow.
    Deny(Deny),
}

/// Changes to claims, in the order the script gave them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TokenClaims {
    /// For the ID token.
    pub id_token: Vec<ClaimChange>,
    /// For the access token, when it is a JWT.
    pub access_token: Vec<ClaimChange>,
}

/// A change of one claim.
#[derive(Clone, Debug, PartialEq)]
pub enum ClaimChange {
    /// Set or replaced.
    Set(String, Value),
    /// Removed.
    Remove(String),
}

/// The application gets an OAuth error (RFC 6749 section 5.2).
#[derive(Clone, Debug, PartialEq)]
pub struct Deny {
    /// The error code.
    pub error: String,
    /// The text for the developer of the application.
    pub description: Option<String>,
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
        expected: &'static str,
    },
    /// A field of a result has the wrong type.
    #[error("`{field}` of {result} must be {expected}, found {found}")]
    Field {
        /// The result's class.
        result: &'static str,
        /// The field.
        field: &'static str,
        /// What it must be.
        expected: &'static str,
        /// What it is.
        found: String,
    },
}

impl Outcome {
    /// Reads the answer of a synchronous hook of `event`.
    pub fn read(event: EventType, answer: &Answer) -> Result<Self, OutcomeError> {
        let given = match answer {
            Answer::Nothing => return Ok(Outcome::Unchanged),
            Answer::Denied(given) => return deny(given).map(Outcome::Deny),
            Answer::Result(given) => given,
            Answer::Calls(_) => return Ok(Outcome::Unchanged),
        };
        if given.json.is_null() {
            return Ok(Outcome::Unchanged);
        }
        match (event, kind(given)) {
            (EventType::PreIdTokenGeneration, Some("TokenClaims")) => {
                token_claims(given).map(Outcome::TokenClaims)
            }
            (_, Some("DenyRequest")) => deny(given).map(Outcome::Deny),
            (_, Some("AllowAuthentication" | "SkipPrompts")) => Ok(Outcome::Unchanged),
            (_, result) => Err(OutcomeError::NotHere {
                result: result.map_or_else(|| found(&given.json), str::to_owned),
                event,
                expected: expected(event),
            }),
        }
    }
}

/// What `event` takes, for messages.
fn expected(event: EventType) -> &'static str {
    match event {
        EventType::PreIdTokenGeneration => "TokenClaims, deny(new DenyRequest(…)), or nothing",
        _ => "deny(new DenyRequest(…)), or nothing",
    }
}

/// The result's kind, by the name of its class or, for a script's own classes, by shape.
fn kind(given: &Given) -> Option<&str> {
    const KNOWN: &[&str] = &[
        "TokenClaims",
        "DenyRequest",
        "AllowAuthentication",
        "RegistrationData",
        "Prompt",
        "SkipPrompts",
        "RedirectRequest",
        "ShowErrorMessage",
    ];
    let class = given.class.as_deref();
    if class.is_some_and(|name| KNOWN.contains(&name)) {
        return class;
    }
    let has = |field: &str| given.json.get(field).is_some();
    if has("idToken") || has("accessToken") {
        Some("TokenClaims")
    } else if has("url") {
        Some("RedirectRequest")
    } else if has("text") {
        Some("ShowErrorMessage")
    } else if has("error") {
        Some("DenyRequest")
    } else {
        class
    }
}

fn token_claims(given: &Given) -> Result<TokenClaims, OutcomeError> {
    Ok(TokenClaims {
        id_token: claim_changes(given, "idToken")?,
        access_token: claim_changes(given, "accessToken")?,
    })
}

fn claim_changes(given: &Given, field: &'static str) -> Result<Vec<ClaimChange>, OutcomeError> {
    let empty = Map::new();
    let claims = match given.json.get(field) {
        None | Some(Value::Null) => &empty,
        Some(Value::Object(claims)) => claims,
        Some(other) => {
            return Err(OutcomeError::Field {
                result: "TokenClaims",
                field,
                expected: "an object of claims",
                found: found(other),
            });
        }
    };
    let removed = given
        .undefined
        .iter()
        .filter(|(of, _)| of == field)
        .map(|(_, name)| name);
    let set = claims
        .iter()
        .map(|(name, value)| ClaimChange::Set(name.clone(), value.clone()));
    let changes: Vec<_> = set
        .chain(removed.cloned().map(ClaimChange::Remove))
        .collect();
    for change in &changes {
        let (ClaimChange::Set(claim, _) | ClaimChange::Remove(claim)) = change;
        if PROTECTED_CLAIMS.contains(&claim.as_str()) {
            return Err(OutcomeError::ProtectedClaim {
                claim: claim.clone(),
            });
        }
    }
    Ok(changes)
}

fn deny(given: &Given) -> Result<Deny, OutcomeError> {
    let text = |field: &'static str| match given.json.get(field) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(other) => Err(OutcomeError::Field {
            result: "DenyRequest",
            field,
            expected: "a string",
            found: found(other),
        }),
    };
    // `deny("reason")` is common in scripts; the text is for the developer, not a code.
    if let Value::String(reason) = &given.json {
        return Ok(Deny {
            error: "access_denied".into(),
            description: Some(reason.clone()),
        });
    }
    Ok(Deny {
        error: text("error")?.unwrap_or_else(|| "access_denied".into()),
        description: text("description")?,
    })
}

/// What a value is, in the words of a JavaScript developer.
fn found(value: &Value) -> String {
    match value {
        Value::Null => "null".into(),
        Value::Bool(flag) => format!("the boolean {flag}"),
        Value::Number(number) => format!("the number {number}"),
        Value::String(_) => "a string".into(),
        Value::Array(_) => "an array".into(),
        Value::Object(fields) => {
            let names: Vec<_> = fields.keys().map(String::as_str).take(5).collect();
            format!("an object with {{{}}}", names.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const PRE_TOKEN: EventType = EventType::PreIdTokenGeneration;

    fn result(class: Option<&str>, json: Value) -> Answer {
        Answer::Result(Given {
            class: class.map(str::to_owned),
            json,
            undefined: vec![],
        })
    }

    #[test]
    fn claims_are_read_by_name_and_by_shape() {
        let wanted = Outcome::TokenClaims(TokenClaims {
            id_token: vec![ClaimChange::Set("tier".into(), json!("gold"))],
            access_token: vec![],
        });
        for class in [Some("TokenClaims"), Some("Mine"), None] {
            let answer = result(class, json!({"idToken": {"tier": "gold"}, "extra": 1}));
            assert_eq!(Outcome::read(PRE_TOKEN, &answer), Ok(wanted.clone()));
        }
    }

    #[test]
    fn an_undefined_claim_is_removed() {
        let answer = Answer::Result(Given {
            class: Some("TokenClaims".into()),
            json: json!({"idToken": {}}),
            undefined: vec![("idToken".into(), "email".into())],
        });
        let Ok(Outcome::TokenClaims(claims)) = Outcome::read(PRE_TOKEN, &answer) else {
            panic!("expected claims")
        };
        assert_eq!(claims.id_token, [ClaimChange::Remove("email".into())]);
    }

    #[test]
    fn each_protected_claim_is_refused_by_name_in_either_token() {
        for claim in PROTECTED_CLAIMS {
            for token in ["idToken", "accessToken"] {
                let answer = result(None, json!({token: {*claim: "x"}}));
                let error = Outcome::read(PRE_TOKEN, &answer).unwrap_err();
                assert_eq!(
                    error,
                    OutcomeError::ProtectedClaim {
                        claim: (*claim).into()
                    }
                );
            }
        }
    }

    #[test]
    fn nothing_and_null_go_on_unchanged() {
        for answer in [Answer::Nothing, result(None, Value::Null)] {
            assert_eq!(Outcome::read(PRE_TOKEN, &answer), Ok(Outcome::Unchanged));
        }
    }

    #[test]
    fn a_denial_carries_an_oauth_error() {
        let given = Given {
            json: json!({"error": "login_required"}),
            ..Given::default()
        };
        let outcome = Outcome::read(EventType::PostAccountLogin, &Answer::Denied(given));
        assert_eq!(
            outcome,
            Ok(Outcome::Deny(Deny {
                error: "login_required".into(),
                description: None
            }))
        );
        let text = Given {
            json: json!("too risky"),
            ..Given::default()
        };
        let outcome = Outcome::read(PRE_TOKEN, &Answer::Denied(text));
        assert_eq!(
            outcome,
            Ok(Outcome::Deny(Deny {
                error: "access_denied".into(),
                description: Some("too risky".into())
            }))
        );
    }

    #[test]
    fn an_answer_that_means_nothing_here_says_what_would() {
        let answer = result(Some("RedirectRequest"), json!({"url": "https://x"}));
        let error = Outcome::read(PRE_TOKEN, &answer).unwrap_err().to_string();
        assert!(
            error.contains("`RedirectRequest`") && error.contains("TokenClaims"),
            "{error}"
        );
        let error = Outcome::read(PRE_TOKEN, &result(None, json!({"tier": 1}))).unwrap_err();
        assert!(error.to_string().contains("{tier}"), "{error}");
    }

    #[test]
    fn a_field_of_the_wrong_type_is_named() {
        let error = Outcome::read(PRE_TOKEN, &result(None, json!({"idToken": 7}))).unwrap_err();
        assert_eq!(
            error.to_string(),
            "`idToken` of TokenClaims must be an object of claims, found the number 7"
        );
    }
}
