//! A hook changes the claims of tokens.

use integration_tests::case::{Case, Request};
use integration_tests::platform_tokens::{
    self as keys, at_hash, claims_text, our_ec, our_rsa, platform_ec, platform_rsa,
};
use serde_json::Value;

use crate::platform::*;

pub fn cases() -> Vec<Case> {
    let basic = Request {
        headers: token_request("").headers,
        ..token_request_with("grant_type=refresh_token&refresh_token=r-1")
    }
    .header("authorization", "Basic c2hvcDpz");
    let public =
        token_request_with("grant_type=authorization_code&code=c-1&client_id=shop&code_verifier=v");
    vec![
        sets_gold(
            "a claim is set for a code, the secret in the form",
            token_request("authorization_code"),
        ),
        sets_gold(
            "a claim is set at a refresh, the secret in HTTP Basic",
            basic,
        ),
        sets_gold("a claim is set for a public client with PKCE", public),
        sets_gold(
            "a claim is set when the request comes in many pieces",
            in_pieces(token_request("authorization_code")),
        ),
        es256(),
        changed_and_removed(),
        access_token(),
        arguments(),
        in_order(),
        other_application(),
        without_host_signature(),
        nothing_answered(),
        unprotected_by_prototype(),
    ]
}

fn sets_gold(name: &str, request: Request) -> Case {
    let form: Vec<u8> = request.body.concat();
    case(name, [gold()])
        .exchange(request.answered(tokens(platform_rsa())))
        .exchange(key_set())
        .counter("leh.event.pre-id-token-generation", 1)
        .counter("leh.hook.enrich.done", 1)
        .check(move |seen| {
            assert_eq!(
                seen.platform(0).body,
                form,
                "the platform gets the request as it was sent"
            );
            assert_eq!(verified_claims(seen, 0, 1), claims_and(r#""tier":"gold""#));
            let id_token = seen.response(0).json()["id_token"]
                .as_str()
                .unwrap_or_default()
                .to_owned();
            let body = token_response(&id_token);
            assert_eq!(
                seen.response(0).body,
                body.as_bytes(),
                "all other members keep their bytes and order"
            );
            assert_eq!(
                seen.response(0).headers.text("content-length"),
                Some(body.len().to_string().as_str())
            );
            assert_eq!(
                seen.response(0).headers.text("content-type"),
                Some("application/json;charset=UTF-8")
            );
        })
}

fn in_pieces(request: Request) -> Request {
    let bytes = request.body.concat();
    Request {
        body: bytes.chunks(3).map(<[u8]>::to_vec).collect(),
        ..request
    }
}

fn es256() -> Case {
    case("an ES256 token is signed with our EC key", [gold()])
        .exchange(token_request("authorization_code").answered(tokens(platform_ec())))
        .exchange(key_set())
        .check(|seen| {
            assert_eq!(verified_claims(seen, 0, 1), claims_and(r#""tier":"gold""#));
            let token = seen.response(0).json()["id_token"]
                .as_str()
                .unwrap_or_default()
                .to_owned();
            let header = jsonwebtoken_header(&token);
            assert_eq!(
                (header["alg"].as_str(), header["typ"].as_str()),
                (Some("ES256"), Some("JWT")),
                "{header}"
            );
        })
}

fn changed_and_removed() -> Case {
    let script = r#"module.exports = async function (args, callback) {
        callback(new TokenClaims({ name: "New", email: undefined, roles: ["a", { b: null }] }))
    }"#;
    case(
        "claims are changed in their place, removed and added",
        [hook(script)],
    )
    .exchange(login())
    .exchange(key_set())
    .check(|seen| {
        let wanted = claims_and(r#""roles":["a",{"b":null}]"#)
            .replace(r#""email":"ada@example.com","#, "")
            .replace(r#""name":"Zo\u00eb \/ Ada""#, r#""name":"New""#);
        assert_eq!(verified_claims(seen, 0, 1), wanted);
    })
}

fn access_token() -> Case {
    let script = r#"export default async ({ tokens }) =>
        new TokenClaims({}, { roles: ["reader"], was: tokens.access_token.scope, scope: undefined })"#;
    let access = platform_rsa().token(r#"{"iss":"https://id.example","sub":"u-1","scope":"a b"}"#);
    let id_claims = format!(
        r#"{{"sub":"u-1","aud":"shop","at_hash":"{}","exp":4102444800}}"#,
        at_hash(&access)
    );
    let response = token_response(&platform_rsa().token(&id_claims)).replace("opaque", &access);
    case(
        "claims are set in a JWT access token, and at_hash follows",
        [hook(script)],
    )
    .exchange(token_request("authorization_code").answered(json(response)))
    .exchange(key_set())
    .check(|seen| {
        let body = seen.response(0).json();
        let access = body["access_token"].as_str().unwrap_or_default();
        keys::verify(access, &seen.response(1).body).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(
            claims_text(access),
            r#"{"iss":"https://id.example","sub":"u-1","roles":["reader"],"was":"a b"}"#
        );
        let id_claims = verified_claims(seen, 0, 1);
        assert_eq!(
            id_claims,
            format!(
                r#"{{"sub":"u-1","aud":"shop","at_hash":"{}","exp":4102444800}}"#,
                at_hash(access)
            )
        );
    })
}

fn arguments() -> Case {
    let script = r#"export default async (args) => new TokenClaims({ seen: {
        client: args.application.client_id, ip: args.customer.ip_address, grant: args.tokens.grant_type,
        sub: args.tokens.id_token.sub, access: args.tokens.access_token, agent: args.request.user_agent,
        type: args.event.type, redirect: args.oidc_context.redirect_uri, scopes: args.oidc_context.scopes,
        variable: args.variables.greeting, secret: args.secrets.token,
    } })"#;
    let mut hook = hook(script);
    hook.variables.insert("greeting".into(), "hello".into());
    hook.secrets
        .insert("token".into(), "${env:CRM_TOKEN}".into());
    let request = token_request("authorization_code")
        .header("user-agent", "test/1")
        .header("x-forwarded-for", "203.0.113.9");
    case("a hook is given what the traffic shows, and its settings", [hook])
        .variable("CRM_TOKEN", "t-1")
        .exchange(request.answered(tokens(platform_rsa())))
        .exchange(key_set())
        .check(|seen| {
            let claims: Value = serde_json::from_str(&verified_claims(seen, 0, 1)).expect("claims");
            let wanted = serde_json::json!({
                "client": "shop", "ip": "127.0.0.1", "grant": "authorization_code", "sub": "u-1", "access": null,
                "agent": "test/1", "type": "pre-id-token-generation", "redirect": "https://shop.example/cb",
                "scopes": ["openid", "email"], "variable": "hello", "secret": "t-1",
            });
            assert_eq!(claims["seen"], wanted);
            assert!(!seen.logs("t-1"), "a secret is in the log");
        })
}

fn in_order() -> Case {
    let mut second = hook(
        r#"export default async ({ tokens }) => new TokenClaims({ tier: tokens.id_token.tier + "+" })"#,
    );
    second.name = "second".into();
    case(
        "hooks run in their order, each on the claims of the one before",
        [gold(), second],
    )
    .exchange(login())
    .exchange(key_set())
    .counter("leh.hook.enrich.done", 1)
    .counter("leh.hook.second.done", 1)
    .check(|seen| assert_eq!(verified_claims(seen, 0, 1), claims_and(r#""tier":"gold+""#)))
}

fn other_application() -> Case {
    let mut hook = gold();
    hook.applications = Some(vec!["kiosk".into()]);
    let kiosk = token_request_with("grant_type=authorization_code&code=c-1&client_id=kiosk");
    case("a hook for one application leaves the others alone", [hook])
        .exchange(login())
        .exchange(kiosk.answered(tokens(platform_rsa())))
        .exchange(key_set())
        .counter("leh.hook.enrich.done", 1)
        .check(|seen| {
            assert_unchanged(seen, 0, &tokens(platform_rsa()));
            assert_eq!(verified_claims(seen, 1, 2), claims_and(r#""tier":"gold""#));
        })
}

fn without_host_signature() -> Case {
    let mut case = case(
        "a host without `sign` changes nothing but the time it takes",
        [gold()],
    )
    .exchange(login())
    .exchange(token_request("authorization_code").answered(tokens(platform_ec())))
    .exchange(key_set())
    .check(|seen| {
        assert_eq!(verified_claims(seen, 0, 2), claims_and(r#""tier":"gold""#));
        assert_eq!(verified_claims(seen, 1, 2), claims_and(r#""tier":"gold""#));
    });
    case.setup.host_signs = false;
    case
}

fn nothing_answered() -> Case {
    case(
        "a hook that answers nothing changes no byte",
        [hook("export default async () => {}")],
    )
    .exchange(login())
    .counter("leh.hook.enrich.done", 1)
    .check(|seen| assert_unchanged(seen, 0, &tokens(platform_rsa())))
}

/// Claims that only look special in JavaScript.
fn unprotected_by_prototype() -> Case {
    let script = r#"export default async () => new TokenClaims(JSON.parse('{"__proto__":1,"constructor":"c","toString":true}'))"#;
    case(
        "claims with names of JavaScript's own are claims",
        [hook(script)],
    )
    .exchange(login())
    .exchange(key_set())
    .check(|seen| {
        assert_eq!(
            verified_claims(seen, 0, 1),
            claims_and(r#""__proto__":1,"constructor":"c","toString":true"#)
        );
    })
}

/// The header of a token.
fn jsonwebtoken_header(token: &str) -> Value {
    let header = claims_text(&format!(".{token}"));
    let header: Value = serde_json::from_str(&header).expect("a header is JSON");
    assert_ne!(header["kid"], our_rsa().kid.as_str());
    assert_ne!(header["kid"], our_ec().kid.as_str());
    header
}
