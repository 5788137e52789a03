//! What a hook is given: the `args` object of the hook contract, as JSON.
//!
//! Lists and objects of the contract are always there, if empty; what the traffic cannot tell is
//! left out.

use serde_json::{Map, Value, json};

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
    put(&mut args, "", "variables", Some(hook.variables.clone()));
    put(&mut args, "", "secrets", Some(hook.secrets.0.clone()));
    args
}

/// The arguments of a token event, but for the settings of a hook.
pub fn token_event(event: &TokenEvent<'_>) -> Value {
    let scopes: Vec<&str> = match event.scope {
        Some(scope) => scope.split_ascii_whitespace().collect(),
        None => event.request.scopes.iter().map(String::as_str).collect(),
    };
    let mut args = json!({
        "application": {},
        "oidc_context": { "acr_values": [], "ui_locales": [], "scopes": scopes },
        "customer": customer(event),
        "authenticators": [],
        "requested_scopes": scopes,
        "request": { "method": "POST", "path": event.path },
        "session": event.session,
        "continue_context": null,
        "continue_request_parameters": {},
        "event": {
            "id": event.id, "type": event.event.id(), "time": event.time, "attempt": 1,
        },
    });
    put(
        &mut args,
        "/application",
        "client_id",
        client_id(event.request, event.id_token),
    );
    put(
        &mut args,
        "/oidc_context",
        "redirect_uri",
        event.request.redirect_uri.clone(),
    );
    put(&mut args, "/event", "path", event.request.grant_type());
    put(&mut args, "/request", "host", event.client.host.clone());
    put(
        &mut args,
        "/request",
        "user_agent",
        event.client.user_agent.clone(),
    );
    put(
        &mut args,
        "/request",
        "language",
        event.client.language.clone(),
    );
    if event.event == EventType::PreIdTokenGeneration {
        let tokens = json!({
            "grant_type": event.request.grant_type(),
            "id_token": event.id_token,
            "access_token": event.access_token,
        });
        put(&mut args, "", "tokens", Some(tokens));
    }
    args
}

/// The customer, as the ID token knows them (OpenID Connect Core 1.0 section 5.1).
fn customer(event: &TokenEvent<'_>) -> Value {
    let claims = event.id_token;
    let claim = |name: &str| claims.get(name).filter(|value| !value.is_null()).cloned();
    let mut info = claims.as_object().cloned().unwrap_or_default();
    insert(&mut info, "id", claim("sub"));
    insert(&mut info, "userName", claim("preferred_username"));

    let mut identifiers = Map::new();
    insert(&mut identifiers, "email", claim("email"));
    insert(&mut identifiers, "username", claim("preferred_username"));
    insert(&mut identifiers, "phone", claim("phone_number"));

    let mut attributes = Map::new();
    insert(
        &mut attributes,
        "emails",
        claim("email").map(|email| json!({"primaryEmail": email})),
    );
    insert(
        &mut attributes,
        "phones",
        claim("phone_number").map(|phone| json!({"primaryPhone": phone})),
    );
    let mut name = Map::new();
    insert(&mut name, "givenName", claim("given_name"));
    insert(&mut name, "familyName", claim("family_name"));
    if !name.is_empty() {
        attributes.insert("name".into(), Value::Object(name));
    }

    let groups = claim("groups")
        .filter(Value::is_array)
        .unwrap_or_else(|| json!([]));
    let mut customer = json!({
        "info": info,
        "identifiers": identifiers,
        "attributes": attributes,
        "consents": [],
        "groups": groups,
        "location": { "coordinates": {} },
    });
    put(&mut customer, "", "ip_address", event.client.ip.clone());
    put(&mut customer, "", "store", claim("iss"));
    customer
}

fn insert(map: &mut Map<String, Value>, name: &str, value: Option<Value>) {
    if let Some(value) = value {
        map.insert(name.to_owned(), value);
    }
}

/// Sets the member `name` of the object at `pointer` (RFC 6901), when there is a value.
fn put(root: &mut Value, pointer: &str, name: &str, value: Option<impl Into<Value>>) {
    let object = root.pointer_mut(pointer).and_then(Value::as_object_mut);
    if let (Some(object), Some(value)) = (object, value) {
        object.insert(name.to_owned(), value.into());
    }
}
