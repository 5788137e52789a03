//! Our public keys in the platform's key set.

use integration_tests::case::{Answer, AnswerEnd, Case, Request};
use integration_tests::platform_tokens::{self as keys, platform_ec, platform_rsa};
use serde_json::Value;

use crate::platform::*;

pub fn cases() -> Vec<Case> {
    let not_found = Answer::new(404)
        .header("content-type", "application/json")
        .piece("{}");
    let page = Answer::new(200)
        .header("content-type", "text/html")
        .piece("<p>soon</p>");
    let packed = json("\x1f\u{8b}").header("content-encoding", "gzip");
    vec![
        merged(),
        chunked(),
        untouched_without_signing(),
        unchanged("a key set that is not there stays so", not_found, 0),
        unchanged("a key set that is no JSON stays as it is", page, 1),
        unchanged("a compressed key set stays as it is", packed, 1),
        unchanged(
            "a key set of another form stays as it is",
            json(r#"{"keys":7}"#),
            1,
        ),
    ]
}

fn merged() -> Case {
    let set = format!(
        r#"{{"x":"y","keys":[{},{}],"z": 1.0}}"#,
        platform_rsa().jwk(),
        platform_ec().jwk()
    );
    let request = Request::new("GET", JWKS_PATH)
        .header("if-none-match", "\"v1\"")
        .header("accept-encoding", "gzip, br")
        .header("range", "bytes=0-9");
    case(
        "our keys stand beside the platform's, with everything else in the set",
        [gold()],
    )
    .exchange(request.answered(json(set).header("etag", "\"v1\"")))
    .check(|seen| {
        let body = seen.response(0).json();
        let all = body["keys"].as_array().cloned().unwrap_or_default();
        let platforms = [platform_rsa().jwk(), platform_ec().jwk()];
        assert_eq!(all.get(..2), Some(&platforms[..]), "{body}");
        assert_eq!(all.len(), 4, "{body}");
        let private = |key: &Value| {
            ["d", "p", "q", "k"]
                .iter()
                .any(|name| key.get(name).is_some())
        };
        assert!(
            !all.iter().any(private),
            "a private key is published: {body}"
        );
        assert_eq!(
            (&body["x"], &body["z"]),
            (&Value::from("y"), &Value::from(1.0))
        );
        assert_eq!(
            seen.response(0).headers.first("etag"),
            None,
            "the platform's validator is not of our set"
        );
        let asked = &seen.platform(0).headers;
        assert_eq!(asked.first("if-none-match"), None);
        assert_eq!(asked.first("range"), None);
        assert_eq!(asked.text("accept-encoding"), Some("identity"));
    })
}

fn chunked() -> Case {
    let set = keys::jwks(&[platform_rsa()]);
    let pieces = set
        .as_bytes()
        .chunks(7)
        .fold(json(""), |answer, piece| answer.piece(piece));
    case("a key set in many chunks is merged", [gold()])
        .exchange(Request::new("GET", JWKS_PATH).answered(pieces.end(AnswerEnd::Chunked)))
        .check(|seen| {
            assert_eq!(
                seen.response(0).json()["keys"].as_array().map(Vec::len),
                Some(3)
            )
        })
}

fn untouched_without_signing() -> Case {
    let set = keys::jwks(&[platform_rsa()]);
    let request = Request::new("GET", JWKS_PATH).header("if-none-match", "\"v1\"");
    case(
        "a key set is left alone when no hook can change tokens",
        [login_hook()],
    )
    .exchange(request.answered(json(set.clone()).header("etag", "\"v1\"")))
    .check(move |seen| {
        assert_unchanged(seen, 0, &json(set.clone()).header("etag", "\"v1\""));
        assert_eq!(
            seen.platform(0).headers.text("if-none-match"),
            Some("\"v1\"")
        );
    })
}

fn unchanged(name: &str, answer: Answer, counted: u64) -> Case {
    let mut case =
        case(name, [gold()]).exchange(Request::new("GET", JWKS_PATH).answered(answer.clone()));
    if counted > 0 {
        case = case
            .counter("leh.jwks_unchanged", counted)
            .logged("our keys are not in the platform's key set");
    }
    case.check(move |seen| assert_unchanged(seen, 0, &answer))
}
