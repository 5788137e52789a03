//! What the trigger form wants, done at the token endpoint.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a panic is how a test fails"
)]

mod common;

use std::rc::Rc;

use common::*;
use lifecycle::answer::{Answer, ApiCall, Failure, Given};
use lifecycle::bundle::{Hook, Mode};
use lifecycle::event::EventType;
use lifecycle::plan::Plan;
use lifecycle::token::Algorithm;
use serde_json::{Value, json};

const PRE: EventType = EventType::PreIdTokenGeneration;
const LOGIN: EventType = EventType::PostAccountLogin;

fn calls(calls: &[(&str, Value)]) -> Result<Answer, Failure> {
    let calls = calls.iter().map(|(method, arguments)| ApiCall {
        method: (*method).into(),
        arguments: arguments.as_array().unwrap().clone(),
    });
    Ok(Answer::Calls(calls.collect()))
}

/// The response to a login whose access token is a JWT.
fn body() -> String {
    let id_token = platform_token("RS256", r#"{"sub":"jane","aud":"shop"}"#);
    let access_token = platform_token("RS256", r#"{"sub":"jane","scope":"openid write"}"#);
    json!({"id_token": id_token, "access_token": access_token, "scope": "openid write"}).to_string()
}

fn login(
    hooks: Vec<Hook>,
    body: &str,
    answer: impl FnMut(usize) -> Result<Answer, Failure>,
) -> Performed {
    let plan = plan(hooks);
    let mut exchange = open(&plan, "POST", "/oauth/token").unwrap();
    let effects = token_response(&mut exchange, CODE_FORM, body);
    perform(&mut exchange, effects, answer)
}

#[test]
fn a_hook_of_either_event_sets_claims() {
    for event in [PRE, LOGIN] {
        let done = login(vec![hook("tier", event, Mode::Sync)], &body(), |_| {
            calls(&[("idToken.setCustomClaim", json!(["tier", "gold"]))])
        });
        let body = done.body.unwrap();
        let token = body["id_token"].as_str().unwrap();
        assert!(is_ours(token, Algorithm::Rs256), "{event}");
        assert_eq!(decoded(token).1["tier"], "gold");
    }
}

#[test]
fn claims_of_both_events_are_in_the_token() {
    let hooks = vec![hook("a", PRE, Mode::Sync), hook("b", LOGIN, Mode::Sync)];
    let done = login(hooks, &body(), |index| {
        calls(&[("idToken.setCustomClaim", json!([format!("by{index}"), 1]))])
    });
    let body = done.body.unwrap();
    let claims = decoded(body["id_token"].as_str().unwrap()).1;
    assert_eq!((&claims["by0"], &claims["by1"]), (&json!(1), &json!(1)));
}

#[test]
fn our_keys_are_published_for_hooks_that_sign_after_the_login() {
    let bound =
        |mode| Rc::new(Plan::load(bundle(vec![hook("a", LOGIN, mode)]), &|_| None).unwrap());
    assert!(open(&bound(Mode::Sync), "GET", "/oauth/jwks.json").is_some());
    assert!(open(&bound(Mode::Async), "GET", "/oauth/jwks.json").is_none());
}

#[test]
fn claims_that_nobody_could_verify_are_refused() {
    let mut bundle = bundle(vec![hook("tier", LOGIN, Mode::Sync)]);
    bundle.platform.endpoints.jwks_uri = None;
    let plan = Rc::new(Plan::load(bundle, &|_| None).unwrap());
    let mut exchange = open(&plan, "POST", "/oauth/token").unwrap();
    let effects = token_response(&mut exchange, CODE_FORM, &body());
    let done = perform(&mut exchange, effects, |_| {
        calls(&[("idToken.setCustomClaim", json!(["tier", "gold"]))])
    });
    assert!(done.body.is_none());
    assert!(
        done.lines[0].contains("bind this one to it"),
        "{:?}",
        done.lines
    );
}

#[test]
fn an_encrypted_id_token_takes_no_claims_after_the_login_either() {
    let body = json!({"id_token": "a.b.c.d.e"}).to_string();
    let done = login(vec![hook("tier", LOGIN, Mode::Sync)], &body, |_| {
        calls(&[("idToken.setCustomClaim", json!(["tier", "gold"]))])
    });
    assert!(done.body.is_none());
    assert!(done.lines[0].contains("encrypted"), "{:?}", done.lines);
}

#[test]
fn scopes_change_in_the_token_and_in_the_response() {
    let done = login(vec![hook("scopes", PRE, Mode::Sync)], &body(), |_| {
        calls(&[
            ("accessToken.addScope", json!(["read"])),
            ("accessToken.addScope", json!(["openid"])),
            ("accessToken.removeScope", json!(["write"])),
        ])
    });
    let body = done.body.unwrap();
    let token = body["access_token"].as_str().unwrap();
    assert_eq!(decoded(token).1["scope"], "openid read");
    assert_eq!(body["scope"], "openid read");
}

#[test]
fn an_opaque_access_token_takes_no_scopes() {
    let id_token = platform_token("RS256", r#"{"sub":"jane"}"#);
    let body = json!({"id_token": id_token, "access_token": "opaque"}).to_string();
    let done = login(vec![hook("scopes", PRE, Mode::Sync)], &body, |_| {
        calls(&[("accessToken.addScope", json!(["read"]))])
    });
    assert!(done.body.is_none());
    assert!(done.lines[0].contains("opaque"), "{:?}", done.lines);
}

#[test]
fn what_the_customer_would_have_to_see_is_refused_with_the_reason() {
    for (event, answer) in [
        (
            LOGIN,
            calls(&[("redirect.sendUserTo", json!(["https://a.example/", {}]))]),
        ),
        (
            LOGIN,
            Ok(Answer::Result(Given {
                json: json!({"text": "Sorry"}),
                ..Given::default()
            })),
        ),
        (PRE, calls(&[("multifactor.enable", json!(["any", {}]))])),
    ] {
        let done = login(vec![hook("a", event, Mode::Sync)], &body(), |_| {
            answer.clone()
        });
        assert!(done.body.is_none() && done.released);
        assert_eq!(done.counters.last().unwrap(), "hook.a.failed.answer");
        assert!(
            done.lines[0].contains("at the token endpoint"),
            "{:?}",
            done.lines
        );
    }
}

#[test]
fn a_session_is_there_for_the_hooks_after() {
    let hooks = vec![hook("a", PRE, Mode::Sync), hook("b", LOGIN, Mode::Sync)];
    let done = login(hooks, &body(), |_| {
        Ok(Answer::Result(Given {
            class: Some("AllowAuthentication".into()),
            json: json!({"session": {"risk": 3}}),
            undefined: vec![],
        }))
    });
    assert_eq!(done.hooks_run[0].1["session"], json!({}));
    assert_eq!(done.hooks_run[1].1["session"], json!({"risk": 3}));
}
