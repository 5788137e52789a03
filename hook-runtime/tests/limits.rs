//! Every limit holds, and the next invocation finds nothing of it.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a panic is how a test fails"
)]

mod common;

use common::{TestClock, finish, load_with, patient};
use hook_runtime::Step;
use lifecycle::answer::{Answer, FailureKind};
use lifecycle::bundle::Limits;
use serde_json::json;

/// Runs `body` as a hook that goes wrong when `args.wrong`, then once more when it does not.
fn after(body: &str, limits: Limits) -> FailureKind {
    let clock = TestClock::new();
    let source = format!(
        "module.exports = async ({{ wrong }}, callback) => {{ if (wrong) {{ {body} }} else callback({{ text: 'fine' }}) }}"
    );
    let hook = load_with(&source, true, limits, &clock).unwrap();
    let failure = finish(&hook, &json!({"wrong": true}), &clock)
        .result
        .unwrap_err();
    let next = finish(&hook, &json!({"wrong": false}), &clock).result;
    assert!(
        matches!(next, Ok(Answer::Result(_))),
        "after {body}: {next:?}"
    );
    failure.kind
}

#[test]
fn endless_scripts_are_stopped() {
    for body in [
        "for (;;);",
        "while (true) { try { for (;;); } catch {} finally { for (;;); } }",
        "(async function again() { await null; again() })(); await new Promise(() => {})",
        "const again = () => Promise.resolve().then(again); again()",
        "/(a+)+$/.test('a'.repeat(40) + '!')",
        "function* g() { for (;;) yield 1 } for (const x of g()) ;",
        "[1, 2, 3].sort(() => { for (;;); })",
        "JSON.stringify({ get a() { for (;;); } })",
        "({ toString() { for (;;); } }) + ''",
        "new Proxy({}, { get() { for (;;); } }).x",
        "Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1)",
        "Array.prototype.reverse.call({ length: 2 ** 53 - 1 })",
        "new Array(2 ** 32 - 1).includes(1)",
        "'a'.repeat(1e6).indexOf('a'.repeat(5e5) + 'b')",
        "'a'.repeat(1e6).lastIndexOf('a'.repeat(5e5) + 'b')",
        "'a'.repeat(1e6).includes('a'.repeat(5e5) + 'b')",
        "'a'.repeat(1e6).replaceAll('a'.repeat(5e5) + 'b', '')",
        "'a'.repeat(1e6).split('a'.repeat(5e5) + 'b')",
        "const a = new Uint8Array(5e6); for (;;) a.sort()",
        "const s = 'x'.repeat(4e6); for (;;) JSON.stringify(s)",
    ] {
        let limits = Limits {
            cpu_ms: 50,
            ..patient()
        };
        assert_eq!(after(body, limits), FailureKind::Cpu, "{body}");
    }
}

#[test]
fn memory_is_limited() {
    let limits = patient();
    for body in [
        "const a = []; for (;;) a.push(new Array(1000).fill(1))",
        "const a = []; for (;;) a.push('x'.repeat(1 << 20))",
        "const a = []; for (;;) { try { a.push(new Uint8Array(1 << 20)) } catch {} }",
        "const m = new Map(); for (let i = 0; ; i++) m.set(i, { i })",
        "JSON.parse('[' + '{\"a\":[1,2,3]},'.repeat(1e6) + '1]')",
    ] {
        assert_eq!(after(body, limits), FailureKind::Memory, "{body}");
    }
}

#[test]
fn deep_recursion_is_a_range_error_in_the_script() {
    for body in [
        "(function f() { f() })()",
        "const f = () => JSON.stringify({ toJSON: f }); f()",
        "JSON.parse('['.repeat(1e5))",
        "let a = []; for (let i = 0; i < 1e5; i++) a = [a]; String(a.flat(Infinity))",
        "eval('('.repeat(1e5))",
    ] {
        let limits = Limits {
            memory_bytes: 64 << 20,
            ..patient()
        };
        assert_eq!(after(body, limits), FailureKind::Exception, "{body}");
    }
}

#[test]
fn a_hook_that_waits_too_long_times_out() {
    let body = "setTimeout(callback, 5000)";
    let limits = Limits {
        timeout_ms: 1_000,
        ..patient()
    };
    assert_eq!(after(body, limits), FailureKind::Timeout);
    let body = "setInterval(() => {}, 100)";
    assert_eq!(after(body, limits), FailureKind::Timeout);
}

#[test]
fn a_limit_message_names_the_limit() {
    let clock = TestClock::new();
    let hook = load_with(
        "module.exports = () => {\n for (;;); }",
        true,
        Limits {
            cpu_ms: 50,
            ..patient()
        },
        &clock,
    )
    .unwrap();
    let failure = finish(&hook, &json!({}), &clock).result.unwrap_err();
    assert!(failure.message.contains("longer than 50 ms"), "{failure}");
    assert!(failure.message.contains("(hooks/x.js:"), "{failure}");
}

#[test]
fn invocations_that_wait_are_limited_and_their_engines_come_back() {
    let clock = TestClock::new();
    let source =
        "module.exports = (a, callback) => setTimeout(() => callback({ text: 'fine' }), 10)";
    let hook = load_with(source, true, patient(), &clock).unwrap();
    for _ in 0..2 {
        let mut waiting: Vec<_> = (0..300).map(|_| hook.start(&json!({}))).collect();
        let steps: Vec<_> = waiting
            .iter_mut()
            .map(|invocation| invocation.resume())
            .collect();
        let failed = steps.iter().filter_map(|step| match step {
            Step::Done(finished) => finished
                .result
                .as_ref()
                .and_then(|result| result.as_ref().err()),
            Step::Needs(_) => None,
        });
        let failed: Vec<_> = failed.collect();
        assert_eq!(failed.len(), 300 - 256);
        assert!(
            failed[0].message.contains("256 invocations"),
            "{}",
            failed[0]
        );
        drop(waiting);
        hook.tidy(std::time::Duration::MAX);
    }
}
