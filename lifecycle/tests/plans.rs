//! Which requests matter, which bundles are refused, and the platform's keys.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a panic is how a test fails"
)]

mod common;

use common::*;
use lifecycle::answer::{Answer, Failure};
use lifecycle::bundle::{Hook, Mode, Signing};
use lifecycle::event::EventType;
use lifecycle::exchange::Input;
use lifecycle::plan::Plan;
use lifecycle::token::{KeyError, SigningKeys, jwks};
use serde_json::{Value, json};

const PRE: EventType = EventType::PreIdTokenGeneration;
const LOGIN: EventType = EventType::PostAccountLogin;

fn no_hook(_: usize) -> Result<Answer, Failure> {
    panic!("no hook runs here")
}

fn refused(change: impl FnOnce(&mut lifecycle::bundle::Bundle), hooks: Vec<Hook>) -> Vec<String> {
    let mut bundle = bundle(hooks);
    change(&mut bundle);
    let errors = Plan::load(bundle, &|_| None).unwrap_err();
    errors.iter().map(ToString::to_string).collect()
}

#[test]
fn only_requests_that_hooks_care_about_are_exchanges() {
    let tier = plan(vec![hook("tier", PRE, Mode::Sync)]);
    let log = plan(vec![hook("log", LOGIN, Mode::Async)]);
    let none = plan(vec![]);
    for (method, target, tier_cares, log_cares) in [
        ("POST", "/oauth/token", true, true),
        ("POST", "/OAuth//%74oken/?a=b", true, true),
        ("GET", "/oauth/token", false, false),
        ("OPTIONS", "/oauth/token", false, false),
        ("GET", "/oauth/jwks.json", true, false),
        ("HEAD", "/oauth/jwks.json", false, false),
        ("GET", "/", false, false),
        ("POST", "/login", false, false),
    ] {
        assert_eq!(
            open(&tier, method, target).is_some(),
            tier_cares,
            "{method} {target}"
        );
        assert_eq!(
            open(&log, method, target).is_some(),
            log_cares,
            "{method} {target}"
        );
        assert!(open(&none, method, target).is_none());
    }
}

#[test]
fn our_keys_join_the_platforms_and_theirs_keep_their_bytes() {
    let plan = plan(vec![hook("tier", PRE, Mode::Sync)]);
    let mut exchange = open(&plan, "GET", "/oauth/jwks.json").unwrap();
    exchange.on(Input::RequestHeaders(&headers(&[(
        "if-none-match",
        "\"1\"",
    )])));
    exchange.on(Input::ResponseHeaders {
        headers: &headers(JSON_OK),
        end: false,
    });
    assert!(exchange.holds_response());
    let platform =
        r#"{"keys":[{"kty":"RSA", "kid":"platform","n":"AQAB" ,"e":"AQAB"}],"extra":1.0}"#;
    let effects = exchange.on(Input::ResponseBody(platform.as_bytes()));
    let done = perform(&mut exchange, effects, no_hook);
    let text = done.body_text.unwrap();
    assert!(
        text.starts_with(r#"{"keys":[{"kty":"RSA", "kid":"platform","n":"AQAB" ,"e":"AQAB"},{"#),
        "{text}"
    );
    assert!(text.ends_with(r#"],"extra":1.0}"#), "{text}");
    let keys = done.body.unwrap()["keys"].as_array().unwrap().clone();
    assert_eq!(keys.len(), 3);
    assert!(
        keys.iter().all(|key| key.get("d").is_none()),
        "public halves only"
    );
    assert!(done.released);
}

#[test]
fn our_keys_are_not_added_twice() {
    let keys = SigningKeys::from_pem(our_pem()).unwrap();
    let once = jwks::merge(br#"{"keys":[]}"#, &keys).unwrap();
    assert_eq!(jwks::merge(once.as_bytes(), &keys).unwrap(), once);
}

#[test]
fn a_key_set_that_cannot_be_read_passes_with_a_word() {
    let plan = plan(vec![hook("tier", PRE, Mode::Sync)]);
    for body in ["[]", "{}", r#"{"keys":7}"#, "<html>"] {
        let mut exchange = open(&plan, "GET", "/oauth/jwks.json").unwrap();
        exchange.on(Input::ResponseHeaders {
            headers: &headers(JSON_OK),
            end: false,
        });
        let effects = exchange.on(Input::ResponseBody(body.as_bytes()));
        let done = perform(&mut exchange, effects, no_hook);
        assert!(done.released && done.body.is_none());
        assert_eq!(done.counters, ["jwks_unchanged"]);
        assert!(done.lines[0].contains("keys"), "{:?}", done.lines);
    }
}

#[test]
fn everything_wrong_with_a_bundle_is_told_at_once() {
    let errors = refused(
        |bundle| {
            bundle.signing = None;
            bundle.relay = None;
            bundle.platform.endpoints.jwks_uri = None;
        },
        vec![
            hook("tier", PRE, Mode::Sync),
            hook("log", LOGIN, Mode::Async),
            hook("log", EventType::PostRegistration, Mode::Sync),
        ],
    );
    for part in [
        "`tier` can change tokens",
        "jwks_uri",
        "`log` is asynchronous, which needs a relay",
        "two hooks are called `log`",
        "does not recognise post-registration; it recognises",
    ] {
        assert!(
            errors.iter().any(|error| error.contains(part)),
            "{part}: {errors:?}"
        );
    }
}

#[test]
fn a_reference_to_nothing_names_the_variable_and_the_place() {
    let mut tier = hook("tier", PRE, Mode::Sync);
    tier.secrets
        .insert("TOKEN".into(), "${env:CRM_TOKEN}".into());
    let errors = refused(
        |bundle| {
            bundle.signing = Some(Signing {
                key: "${env:KEY}".into(),
            })
        },
        vec![tier],
    );
    assert!(
        errors
            .iter()
            .any(|error| error.contains("signing.key") && error.contains("KEY")),
        "{errors:?}"
    );
    assert!(
        errors
            .iter()
            .any(|error| error.contains("secrets.TOKEN") && error.contains("CRM_TOKEN")),
        "{errors:?}"
    );
}

#[test]
fn references_are_resolved_and_secrets_are_not_printed() {
    let mut tier = hook("tier", PRE, Mode::Sync);
    tier.secrets
        .insert("TOKEN".into(), "Bearer ${env:CRM_TOKEN}!".into());
    let plan = Plan::load(bundle(vec![tier]), &|name| {
        (name == "CRM_TOKEN").then(|| "s3cret".into())
    })
    .unwrap();
    assert_eq!(
        plan.hooks()[0].secrets.0,
        json!({"TOKEN": "Bearer s3cret!"})
    );
    assert!(!format!("{plan:?}").contains("s3cret"));
    assert!(!format!("{:?}", plan.keys()).contains("PRIVATE"));
}

#[test]
fn bad_keys_say_what_was_found_and_what_to_type() {
    let pkcs1 = "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----";
    let cut = our_pem().lines().take(3).collect::<Vec<_>>().join("\n");
    for (pem, part) in [
        ("", "found nothing"),
        ("hello", "text without a PEM block"),
        (
            pkcs1,
            "PKCS#1 key (BEGIN RSA PRIVATE KEY); convert it: openssl pkcs8 -topk8",
        ),
        (
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
            "a certificate",
        ),
        (cut.as_str(), "1. PEM block cannot be read"),
        (rsa_pem(1024).as_str(), "1024 bits"),
    ] {
        let error = SigningKeys::from_pem(pem).unwrap_err().to_string();
        assert!(error.contains(part), "{part}: {error}");
    }
    let p384 = p384_pem();
    let error = SigningKeys::from_pem(&p384).unwrap_err();
    assert!(
        matches!(&error, KeyError::Unsupported { found, .. } if found.contains("P-384")),
        "{error}"
    );
}

/// A P-256 key whose curve is called P-384: enough for the refusal, which reads the name.
fn p384_pem() -> String {
    use base64::Engine;
    let pem = ec_pem();
    let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let mut der = base64::prelude::BASE64_STANDARD.decode(body).unwrap();
    let p256 = [0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
    // OID 1.3.132.0.34 with the lengths around it three bytes shorter.
    let at = der
        .windows(p256.len())
        .position(|window| window == p256)
        .unwrap();
    der.splice(
        at..at + p256.len(),
        [0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22],
    );
    der[2] -= 3;
    let sequence = der
        .windows(2)
        .position(|window| window == [0x30, 0x13])
        .unwrap();
    der[sequence + 1] -= 3;
    let text = base64::prelude::BASE64_STANDARD.encode(der);
    let lines: Vec<_> = text
        .as_bytes()
        .chunks(64)
        .map(String::from_utf8_lossy)
        .collect();
    format!(
        "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
        lines.join("\n")
    )
}

#[test]
fn pem_in_one_line_is_read() {
    let escaped = our_pem().replace('\n', "\\n");
    assert_eq!(SigningKeys::from_pem(&escaped).unwrap().iter().count(), 2);
}

#[test]
fn key_ids_are_thumbprints() {
    let keys = SigningKeys::from_pem(our_pem()).unwrap();
    for key in keys.iter() {
        assert_eq!(key.jwk()["kid"], Value::from(key.kid()));
        assert_eq!(key.kid().len(), 43, "SHA-256 in base64url");
    }
}
