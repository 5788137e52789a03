//! Synchronous hooks that run in the relay: same answers, same failures, same logs.

use integration_tests::case::{Case, RelayAnswer};
use integration_tests::platform_tokens as keys;
use lifecycle::bundle::{Hook, Limits, OnError, Place};
use serde_json::{Value, json};

use crate::platform::*;

fn in_relay() -> Hook {
    Hook {
        place: Place::Relay,
        limits: Limits {
            timeout_ms: 300,
            ..Limits::default()
        },
        secrets: [("KEY".to_owned(), "${env:VENDOR_KEY}".to_owned())].into(),
        // The filter never loads it.
        ..hook("this is { no JavaScript")
    }
}

fn answers(body: &Value) -> RelayAnswer {
    RelayAnswer::Status(200, body.to_string().into_bytes())
}

fn times() -> Value {
    json!({"queue": 10, "script": 20, "fetch": 30})
}

pub fn cases() -> Vec<Case> {
    let claims = json!({
        "result": {"Ok": {"result": {"class": "TokenClaims", "json": {"idToken": {"got": 1}}, "undefined": []}}},
        "console": [{"level": "warn", "text": "from the relay"}],
        "times": times(),
    });
    let failure = json!({
        "result": {"Err": {"kind": "cpu", "message": "the script ran longer than 50 ms"}},
        "console": [],
        "times": times(),
    });
    vec![
        case("its answer counts as if it had run here", [in_relay()])
            .relay(answers(&claims))
            .callouts(1)
            .exchange(token_request("authorization_code").answered(tokens(keys::platform_ec())))
            .exchange(key_set())
            .counter("leh.hook.enrich.done", 1)
            .logged("[enrich] from the relay")
            .check(|seen| {
                assert_eq!(verified_claims(seen, 0, 1), claims_and(r#""got":1"#));
                let call = &seen.callouts[0];
                assert_eq!(call.path, "/v1/invocations");
                let body: Value = serde_json::from_slice(&call.body).expect("JSON");
                assert_eq!(body["hook"], "enrich");
                assert_eq!(body["args"]["tokens"]["id_token"]["sub"], "u-1");
                let text = body.to_string();
                assert!(
                    !text.contains(VENDOR_KEY),
                    "secrets stay where they are used"
                );
            }),
        case("its failure is a failure here", [in_relay()])
            .relay(answers(&failure))
            .callouts(1)
            .exchange(login())
            .counter("leh.hook.enrich.failed.cpu", 1)
            .logged("the script ran longer than 50 ms"),
        case("a relay that is away is the hook's failure", [in_relay()])
            .relay(RelayAnswer::Close)
            .callouts(1)
            .exchange(login())
            .counter("leh.hook.enrich.failed.relay", 1)
            .logged("the relay, where it runs, did not answer"),
        case(
            "a relay that never answers is waited for no longer than the hook may take",
            [in_relay()],
        )
        .relay(RelayAnswer::Silence)
        .callouts(1)
        .exchange(login())
        .counter("leh.hook.enrich.failed.relay", 1),
        case("a relay with another bundle is named", [in_relay()])
            .relay(RelayAnswer::Status(404, b"no such hook".to_vec()))
            .callouts(1)
            .exchange(login())
            .counter("leh.hook.enrich.failed.relay", 1)
            .logged("do filter and relay load the same bundle?"),
        case(
            "its policy holds when the relay is away",
            [Hook {
                on_error: OnError::Deny,
                ..in_relay()
            }],
        )
        .relay(RelayAnswer::Close)
        .callouts(1)
        .exchange(login())
        .check(|seen| assert_eq!(seen.response(0).status, 500)),
    ]
}
