//! What most cases are made of: a platform with a token endpoint and a key set, the hooks of a
//! brand, and the requests of its applications.

use integration_tests::case::{Answer, AnswerEnd, Case, Exchange, Request};
use integration_tests::observed::{Observed, ReceivedEnd};
use integration_tests::platform_tokens::{self as keys, TokenKey, verify};
use integration_tests::run::RELAY_CLUSTER;
use lifecycle::bundle::{
    Bundle, EgressHost, Endpoint, Endpoints, FORMAT, Hook, Limits, Mode, OnError, Place, Platform,
    Relay, Rule, Script, Signing,
};
use lifecycle::event::EventType;

/// The platform's token endpoint.
pub const TOKEN_PATH: &str = "/oauth/token";

/// The platform's key set.
pub const JWKS_PATH: &str = "/oauth/jwks";

/// A bundle with these hooks; the keys come from the environment, as in a deployment.
pub fn bundle(hooks: impl IntoIterator<Item = Hook>) -> Bundle {
    let at_token_endpoint = |grant_types: &[&str]| {
        let grant_types = grant_types
            .iter()
            .map(|grant| (*grant).to_owned())
            .collect();
        vec![Rule {
            endpoint: Endpoint::TokenEndpoint,
            grant_types,
        }]
    };
    Bundle {
        format: FORMAT,
        platform: Platform {
            profile: "test".into(),
            endpoints: Endpoints {
                token_endpoint: Some(TOKEN_PATH.into()),
                jwks_uri: Some(JWKS_PATH.into()),
            },
            events: [
                (
                    EventType::PreIdTokenGeneration,
                    at_token_endpoint(&["authorization_code", "refresh_token"]),
                ),
                (
                    EventType::PostAccountLogin,
                    at_token_endpoint(&["authorization_code"]),
                ),
            ]
            .into(),
        },
        signing: Some(Signing {
            key: "${env:LEH_SIGNING_KEY}".into(),
        }),
        relay: Some(Relay {
            cluster: RELAY_CLUSTER.into(),
        }),
        // The vendors whom hooks call are played by the relay too: callouts are seen there.
        egress: vec![vendor("crm.example.com"), vendor("*.crm.example.com")],
        hooks: hooks.into_iter().collect(),
    }
}

/// A host that hooks may call.
pub fn vendor(host: &str) -> EgressHost {
    EgressHost {
        host: host.into(),
        ports: vec![443],
        tls: true,
        headers: [("x-key".to_owned(), "${env:VENDOR_KEY}".to_owned())].into(),
        cluster: RELAY_CLUSTER.into(),
        ..EgressHost::default()
    }
}

/// The key that the host adds for vendors.
pub const VENDOR_KEY: &str = "k3y-of-the-vendor";

/// A synchronous hook at `pre-id-token-generation` with this script.
pub fn hook(source: &str) -> Hook {
    Hook {
        name: "enrich".into(),
        event: EventType::PreIdTokenGeneration,
        mode: Mode::Sync,
        script: Script {
            file: "hooks/enrich.js".into(),
            source: source.to_owned(),
            map: None,
        },
        place: Place::Filter,
        on_error: OnError::Continue,
        limits: Limits::default(),
        applications: None,
        variables: Default::default(),
        secrets: Default::default(),
    }
}

/// The same, ending the flow when it fails.
pub fn strict_hook(source: &str) -> Hook {
    Hook {
        on_error: OnError::Deny,
        ..hook(source)
    }
}

/// A hook that sets `tier` to `gold`.
pub fn gold() -> Hook {
    hook(r#"export default async () => new TokenClaims({ tier: "gold" })"#)
}

/// An asynchronous hook at `post-account-login`.
pub fn login_hook() -> Hook {
    Hook {
        name: "tell".into(),
        event: EventType::PostAccountLogin,
        mode: Mode::Async,
        ..hook("module.exports = async function (args) {}")
    }
}

/// A case with a hook, and both our keys in the environment.
pub fn case(name: &str, hooks: impl IntoIterator<Item = Hook>) -> Case {
    Case::new(name, &bundle(hooks))
        .variable("LEH_SIGNING_KEY", &our_keys())
        .variable("VENDOR_KEY", VENDOR_KEY)
}

/// Our RSA and our EC key.
pub fn our_keys() -> String {
    keys::our_rsa().pem() + &keys::our_ec().pem()
}

/// A token request of a confidential client that sends its secret in the form.
pub fn token_request(grant_type: &str) -> Request {
    let rest = match grant_type {
        "refresh_token" => "refresh_token=r-1",
        _ => "code=c-1&redirect_uri=https%3A%2F%2Fshop.example%2Fcb",
    };
    token_request_with(format!(
        "grant_type={grant_type}&{rest}&client_id=shop&client_secret=s"
    ))
}

/// A token request with this form.
pub fn token_request_with(form: impl Into<String>) -> Request {
    Request::new("POST", TOKEN_PATH)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("accept", "application/json")
        .piece(form.into())
}

/// Claims of an ID token. The spelling of the values is what a careless rewrite would change.
pub const CLAIMS: &str = concat!(
    r#"{"iss":"https://id.example","sub":"u-1","aud":"shop","exp":4102444800,"iat":1700000000,"#,
    r#""nonce":"n-1","email":"ada@example.com","ratio":1.50,"big":12345678901234567890,"#,
    r#""name":"Zo\u00eb \/ Ada","nested":{"b": 1,"a":[1, 2]}}"#,
);

/// A token response with this ID token, with members in an order and a spelling of its own.
pub fn token_response(id_token: &str) -> String {
    format!(
        r#"{{"access_token":"opaque","token_type":"Bearer","expires_in":3600.0,"id_token":"{id_token}","refresh_token":"r-2","scope":"openid  email","x_extra":{{"keep": [1,2 ,3]}}}}"#
    )
}

/// An answer of JSON as a token endpoint sends it.
pub fn json(body: impl Into<String>) -> Answer {
    Answer::new(200)
        .header("content-type", "application/json;charset=UTF-8")
        .header("cache-control", "no-store")
        .piece(body.into())
}

/// The answer of the token endpoint with an ID token of this key over [`CLAIMS`].
pub fn tokens(key: &TokenKey) -> Answer {
    json(token_response(&key.token(CLAIMS)))
}

/// A login that the platform answers with an ID token of its RSA key.
pub fn login() -> Exchange {
    token_request("authorization_code").answered(tokens(keys::platform_rsa()))
}

/// A request for the platform's key set, with both its keys in the answer.
pub fn key_set() -> Exchange {
    let set = keys::jwks(&[keys::platform_rsa(), keys::platform_ec()]);
    Request::new("GET", JWKS_PATH).answered(json(set))
}

/// The n-th response's ID token, verified with the key set of the exchange `key_set`, claims in
/// their own bytes.
pub fn verified_claims(seen: &Observed, response: usize, key_set: usize) -> String {
    let body = seen.response(response).json();
    let token = body["id_token"]
        .as_str()
        .unwrap_or_else(|| panic!("no id_token in {body}"));
    verify(token, &seen.response(key_set).body).unwrap_or_else(|error| panic!("{error}"));
    keys::claims_text(token)
}

/// [`CLAIMS`] with members added at the end.
pub fn claims_and(added: &str) -> String {
    format!("{},{added}}}", &CLAIMS[..CLAIMS.len() - 1])
}

/// The n-th exchange's client got exactly what the platform sent.
pub fn assert_unchanged(seen: &Observed, n: usize, answer: &Answer) {
    let got = seen.response(n);
    assert_eq!(
        (got.status, got.end),
        (answer.status, ReceivedEnd::Complete),
        "status and end of exchange {n}"
    );
    assert_eq!(
        got.body.escape_ascii().to_string(),
        answer.whole_body().escape_ascii().to_string(),
        "the body of exchange {n}"
    );
    for (name, _) in &answer.headers.0 {
        let sent: Vec<_> = answer.headers.all(name).collect();
        assert_eq!(
            got.headers.all(name).collect::<Vec<_>>(),
            sent,
            "the header {name} of exchange {n}"
        );
    }
    if answer.end == AnswerEnd::Length {
        let length = answer.whole_body().len().to_string();
        assert_eq!(
            got.headers.text("content-length"),
            Some(length.as_str()),
            "content-length of exchange {n}"
        );
    }
}

/// The n-th exchange was answered with this OAuth error (RFC 6749 section 5.2).
pub fn assert_oauth_error(seen: &Observed, n: usize, status: u16, error: &str) {
    let got = seen.response(n);
    assert_eq!(
        (got.status, got.end),
        (status, ReceivedEnd::Complete),
        "status and end of exchange {n}: {:?}",
        got
    );
    assert_eq!(got.headers.text("content-type"), Some("application/json"));
    assert_eq!(got.headers.text("cache-control"), Some("no-store"));
    let body = got.json();
    assert_eq!(body["error"], error, "{body}");
    assert!(body["error_description"].is_string(), "{body}");
    let known = body.as_object().is_some_and(|members| {
        members
            .keys()
            .all(|name| name == "error" || name == "error_description")
    });
    assert!(known, "an OAuth error has no other members: {body}");
}
