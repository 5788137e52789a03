//! The arguments of events that could have happened: what `leh test` runs a hook on when it is given
//! no event, and what it shows to those who want to write one.

use serde_json::{Map, Value, json};

use crate::arguments::model::{
    Application, Args, Attributes, Authenticator, Consent, ContinueRequestParameters, Coordinates,
    Customer, CustomerInfo, Emails, Event, Identifiers, Location, OidcContext, PersonName, Phones,
    Reason, Request,
};
use crate::arguments::{self, TokenEvent};
use crate::event::EventType;
use crate::exchange::Client;
use crate::form::TokenRequest;
use crate::trigger::Trigger;

const ID: &str = "019b76da-a800-7000-8000-000000000000";
const TIME: &str = "2026-01-01T00:00:00.000Z";
const EMAIL: &str = "jane@example.com";
const PHONE: &str = "+31201234567";
const SCOPES: [&str; 3] = ["openid", "profile", "email"];
const REDIRECT_URI: &str = "https://shop.example.com/callback";

/// The `args` of `event`, without the variables and secrets of a hook.
pub fn args(event: EventType) -> Value {
    match event {
        EventType::PreIdTokenGeneration | EventType::PostAccountLogin => {
            let mut args = at_token_endpoint(event);
            if let (Some(place), Ok(location)) = (
                args.pointer_mut("/customer/location"),
                serde_json::to_value(location()),
            ) {
                *place = location;
            }
            args
        }
        _ => in_the_browser(event).to_json(),
    }
}

/// Where the customer of the samples is.
fn location() -> Location {
    Location {
        city: Some("Utrecht".into()),
        state: Some("Utrecht".into()),
        country: Some("Netherlands".into()),
        country_code: Some("NL".into()),
        coordinates: Coordinates {
            latitude: Some(52.0907),
            longitude: Some(5.1214),
        },
    }
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
        "email": EMAIL, "email_verified": true, "phone_number": PHONE,
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
fn in_the_browser(event: EventType) -> Args {
    let (method, path, road) = place(event);
    let scopes: Vec<String> = SCOPES.map(str::to_owned).into();
    let mut args = Args {
        application: Application {
            name: Some("Storefront".into()),
            client_id: Some("storefront".into()),
        },
        oidc_context: OidcContext {
            acr_values: vec![],
            ui_locales: vec!["en".into()],
            scopes: scopes.clone(),
            redirect_uri: Some(REDIRECT_URI.into()),
            response_type: Some("code".into()),
            prompt: Some("login".into()),
            login_hint: Some(EMAIL.into()),
        },
        customer: jane(),
        authenticators: vec![],
        requested_scopes: scopes,
        request: Request {
            method: method.into(),
            path: path.into(),
            host: Some("id.example.com".into()),
            user_agent: Some(
                "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0".into(),
            ),
            language: Some("en".into()),
        },
        session: Map::new(),
        continue_context: None,
        continue_request_parameters: ContinueRequestParameters {
            callback_url: Some("https://id.example.com/continue".into()),
            state: Some("b7Jx0a3dQmS2".into()),
        },
        event: Event {
            id: ID.into(),
            kind: event,
            time: TIME.into(),
            path: Some(road.into()),
            attempt: 1,
        },
        tokens: None,
        reason: event.has_reason().then(|| Reason {
            error: "access_denied".into(),
            description: Some("The password is wrong.".into()),
        }),
    };
    let authenticator = |kind: &str| Authenticator {
        kind: kind.into(),
        target: None,
    };
    match event {
        // Nobody knows them yet.
        EventType::PreRegistration => args.customer.info = CustomerInfo::default(),
        EventType::PostIdentification => {
            args.authenticators = ["password", "otp", "email"].map(authenticator).into();
        }
        EventType::PreMfaMethodDispatch | EventType::PostMfaMethodDispatch => {
            args.authenticators = vec![Authenticator {
                target: Some(PHONE.into()),
                ..authenticator("phone")
            }];
        }
        EventType::PostMfaFactorChange => args.authenticators = vec![authenticator("otp")],
        EventType::PreProgressiveProfiling | EventType::MissingMandatoryAttributeOrConsent => {
            args.customer.identifiers.phone = None;
            args.customer.attributes.phones = None;
            args.customer.consents = vec![];
        }
        _ => {}
    }
    args
}

/// The customer of the samples.
fn jane() -> Customer {
    let claims = json!({ "email": EMAIL, "email_verified": true, "name": "Jane Doe" });
    Customer {
        ip_address: Some("192.0.2.1".into()),
        store: Some("https://id.example.com".into()),
        info: CustomerInfo {
            claims: claims.as_object().cloned().unwrap_or_default(),
            id: Some("248289761001".into()),
            user_name: Some("jane".into()),
        },
        identifiers: Identifiers {
            email: Some(EMAIL.into()),
            username: Some("jane".into()),
            phone: Some(PHONE.into()),
        },
        attributes: Attributes {
            emails: Some(Emails {
                primary_email: EMAIL.into(),
            }),
            phones: Some(Phones {
                primary_phone: PHONE.into(),
            }),
            name: Some(PersonName {
                given_name: Some("Jane".into()),
                family_name: Some("Doe".into()),
            }),
        },
        consents: vec![Consent {
            id: "newsletter".into(),
            granted: true,
            time: Some(TIME.into()),
        }],
        groups: vec!["customers".into()],
        location: location(),
    }
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
