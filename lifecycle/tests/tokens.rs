//! Claims in, signatures out: the token endpoint with synchronous hooks.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a panic is how a test fails"
)]

mod common;

use common::*;
use lifecycle::answer::{Answer, Failure, FailureKind, Given};
use lifecycle::bundle::{Mode, OnError};
use lifecycle::event::EventType;
use lifecycle::exchange::Input;
use lifecycle::token::Algorithm;
use lifecycle::token::at_hash::at_hash;
use serde_json::{Value, json};

const PRE: EventType = EventType::PreIdTokenGeneration;

fn response(algorithm: &str) -> (String, String) {
    let claims = r#"{"iss":"https://id","sub":"jane","aud":"shop","exp":2000000000,"big":12345678901234567890,"f":1.0}"#;
    let id_token = platform_token(algorithm, claims);
    (
        format!(
            r#"{{ "access_token":"opaque", "expires_in" : 3600,"id_token":"{id_token}","x":"\u00e9" }}"#
        ),
        id_token,
    )
}

#[test]
fn a_claim_is_added_and_the_token_signed_with_our_key() {
    for (name, algorithm) in [("RS256", Algorithm::Rs256), ("ES256", Algorithm::Es256)] {
        let plan = plan(vec![hook("tier", PRE, Mode::Sync)]);
        let mut exchange = open(&plan, "POST", "/oauth/token").unwrap();
        let (body, original) = response(name);
        let effects = token_response(&mut exchange, CODE_FORM, &body);
        let done = perform(&mut exchange, effects, |_| claims(json!({"tier": "gold"})));
        assert!(done.released && done.status.is_none());
        let token = done.body.unwrap()["id_token"].as_str().unwrap().to_owned();
        assert!(is_ours(&token, algorithm));
        let (header, now) = decoded(&token);
        let (_, before) = decoded(&original);
        assert_eq!(now["tier"], "gold");
        assert_eq!(now["sub"], before["sub"]);
        assert_ne!(header["kid"], "platform");
        assert_eq!(
            (&header["alg"], &header["typ"], header.get("x5t")),
            (&json!(name), &json!("JWT"), None)
        );
    }
}

#[test]
fn what_no_hook_changed_keeps_its_bytes() {
    let plan = plan(vec![hook("tier", PRE, Mode::Sync)]);
    let mut exchange = open(&plan, "POST", "/oauth/token").unwrap();
    let (body, _) = response("RS256");
    let effects = token_response(&mut exchange, CODE_FORM, &body);
    let done = perform(&mut exchange, effects, |_| claims(json!({"tier": 1})));
    let text = done.body_text.unwrap();
    assert!(
        text.starts_with(r#"{"access_token":"opaque","expires_in":3600,"id_token":""#),
        "{text}"
    );
    assert!(text.ends_with(r#"","x":"\u00e9"}"#), "{text}");
    let payload = done.body.unwrap()["id_token"]
        .as_str()
        .unwrap()
        .split('.')
        .nth(1)
        .unwrap()
        .to_owned();
    use base64::Engine;
    let payload = base64::prelude::BASE64_URL_SAFE_NO_PAD
        .decode(payload)
        .unwrap();
    let payload = String::from_utf8(payload).unwrap();
    assert!(
        payload.contains(r#""big":12345678901234567890,"f":1.0,"tier":1"#),
        "{payload}"
    );
}

#[test]
fn without_an_answer_nothing_is_replaced() {
    let plan = plan(vec![hook("tier", PRE, Mode::Sync)]);
    let mut exchange = open(&plan, "POST", "/oauth/token").unwrap();
    let effects = token_response(&mut exchange, CODE_FORM, &response("RS256").0);
    let done = perform(&mut exchange, effects, |_| Ok(Answer::Nothing));
    assert!(done.released && done.body.is_none() && done.signatures == 0);
}

#[test]
fn each_hook_sees_the_claims_of_the_one_before_and_one_signature_serves_all() {
    let plan = plan(vec![hook("a", PRE, Mode::Sync), hook("b", PRE, Mode::Sync)]);
    let mut exchange = open(&plan, "POST", "/oauth/token").unwrap();
    let effects = token_response(&mut exchange, CODE_FORM, &response("ES256").0);
    let done = perform(&mut exchange, effects, |index| {
        claims(json!({format!("by{index}"): index}))
    });
    assert_eq!(done.signatures, 1);
    let (_, args) = &done.hooks_run[1];
    assert_eq!(args["tokens"]["id_token"]["by0"], 0);
    let (_, now) = decoded(done.body.unwrap()["id_token"].as_str().unwrap());
    assert_eq!((&now["by0"], &now["by1"]), (&json!(0), &json!(1)));
}

#[test]
fn the_arguments_say_who_asked_for_what() {
    let plan = plan(vec![hook("tier", PRE, Mode::Sync)]);
    let mut exchange = open(&plan, "POST", "/oauth/token?tenant=1").unwrap();
    let effects = token_response(&mut exchange, CODE_FORM, &response("RS256").0);
    let done = perform(&mut exchange, effects, |_| Ok(Answer::Nothing));
    let (_, args) = &done.hooks_run[0];
    assert_eq!(args["application"], json!({"client_id": "shop"}));
    assert_eq!(args["oidc_context"]["redirect_uri"], "https://shop/cb");
    assert_eq!(args["customer"]["info"]["id"], "jane");
    assert_eq!(args["customer"]["store"], "https://id");
    assert_eq!(args["customer"]["location"], json!({"coordinates": {}}));
    assert_eq!(args["tokens"]["grant_type"], "authorization_code");
    assert_eq!(args["request"]["path"], "/oauth/token");
    assert_eq!(args["event"]["time"], "2026-01-01T00:00:00.000Z");
    for (pointer, empty) in [
        ("/customer/groups", json!([])),
        ("/customer/consents", json!([])),
        ("/session", json!({})),
    ] {
        assert_eq!(args.pointer(pointer), Some(&empty), "{pointer}");
    }
}

#[test]
fn a_changed_access_token_changes_at_hash() {
    let plan = plan(vec![hook("both", PRE, Mode::Sync)]);
    let mut exchange = open(&plan, "POST", "/oauth/token").unwrap();
    let id_token = platform_token("RS256", r#"{"sub":"jane","at_hash":"old"}"#);
    let access_token = platform_token("ES256", r#"{"sub":"jane"}"#);
    let body = json!({"id_token": id_token, "access_token": access_token}).to_string();
    let effects = token_response(&mut exchange, CODE_FORM, &body);
    let answer = || {
        let json = json!({"idToken": {}, "accessToken": {"role": "admin"}});
        Ok(Answer::Result(Given {
            class: Some("TokenClaims".into()),
            json,
            undefined: vec![],
        }))
    };
    let done = perform(&mut exchange, effects, |_| answer());
    assert_eq!(done.signatures, 2);
    let body = done.body.unwrap();
    let access_token = body["access_token"].as_str().unwrap();
    assert!(is_ours(access_token, Algorithm::Es256));
    let id_token = body["id_token"].as_str().unwrap();
    assert!(is_ours(id_token, Algorithm::Rs256));
    assert_eq!(decoded(id_token).1["at_hash"], at_hash(access_token));
}

#[test]
fn tokens_that_cannot_be_changed_follow_the_policy() {
    for (id_token, reason) in [
        (platform_token("HS256", "{}"), "HS256"),
        (platform_token("none", "{}"), "none"),
        ("a.b.c.d.e".to_owned(), "encrypted"),
        ("not a token".to_owned(), "no JWT"),
    ] {
        for policy in [OnError::Continue, OnError::Deny] {
            let mut tier = hook("tier", PRE, Mode::Sync);
            tier.on_error = policy;
            let plan = plan(vec![tier]);
            let mut exchange = open(&plan, "POST", "/oauth/token").unwrap();
            let body = json!({ "id_token": id_token }).to_string();
            let effects = token_response(&mut exchange, CODE_FORM, &body);
            let done = perform(&mut exchange, effects, |_| claims(json!({"tier": 1})));
            assert!(
                done.lines.iter().any(|line| line.contains(reason)),
                "{reason}: {:?}",
                done.lines
            );
            assert!(
                done.counters
                    .contains(&"hook.tier.failed.exchange".to_owned())
            );
            match policy {
                OnError::Continue => assert!(done.released && done.body.is_none()),
                OnError::Deny => assert_eq!(done.status.as_deref(), Some("500")),
            }
        }
    }
}

#[test]
fn an_opaque_access_token_takes_no_claims_and_keeps_the_id_token_as_it_was() {
    let plan = plan(vec![hook("both", PRE, Mode::Sync)]);
    let mut exchange = open(&plan, "POST", "/oauth/token").unwrap();
    let effects = token_response(&mut exchange, CODE_FORM, &response("RS256").0);
    let done = perform(&mut exchange, effects, |_| {
        let json = json!({"idToken": {"a": 1}, "accessToken": {"b": 2}});
        Ok(Answer::Result(Given {
            class: None,
            json,
            undefined: vec![],
        }))
    });
    assert!(done.body.is_none(), "all or nothing");
    assert!(done.lines[0].contains("opaque"), "{:?}", done.lines);
}

#[test]
fn a_denial_is_an_oauth_error() {
    let plan = plan(vec![
        hook("risk", PRE, Mode::Sync),
        hook("log", EventType::PostAccountLogin, Mode::Async),
    ]);
    let mut exchange = open(&plan, "POST", "/oauth/token").unwrap();
    let effects = token_response(&mut exchange, CODE_FORM, &response("RS256").0);
    let done = perform(&mut exchange, effects, |_| {
        let json = json!({"error": "access_denied", "description": "Not today."});
        Ok(Answer::Denied(Given {
            class: Some("DenyRequest".into()),
            json,
            undefined: vec![],
        }))
    });
    assert_eq!(done.status.as_deref(), Some("400"));
    assert_eq!(
        done.body,
        Some(json!({"error": "access_denied", "error_description": "Not today."}))
    );
    assert!(
        done.deliveries.is_empty(),
        "a login that was denied has not happened"
    );
}

#[test]
fn a_failed_hook_follows_its_policy() {
    for policy in [OnError::Continue, OnError::Deny] {
        let mut bad = hook("bad", PRE, Mode::Sync);
        bad.on_error = policy;
        let plan = plan(vec![bad, hook("good", PRE, Mode::Sync)]);
        let mut exchange = open(&plan, "POST", "/oauth/token").unwrap();
        let effects = token_response(&mut exchange, CODE_FORM, &response("ES256").0);
        let done = perform(&mut exchange, effects, |index| match index {
            0 => Err(Failure::new(FailureKind::Cpu, "too long")),
            _ => claims(json!({"good": true})),
        });
        assert!(done.lines[0].contains("`bad`") && done.lines[0].contains("too long"));
        assert!(done.counters.contains(&"hook.bad.failed.cpu".to_owned()));
        match policy {
            OnError::Continue => {
                let (_, now) = decoded(done.body.unwrap()["id_token"].as_str().unwrap());
                assert_eq!(now["good"], true);
            }
            OnError::Deny => {
                assert_eq!(done.status.as_deref(), Some("500"));
                assert_eq!(done.body.unwrap()["error"], "server_error");
                assert_eq!(done.hooks_run.len(), 1, "the flow is over");
            }
        }
    }
}

#[test]
fn a_signature_that_fails_leaves_the_platforms_answer() {
    let plan = plan(vec![hook("tier", PRE, Mode::Sync)]);
    let mut exchange = open(&plan, "POST", "/oauth/token").unwrap();
    token_response(&mut exchange, CODE_FORM, &response("RS256").0);
    let effects = exchange.on(Input::HookEnded(claims(json!({"tier": 1}))));
    assert!(format!("{effects:?}").contains("Sign("), "{effects:?}");
    let effects = exchange.on(Input::Signed(Err("no entropy".into())));
    let done = perform(&mut exchange, effects, |_| unreachable_hook());
    assert!(done.released && done.body.is_none());
    assert!(done.lines[0].contains("no entropy"), "{:?}", done.lines);
}

fn unreachable_hook() -> Result<Answer, Failure> {
    panic!("no hook runs here")
}

#[test]
fn hooks_for_other_applications_and_grants_do_not_run() {
    let mut tier = hook("tier", PRE, Mode::Sync);
    tier.applications = Some(vec!["storefront".into()]);
    let plan = plan(vec![tier]);
    for (form, runs) in [
        ("grant_type=authorization_code&client_id=storefront", true),
        ("grant_type=refresh_token&client_id=storefront", true),
        ("grant_type=authorization_code&client_id=shop", false),
        ("grant_type=client_credentials&client_id=storefront", false),
        ("client_id=storefront", false),
    ] {
        let mut exchange = open(&plan, "POST", "/oauth/token").unwrap();
        let effects = token_response(&mut exchange, form, &response("RS256").0);
        let done = perform(&mut exchange, effects, |_| Ok(Answer::Nothing));
        assert_eq!(!done.hooks_run.is_empty(), runs, "{form}");
        assert!(done.released);
    }
}

#[test]
fn answers_without_tokens_pass() {
    let plan = plan(vec![hook("tier", PRE, Mode::Sync)]);
    for body in [
        r#"{"access_token":"opaque"}"#,
        "[]",
        "no json",
        "",
        r#"{"id_token":7}"#,
    ] {
        let mut exchange = open(&plan, "POST", "/oauth/token").unwrap();
        let effects = token_response(&mut exchange, CODE_FORM, body);
        let done = perform(&mut exchange, effects, |_| unreachable_hook());
        assert!(done.released && done.body.is_none(), "{body}");
    }
    for (pairs, end) in [
        (
            vec![(":status", "400"), ("content-type", "application/json")],
            false,
        ),
        (
            vec![(":status", "200"), ("content-type", "text/html")],
            false,
        ),
        (
            vec![(":status", "200"), ("content-type", "application/json")],
            true,
        ),
    ] {
        let mut exchange = open(&plan, "POST", "/oauth/token").unwrap();
        let effects = exchange.on(Input::ResponseHeaders {
            headers: &headers(&pairs),
            end,
        });
        assert!(effects.is_empty() && !exchange.holds_response());
    }
}

#[test]
fn bodies_over_the_cap_and_platforms_that_stall_follow_the_policy() {
    for policy in [OnError::Continue, OnError::Deny] {
        for trouble in [Input::ResponseSize(600 << 10), Input::HeldTooLong] {
            let mut tier = hook("tier", PRE, Mode::Sync);
            tier.on_error = policy;
            let plan = plan(vec![tier]);
            let mut exchange = open(&plan, "POST", "/oauth/token").unwrap();
            exchange.on(Input::RequestBody(CODE_FORM.as_bytes()));
            exchange.on(Input::ResponseHeaders {
                headers: &headers(JSON_OK),
                end: false,
            });
            let effects = exchange.on(trouble);
            let done = perform(&mut exchange, effects, |_| unreachable_hook());
            assert!(!exchange.holds_response());
            match policy {
                OnError::Continue => assert!(done.released),
                OnError::Deny => assert_eq!(done.reply.unwrap().status, 500),
            }
        }
        let mut tier = hook("tier", PRE, Mode::Sync);
        tier.on_error = policy;
        let plan = plan(vec![tier]);
        let mut exchange = open(&plan, "POST", "/oauth/token").unwrap();
        exchange.on(Input::RequestBody(&[b'x'; 100]));
        exchange.on(Input::RequestBody(&vec![b'x'; 70 << 10]));
        exchange.on(Input::ResponseHeaders {
            headers: &headers(JSON_OK),
            end: false,
        });
        let effects = exchange.on(Input::ResponseBody(response("RS256").0.as_bytes()));
        let done = perform(&mut exchange, effects, |_| unreachable_hook());
        assert!(done.lines[0].contains("token request"), "{:?}", done.lines);
    }
}

#[test]
fn what_cannot_be_read_concerns_only_the_hooks_it_may_have_been_for() {
    for (form, refused) in [
        ("grant_type=authorization_code&client_id=storefront", true),
        ("grant_type=authorization_code", true),
        ("grant_type=client_credentials&client_id=storefront", false),
        ("grant_type=authorization_code&client_id=shop", false),
    ] {
        let mut tier = hook("tier", PRE, Mode::Sync);
        tier.on_error = OnError::Deny;
        tier.applications = Some(vec!["storefront".into()]);
        let plan = plan(vec![tier]);
        let mut exchange = open(&plan, "POST", "/oauth/token").unwrap();
        exchange.on(Input::RequestBody(form.as_bytes()));
        let pairs = [JSON_OK, &[("content-length", "600000")]].concat();
        let effects = exchange.on(Input::ResponseHeaders {
            headers: &headers(&pairs),
            end: false,
        });
        let done = perform(&mut exchange, effects, |_| unreachable_hook());
        assert_eq!(done.reply.is_some(), refused, "{form}");
        assert!(!exchange.holds_response());
    }
}

#[test]
fn a_repeated_grant_type_passes_no_hook() {
    let plan = plan(vec![hook("tier", PRE, Mode::Sync)]);
    let mut exchange = open(&plan, "POST", "/oauth/token").unwrap();
    let form = "grant_type=client_credentials&grant_type=authorization_code";
    let effects = token_response(&mut exchange, form, &response("RS256").0);
    let done = perform(&mut exchange, effects, |_| Ok(Answer::Nothing));
    assert_eq!(done.hooks_run.len(), 1);
}

#[test]
fn an_encoded_answer_is_reported() {
    let plan = plan(vec![hook("tier", PRE, Mode::Sync)]);
    let mut exchange = open(&plan, "POST", "/oauth/token").unwrap();
    exchange.on(Input::RequestBody(CODE_FORM.as_bytes()));
    let pairs = [
        (":status", "200"),
        ("content-type", "application/json"),
        ("content-encoding", "gzip"),
    ];
    let effects = exchange.on(Input::ResponseHeaders {
        headers: &headers(&pairs),
        end: false,
    });
    let done = perform(&mut exchange, effects, |_| unreachable_hook());
    assert!(
        done.lines[0].contains("gzip") && done.released,
        "{:?}",
        done.lines
    );
}

#[test]
fn a_login_is_delivered_with_an_id_of_its_own_and_no_settings() {
    let mut log = hook("log", EventType::PostAccountLogin, Mode::Async);
    log.variables.insert("NAME".into(), "value".into());
    let plan = plan(vec![
        log,
        hook("crm", EventType::PostAccountLogin, Mode::Async),
    ]);
    let mut exchange = open(&plan, "POST", "/oauth/token").unwrap();
    let effects = token_response(&mut exchange, CODE_FORM, &response("HS256").0);
    let done = perform(&mut exchange, effects, |_| unreachable_hook());
    assert!(done.released && done.body.is_none());
    let [log, crm] = done.deliveries.as_slice() else {
        panic!("{:?}", done.deliveries)
    };
    assert_ne!(log.id, crm.id);
    assert_eq!(log.args["event"]["id"], crm.args["event"]["id"]);
    assert_eq!(log.args["customer"]["info"]["sub"], "jane");
    assert_eq!(log.args.get("variables"), None::<&Value>);
    assert_eq!(done.counters, ["event.post-account-login"]);
}

#[test]
fn a_refresh_is_no_login() {
    let plan = plan(vec![hook("log", EventType::PostAccountLogin, Mode::Async)]);
    let mut exchange = open(&plan, "POST", "/oauth/token").unwrap();
    let effects = token_response(
        &mut exchange,
        "grant_type=refresh_token",
        &response("RS256").0,
    );
    let done = perform(&mut exchange, effects, |_| unreachable_hook());
    assert!(done.deliveries.is_empty() && done.released);
}
