//! Answers of the token endpoint that are not the usual one.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use integration_tests::case::{Answer, AnswerEnd, Case, Request};
use integration_tests::headers::Headers;
use integration_tests::platform_tokens::{
    our_rsa, platform_ec, platform_rsa, token_with, unsigned_token,
};

use crate::platform::*;

/// What the ID token of the answer is.
const JWE: &str = "eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkEyNTZHQ00ifQ.AAAA.BBBB.CCCC.DDDD";

pub fn cases() -> Vec<Case> {
    let error = Answer::new(400)
        .header("content-type", "application/json")
        .piece(r#"{"error":"invalid_grant"}"#);
    let page = Answer::new(200)
        .header("content-type", "text/html")
        .piece("<h1>Maintenance</h1>");
    let tokenless = json(r#"{"access_token":"opaque","token_type":"Bearer"}"#);
    let mut only_rsa = unusable(
        "an ES256 token and no EC key of ours",
        tokens(platform_ec()),
        "signing.key holds no ES256 key",
    );
    only_rsa
        .setup
        .environment
        .insert("LEH_SIGNING_KEY".into(), our_rsa().pem());
    vec![
        silent("an answer without tokens that are JWTs passes", tokenless),
        silent("an OAuth error of the platform passes", error),
        silent("a page in place of tokens passes", page),
        silent(
            "JSON that is cut off passes",
            json(r#"{"access_token":"x","id_token":"#),
        ),
        silent("JSON that is no object passes", json("[1, 2]")),
        silent("an empty answer passes", json("")),
        silent("an answer 204 passes", Answer::new(204)),
        unusable("a compressed answer", compressed(), "encoded (gzip)"),
        unusable(
            "an encrypted ID token",
            json(token_response(JWE)),
            "encrypted (JWE)",
        ),
        unusable(
            "an unsigned ID token",
            json(token_response(&unsigned_token(CLAIMS))),
            "signed with none",
        ),
        unusable(
            "an ID token signed with a shared secret",
            json(token_response(&hs256())),
            "signed with HS256",
        ),
        unusable(
            "an ID token that is no JWT",
            json(token_response("not.a.token")),
            "it is no JWT",
        ),
        unusable("an answer of 2 MiB", large(), "more than 524288 bytes"),
        only_rsa,
        none_of_our_business(
            "an answer to a grant that is no event passes even when it cannot be read",
            token_request_with("grant_type=client_credentials&client_id=bank"),
        ),
        none_of_our_business(
            "an answer to an application without a hook passes even when it cannot be read",
            token_request("authorization_code"),
        ),
        let_go("an answer of 2 MiB passes a hook that lets it go", large()),
        let_go(
            "a compressed answer passes a hook that lets it go",
            compressed(),
        ),
        trailers(),
        in_pieces(),
        head_of_the_platforms_key(),
    ]
}

/// Nothing to do for a hook: not a byte changes, and nobody is told of a failure.
fn silent(name: &str, answer: Answer) -> Case {
    let platforms = answer.clone();
    case(
        name,
        [strict_hook(
            "export default async () => new TokenClaims({ tier: 'gold' })",
        )],
    )
    .exchange(token_request("authorization_code").answered(answer))
    .check(move |seen| {
        match platforms.status {
            204 => assert_eq!(
                (seen.response(0).status, seen.response(0).body.len()),
                (204, 0)
            ),
            _ => assert_unchanged(seen, 0, &platforms),
        }
        assert!(
            !seen.counters.keys().any(|name| name.contains("failed")),
            "{:?}",
            seen.counters
        );
    })
}

/// A hook cannot do its work: it has failed, and its policy decides.
fn unusable(name: &str, answer: Answer, reason: &str) -> Case {
    let platforms = answer.clone();
    let mut strict = strict_hook("export default async () => new TokenClaims({ tier: 'gold' })");
    strict.name = "strict".into();
    strict.applications = Some(vec!["bank".into()]);
    let mut lenient = gold();
    lenient.applications = Some(vec!["shop".into()]);
    let bank = token_request_with("grant_type=authorization_code&code=c-1&client_id=bank");
    let case = case(
        &format!("{name} is left as it is, or refused, as the hook says"),
        [lenient, strict],
    )
    .exchange(token_request("authorization_code").answered(answer.clone()))
    .exchange(bank.answered(answer))
    .logged(reason);
    case.counter("leh.hook.enrich.failed.exchange", 1)
        .counter("leh.hook.strict.failed.exchange", 1)
        .check(move |seen| {
            assert_unchanged(seen, 0, &platforms);
            assert_oauth_error(seen, 1, 500, "server_error");
        })
}

/// The request already says that no hook is bound to what its answer shows.
fn none_of_our_business(name: &str, request: Request) -> Case {
    let mut hook = strict_hook("export default async () => new TokenClaims({ tier: 'gold' })");
    hook.applications = Some(vec!["bank".into()]);
    case(name, [hook])
        .exchange(request.answered(compressed()))
        .check(|seen| assert_unchanged(seen, 0, &compressed()))
}

/// The only hook lets go what it cannot change.
fn let_go(name: &str, answer: Answer) -> Case {
    case(name, [gold()])
        .exchange(token_request("authorization_code").answered(answer.clone()))
        .counter("leh.hook.enrich.failed.exchange", 1)
        .logged("on_error: continue")
        .check(move |seen| assert_unchanged(seen, 0, &answer))
}

fn compressed() -> Answer {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer
        .write_all(token_response(&platform_rsa().token(CLAIMS)).as_bytes())
        .expect("writing to memory");
    let packed = packer.finish().expect("writing to memory");
    Answer::new(200)
        .header("content-type", "application/json")
        .header("content-encoding", "gzip")
        .piece(packed)
}

fn hs256() -> String {
    token_with(r#"{"alg":"HS256","typ":"JWT"}"#, CLAIMS, &[7; 32])
}

fn large() -> Answer {
    let filling = "x".repeat(2 << 20);
    json(token_response(&platform_rsa().token(CLAIMS)).replace("opaque", &filling))
}

fn trailers() -> Case {
    let answer =
        tokens(platform_rsa()).end(AnswerEnd::Trailers(Headers::new([("x-checksum", "abc")])));
    case("an answer that ends in trailers is changed", [gold()])
        .exchange(token_request("authorization_code").answered(answer))
        .exchange(key_set())
        .check(|seen| assert_eq!(verified_claims(seen, 0, 1), claims_and(r#""tier":"gold""#)))
}

fn in_pieces() -> Case {
    let body = token_response(&platform_rsa().token(CLAIMS)).into_bytes();
    let answer = body
        .chunks(11)
        .fold(json(""), |answer, piece| answer.piece(piece));
    case("an answer in many chunks is changed", [gold()])
        .exchange(token_request("authorization_code").answered(answer.end(AnswerEnd::Chunked)))
        .exchange(key_set())
        .check(|seen| assert_eq!(verified_claims(seen, 0, 1), claims_and(r#""tier":"gold""#)))
}

fn head_of_the_platforms_key() -> Case {
    let header = r#"{"alg":"RS256","x5t":"abc","kid":"platform-rsa","jku":"https://id.example/keys","typ":"at+jwt"}"#;
    let token = platform_rsa().token_with_header(header, CLAIMS);
    case(
        "the head of a changed token speaks of our key alone",
        [gold()],
    )
    .exchange(token_request("authorization_code").answered(json(token_response(&token))))
    .exchange(key_set())
    .check(|seen| {
        assert_eq!(verified_claims(seen, 0, 1), claims_and(r#""tier":"gold""#));
        let token = seen.response(0).json()["id_token"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        let header: serde_json::Value = serde_json::from_str(
            &integration_tests::platform_tokens::claims_text(&format!(".{token}")),
        )
        .expect("a header is JSON");
        let names: Vec<_> = header
            .as_object()
            .map(|members| members.keys().cloned().collect())
            .unwrap_or_default();
        assert_eq!(names, ["alg", "kid", "typ"], "{header}");
        assert_eq!(header["typ"], "at+jwt");
    })
}
