//! Traffic that is none of our business, and traffic that must not escape us.

use integration_tests::case::{Answer, AnswerEnd, Case, Request};
use integration_tests::headers::Headers;
use integration_tests::platform_tokens::platform_rsa;

use crate::platform::*;

/// Bytes that are no UTF-8.
const ODD: &[u8] = b"\xff\xfe odd";

pub fn cases() -> Vec<Case> {
    let mut cases = vec![
        other_traffic(),
        odd_bytes_elsewhere(),
        odd_bytes_at_the_token_endpoint(),
        large_bodies_elsewhere(),
        large_token_request(),
        no_hook(),
        other_methods(),
        other_grants(),
        request_trailers(),
    ];
    let spellings = [
        "/oauth//token",
        "/oauth/%74oken",
        "/OAuth/Token",
        "/oauth/token/",
        "/oauth/token;x=1",
        "/oauth/token?x=%ff",
        "/oauth/./token",
        "/oauth/x/../token",
        "/oauth%2Ftoken",
    ];
    cases.extend(spellings.map(spelling));
    cases
}

fn other_traffic() -> Case {
    let page = Answer::new(200)
        .header("content-type", "text/html")
        .header("set-cookie", "a=1; Path=/")
        .header("set-cookie", "b=2; HttpOnly")
        .header("etag", "\"e\"")
        .piece("<p>hello</p>");
    let seen_page = page.clone();
    let redirect = Answer::new(302).header("location", "/login?x=%20");
    case("other traffic passes as it is", [gold(), login_hook()])
        .exchange(
            Request::new("GET", "/login?a=b%20c&a=d")
                .header("cookie", "s=1")
                .header("accept-encoding", "gzip")
                .answered(page.clone()),
        )
        .exchange(
            Request::new("POST", "/login")
                .header("content-type", "application/x-www-form-urlencoded")
                .piece("user=ada&grant_type=authorization_code")
                .answered(redirect),
        )
        .exchange(Request::new("DELETE", "/account").answered(Answer::new(204)))
        .exchange(Request::new("GET", "/stream").answered(page.end(AnswerEnd::Chunked)))
        .check(move |seen| {
            assert_unchanged(seen, 0, &seen_page);
            assert_eq!(seen.platform(0).path, "/login?a=b%20c&a=d");
            assert_eq!(
                seen.platform(0).headers.text("accept-encoding"),
                Some("gzip")
            );
            assert_eq!(
                (
                    seen.response(1).status,
                    seen.response(1).headers.text("location")
                ),
                (302, Some("/login?x=%20"))
            );
            assert_eq!(
                seen.platform(1).body,
                b"user=ada&grant_type=authorization_code"
            );
            assert_eq!(seen.response(3).body, b"<p>hello</p>");
            assert!(seen.counters.is_empty(), "{:?}", seen.counters);
        })
}

fn odd_bytes_elsewhere() -> Case {
    let answer = Answer::new(200).header("x-odd", ODD).piece(ODD);
    let sent = answer.clone();
    case("header bytes that are no UTF-8 pass", [gold()])
        .exchange(
            Request::new("GET", "/page")
                .header("x-odd", ODD)
                .header("user-agent", ODD)
                .answered(answer),
        )
        .check(move |seen| {
            assert_unchanged(seen, 0, &sent);
            assert_eq!(seen.platform(0).headers.first("x-odd"), Some(ODD));
        })
}

fn odd_bytes_at_the_token_endpoint() -> Case {
    let mut request = token_request("authorization_code");
    for name in [
        "x-odd",
        "user-agent",
        "accept-language",
        "authorization",
        "x-forwarded-for",
    ] {
        request.headers.add(name, ODD);
    }
    let answer = tokens(platform_rsa())
        .header("x-odd", ODD)
        .header("set-cookie", ODD);
    case("header bytes that are no UTF-8 stop no hook", [gold()])
        .exchange(request.answered(answer))
        .exchange(key_set())
        .check(|seen| {
            assert_eq!(verified_claims(seen, 0, 1), claims_and(r#""tier":"gold""#));
            assert_eq!(seen.response(0).headers.first("x-odd"), Some(ODD));
            assert_eq!(seen.platform(0).headers.first("user-agent"), Some(ODD));
        })
}

fn large_bodies_elsewhere() -> Case {
    let mebibytes = vec![b'm'; 2 << 20];
    let answer = Answer::new(200)
        .header("content-type", "application/octet-stream")
        .piece(mebibytes.clone());
    case("bodies of 2 MiB pass elsewhere", [gold()])
        .exchange(
            Request::new("POST", "/upload")
                .piece(mebibytes)
                .answered(answer),
        )
        .check(|seen| {
            assert_eq!(seen.platform(0).body.len(), 2 << 20);
            assert_eq!(seen.response(0).body.len(), 2 << 20);
        })
}

fn large_token_request() -> Case {
    let filling = "x".repeat(2 << 20);
    let form = format!("grant_type=authorization_code&code=c-1&client_id=shop&filling={filling}");
    let length = form.len();
    case(
        "a token request of 2 MiB reaches the platform, and the hook has failed",
        [gold()],
    )
    .exchange(token_request_with(form).answered(tokens(platform_rsa())))
    .counter("leh.hook.enrich.failed.exchange", 1)
    .logged("the token request has more than 65536 bytes")
    .check(move |seen| {
        assert_eq!(seen.platform(0).body.len(), length);
        assert_unchanged(seen, 0, &tokens(platform_rsa()));
    })
}

fn no_hook() -> Case {
    let request = token_request("authorization_code").header("accept-encoding", "gzip, br");
    case("without a hook nothing is touched", [])
        .exchange(request.answered(tokens(platform_rsa())))
        .exchange(key_set())
        .check(|seen| {
            assert_unchanged(seen, 0, &tokens(platform_rsa()));
            assert_eq!(
                seen.platform(0).headers.text("accept-encoding"),
                Some("gzip, br")
            );
            assert_eq!(
                seen.response(1).json()["keys"].as_array().map(Vec::len),
                Some(2)
            );
            assert!(seen.counters.is_empty(), "{:?}", seen.counters);
        })
}

fn other_methods() -> Case {
    let options = Answer::new(200)
        .header("access-control-allow-origin", "*")
        .header("content-type", "application/json")
        .piece("{}");
    let sent = options.clone();
    case("other methods at the token endpoint pass", [gold()])
        .exchange(
            Request::new("OPTIONS", TOKEN_PATH)
                .header("origin", "https://shop.example")
                .answered(options),
        )
        .exchange(
            Request::new("HEAD", JWKS_PATH)
                .answered(Answer::new(200).header("content-type", "application/json")),
        )
        .check(move |seen| {
            assert_unchanged(seen, 0, &sent);
            assert_eq!(seen.response(1).status, 200);
            assert!(seen.counters.is_empty(), "{:?}", seen.counters);
        })
}

fn other_grants() -> Case {
    let forms = [
        "grant_type=client_credentials&client_id=shop",
        "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&client_id=shop",
        "client_id=shop",
        "grant_type=password&client_id=shop",
        "",
    ];
    let case = forms.iter().fold(
        case(
            "grants that the profile does not name are no event",
            [gold()],
        ),
        |case, form| case.exchange(token_request_with(*form).answered(tokens(platform_rsa()))),
    );
    case.check(|seen| {
        for number in 0..seen.exchanges.len() {
            assert_unchanged(seen, number, &tokens(platform_rsa()));
        }
        assert!(seen.counters.is_empty(), "{:?}", seen.counters);
    })
}

fn request_trailers() -> Case {
    let request = Request {
        trailers: Some(Headers::new([("x-checksum", "abc")])),
        ..token_request("authorization_code")
    };
    case(
        "a token request that ends in trailers reaches the platform whole",
        [gold()],
    )
    .exchange(request.answered(tokens(platform_rsa())))
    .exchange(key_set())
    .check(|seen| {
        assert_eq!(verified_claims(seen, 0, 1), claims_and(r#""tier":"gold""#));
        assert_eq!(
            seen.platform(0).body,
            token_request("authorization_code").body.concat()
        );
        assert_eq!(seen.platform(0).trailers.text("x-checksum"), Some("abc"));
    })
}

fn spelling(path: &'static str) -> Case {
    let request = Request {
        path: path.to_owned(),
        ..token_request("authorization_code")
    };
    case(
        &format!("the token endpoint spelt {path} reaches the hook"),
        [gold()],
    )
    .exchange(request.answered(tokens(platform_rsa())))
    .exchange(key_set())
    .check(move |seen| {
        assert_eq!(verified_claims(seen, 0, 1), claims_and(r#""tier":"gold""#));
        assert_eq!(
            seen.platform(0).path,
            path,
            "the platform gets the spelling of the client"
        );
    })
}
