//! The results of the callback and module forms: known by the name of their class, or by shape.

use serde_json::{Map, Value, json};
use url::Url;

use super::claims::{self, ClaimChange, TokenClaims};
use super::table::{self, Kind};
use super::{
    AdditionalAuthenticator, AllowAuthentication, AuthenticatorKind, Decision, Deny, Outcome,
    OutcomeError, Prompt, RegistrationData, found,
};
use crate::answer::Given;
use crate::event::EventType;

/// Reads what a hook of `event` answered with.
pub(super) fn read(event: EventType, given: &Given) -> Result<Outcome, OutcomeError> {
    let Some(kind) = kind(event, given) else {
        let class = given.class.clone();
        return Err(table::not_here(
            event,
            class.unwrap_or_else(|| found(&given.json)),
        ));
    };
    let fields = Fields { kind, given };
    let decision = match kind {
        Kind::TokenClaims => Decision::Continue,
        Kind::Deny => Decision::Deny(deny(given)?),
        Kind::RegistrationData => Decision::RegistrationData(registration(&fields)?),
        Kind::AllowAuthentication => Decision::AllowAuthentication(allow(&fields)?),
        Kind::Prompt => Decision::Prompt(Prompt {
            fields: fields.asked("fields")?,
            consents: fields.asked("consents")?,
        }),
        Kind::SkipPrompts => Decision::SkipPrompts,
        Kind::RedirectRequest => Decision::RedirectRequest { url: url(&fields)? },
        Kind::ShowErrorMessage => Decision::ShowErrorMessage {
            text: fields.text("text")?,
            code: None,
        },
    };
    let goes_on = matches!(&decision, Decision::AllowAuthentication(allow) if allow.goes_on());
    if !goes_on {
        table::check(event, kind)?;
    }
    Ok(Outcome {
        decision,
        claims: (kind == Kind::TokenClaims)
            .then(|| token_claims(&fields))
            .transpose()?,
        session: fields.object("session", "an object")?.cloned(),
        ..Outcome::default()
    })
}

/// What `deny(x)` was given. Every `x` denies, but for one that is meant as something else.
pub(super) fn deny(given: &Given) -> Result<Deny, OutcomeError> {
    // `deny("reason")` is common in scripts; the text is for the developer, not a code.
    if let Value::String(reason) = &given.json {
        return Ok(Deny {
            error: ACCESS_DENIED.into(),
            description: Some(reason.clone()),
            internal_reason: None,
        });
    }
    let fields = Fields {
        kind: Kind::Deny,
        given,
    };
    let error = fields.optional_text("error")?;
    Ok(Deny {
        error: error.unwrap_or_else(|| ACCESS_DENIED.into()),
        description: fields.optional_text("description")?,
        internal_reason: None,
    })
}

/// The error of a denial that names none (RFC 6749 section 4.1.2.1).
pub(super) const ACCESS_DENIED: &str = "access_denied";

/// What kind of result it is.
fn kind(event: EventType, given: &Given) -> Option<Kind> {
    if let Some(class) = &given.class {
        // Bundlers rename classes that collide: `TokenClaims2`, `_TokenClaims`.
        let name = class.trim_start_matches('_');
        let name = name.trim_end_matches(|c: char| c.is_ascii_digit());
        let known = Kind::ALL.iter().find(|kind| kind.name() == name);
        if known.is_some() {
            return known.copied();
        }
    }
    let has = |fields: &[&str]| fields.iter().any(|field| given.json.get(*field).is_some());
    Some(if has(&["idToken", "accessToken"]) {
        Kind::TokenClaims
    } else if has(&["url"]) {
        Kind::RedirectRequest
    } else if has(&["text"]) {
        Kind::ShowErrorMessage
    } else if has(&["attributes", "additionalAuthenticators"]) {
        Kind::RegistrationData
    } else if has(&["allowRememberedAuthenticators", "authenticatorsToIgnore"]) {
        Kind::AllowAuthentication
    } else if has(&["fields", "consents"]) {
        Kind::Prompt
    } else if has(&["error"]) {
        Kind::Deny
    } else if has(&["session"]) {
        // Only a session: go on.
        if Kind::taken_at(event).contains(&Kind::SkipPrompts) {
            Kind::SkipPrompts
        } else {
            Kind::AllowAuthentication
        }
    } else {
        return None;
    })
}

fn token_claims(fields: &Fields<'_>) -> Result<TokenClaims, OutcomeError> {
    Ok(TokenClaims {
        id_token: claim_changes(fields, "idToken")?,
        access_token: claim_changes(fields, "accessToken")?,
    })
}

fn claim_changes(fields: &Fields<'_>, field: &str) -> Result<Vec<ClaimChange>, OutcomeError> {
    let claims = fields.object(field, "an object of claims")?;
    let set = claims.into_iter().flatten();
    let set = set.map(|(name, value)| ClaimChange::Set(name.clone(), value.clone()));
    let undefined = fields.given.undefined.iter();
    let removed = undefined
        .filter(|(of, _)| of == field)
        .map(|(_, name)| ClaimChange::Remove(name.clone()));
    let changes: Vec<_> = set.chain(removed).collect();
    claims::check(&changes)?;
    Ok(changes)
}

fn registration(fields: &Fields<'_>) -> Result<RegistrationData, OutcomeError> {
    const FIELD: &str = "additionalAuthenticators";
    let attributes = fields.object("attributes", "an object of attributes")?;
    let list = fields.list(FIELD, "an array of AdditionalAuthenticator")?;
    let authenticator = |(index, value): (usize, &Value)| {
        let member = |name: &str| value.get(name).unwrap_or(&Value::Null);
        let wrong = |name: &str, expected| {
            fields.wrong(
                format!("{FIELD}[{index}]{name}"),
                expected,
                match name {
                    "" => value,
                    _ => member(name.trim_start_matches('.')),
                },
            )
        };
        if !value.is_object() {
            return Err(wrong("", "an AdditionalAuthenticator(type, target)"));
        }
        let kind = match member("type").as_str() {
            Some("email") => AuthenticatorKind::Email,
            Some("phone") => AuthenticatorKind::Phone,
            _ => return Err(wrong(".type", "\"email\" or \"phone\"")),
        };
        let target = member("target")
            .as_str()
            .filter(|target| !target.is_empty());
        let target = target.ok_or_else(|| wrong(".target", "an address or a number"))?;
        Ok(AdditionalAuthenticator {
            kind,
            target: target.to_owned(),
        })
    };
    Ok(RegistrationData {
        attributes: attributes.cloned(),
        additional_authenticators: list
            .iter()
            .enumerate()
            .map(authenticator)
            .collect::<Result<_, _>>()?,
    })
}

fn allow(fields: &Fields<'_>) -> Result<AllowAuthentication, OutcomeError> {
    const ALLOW: &str = "allowRememberedAuthenticators";
    const IGNORE: &str = "authenticatorsToIgnore";
    let allow_remembered_authenticators = match fields.get(ALLOW) {
        Value::Null => true,
        Value::Bool(allow) => *allow,
        other => return Err(fields.wrong(ALLOW, "true or false", other)),
    };
    let ignored = fields.list(IGNORE, "an array of authenticators")?;
    for (index, value) in ignored.iter().enumerate() {
        if !(value.is_string() || value.is_object()) {
            let field = format!("{IGNORE}[{index}]");
            return Err(fields.wrong(field, "an authenticator or its name", value));
        }
    }
    Ok(AllowAuthentication {
        allow_remembered_authenticators,
        authenticators_to_ignore: ignored.to_vec(),
    })
}

fn url(fields: &Fields<'_>) -> Result<String, OutcomeError> {
    let text = fields.text("url")?;
    match absolute(&text) {
        Some(_) => Ok(text),
        None => Err(fields.wrong("url", "an absolute http or https URL", fields.get("url"))),
    }
}

/// The URL, when it is one to which a customer can be sent.
pub(super) fn absolute(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    (matches!(url.scheme(), "http" | "https") && url.has_host()).then_some(url)
}

/// The fields of a result.
struct Fields<'a> {
    kind: Kind,
    given: &'a Given,
}

impl<'a> Fields<'a> {
    fn get(&self, field: &str) -> &'a Value {
        self.given.json.get(field).unwrap_or(&Value::Null)
    }

    fn wrong(
        &self,
        field: impl Into<String>,
        expected: &'static str,
        value: &Value,
    ) -> OutcomeError {
        OutcomeError::Field {
            result: self.kind.name(),
            field: field.into(),
            expected,
            found: found(value),
        }
    }

    fn optional_text(&self, field: &str) -> Result<Option<String>, OutcomeError> {
        match self.get(field) {
            Value::Null => Ok(None),
            Value::String(text) => Ok(Some(text.clone())),
            other => Err(self.wrong(field, "a string", other)),
        }
    }

    fn text(&self, field: &str) -> Result<String, OutcomeError> {
        let text = self.optional_text(field)?;
        text.filter(|text| !text.is_empty())
            .ok_or_else(|| self.wrong(field, "a string that is not empty", self.get(field)))
    }

    fn object(
        &self,
        field: &str,
        expected: &'static str,
    ) -> Result<Option<&'a Map<String, Value>>, OutcomeError> {
        match self.get(field) {
            Value::Null => Ok(None),
            Value::Object(members) => Ok(Some(members)),
            other => Err(self.wrong(field, expected, other)),
        }
    }

    fn list(&self, field: &str, expected: &'static str) -> Result<&'a [Value], OutcomeError> {
        match self.get(field) {
            Value::Null => Ok(&[]),
            Value::Array(values) => Ok(values),
            other => Err(self.wrong(field, expected, other)),
        }
    }

    /// What a prompt asks.
    fn asked(&self, field: &str) -> Result<Value, OutcomeError> {
        match self.get(field) {
            Value::Null => Ok(json!([])),
            value @ (Value::Array(_) | Value::Object(_)) => Ok(value.clone()),
            other => Err(self.wrong(field, "an array, or an object by name", other)),
        }
    }
}
