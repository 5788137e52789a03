//! What goes on after the answer, while nobody waits.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a panic is how a test fails"
)]

mod common;

use std::time::Duration;

use common::{TestClock, finish, load_with, patient};
use hook_runtime::{Level, Step};
use lifecycle::answer::Answer;
use lifecycle::bundle::Limits;
use serde_json::json;

#[test]
fn the_answer_is_out_before_the_rest_is_done() {
    let clock = TestClock::new();
    let source = "module.exports = (args, callback) => {
        callback({ text: 'now' });
        setTimeout(() => console.log('later'), 100);
    }";
    let hook = load_with(source, true, patient(), &clock).unwrap();
    let mut invocation = hook.start(&json!({}));
    let Step::Needs(needs) = invocation.resume() else {
        panic!("it has a timer pending")
    };
    let Some(Ok(Answer::Result(given))) = needs.answer else {
        panic!("{:?}", needs.answer)
    };
    assert_eq!(given.json, json!({"text": "now"}));
    assert!(invocation.is_background());
    clock.skip_to(needs.wake_at);
    let Step::Done(finished) = invocation.resume() else {
        panic!("nothing is pending")
    };
    assert_eq!(finished.result, None);
    assert_eq!(finished.console[0].text, "later");
}

#[test]
fn an_error_after_the_answer_is_logged_and_changes_nothing() {
    for late in [
        "setTimeout(() => { throw new Error('late') }, 5)",
        "setTimeout(() => Promise.reject(new Error('late')), 5)",
        "setTimeout(() => args.deny(), 5)",
    ] {
        let clock = TestClock::new();
        let source = format!("export default (args) => {{ {late}; return {{ text: 'ok' }} }}");
        let hook = load_with(&source, true, patient(), &clock).unwrap();
        let ended = finish(&hook, &json!({}), &clock);
        assert!(matches!(ended.result, Ok(Answer::Result(_))), "{late}");
        assert_eq!(ended.console[0].level, Level::Error, "{late}");
        assert!(
            ended.console[0].text.starts_with("after the answer: "),
            "{late}"
        );
    }
}

#[test]
fn what_takes_too_long_in_the_background_is_cut_and_logged() {
    let limits = Limits {
        background_ms: 200,
        ..patient()
    };
    let clock = TestClock::new();
    let source = "export default () => { setInterval(() => {}, 50); return { text: 'ok' } }";
    let hook = load_with(source, true, limits, &clock).unwrap();
    let ended = finish(&hook, &json!({}), &clock);
    assert!(ended.result.is_ok());
    assert!(
        ended.console[0].text.contains("cut after 200 ms"),
        "{:?}",
        ended.console[0]
    );
    assert!(clock.now() >= Duration::from_millis(200));
}
