//! Connections that end, hang or overlap at bad moments.

use std::time::Duration;

use integration_tests::case::{Answer, AnswerEnd, Case, Request};
use integration_tests::observed::ReceivedEnd;
use integration_tests::platform_tokens::platform_rsa;
use lifecycle::bundle::Hook;

use crate::platform::*;

pub fn cases() -> Vec<Case> {
    vec![
        client_leaves_in_a_hook(),
        client_leaves_a_slow_platform(),
        platform_never_answers(),
        platform_breaks_off(),
        platform_is_slow(),
        overlapping(),
        missing_setting(),
    ]
}

/// A hook that takes its time without computing.
fn waiting(wait_ms: u32) -> Hook {
    let source = format!(
        "export default async () => {{ await new Promise(r => setTimeout(r, {wait_ms})); return new TokenClaims({{ tier: 'gold' }}) }}"
    );
    let mut hook = hook(&source);
    hook.limits.timeout_ms = 10_000;
    hook
}

fn client_leaves_in_a_hook() -> Case {
    case(
        "a client that leaves in the middle of a hook disturbs nobody",
        [waiting(300)],
    )
    .exchange(login().client_leaves(Duration::from_millis(100)))
    .exchange(login())
    .exchange(key_set())
    .check(|seen| assert_eq!(verified_claims(seen, 1, 2), claims_and(r#""tier":"gold""#)))
}

fn client_leaves_a_slow_platform() -> Case {
    let slow = tokens(platform_rsa()).end(AnswerEnd::Never);
    case(
        "a client that leaves before the platform has answered disturbs nobody",
        [gold()],
    )
    .exchange(
        token_request("authorization_code")
            .answered(slow)
            .client_leaves(Duration::from_millis(100)),
    )
    .exchange(login())
    .exchange(key_set())
    .check(|seen| assert_eq!(verified_claims(seen, 1, 2), claims_and(r#""tier":"gold""#)))
}

fn platform_never_answers() -> Case {
    let never = tokens(platform_rsa()).end(AnswerEnd::Never);
    case(
        "a platform that never answers is answered for by Envoy",
        [gold()],
    )
    .exchange(token_request("authorization_code").answered(never))
    .exchange(login())
    .exchange(key_set())
    .check(|seen| {
        assert_eq!(
            (seen.response(0).status, seen.response(0).end),
            (504, ReceivedEnd::Complete)
        );
        assert_eq!(verified_claims(seen, 1, 2), claims_and(r#""tier":"gold""#));
    })
}

fn platform_breaks_off() -> Case {
    let half = json(r#"{"access_token":"opaque","id_tok"#).end(AnswerEnd::Abrupt);
    case(
        "a platform that breaks off in its answer gives no half token",
        [gold()],
    )
    .exchange(token_request("authorization_code").answered(half))
    .exchange(login())
    .exchange(key_set())
    .check(|seen| {
        assert_eq!(seen.response(0).status, 502);
        assert!(!String::from_utf8_lossy(&seen.response(0).body).contains("access_token"));
        assert_eq!(verified_claims(seen, 1, 2), claims_and(r#""tier":"gold""#));
    })
}

fn platform_is_slow() -> Case {
    let body = token_response(&platform_rsa().token(CLAIMS));
    let (first, second) = body.split_at(100);
    let slow = json("")
        .piece(first)
        .later_piece(Duration::from_millis(700), second);
    case(
        "a platform that stops in the middle of its answer is waited for",
        [gold()],
    )
    .exchange(token_request("authorization_code").answered(slow))
    .exchange(key_set())
    .check(|seen| assert_eq!(verified_claims(seen, 0, 1), claims_and(r#""tier":"gold""#)))
}

fn overlapping() -> Case {
    let page = Answer::new(200).piece("meanwhile");
    let mut quick = gold();
    quick.name = "quick".into();
    quick.applications = Some(vec!["kiosk".into()]);
    let mut slow = waiting(2_000);
    slow.applications = Some(vec!["shop".into()]);
    let kiosk = token_request_with("grant_type=authorization_code&code=c-1&client_id=kiosk");
    case(
        "a hook that waits holds its own exchange only",
        [slow, quick],
    )
    .exchange(login())
    .exchange(
        Request::new("GET", "/page")
            .answered(page)
            .while_previous_is_held(),
    )
    .exchange(kiosk.answered(tokens(platform_rsa())))
    .exchange(key_set())
    .check(|seen| {
        assert_eq!(seen.response(1).body, b"meanwhile");
        assert_eq!(verified_claims(seen, 2, 3), claims_and(r#""tier":"gold""#));
        assert_eq!(verified_claims(seen, 0, 3), claims_and(r#""tier":"gold""#));
        assert_eq!(seen.exchanges[0].ended, 3, "the held exchange ends last");
    })
}

fn missing_setting() -> Case {
    let mut case = case(
        "a host without allow_on_headers_stop_iteration is found out, and nobody hangs",
        [gold()],
    )
    .exchange(login())
    .exchange(login())
    .counter("leh.hook.enrich.failed.exchange", 2)
    .logged("`allow_on_headers_stop_iteration: true` is missing")
    .check(|seen| {
        assert_unchanged(seen, 0, &tokens(platform_rsa()));
        assert_unchanged(seen, 1, &tokens(platform_rsa()));
    });
    case.setup.stop_iteration = false;
    case
}
