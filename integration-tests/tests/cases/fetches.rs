//! Hooks call other hosts while the customer waits, within `egress`.

use std::time::Duration;

use integration_tests::case::{Case, RelayAnswer, Setup};
use integration_tests::headers::Headers;
use integration_tests::platform_tokens as keys;
use lifecycle::bundle::{Hook, Limits};

use crate::platform::*;

/// A hook whose claim `got` is what this function body returns.
fn asking(body: &str) -> Hook {
    hook(&format!(
        "export default async (args) => {{ const got = await (async () => {{ {body} }})();\n\
         return new TokenClaims({{ got }}); }}"
    ))
}

/// The case of a hook that calls, with a login and what its claim must be.
fn gets(name: &str, body: &str, expected: &str) -> Case {
    let expected = claims_and(&format!("\"got\":{expected}"));
    case(name, [asking(body)])
        .exchange(token_request("authorization_code").answered(tokens(keys::platform_ec())))
        .exchange(key_set())
        .check(move |seen| assert_eq!(verified_claims(seen, 0, 1), expected))
}

/// The same, with cache and coalescing on for the vendor.
fn cached(name: &str, body: &str, expected: &str) -> Case {
    let mut bundle = bundle([asking(body)]);
    for host in &mut bundle.egress {
        (host.cache, host.coalesce) = (true, true);
    }
    Case {
        setup: Setup {
            configuration: bundle.to_json().expect("a bundle is always JSON"),
            ..case(name, []).setup
        },
        ..gets(name, body, expected)
    }
}

fn leads_to(url: &str) -> RelayAnswer {
    RelayAnswer::Full(302, Headers::new([("location", url)]), Vec::new())
}

fn answers(status: u16, body: &str) -> RelayAnswer {
    RelayAnswer::Status(status, body.as_bytes().to_vec())
}

pub fn cases() -> Vec<Case> {
    vec![
        gets(
            "a hook reads what a vendor answers",
            "const response = await fetch('https://crm.example.com/v1/customers?id=1');\n\
             return [response.status, response.ok, await response.json()];",
            r#"[200,true,{"tier":"gold"}]"#,
        )
        .relay(answers(200, r#"{"tier":"gold"}"#))
        .callouts(1)
        .counter("leh.hook.enrich.done", 1),
        gets(
            "a vendor gets what the script sends, and the key that the script never had",
            "const response = await fetch('https://eu.crm.example.com/v1/events', {\n\
               method: 'POST', headers: { 'x-brand': 'acme', 'x-key': 'mine' }, body: JSON.stringify({ a: 1 }) });\n\
             return response.status;",
            "201",
        )
        .relay(answers(201, ""))
        .callouts(1)
        .check(|seen| {
            let call = &seen.callouts[0];
            assert_eq!((call.method.as_str(), call.path.as_str()), ("POST", "/v1/events"));
            assert_eq!(call.headers.text("host"), Some("eu.crm.example.com"));
            assert_eq!(call.headers.text("x-brand"), Some("acme"));
            assert_eq!(call.headers.text("x-key"), Some(VENDOR_KEY));
            assert_eq!(
                call.headers.text("content-type"),
                Some("text/plain;charset=UTF-8")
            );
            assert_eq!(call.body, br#"{"a":1}"#);
        }),
        gets(
            "calls go out at once and are answered in any order",
            "const all = await Promise.all([1, 2, 3].map(() => fetch('https://crm.example.com/')));\n\
             return (await Promise.all(all.map((response) => response.text()))).sort();",
            r#"["one","three","two"]"#,
        )
        .relay(answers(200, "one"))
        .relay(answers(200, "two"))
        .relay(answers(200, "three"))
        .callouts(3),
        gets(
            "what is not in egress is refused by its name",
            "return await fetch('https://evil.example.com/').catch((error) => [error.name, error.cause.message]);",
            r#"["TypeError","evil.example.com is not in `egress` of hooks.yaml"]"#,
        )
        .callouts(0),
        gets(
            "a vendor that closes the connection is an error in the script",
            "return await fetch('https://crm.example.com/').catch((error) => [error.name, error.cause.code]);",
            r#"["TypeError","UND_ERR_SOCKET"]"#,
        )
        .relay(RelayAnswer::Close)
        .callouts(1),
        gets(
            "a vendor's own 503 is an answer, not an error",
            "const response = await fetch('https://crm.example.com/'); return response.status;",
            "503",
        )
        .relay(answers(503, "no"))
        .callouts(1),
        gets(
            "a vendor's redirect is followed within egress only",
            "const response = await fetch('https://crm.example.com/a');\n\
             const out = await fetch('https://crm.example.com/c').catch((error) => error.cause.message);\n\
             return [response.url, response.redirected, await response.text(), out];",
            r#"["https://eu.crm.example.com/b",true,"here","evil.example.com is not in `egress` of hooks.yaml"]"#,
        )
        .relay(leads_to("https://eu.crm.example.com/b"))
        .relay(answers(200, "here"))
        .relay(leads_to("https://evil.example.com/"))
        .callouts(3),
        cached(
            "identical calls under way share one answer",
            "const all = await Promise.all([1, 2, 3].map(() => fetch('https://crm.example.com/')));\n\
             return await Promise.all(all.map((response) => response.text()));",
            r#"["one","one","one"]"#,
        )
        .relay(answers(200, "one"))
        .callouts(1),
        cached(
            "an answer is kept as long as the vendor says, from hook to hook",
            "return (await fetch('https://crm.example.com/')).text();",
            r#""kept""#,
        )
        .relay(RelayAnswer::Full(
            200,
            Headers::new([("cache-control", "max-age=60")]),
            b"kept".to_vec(),
        ))
        .relay(answers(200, "again"))
        .exchange(login())
        .callouts(1)
        .check(|seen| {
            let expected = claims_and(r#""got":"kept""#);
            assert_eq!(verified_claims(seen, 2, 1), expected);
        }),
        case(
            "a vendor that never answers meets the timeout of the hook",
            [Hook {
                limits: Limits {
                    timeout_ms: 300,
                    ..Limits::default()
                },
                ..asking("await fetch('https://crm.example.com/'); return 1;")
            }],
        )
        .relay(RelayAnswer::Silence)
        .callouts(1)
        .exchange(login())
        .counter("leh.hook.enrich.failed.timeout", 1)
        .logged("no answer within 300 ms"),
        case(
            "a call that the script aborts keeps nobody waiting",
            [asking(
                "return await fetch('https://crm.example.com/', { signal: AbortSignal.timeout(50) }).catch((error) => error.name);",
            )],
        )
        .relay(RelayAnswer::Silence)
        .callouts(1)
        .exchange(login())
        .exchange(key_set())
        .check(|seen| {
            let expected = claims_and(r#""got":"TimeoutError""#);
            assert_eq!(verified_claims(seen, 0, 1), expected);
        }),
        case(
            "what goes on after the answer holds nobody, and is done",
            [hook(
                "module.exports = (args, callback) => {\n\
                   fetch('https://crm.example.com/first').then(() => fetch('https://crm.example.com/second'))\n\
                     .then(() => console.log('both are out'));\n\
                   callback(new TokenClaims({ got: 1 }));\n\
                 };",
            )],
        )
        .relay(answers(200, "fine"))
        .callouts(2)
        .exchange(login())
        .exchange(key_set())
        .logged("both are out")
        .check(|seen| {
            assert_eq!(verified_claims(seen, 0, 1), claims_and(r#""got":1"#));
        }),
        case(
            "more calls than a hook may make are errors",
            [Hook {
                limits: Limits {
                    fetches: 2,
                    ..Limits::default()
                },
                ..asking(
                    "const all = await Promise.allSettled([1, 2, 3].map(() => fetch('https://crm.example.com/')));\n\
                     return all.map((one) => one.status);",
                )
            }],
        )
        .relay(answers(200, ""))
        .callouts(2)
        .exchange(login())
        .exchange(key_set())
        .check(|seen| {
            let expected = claims_and(r#""got":["fulfilled","fulfilled","rejected"]"#);
            assert_eq!(verified_claims(seen, 0, 1), expected);
        }),
        case(
            "a customer who leaves takes the call along",
            [asking("await fetch('https://crm.example.com/'); return 1;")],
        )
        .relay(RelayAnswer::Silence)
        .callouts(1)
        .exchange(login().client_leaves(Duration::from_millis(200))),
        case(
            "the trace of the customer's request goes on to the vendor",
            [asking("return (await fetch('https://crm.example.com/')).status;")],
        )
        .relay(answers(200, ""))
        .callouts(1)
        .exchange(
            token_request("authorization_code")
                .header("traceparent", TRACEPARENT)
                .answered(tokens(keys::platform_ec())),
        )
        .check(|seen| {
            let found = seen.callouts[0].headers.text("traceparent");
            assert_eq!(found, Some(TRACEPARENT));
        }),
        case(
            "a secret that a script prints is not in the log",
            [Hook {
                secrets: [("KEY".to_owned(), "${env:VENDOR_KEY}".to_owned())].into(),
                ..hook(
                    "module.exports = ({ secrets }, callback) => { console.log('key', secrets.KEY); throw new Error(secrets.KEY); }",
                )
            }],
        )
        .exchange(login())
        .logged("key [secret]")
        .logged("Error: [secret]")
        .check(|seen| assert!(!seen.logs(VENDOR_KEY))),
    ]
}

const TRACEPARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
