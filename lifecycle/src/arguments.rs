//! What a hook is given: the `args` object of the hook contract, as JSON.
//!
//! Lists and objects of the contract are always there, if empty; what the traffic cannot tell is
//! left out. [`model`] has the shape.

pub mod model;

use serde_json::{Map, Value};

use self::model::{
    Application, Args, Attributes, ContinueRequestParameters, Customer, CustomerInfo, Emails,
    Event, Identifiers, Location, OidcContext, PersonName, Phones, Request, Tokens,
};
use crate::event::EventType;
use crate::exchange::Client;
use crate::form::TokenRequest;
use crate::plan::PlannedHook;

/// What the arguments of events at the token endpoint are made of.
#[derive(Clone, Debug)]
pub struct TokenEvent<'a> {
    /// The event.
    pub event: EventType,
    /// Its id.
    pub id: &'a str,
    /// When it happened, RFC 3339.
    pub time: &'a str,
    /// What the client asked.
    pub request: &'a TokenRequest,
    /// Who asked, and how.
    pub client: &'a Client,
    /// The path of the request, without its query.
    pub path: &'a str,
    /// `scope` of the token response.
    pub scope: Option<&'a str>,
    /// Claims of the ID token, as they are now.
    pub id_token: &'a Value,
    /// Claims of the access token when it is a JWT, else null.
    pub access_token: &'a Value,
    /// What the hooks before shared.
    pub session: &'a Map<String, Value>,
}

/// The application of a token event: who asked, else whom the ID token is for.
pub fn client_id(request: &TokenRequest, id_token: &Value) -> Option<String> {
    let claim = |name: &str| {
        id_token
            .get(name)
            .and_then(Value::as_str)
            .map(str::to_owned)
    };
    let audience = || match id_token.get("aud") {
        Some(Value::String(audience)) => Some(audience.clone()),
        Some(Value::Array(all)) if all.len() == 1 => all.first()?.as_str().map(str::to_owned),
        _ => None,
    };
    request
        .client_id
        .clone()
        .or_else(|| claim("azp"))
        .or_else(audience)
}

/// `args` with what hooks.yaml gives `hook`.
pub fn with_settings(mut args: Value, hook: &PlannedHook) -> Value {
    if let Value::Object(members) = &mut args {
        members.insert("variables".to_owned(), hook.variables.clone());
        members.insert("secrets".to_owned(), hook.secrets.0.clone());
    }
    args
}

/// The arguments of a token event, but for the settings of a hook.
pub fn token_event(event: &TokenEvent<'_>) -> Value {
    let scopes: Vec<String> = match event.scope {
        Some(scope) => scope.split_ascii_whitespace().map(str::to_owned).collect(),
        None => event.request.scopes.clone(),
    };
    let grant_type = event.request.grant_type().map(str::to_owned);
    let tokens = Tokens {
        grant_type: grant_type.clone(),
        id_token: event.id_token.clone(),
        access_token: event.access_token.clone(),
    };
    Args {
        application: Application {
            name: None,
            client_id: client_id(event.request, event.id_token),
        },
        oidc_context: OidcContext {
            scopes: scopes.clone(),
            redirect_uri: event.request.redirect_uri.clone(),
            ..OidcContext::default()
        },
        customer: customer(event),
        authenticators: vec![],
        requested_scopes: scopes,
        request: Request {
            method: "POST".to_owned(),
            path: event.path.to_owned(),
            host: event.client.host.clone(),
            user_agent: event.client.user_agent.clone(),
            language: event.client.language.clone(),
        },
        session: event.session.clone(),
        continue_context: None,
        continue_request_parameters: ContinueRequestParameters::default(),
        event: Event {
            id: event.id.to_owned(),
            kind: event.event,
            time: event.time.to_owned(),
            path: grant_type,
            attempt: 1,
        },
        tokens: event.event.has_tokens().then_some(tokens),
        reason: None,
    }
    .to_json()
}

impl Args {
    /// As scripts get them.
    pub fn to_json(&self) -> Value {
        // Names are texts, and nothing in it can fail to be written.
        serde_json::to_value(self).unwrap_or_default()
    }
}

/// The customer, as the ID token knows them (OpenID Connect Core 1.0 section 5.1).
fn customer(event: &TokenEvent<'_>) -> Customer {
    let claims = event.id_token;
    let text = |name: &str| claims.get(name).and_then(Value::as_str).map(str::to_owned);
    let (email, phone, username) = (
        text("email"),
        text("phone_number"),
        text("preferred_username"),
    );
    let name = PersonName {
        given_name: text("given_name"),
        family_name: text("family_name"),
    };
    Customer {
        ip_address: event.client.ip.clone(),
        store: text("iss"),
        info: CustomerInfo {
            claims: claims.as_object().cloned().unwrap_or_default(),
            id: text("sub"),
            user_name: username.clone(),
        },
        identifiers: Identifiers {
            email: email.clone(),
            username,
            phone: phone.clone(),
        },
        attributes: Attributes {
            emails: email.map(|primary_email| Emails { primary_email }),
            phones: phone.map(|primary_phone| Phones { primary_phone }),
            name: (name != PersonName::default()).then_some(name),
        },
        consents: vec![],
        groups: claims
            .get("groups")
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default(),
        location: Location::default(),
    }
}
