//! What a hook decides beside claims, and what happens when it cannot decide.

use std::time::Duration;

use integration_tests::case::{Answer, Case, Request};
use integration_tests::platform_tokens::platform_rsa;
use lifecycle::bundle::Hook;

use crate::platform::*;

pub fn cases() -> Vec<Case> {
    let mut cases = vec![
        deny(
            "deny with a request",
            r#"module.exports = async (args, callback, deny) => deny(new DenyRequest("access_denied", "Not today."))"#,
            "access_denied",
        ),
        deny(
            "deny with an OAuth error of its own",
            r#"export default async () => new DenyRequest("invalid_grant", "Blocked.")"#,
            "invalid_grant",
        ),
        first_answer_counts(),
        console(),
    ];
    for (name, kind, script) in FAILURES {
        cases.push(goes_on(
            &format!("a hook that {name} is left out (continue)"),
            kind,
            hook(script),
        ));
        cases.push(refused(
            &format!("a hook that {name} ends the flow (deny)"),
            kind,
            strict_hook(script),
        ));
    }
    cases
}

/// What hooks do wrong, and as what it counts.
const FAILURES: &[(&str, &str, &str)] = &[
    (
        "sets a protected claim",
        "answer",
        r#"export default async () => new TokenClaims({ tier: "gold", sub: "root" })"#,
    ),
    (
        "answers what means nothing here",
        "answer",
        r#"export default async () => new RedirectRequest("https://x.example")"#,
    ),
    (
        "throws",
        "exception",
        r#"export default async () => { throw new Error("broken on purpose") }"#,
    ),
    (
        "throws in a timer",
        "exception",
        "module.exports = async (args, callback) => { setTimeout(() => { throw new Error('late') }, 10) }",
    ),
    (
        "rejects a promise nobody waits for",
        "exception",
        "export default async () => { Promise.reject(new Error('unseen')); await new Promise(r => setTimeout(r, 20)) }",
    ),
    (
        "calls what is not there",
        "exception",
        "export default async () => nowhere.call()",
    ),
    (
        "loops endlessly",
        "cpu",
        "export default async () => { for (;;); }",
    ),
    (
        "makes endless promises",
        "cpu",
        "export default async () => { for (;;) await 0 }",
    ),
    (
        "matches an endless expression",
        "cpu",
        r#"export default async () => { /^(a+)+$/.test("a".repeat(40) + "b") }"#,
    ),
    (
        "eats memory",
        "memory",
        "export default async () => { const all = []; for (;;) all.push(new Uint8Array(1 << 20)) }",
    ),
    (
        "recurses without end",
        "exception",
        "export default async () => { const f = () => 1 + f(); return f() }",
    ),
    (
        "never calls its callback",
        "no_answer",
        "module.exports = async function (args, callback, deny) {}",
    ),
    (
        "waits for ever",
        "timeout",
        "export default async () => { await new Promise(() => setInterval(() => {}, 50)) }",
    ),
];

fn deny(name: &str, script: &str, error: &'static str) -> Case {
    case(
        &format!("{name}: the application gets an OAuth error"),
        [hook(script)],
    )
    .exchange(login())
    .counter("leh.hook.enrich.denied", 1)
    .logged(&format!("hook `enrich` denied with `{error}`"))
    .check(move |seen| {
        assert_oauth_error(seen, 0, 400, error);
        assert!(!String::from_utf8_lossy(&seen.response(0).body).contains("id_token"));
    })
}

fn goes_on(name: &str, kind: &str, hook: Hook) -> Case {
    failing(name, kind, hook, "on_error: continue").check(|seen| {
        assert_unchanged(seen, 0, &tokens(platform_rsa()));
        assert_eq!(seen.response(1).body, b"fine", "what comes after is served");
    })
}

fn refused(name: &str, kind: &str, hook: Hook) -> Case {
    failing(name, kind, hook, "on_error: deny").check(|seen| {
        assert_oauth_error(seen, 0, 500, "server_error");
        assert_eq!(seen.response(1).body, b"fine", "what comes after is served");
    })
}

fn failing(name: &str, kind: &str, hook: Hook, policy: &str) -> Case {
    case(name, [hook])
        .exchange(login())
        .exchange(Request::new("GET", "/after").answered(Answer::new(200).piece("fine")))
        .counter(&format!("leh.hook.enrich.failed.{kind}"), 1)
        .logged("hook `enrich` at pre-id-token-generation failed")
        .logged(policy)
}

fn first_answer_counts() -> Case {
    let script = r#"module.exports = async (args, callback, deny) => {
        callback(new TokenClaims({ first: 1 })); deny("second"); callback(new TokenClaims({ third: 3 }))
    }"#;
    case("the first answer counts", [hook(script)])
        .exchange(login())
        .exchange(key_set())
        .check(|seen| assert_eq!(verified_claims(seen, 0, 1), claims_and(r#""first":1"#)))
}

fn console() -> Case {
    let script = r#"export default async () => {
        console.log("so far", { ok: true }); console.error("not so good");
        await new Promise(resolve => setTimeout(resolve, 100)); console.warn("in the end")
    }"#;
    let exchange = token_request("authorization_code")
        .answered(tokens(platform_rsa()).later_piece(Duration::ZERO, "\n"));
    case(
        "what a hook writes to the console is in the log under its name",
        [hook(script)],
    )
    .exchange(exchange)
    .logged("[enrich] so far")
    .logged("[enrich] not so good")
    .logged("[enrich] in the end")
}
