//! A platform does not know that Envoy was there: it works the same before and after, and where no
//! hook is bound it says the same through Envoy, to the byte.

// Helpers beside the test functions fail as those do (clippy.toml).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a panic is how a test fails"
)]

mod support;

use serde_json::Value;
use support::http::{ask, request};
use support::login::{AUTH_METHODS, CLIENTS, How, how};
use support::platform::{Kind, Platform};
use support::project::Project;
use support::up::{Up, address_for_later};
use support::upstream::{Upstream, chunked, send, whole};

const NO_HOOKS: [(&str, &str); 1] = [("hooks.yaml", "platform: oidc\n")];
const DISCOVERY: &str = "/.well-known/openid-configuration";

/// What is different in every login, with or without Envoy.
const OF_THE_LOGIN: [&str; 7] = ["iat", "exp", "nonce", "at_hash", "auth_time", "jti", "sid"];

/// What a client saw of a platform, without what is different in every login.
fn seen(mut report: Value) -> Value {
    let headers = report["token_response_headers"].as_object_mut().unwrap();
    headers.retain(|name, _| !["date", "content-length"].contains(&name.as_str()));
    for part in ["/id_token", "/refreshed/id_token"] {
        if let Some(claims) = report.pointer_mut(part).and_then(Value::as_object_mut) {
            claims.retain(|name, _| !OF_THE_LOGIN.contains(&name.as_str()));
        }
    }
    report
}

/// Logs in straight at the platform, then through Envoy with a hook, then straight again.
fn before_and_after(kind: Kind, jwks_path: &str) {
    let address = address_for_later();
    let platform = Platform::start(kind, &format!("http://{address}"));
    let yaml = format!(
        "platform: {}\nsigning: {{ key: \"${{env:LEH_SIGNING_KEY}}\" }}\nhooks:\n  \
         - {{ name: tier, event: pre-id-token-generation, script: tier.js, cpu: 1s, load: 1s, timeout: 30s }}\n",
        kind.profile()
    );
    let tier = "export default async () => new TokenClaims({ tier: 'gold' });\n";
    let project = Project::new(&[("hooks.yaml", &yaml), ("tier.js", tier)]);
    let auth_method = AUTH_METHODS[0];
    let straight = || {
        CLIENTS.map(|client| {
            let straight = How {
                connect_to: Some(&platform.url),
                ..how(auth_method)
            };
            seen(client.log_in(&platform, &straight).verified())
        })
    };
    let documents = || {
        [DISCOVERY, jwks_path].map(|path| {
            let answer = ask(platform.address(), &request("GET", path, &address, ""));
            assert_eq!(answer.code(), 200, "{path}: {answer:?}");
            answer.end_to_end()
        })
    };
    let (logins_before, documents_before) = (straight(), documents());

    let up = Up::start(&project, &platform.url, &address);
    for client in CLIENTS {
        let login = client.log_in(&platform, &how(auth_method)).verified();
        assert_eq!(login["id_token"]["tier"], "gold", "{login}");
    }
    assert!(up.stop());

    assert_eq!(straight(), logins_before);
    assert_eq!(documents(), documents_before);
    for login in &logins_before {
        assert_eq!(login["id_token"]["tier"], Value::Null);
        assert_eq!(login["jwks_kids"], login["platform_kids"], "no key of ours");
    }
}

#[test]
fn canaille_works_as_before_when_envoy_is_gone() {
    before_and_after(Kind::Canaille, "/oauth/jwks.json");
}

#[test]
fn oidc_provider_works_as_before_when_envoy_is_gone() {
    before_and_after(Kind::OidcProvider { alg: "RS256" }, "/jwks");
}

/// Asks a real platform for what it answers the same every time, straight and through Envoy.
fn same_bytes(kind: Kind, jwks_path: &str, token_path: &str) {
    let address = address_for_later();
    let platform = Platform::start(kind, &format!("http://{address}"));
    let up = Up::start(&Project::new(&NO_HOOKS), &platform.url, &address);
    let (client_id, _) = platform.client("none");
    let code = format!(
        "grant_type=authorization_code&client_id={client_id}&code=unknown&code_verifier={}\
         &redirect_uri=http%3A%2F%2F127.0.0.1%3A9000%2Fcallback",
        "v".repeat(43)
    );
    for (method, path, form) in [
        ("GET", DISCOVERY, ""),
        ("GET", jwks_path, ""),
        ("GET", token_path, ""),
        ("POST", token_path, code.as_str()),
        ("POST", token_path, "grant_type=client_credentials"),
        ("GET", "/no-such-page", ""),
    ] {
        let request = request(method, path, &address, form);
        let straight = ask(platform.address(), &request).end_to_end();
        let through = ask(&up.address, &request).end_to_end();
        assert_eq!(through, straight, "{method} {path}");
    }
    assert_eq!(up.counters(), []);
    assert!(up.stop());
}

#[test]
fn canaille_says_the_same_through_envoy() {
    same_bytes(Kind::Canaille, "/oauth/jwks.json", "/oauth/token");
}

#[test]
fn oidc_provider_says_the_same_through_envoy() {
    same_bytes(Kind::OidcProvider { alg: "ES256" }, "/jwks", "/token");
}

/// Answers of the lifecycle endpoints with everything that a careless proxy would tidy up.
fn lifecycle_answers() -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let tokens = "HTTP/1.1 200 Fine\r\n\
        cache-control: no-store\r\n\
        Content-TYPE: application/json;charset=UTF-8\r\n\
        Pragma: no-cache\r\n\
        Set-Cookie: a=1; Path=/\r\n\
        ETag: W/\"tokens\"\r\n\
        Set-Cookie: b=2\r\n\
        X-Empty:\r\n\
        X-Odd: \u{e9}\\\r\n";
    let odd_json = "{ \"access_token\":\"opaque\",\n\t\"id_token\":\"a.b.c\", \"expires_in\":3600.0,\
        \"expires_in\":1,\"x\":\"\\u00e9\\/\" }\n";
    let error = "HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=\"a\", Bearer\r\n\
        Content-Type: application/json\r\n";
    let encoded = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Type: application/json\r\n";
    let keys = "HTTP/1.1 200 OK\r\nContent-Type: application/jwk-set+json\r\n\
        Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\n";
    let odd_keys = b"{\"keys\" : [ {\"kty\":\"oct\", \"kid\" : \"1\"} ] }";
    let not_modified = b"HTTP/1.1 304 Not Modified\r\nETag: \"k\"\r\nConnection: close\r\n\r\n";
    let document = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
    vec![
        ("POST", "/token", whole(tokens, odd_json.as_bytes())),
        (
            "POST",
            "/token?x=%41",
            chunked(tokens, &[b"{\"id_tok", b"en\":\"a.b.c\"}"]),
        ),
        (
            "POST",
            "/token",
            whole(error, b"{\"error\":\"invalid_client\"}"),
        ),
        // Nobody opens it, so it need not be more than a beginning.
        (
            "POST",
            "/token",
            whole(encoded, b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03"),
        ),
        ("POST", "/%74oken", whole(document, b"{}")),
        ("GET", "/keys", whole(keys, odd_keys)),
        ("GET", "/keys", not_modified.to_vec()),
        (
            "GET",
            DISCOVERY,
            whole(document, b"{\"issuer\": \"https://id.test\"}"),
        ),
    ]
}

#[test]
fn without_a_hook_lifecycle_endpoints_answer_as_the_platform_does() {
    let upstream = Upstream::serve(|request, stream| {
        let number = request
            .header("x-case")
            .map(String::from_utf8_lossy)
            .unwrap();
        send(
            stream,
            &lifecycle_answers()[number.parse::<usize>().unwrap()].2,
        );
    });
    // The profile names the endpoints, and there is a signing key, but no hook.
    let project = Project::new(&[
        (
            "hooks.yaml",
            "platform: ./own.yaml\nsigning: { key: \"${env:LEH_SIGNING_KEY}\" }\n",
        ),
        (
            "own.yaml",
            "version: 1\nname: own\ninclude: [oidc]\nendpoints: { token_endpoint: /token, jwks_uri: /keys }\n",
        ),
    ]);
    let up = Up::start(&project, &upstream.url(), "127.0.0.1:0");
    for (number, (method, path, _)) in lifecycle_answers().iter().enumerate() {
        let form = if *method == "POST" {
            "grant_type=authorization_code&code=c"
        } else {
            ""
        };
        let mut request = request(method, path, "id.test", form);
        let odd = format!("X-Case: {number}\r\naccept-ENCODING: gzip, br\r\nX-Bytes: ");
        let odd = [odd.as_bytes(), b"\xff\xfe\r\n"].concat();
        // Behind Host, which Envoy puts first.
        let mut ends = request
            .iter()
            .enumerate()
            .filter(|(_, byte)| **byte == b'\n');
        let place = ends.nth(1).unwrap().0 + 1;
        request.splice(place..place, odd);
        let straight = ask(upstream.address(), &request).end_to_end();
        let through = ask(&up.address, &request).end_to_end();
        assert_eq!(through, straight, "{method} {path}, case {number}");

        let requests = upstream.requests();
        let [.., straight, through] = requests.as_slice() else {
            panic!("both have reached it")
        };
        assert_eq!(
            (&through.target, &through.body),
            (&straight.target, &straight.body)
        );
        let unadded = through.headers_without("x-forwarded-");
        assert_eq!(
            unadded,
            straight.headers_without("x-forwarded-"),
            "case {number}"
        );
        assert_eq!(through.headers.len() - unadded.len(), 2, "{through:?}");
    }
    assert_eq!(up.counters(), []);
    assert!(up.stop());
}
