//! Asynchronous hooks leave for the relay, and nobody waits for them.

use integration_tests::case::{Case, RelayAnswer};
use integration_tests::observed::Observed;
use integration_tests::platform_tokens::platform_rsa;

use crate::platform::*;

pub fn cases() -> Vec<Case> {
    vec![
        delivered(),
        beside_a_synchronous_hook(),
        not_for_a_refresh(),
        not_when_denied(),
        retried(
            "a relay that fails is tried again",
            RelayAnswer::Status(503, b"busy".to_vec()),
        ),
        retried(
            "a relay that closes the connection is tried again",
            RelayAnswer::Close,
        ),
        silent_relay(),
        refused(),
    ]
}

fn delivered() -> Case {
    case("a login is delivered to the relay", [login_hook()])
        .exchange(login())
        .callouts(1)
        .counter("leh.event.post-account-login", 1)
        .counter("leh.relay.stored", 1)
        .check(|seen| {
            assert_unchanged(seen, 0, &tokens(platform_rsa()));
            let callout = &seen.callouts[0];
            assert_eq!(
                (callout.method.as_str(), callout.path.as_str()),
                ("POST", "/v1/deliveries")
            );
            assert_eq!(
                callout.headers.text("content-type"),
                Some("application/json")
            );
            let body = callout.json();
            assert_eq!(
                (&body["hook"], &body["event"]),
                (&"tell".into(), &"post-account-login".into())
            );
            let args = &body["args"];
            assert_eq!(args["event"]["type"], "post-account-login");
            assert_eq!(args["customer"]["info"]["id"], "u-1");
            assert_eq!(args["application"]["client_id"], "shop");
            assert!(
                body["id"].as_str().is_some_and(
                    |id| id.starts_with(args["event"]["id"].as_str().unwrap_or("none"))
                ),
                "{body}"
            );
            assert!(
                args.get("secrets").is_none() && args.get("variables").is_none(),
                "the relay has its own: {body}"
            );
        })
}

fn beside_a_synchronous_hook() -> Case {
    case(
        "a delivery sees the claims that were issued",
        [gold(), login_hook()],
    )
    .exchange(login())
    .exchange(key_set())
    .callouts(1)
    .counter("leh.relay.stored", 1)
    .check(|seen| {
        assert_eq!(verified_claims(seen, 0, 1), claims_and(r#""tier":"gold""#));
        assert_eq!(
            seen.callouts[0].json()["args"]["customer"]["info"]["tier"],
            "gold"
        );
    })
}

fn not_for_a_refresh() -> Case {
    case("a refresh is no login", [login_hook()])
        .exchange(token_request("refresh_token").answered(tokens(platform_rsa())))
        .check(|seen| assert_unchanged(seen, 0, &tokens(platform_rsa())))
}

fn not_when_denied() -> Case {
    case(
        "a login that a hook denied is not delivered",
        [
            hook("module.exports = (args, callback, deny) => deny('no')"),
            login_hook(),
        ],
    )
    .exchange(login())
    .counter("leh.hook.enrich.denied", 1)
    .check(|seen| assert_oauth_error(seen, 0, 400, "access_denied"))
}

fn retried(name: &str, answer: RelayAnswer) -> Case {
    case(name, [login_hook()])
        .exchange(login())
        .relay(answer.clone())
        .relay(answer)
        .relay(RelayAnswer::Status(202, Vec::new()))
        .callouts(3)
        .counter("leh.relay.retried", 2)
        .counter("leh.relay.stored", 1)
        .logged("the relay did not store delivery")
        .check(|seen| {
            assert_unchanged(seen, 0, &tokens(platform_rsa()));
            assert_same_delivery(seen);
        })
}

fn silent_relay() -> Case {
    case(
        "a relay that never answers holds nobody, and is tried again",
        [login_hook()],
    )
    .exchange(login())
    .exchange(login())
    .relay(RelayAnswer::Silence)
    .relay(RelayAnswer::Status(202, Vec::new()))
    .callouts(3)
    .counter("leh.relay.retried", 1)
    .counter("leh.relay.stored", 2)
    .check(|seen| {
        assert_unchanged(seen, 0, &tokens(platform_rsa()));
        assert_unchanged(seen, 1, &tokens(platform_rsa()));
    })
}

fn refused() -> Case {
    case(
        "a delivery that the relay refuses is not tried again",
        [login_hook()],
    )
    .exchange(login())
    .relay(RelayAnswer::Status(422, b"{}".to_vec()))
    .callouts(1)
    .counter("leh.relay.refused", 1)
    .logged("the relay refuses delivery")
    .check(|seen| assert_unchanged(seen, 0, &tokens(platform_rsa())))
}

/// Every attempt carries the same delivery, so that the relay can tell.
fn assert_same_delivery(seen: &Observed) {
    for callout in &seen.callouts {
        assert_eq!(
            callout.body.escape_ascii().to_string(),
            seen.callouts[0].body.escape_ascii().to_string()
        );
    }
}
