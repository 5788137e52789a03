//! A partner's OpenID Provider: discovery, keys, tokens, userinfo, introspection, and an assertion of
//! the older kind.

use integration_tests::platform_tokens::{TokenKey, jwks, our_rsa, platform_rsa, verify};
use serde_json::{Value, json};
use std::sync::OnceLock;

use super::{Call, Reply, key, now};

const ISSUER: &str = "https://login.partner.example";
const ASSERTION: &str = r#"<?xml version="1.0"?>
<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_1" Version="2.0">
  <saml:Subject><saml:NameID>jane@example.com</saml:NameID></saml:Subject>
  <saml:AttributeStatement><saml:Attribute Name="groups">
    <saml:AttributeValue>buyers</saml:AttributeValue><saml:AttributeValue>R&amp;D</saml:AttributeValue>
  </saml:Attribute></saml:AttributeStatement>
</saml:Assertion>
"#;

pub fn answer(call: &Call) -> Reply {
    match call.route() {
        ("GET", "/.well-known/openid-configuration") => discovery(),
        ("GET", "/jwks") => Reply::text(200, "application/json", &jwks(&[platform_rsa()])),
        ("GET", "/assertion") => assertions(),
        ("GET", "/saml") => Reply::text(200, "text/xml; charset=utf-8", ASSERTION),
        ("POST", "/token") if call.is_form() => token(call),
        ("GET", "/userinfo") if call.header("authorization") == "Bearer partner-token" => {
            Reply::json(200, json!({ "sub": "partner-user", "level": 3 }))
        }
        ("POST", "/introspect") if is_acme(call) && call.field("token") == "partner-token" => {
            Reply::json(200, json!({ "active": true }))
        }
        _ => Reply::refused(404, "no such path, or not like this"),
    }
}

fn discovery() -> Reply {
    let at = |path: &str| format!("{ISSUER}{path}");
    Reply::json(
        200,
        json!({
            "issuer": ISSUER,
            "authorization_endpoint": at("/authorize"),
            "token_endpoint": at("/token"),
            "userinfo_endpoint": at("/userinfo"),
            "introspection_endpoint": at("/introspect"),
            "jwks_uri": at("/jwks"),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        }),
    )
}

fn claims(lifetime: i64) -> Value {
    let now = i64::try_from(now()).unwrap();
    json!({
        "iss": ISSUER, "sub": "partner-user", "aud": "acme", "level": 3,
        "iat": now - 60, "exp": now + lifetime,
    })
}

/// One that is good, one by a key of somebody else's with the same name, one that has expired.
fn assertions() -> Reply {
    static FORGER: OnceLock<TokenKey> = OnceLock::new();
    let forger = FORGER.get_or_init(|| TokenKey::rsa(&platform_rsa().kid));
    Reply::json(
        200,
        json!({
            "token": platform_rsa().token(&claims(300).to_string()),
            "forged": forger.token(&claims(300).to_string()),
            "expired": platform_rsa().token(&claims(-30).to_string()),
        }),
    )
}

/// With its password in either place (RFC 6749 section 2.3.1), or with a signature (RFC 7523).
fn is_acme(call: &Call) -> bool {
    let named = call.field("client_id") == "acme";
    let assertion = call.field("client_assertion");
    call.has_basic()
        || (named && call.field("client_secret") == key())
        || (named && by_acme(&assertion).is_ok_and(|claims| claims["aud"] == ISSUER))
}

fn token(call: &Call) -> Reply {
    let tokens =
        json!({ "access_token": "partner-token", "token_type": "Bearer", "expires_in": 300 });
    match call.field("grant_type").as_str() {
        "client_credentials" if is_acme(call) && call.field("scope") == "profile" => {
            Reply::json(200, tokens)
        }
        "authorization_code" if is_acme(call) && call.field("code") == "partner-code" => {
            let mut tokens = tokens;
            tokens["id_token"] = platform_rsa().token(&claims(300).to_string()).into();
            Reply::json(200, tokens)
        }
        "urn:ietf:params:oauth:grant-type:jwt-bearer" => bearer(&call.field("assertion")),
        "refresh_token" => Reply::json(400, json!({ "error": "invalid_grant" })),
        _ => Reply::json(401, json!({ "error": "invalid_client" })),
    }
}

/// The claims of what a hook has signed, judged by another library than the hook's.
fn by_acme(assertion: &str) -> Result<Value, String> {
    let mut public = our_rsa().jwk();
    public["kid"] = "acme-1".into();
    verify(
        assertion,
        json!({ "keys": [public] }).to_string().as_bytes(),
    )
}

/// An assertion as a grant (RFC 7523 section 2.1).
fn bearer(assertion: &str) -> Reply {
    match by_acme(assertion) {
        Ok(claims) if claims["aud"] == "https://login.partner.example/token" => {
            Reply::json(200, json!({ "verified": [claims["iss"], claims["sub"]] }))
        }
        Ok(claims) => Reply::refused(400, &format!("for somebody else: {claims}")),
        Err(why) => Reply::refused(400, &why),
    }
}
