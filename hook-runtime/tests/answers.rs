//! What counts as an answer, and what as an error.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a panic is how a test fails"
)]

mod common;

use common::{TestClock, answer, finish, load, load_with, patient, run};
use hook_runtime::Level;
use lifecycle::answer::{Answer, FailureKind, Given};
use lifecycle::bundle::Limits;
use serde_json::json;

#[test]
fn a_callback_answers() {
    let source = "module.exports = async function (args, callback, deny) { callback(new TokenClaims({ tier: 'gold', old: undefined })) }";
    let expected = Given {
        class: Some("TokenClaims".into()),
        json: json!({"idToken": {"tier": "gold"}, "accessToken": {}}),
        undefined: vec![("idToken".into(), "old".into())],
    };
    assert_eq!(run(source), Ok(Answer::Result(expected)));
}

#[test]
fn a_module_answers_by_what_it_returns() {
    let source =
        "export default async ({ customer }) => new TokenClaims({ email: customer.email })";
    let clock = TestClock::new();
    let hook = load_with(source, true, patient(), &clock).unwrap();
    let finished = finish(&hook, &json!({"customer": {"email": "a@b"}}), &clock);
    let Ok(Answer::Result(given)) = finished.result else {
        panic!("{:?}", finished.result)
    };
    assert_eq!(given.json["idToken"], json!({"email": "a@b"}));
}

#[test]
fn a_transpiled_module_is_a_module() {
    assert_eq!(run("exports.default = () => {}"), Ok(Answer::Nothing));
}

#[test]
fn deny_answers_too_and_the_first_answer_counts() {
    let source = "module.exports = (args, callback, deny) => { deny(new DenyRequest('a', 'b')); callback({ idToken: {} }) }";
    let clock = TestClock::new();
    let hook = load_with(source, true, patient(), &clock).unwrap();
    let finished = finish(&hook, &json!({}), &clock);
    let Ok(Answer::Denied(given)) = finished.result else {
        panic!("{:?}", finished.result)
    };
    assert_eq!(given.json, json!({"error": "a", "description": "b"}));
    assert_eq!(finished.console[0].level, Level::Warn);
}

#[test]
fn a_returned_primitive_is_no_answer() {
    assert_eq!(run("export default () => 7"), Ok(Answer::Nothing));
    assert_eq!(
        answer(
            "module.exports = (a, callback) => setTimeout(() => callback({ text: 'later' }), 1)"
        ),
        json!({"text": "later"})
    );
}

#[test]
fn a_class_of_the_scripts_own_keeps_its_name() {
    let source = "class Mine { constructor() { this.idToken = { a: 1 } } } module.exports = (a, callback) => callback(new Mine())";
    let Ok(Answer::Result(given)) = run(source) else {
        panic!()
    };
    assert_eq!(given.class.as_deref(), Some("Mine"));
}

#[test]
fn sloppy_scripts_run() {
    assert_eq!(
        answer(
            "module.exports = function (a, callback) { x = 010; callback({ text: String(x) }) }"
        ),
        json!({"text": "8"})
    );
}

#[test]
fn an_exception_names_its_place() {
    let failure = run("module.exports = async () => {\n  const a = null;\n  a.b;\n}").unwrap_err();
    assert_eq!(failure.kind, FailureKind::Exception);
    assert!(
        failure.message.contains("TypeError") && failure.message.contains("hooks/x.js:3:"),
        "{failure}"
    );
}

#[test]
fn a_thrown_value_that_is_no_error_is_shown() {
    let failure = run("module.exports = () => { throw { code: 7 } }").unwrap_err();
    assert!(failure.message.contains(r#"{"code":7}"#), "{failure}");
}

#[test]
fn an_unhandled_rejection_is_an_error() {
    let failure = run("module.exports = async () => { Promise.reject(new Error('lost')); await new Promise(r => setTimeout(r, 5)) }").unwrap_err();
    assert!(
        failure.message.contains("unhandled rejection: Error: lost"),
        "{failure}"
    );
}

#[test]
fn a_rejection_that_is_handled_late_is_none() {
    let source = "module.exports = async (a, callback) => { const p = Promise.reject(new Error('x')); await null; p.catch(() => callback({ text: 'ok' })) }";
    assert_eq!(answer(source), json!({"text": "ok"}));
}

#[test]
fn an_exception_in_a_timer_is_an_error() {
    let failure =
        run("module.exports = () => { setTimeout(() => { throw new Error('bare') }, 10) }")
            .unwrap_err();
    assert!(failure.message.contains("Error: bare"), "{failure}");
}

#[test]
fn a_callback_form_that_never_answers_has_failed_and_a_module_has_not() {
    assert_eq!(
        run("module.exports = async () => {}").unwrap_err().kind,
        FailureKind::NoAnswer
    );
    assert_eq!(run("export default async () => {}"), Ok(Answer::Nothing));
    assert_eq!(
        run("export default () => new Promise(() => {})"),
        Ok(Answer::Nothing)
    );
}

#[test]
fn timers_run_in_their_order() {
    let source = "module.exports = (a, callback) => {
        const seen = [];
        const id = setInterval(() => { seen.push('i'); if (seen.length > 3) { clearInterval(id); callback({ text: seen.join('') }) } }, 10);
        setTimeout((x) => seen.push(x), 5, 'a');
        clearTimeout(setTimeout(() => seen.push('never'), 1));
        setImmediate(() => seen.push('0'));
    }";
    assert_eq!(answer(source), json!({"text": "0aii"}));
}

#[test]
fn an_answer_that_is_no_json_is_an_error() {
    for value in [
        "{ idToken: { n: 1n } }",
        "(() => { const a = {}; a.a = a; return a })()",
    ] {
        let failure = run(&format!("export default () => ({value})")).unwrap_err();
        assert_eq!(failure.kind, FailureKind::Answer, "{failure}");
    }
}

#[test]
fn an_asynchronous_hook_gets_no_callback_and_ends_when_nothing_is_pending() {
    let source = "module.exports = async (args, callback) => { setTimeout(() => console.log(typeof callback), 20) }";
    let clock = TestClock::new();
    let hook = load_with(source, false, patient(), &clock).unwrap();
    let finished = finish(&hook, &json!({}), &clock);
    assert_eq!(finished.result, Ok(Answer::Nothing));
    assert_eq!(finished.console[0].text, "undefined");
}

#[test]
fn console_output_over_the_limit_is_cut_with_a_mark() {
    let limits = Limits {
        console_bytes: 10,
        ..patient()
    };
    let clock = TestClock::new();
    let source = "export default () => { console.log('é'.repeat(20)); console.error({ a: 1 }) }";
    let hook = load_with(source, true, limits, &clock).unwrap();
    let console = finish(&hook, &json!({}), &clock).console;
    assert_eq!(console.len(), 1);
    assert!(
        console[0].text.starts_with("ééééé …"),
        "{}",
        console[0].text
    );
}

#[test]
fn one_invocation_sees_nothing_of_another() {
    let hook = load(
        "module.exports = (a, callback) => { globalThis.n = (globalThis.n ?? 0) + 1; Array.prototype.evil = 1; callback({ text: String(n) }) }",
    );
    let clock = TestClock::new();
    for _ in 0..3 {
        let Ok(Answer::Result(given)) = finish(&hook, &json!({}), &clock).result else {
            panic!()
        };
        assert_eq!(given.json, json!({"text": "1"}));
    }
}

#[test]
fn what_the_top_level_made_is_there_each_time_as_it_was() {
    let clock = TestClock::new();
    let source = "
        let calls = 0;
        const cache = new Map([['a', 1]]);
        const late = [];
        setTimeout(() => late.push('timer'), 5);
        Promise.resolve().then(() => late.push('job'));
        module.exports = (a, callback) => {
            calls++;
            cache.set('b' + calls, 'x'.repeat(10000));
            setTimeout(() => callback({ text: [calls, cache.size, late].join() }), 10);
        }";
    let hook = load_with(source, true, patient(), &clock).unwrap();
    for _ in 0..5 {
        let Ok(Answer::Result(given)) = finish(&hook, &json!({}), &clock).result else {
            panic!()
        };
        assert_eq!(given.json, json!({"text": "1,2,job,timer"}));
        hook.tidy(std::time::Duration::MAX);
    }
}

#[test]
fn random_numbers_differ_between_invocations() {
    let hook = load("module.exports = (a, callback) => callback({ text: String(Math.random()) })");
    let clock = TestClock::new();
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..20 {
        let Ok(Answer::Result(given)) = finish(&hook, &json!({}), &clock).result else {
            panic!()
        };
        let number: f64 = given.json["text"].as_str().unwrap().parse().unwrap();
        assert!((0.0..1.0).contains(&number));
        seen.insert(given.json["text"].to_string());
    }
    assert_eq!(seen.len(), 20);
}

#[test]
fn invocations_that_wait_do_not_disturb_each_other() {
    let clock = TestClock::new();
    let source =
        "module.exports = ({ name }, callback) => setTimeout(() => callback({ text: name }), 10)";
    let hook = load_with(source, true, patient(), &clock).unwrap();
    let mut waiting: Vec<_> = ["a", "b", "c"]
        .iter()
        .map(|name| hook.start(&json!({"name": name})))
        .collect();
    for invocation in &mut waiting {
        assert!(matches!(invocation.resume(), hook_runtime::Step::Needs(_)));
    }
    clock.skip_to(clock.now() + std::time::Duration::from_millis(20));
    let mut texts = Vec::new();
    for invocation in waiting.iter_mut().rev() {
        let hook_runtime::Step::Done(finished) = invocation.resume() else {
            panic!()
        };
        let Some(Ok(Answer::Result(given))) = finished.result else {
            panic!()
        };
        texts.push(given.json["text"].clone());
    }
    assert_eq!(texts, ["c", "b", "a"]);
}

#[test]
fn an_error_handed_to_the_callback_is_that_error() {
    let failure = run("module.exports = (args, callback) => callback(new RangeError('too far'))");
    let failure = failure.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Exception);
    assert!(
        failure.message.starts_with("RangeError: too far ("),
        "{failure:?}"
    );
    // An answer of one's own may be an error as well.
    assert_eq!(
        answer(
            "class ShowErrorMessage extends Error { constructor(text) { super(text); this.text = text; } }
             module.exports = (args, callback) => callback(new ShowErrorMessage('closed'))"
        ),
        json!({"text": "closed"})
    );
}

#[test]
fn errors_of_the_time_before_classes_are_told_as_errors() {
    let source = "function OldError(message) { this.name = 'OldError'; this.message = message; }
         OldError.prototype = Object.create(Error.prototype);
         module.exports = async () => { throw new OldError('it was 2012') }";
    let message = run(source).unwrap_err().message;
    assert!(message.starts_with("OldError: it was 2012 ("), "{message}");
}
