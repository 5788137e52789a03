//! The arguments of events that could have happened: what `leh test` runs a hook on when it is given
//! no event, and what it shows to those who want to write one.

use serde_json::{Map, Value, json};

use crate::arguments::{self, TokenEvent};
use crate::event::EventType;
use crate::exchange::Client;
use crate::form::TokenRequest;
use crate::trigger::Trigger;

const ID: &str = "019b76da-a800-7000-8000-000000000000";
const TIME: &str = "2026-01-01T00:00:00.000Z";
const SCOPES: [&str; 3] = ["openid", "profile", "email"];
const REDIRECT_URI: &str = "https://shop.example.com/callback";

/// The `args` of `event`, without the variables and secrets of a hook.
pub fn args(event: EventType) -> Value {
    let mut args = match event {
        EventType::PreIdTokenGeneration | EventType::PostAccountLogin => at_token_endpoint(event),
        _ => in_the_browser(event),
    };
    if let Some(location) = args.pointer_mut("/customer/location") {
        *location = json!({
            "city": "Utrecht", "state": "Utrecht", "country": "Netherlands", "country_code": "NL",
            "coordinates": { "latitude": 52.0907, "longitude": 5.1214 },
        });
    }
    args
}

/// The same for a script that exports the functions `triggers` (`onExecute…`): one that is only about
/// applications that get a token for themselves is given such an event.
pub fn of_triggers(event: EventType, triggers: &[impl AsRef<str>]) -> Value {
    let exports = |trigger: Trigger| {
        let mut names = triggers.iter().map(AsRef::as_ref);
        names.any(|name| name == trigger.function())
    };
    let alone = exports(Trigger::CredentialsExchange) && !exports(Trigger::PostLogin);
    if event == EventType::PreIdTokenGeneration && alone {
        client_credentials()
    } else {
        args(event)
    }
}

/// An application gets a token for itself: nobody signs in, and there is no ID token.
fn client_credentials() -> Value {
    let access_token = json!({
        "iss": "https://id.example.com", "sub": "stock-sync", "aud": "https://api.example.com",
        "exp": 1_767_229_200, "iat": 1_767_225_600, "client_id": "stock-sync",
        "jti": "0b9b0f0e-6f0c-4a1e-9f5d-3f6a0c1d2e3f", "scope": "read:stock",
    });
    let request = TokenRequest {
        grant_types: vec!["client_credentials".into()],
        client_id: Some("stock-sync".into()),
        redirect_uri: None,
        scopes: vec!["read:stock".into()],
    };
    arguments::token_event(&TokenEvent {
        event: EventType::PreIdTokenGeneration,
        id: ID,
        time: TIME,
        request: &request,
        client: &client(),
        path: "/token",
        scope: Some("read:stock"),
        id_token: &json!({}),
        access_token: &access_token,
        session: &Map::new(),
    })
}

/// Who asks at the token endpoint.
fn client() -> Client {
    Client {
        ip: Some("192.0.2.1".into()),
        host: Some("id.example.com".into()),
        user_agent: Some("sample".into()),
        language: Some("en".into()),
        ..Client::default()
    }
}

fn at_token_endpoint(event: EventType) -> Value {
    let claims = json!({
        "iss": "https://id.example.com", "sub": "248289761001", "aud": "storefront",
        "exp": 1_767_229_200, "iat": 1_767_225_600, "auth_time": 1_767_225_590,
        "nonce": "n-0S6_WzA2Mj", "sid": "08a5019c-17e1-4977-8f42-65a12843ea02", "amr": ["pwd"],
        "preferred_username": "jane", "name": "Jane Doe", "given_name": "Jane", "family_name": "Doe",
        "email": "jane@example.com", "email_verified": true, "phone_number": "+31201234567",
        "groups": ["customers"],
    });
    let access_token = json!({
        "iss": "https://id.example.com", "sub": "248289761001", "aud": "https://api.example.com",
        "exp": 1_767_229_200, "iat": 1_767_225_600, "client_id": "storefront",
        "jti": "4be1a1f6-0d2b-4c0a-8f6b-1f6f0c3a5d10", "scope": SCOPES.join(" "),
    });
    let request = TokenRequest {
        grant_types: vec!["authorization_code".into()],
        client_id: Some("storefront".into()),
        redirect_uri: Some(REDIRECT_URI.into()),
        scopes: vec![],
    };
    arguments::token_event(&TokenEvent {
        event,
        id: ID,
        time: TIME,
        request: &request,
        client: &client(),
        path: "/token",
        scope: Some(&SCOPES.join(" ")),
        id_token: &claims,
        access_token: &access_token,
        session: &Map::new(),
    })
}

/// An event of the pages that the customer sees.
fn in_the_browser(event: EventType) -> Value {
    let (method, path, road) = place(event);
    let mut args = json!({
        "application": { "name": "Storefront", "client_id": "storefront" },
        "oidc_context": {
            "acr_values": [], "ui_locales": ["en"], "scopes": SCOPES, "redirect_uri": REDIRECT_URI,
            "response_type": "code", "prompt": "login", "login_hint": "jane@example.com",
        },
        "customer": {
            "ip_address": "192.0.2.1",
            "store": "https://id.example.com",
            "info": {
                "id": "248289761001", "userName": "jane", "email": "jane@example.com",
                "email_verified": true, "name": "Jane Doe",
            },
            "identifiers": {
                "email": "jane@example.com", "username": "jane", "phone": "+31201234567",
            },
            "attributes": {
                "emails": { "primaryEmail": "jane@example.com" },
                "phones": { "primaryPhone": "+31201234567" },
                "name": { "givenName": "Jane", "familyName": "Doe" },
            },
            "consents": [{ "id": "newsletter", "granted": true, "time": TIME }],
            "groups": ["customers"],
            "location": {},
        },
        "authenticators": [],
        "requested_scopes": SCOPES,
        "request": {
            "method": method, "path": path, "host": "id.example.com",
            "user_agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "language": "en",
        },
        "session": {},
        "continue_context": null,
        "continue_request_parameters": {
            "callback_url": "https://id.example.com/continue", "state": "b7Jx0a3dQmS2",
        },
        "event": { "id": ID, "type": event.id(), "time": TIME, "path": road, "attempt": 1 },
    });
    let mut set = |pointer: &str, value: Value| {
        let place = args.pointer_mut(pointer.rsplit_once('/').map_or("", |(of, _)| of));
        let name = pointer.rsplit('/').next().unwrap_or_default();
        if let Some(Value::Object(members)) = place {
            members.insert(name.to_owned(), value);
        }
    };
    match event {
        // Nobody knows them yet.
        EventType::PreRegistration => set("/customer/info", json!({})),
        EventType::PostIdentification => set(
            "/authenticators",
            json!([{ "type": "password" }, { "type": "otp" }, { "type": "email" }]),
        ),
        EventType::PreMfaMethodDispatch | EventType::PostMfaMethodDispatch => {
            set(
                "/authenticators",
                json!([{ "type": "phone", "target": "+31201234567" }]),
            );
        }
        EventType::PostMfaFactorChange => set("/authenticators", json!([{ "type": "otp" }])),
        EventType::DenyAuthentication => set(
            "/reason",
            json!({ "error": "access_denied", "description": "The password is wrong." }),
        ),
        EventType::PreProgressiveProfiling | EventType::MissingMandatoryAttributeOrConsent => {
            set(
                "/customer/identifiers",
                json!({ "email": "jane@example.com", "username": "jane" }),
            );
            set(
                "/customer/attributes",
                json!({
                    "emails": { "primaryEmail": "jane@example.com" },
                    "name": { "givenName": "Jane", "familyName": "Doe" },
                }),
            );
            set("/customer/consents", json!([]));
        }
        _ => {}
    }
    args
}

/// Method and path of a request that shows `event`, and the road that led there.
fn place(event: EventType) -> (&'static str, &'static str, &'static str) {
    match event {
        EventType::PreRegistration | EventType::PostRegistration => {
            ("POST", "/registration", "password")
        }
        EventType::PostAccountActivation => ("GET", "/activation", "email"),
        EventType::PostSocialLogin => ("GET", "/social/callback", "social"),
        EventType::PreMfaMethodDispatch
        | EventType::PostMfaMethodDispatch
        | EventType::PostMfaFactorChange => ("POST", "/mfa", "phone"),
        EventType::PrePasswordReset | EventType::PostPasswordReset => {
            ("POST", "/password-reset", "email")
        }
        EventType::PostForgottenUsername => ("POST", "/forgotten-username", "email"),
        EventType::PostConsentUpdate
        | EventType::PreProgressiveProfiling
        | EventType::MissingMandatoryAttributeOrConsent => ("POST", "/profile", "password"),
        EventType::PostAccountDeletion | EventType::PostAccountDisabled => {
            ("POST", "/account", "self-service")
        }
        EventType::PostIdentification
        | EventType::DenyAuthentication
        | EventType::PreIdTokenGeneration
        | EventType::PostAccountLogin => ("POST", "/login", "password"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_has_all_that_is_always_there() {
        const OBJECTS: &[&str] = &[
            "/application",
            "/oidc_context",
            "/customer/info",
            "/customer/identifiers",
            "/customer/attributes",
            "/customer/location/coordinates",
            "/request",
            "/session",
            "/continue_request_parameters",
            "/event",
        ];
        const LISTS: &[&str] = &[
            "/oidc_context/acr_values",
            "/oidc_context/ui_locales",
            "/oidc_context/scopes",
            "/customer/consents",
            "/customer/groups",
            "/authenticators",
            "/requested_scopes",
        ];
        for event in EventType::ALL {
            let args = args(*event);
            for pointer in OBJECTS {
                assert!(
                    args.pointer(pointer).is_some_and(Value::is_object),
                    "{event} {pointer}"
                );
            }
            for pointer in LISTS {
                assert!(
                    args.pointer(pointer).is_some_and(Value::is_array),
                    "{event} {pointer}"
                );
            }
            assert_eq!(args["event"]["type"], event.id());
            assert_eq!(args["continue_context"], Value::Null);
        }
    }

    #[test]
    fn what_only_some_events_have_is_there_with_them() {
        let tokens = &args(EventType::PreIdTokenGeneration)["tokens"];
        assert_eq!(tokens["access_token"]["aud"], "https://api.example.com");
        assert_eq!(args(EventType::PostAccountLogin).get("tokens"), None);
        assert_eq!(
            args(EventType::DenyAuthentication)["reason"]["error"],
            "access_denied"
        );
        assert_eq!(
            args(EventType::PreRegistration)["customer"]["info"],
            json!({})
        );
        let alone = of_triggers(
            EventType::PreIdTokenGeneration,
            &["onExecuteCredentialsExchange"],
        );
        assert_eq!(alone["tokens"]["grant_type"], "client_credentials");
        assert_eq!(alone["customer"]["info"], json!({}));
    }
}
