//! What answers mean, by form.

use serde_json::{Value, json};

use super::*;
use crate::answer::{ApiCall, Given};

const PRE_TOKEN: EventType = EventType::PreIdTokenGeneration;
const REGISTRATION: EventType = EventType::PreRegistration;
const IDENTIFICATION: EventType = EventType::PostIdentification;

fn result(class: Option<&str>, json: Value) -> Answer {
    Answer::Result(Given {
        class: class.map(str::to_owned),
        json,
        undefined: vec![],
    })
}

fn read(event: EventType, class: Option<&str>, json: Value) -> Outcome {
    Outcome::read(event, &result(class, json)).unwrap()
}

/// Reads a plain object.
fn refused(event: EventType, json: Value) -> String {
    Outcome::read(event, &result(None, json))
        .unwrap_err()
        .to_string()
}

fn denied(json: Value) -> Answer {
    Answer::Denied(Given {
        json,
        ..Given::default()
    })
}

fn calls(calls: &[(&str, Value)]) -> Result<Outcome, OutcomeError> {
    let calls = calls.iter().map(|(method, arguments)| ApiCall {
        method: (*method).into(),
        arguments: arguments.as_array().unwrap().clone(),
    });
    Outcome::read(EventType::PostAccountLogin, &Answer::Calls(calls.collect()))
}

#[test]
fn claims_are_read_by_name_and_by_shape() {
    let wanted = TokenClaims {
        id_token: vec![ClaimChange::Set("tier".into(), json!("gold"))],
        access_token: vec![],
    };
    for class in [
        Some("TokenClaims"),
        Some("TokenClaims2"),
        Some("Mine"),
        None,
    ] {
        let outcome = read(
            PRE_TOKEN,
            class,
            json!({"idToken": {"tier": "gold"}, "extra": 1}),
        );
        assert_eq!(outcome.claims.as_ref(), Some(&wanted));
        assert_eq!(outcome.decision, Decision::Continue);
    }
}

#[test]
fn an_undefined_claim_is_removed_and_null_is_a_value() {
    let answer = Answer::Result(Given {
        class: Some("TokenClaims".into()),
        json: json!({"idToken": {"nickname": null}}),
        undefined: vec![("idToken".into(), "email".into())],
    });
    let claims = Outcome::read(PRE_TOKEN, &answer).unwrap().claims.unwrap();
    let expected = [
        ClaimChange::Set("nickname".into(), Value::Null),
        ClaimChange::Remove("email".into()),
    ];
    assert_eq!(claims.id_token, expected);
}

#[test]
fn each_protected_claim_is_refused_by_name_in_either_token_and_form() {
    for claim in PROTECTED_CLAIMS {
        let expected = OutcomeError::ProtectedClaim {
            claim: (*claim).into(),
        };
        for token in ["idToken", "accessToken"] {
            let answer = result(None, json!({token: {*claim: "x"}}));
            assert_eq!(Outcome::read(PRE_TOKEN, &answer), Err(expected.clone()));
            let method = format!("{token}.setCustomClaim");
            assert_eq!(
                calls(&[(&method, json!([claim, null]))]),
                Err(expected.clone())
            );
        }
    }
}

#[test]
fn nothing_and_null_go_on_unchanged() {
    for answer in [
        Answer::Nothing,
        result(None, Value::Null),
        Answer::Calls(vec![]),
    ] {
        assert_eq!(Outcome::read(PRE_TOKEN, &answer), Ok(Outcome::default()));
    }
}

#[test]
fn a_denial_carries_an_oauth_error() {
    let deny = |json| match Outcome::read(EventType::PostAccountLogin, &denied(json)).unwrap() {
        Outcome {
            decision: Decision::Deny(deny),
            ..
        } => (deny.error, deny.description),
        other => panic!("{other:?}"),
    };
    assert_eq!(
        deny(json!({"error": "login_required"})),
        ("login_required".into(), None)
    );
    assert_eq!(
        deny(json!("too risky")),
        ("access_denied".into(), Some("too risky".into()))
    );
    assert_eq!(deny(json!(null)), ("access_denied".into(), None));
}

#[test]
fn what_cannot_be_undone_cannot_be_denied() {
    let error = Outcome::read(EventType::PostAccountDeletion, &denied(json!("no"))).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`DenyRequest` is no answer at post-account-deletion; expected ShowErrorMessage, RedirectRequest, or nothing"
    );
}

#[test]
fn an_answer_that_means_nothing_here_says_what_would() {
    let error = refused(PRE_TOKEN, json!({"url": "https://x.example"}));
    assert!(
        error.contains("`RedirectRequest`") && error.contains("TokenClaims"),
        "{error}"
    );
    let error = refused(PRE_TOKEN, json!({"tier": 1}));
    assert!(error.contains("{tier}"), "{error}");
}

#[test]
fn every_result_is_known_by_name_and_by_shape() {
    let results = [
        (
            REGISTRATION,
            "RegistrationData",
            json!({"attributes": {"plan": "free"}}),
        ),
        (
            IDENTIFICATION,
            "AllowAuthentication",
            json!({"allowRememberedAuthenticators": false}),
        ),
        (
            EventType::PreProgressiveProfiling,
            "Prompt",
            json!({"fields": ["phone"]}),
        ),
        (
            EventType::PreProgressiveProfiling,
            "SkipPrompts",
            json!({"session": {"a": 1}}),
        ),
        (
            EventType::PostRegistration,
            "RedirectRequest",
            json!({"url": "https://shop.example.com/"}),
        ),
        (
            EventType::PostRegistration,
            "ShowErrorMessage",
            json!({"text": "Sorry"}),
        ),
        (
            IDENTIFICATION,
            "DenyRequest",
            json!({"error": "access_denied"}),
        ),
        (PRE_TOKEN, "TokenClaims", json!({"idToken": {}})),
    ];
    for (event, name, json) in results {
        for class in [Some(name), Some("Other"), None] {
            let outcome = read(event, class, json.clone());
            assert_eq!(outcome.kind(), name);
            assert_eq!(outcome.to_json()["type"], name);
        }
    }
}

#[test]
fn registration_data_are_read() {
    let outcome = read(
        REGISTRATION,
        Some("RegistrationData"),
        json!({
            "attributes": {"plan": "free"},
            "additionalAuthenticators": [{"type": "email", "target": "jane@example.com", "mine": 1}],
            "session": {"step": 2},
        }),
    );
    assert_eq!(
        outcome.to_json(),
        json!({
            "type": "RegistrationData",
            "attributes": {"plan": "free"},
            "additionalAuthenticators": [{"type": "email", "target": "jane@example.com"}],
            "session": {"step": 2},
        })
    );
}

#[test]
fn a_field_of_the_wrong_type_is_named() {
    let cases = [
        (
            PRE_TOKEN,
            json!({"idToken": 7}),
            "`idToken` of TokenClaims must be an object of claims, found the number 7",
        ),
        (
            REGISTRATION,
            json!({"attributes": []}),
            "`attributes` of RegistrationData must be an object of attributes, found an array",
        ),
        (
            REGISTRATION,
            json!({"additionalAuthenticators": [{"type": "fax", "target": "1"}]}),
            "`additionalAuthenticators[0].type` of RegistrationData must be \"email\" or \"phone\", found a string",
        ),
        (
            REGISTRATION,
            json!({"additionalAuthenticators": [{"type": "phone"}]}),
            "`additionalAuthenticators[0].target` of RegistrationData must be an address or a number, found null",
        ),
        (
            REGISTRATION,
            json!({"text": ""}),
            "`text` of ShowErrorMessage must be a string that is not empty, found an empty string",
        ),
        (
            REGISTRATION,
            json!({"text": "x", "session": "s"}),
            "`session` of ShowErrorMessage must be an object, found a string",
        ),
        (
            IDENTIFICATION,
            json!({"allowRememberedAuthenticators": "no"}),
            "`allowRememberedAuthenticators` of AllowAuthentication must be true or false, found a string",
        ),
        (
            IDENTIFICATION,
            json!({"authenticatorsToIgnore": [1]}),
            "`authenticatorsToIgnore[0]` of AllowAuthentication must be an authenticator or its name, found the number 1",
        ),
        (
            EventType::PreProgressiveProfiling,
            json!({"fields": true}),
            "`fields` of Prompt must be an array, or an object by name, found the boolean true",
        ),
    ];
    for (event, json, message) in cases {
        assert_eq!(refused(event, json), message);
    }
}

#[test]
fn customers_are_sent_to_absolute_web_addresses_only() {
    for url in [
        "/here",
        "shop.example.com",
        "javascript:alert(1)",
        "ftp://a.example",
        "https://",
        "",
    ] {
        let error = refused(EventType::PostRegistration, json!({"url": url}));
        assert!(error.contains("`url` of RedirectRequest"), "{url}: {error}");
    }
    let outcome = read(
        EventType::PostRegistration,
        None,
        json!({"url": "http://a.example/b?c#d"}),
    );
    assert_eq!(outcome.to_json()["url"], "http://a.example/b?c#d");
}

#[test]
fn going_on_with_a_session_is_an_answer_everywhere() {
    for event in EventType::ALL {
        let json = json!({"session": {"seen": true}, "allowRememberedAuthenticators": true, "authenticatorsToIgnore": []});
        let outcome = read(*event, Some("AllowAuthentication"), json);
        assert_eq!(outcome.session.unwrap()["seen"], true);
    }
    let error = refused(PRE_TOKEN, json!({"allowRememberedAuthenticators": false}));
    assert!(
        error.contains("`AllowAuthentication` is no answer"),
        "{error}"
    );
}

#[test]
fn calls_become_one_outcome() {
    let outcome = calls(&[
        ("idToken.setCustomClaim", json!(["tier", "gold"])),
        ("idToken.setCustomClaim", json!(["old", null])),
        ("accessToken.setCustomClaim", json!(["roles", ["a"]])),
        ("accessToken.addScope", json!(["read:x"])),
        ("accessToken.removeScope", json!(["write:x"])),
        ("user.setUserMetadata", json!(["color", "red"])),
        ("user.setAppMetadata", json!(["vip", null])),
    ]);
    assert_eq!(
        outcome.unwrap().to_json(),
        json!({
            "type": "TokenClaims",
            "idToken": {"tier": "gold", "old": null},
            "accessToken": {"roles": ["a"]},
            "addedScopes": ["read:x"],
            "removedScopes": ["write:x"],
            "metadata": {"user": {"color": "red"}, "app": {"vip": null}},
        })
    );
}

#[test]
fn the_first_denial_wins_over_everything() {
    let outcome = calls(&[
        ("redirect.sendUserTo", json!(["https://a.example/", {}])),
        ("access.deny", json!(["access_denied", "first", null])),
        ("access.deny", json!(["access_denied", "second", null])),
        ("multifactor.enable", json!(["any", {}])),
    ])
    .unwrap();
    assert_eq!(outcome.to_json()["type"], "DenyRequest");
    assert_eq!(outcome.to_json()["description"], "first");
}

#[test]
fn a_denied_registration_keeps_its_internal_reason_for_the_log() {
    let outcome = calls(&[(
        "access.deny",
        json!(["access_denied", "Not today", "fraud"]),
    )]);
    let Decision::Deny(deny) = outcome.unwrap().decision else {
        panic!("expected a denial")
    };
    assert_eq!(deny.description.as_deref(), Some("Not today"));
    assert_eq!(deny.internal_reason.as_deref(), Some("fraud"));
}

#[test]
fn factors_step_up() {
    let outcome = calls(&[
        ("authentication.challengeWith", json!([[{"type": "otp"}]])),
        (
            "authentication.enrollWithAny",
            json!([[{"type": "phone"}, {"type": "email"}]]),
        ),
    ]);
    assert_eq!(
        outcome.unwrap().to_json(),
        json!({
            "type": "AllowAuthentication",
            "allowRememberedAuthenticators": false,
            "authenticatorsToIgnore": [],
            "steps": [
                {"challengeWith": [{"type": "otp"}]},
                {"enrollWith": [{"type": "phone"}, {"type": "email"}]},
            ],
        })
    );
    let remember = calls(&[(
        "multifactor.enable",
        json!(["any", {"allowRememberBrowser": true}]),
    )]);
    assert_eq!(
        remember.unwrap().to_json()["allowRememberedAuthenticators"],
        true
    );
    let none = calls(&[
        ("multifactor.enable", json!(["any", {}])),
        ("multifactor.enable", json!(["none", {}])),
    ]);
    assert_eq!(none, Ok(Outcome::default()));
}

#[test]
fn a_redirect_takes_its_query_along() {
    let url = |arguments: Value| {
        let outcome = calls(&[("redirect.sendUserTo", arguments)]).unwrap();
        outcome.to_json()["url"].as_str().unwrap().to_owned()
    };
    assert_eq!(url(json!(["https://a.example", {}])), "https://a.example");
    assert_eq!(
        url(
            json!(["https://a.example/b?x=1#f", {"state": "s t", "n": 2, "no": null, "l": ["a", "b"]}])
        ),
        "https://a.example/b?x=1&state=s+t&n=2&l=a&l=b#f"
    );
    let error = calls(&[("redirect.sendUserTo", json!(["/b", {}]))]).unwrap_err();
    assert!(
        error.to_string().contains("an absolute http or https URL"),
        "{error}"
    );
}

#[test]
fn a_validation_error_is_shown_with_its_code() {
    let outcome = calls(&[("validation.error", json!(["invalid_payload", "Too young"]))]);
    assert_eq!(
        outcome.unwrap().to_json(),
        json!({"type": "ShowErrorMessage", "text": "Too young", "code": "invalid_payload"})
    );
}

#[test]
fn calls_that_cannot_be_honoured_say_why() {
    for (method, arguments, reason) in [
        (
            "authentication.setPrimaryUser",
            json!(["x"]),
            "the platform's to say",
        ),
        (
            "nothing.known",
            json!([]),
            "is no method that this version knows",
        ),
        (
            "idToken.setCustomClaim",
            json!([7, 1]),
            "takes a string that is not empty, found the number 7",
        ),
    ] {
        let error = calls(&[(method, arguments)]).unwrap_err().to_string();
        assert!(
            error.starts_with(&format!("api.{method} ")) && error.contains(reason),
            "{error}"
        );
    }
}

#[test]
fn at_the_token_endpoint_only_claims_and_denials_can_be_done() {
    let event = EventType::PostAccountLogin;
    let can = |wanted: &[(&str, Value)]| calls(wanted).unwrap().at_token_endpoint(event);
    assert_eq!(can(&[("idToken.setCustomClaim", json!(["a", 1]))]), Ok(()));
    assert_eq!(
        can(&[("access.deny", json!(["access_denied", null, null]))]),
        Ok(())
    );
    for (method, arguments, named) in [
        (
            "redirect.sendUserTo",
            json!(["https://a.example"]),
            "`RedirectRequest`",
        ),
        (
            "multifactor.enable",
            json!(["any", {}]),
            "`AllowAuthentication`",
        ),
        (
            "multifactor.enable",
            json!(["any", {"allowRememberBrowser": true}]),
            "`AllowAuthentication`",
        ),
        ("user.setAppMetadata", json!(["a", 1]), "`metadata`"),
        (
            "authentication.recordMethod",
            json!(["https://a.example"]),
            "recordMethod",
        ),
    ] {
        let error = can(&[(method, arguments)]).unwrap_err().to_string();
        assert!(
            error.contains(named) && error.contains("token endpoint"),
            "{error}"
        );
    }
}
