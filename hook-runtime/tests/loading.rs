//! Scripts that do not load say where and why.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a panic is how a test fails"
)]

mod common;

use common::{TestClock, load_with, patient};
use hook_runtime::ScriptError;
use lifecycle::bundle::Limits;

fn error(source: &str) -> ScriptError {
    error_within(source, patient())
}

fn error_within(source: &str, limits: Limits) -> ScriptError {
    match load_with(source, true, limits, &TestClock::new()) {
        Ok(_) => panic!("it loads: {source}"),
        Err(error) => error,
    }
}

#[test]
fn a_syntax_error_names_line_and_column() {
    let error = error("module.exports = async () => {\n  const = 1;\n}");
    assert!(
        error
            .to_string()
            .starts_with("hooks/x.js:2:9: SyntaxError: "),
        "{error}"
    );
}

#[test]
fn a_syntax_error_in_the_first_line_counts_from_the_scripts_beginning() {
    let error = error("const = 1;");
    assert_eq!((error.line, error.column), (Some(1), Some(7)), "{error}");
}

#[test]
fn the_first_line_counts_from_its_own_beginning() {
    // The property that could not be read, as V8 tells it.
    let error = error("(function () { null.x })()");
    assert_eq!((error.line, error.column), (Some(1), Some(21)), "{error}");
    let error = self::error("const a = 1;\nlet list = [];\n\nlist[3][\n  4];");
    assert_eq!(error.line, Some(5), "{error}");
}

#[test]
fn a_module_with_an_error_is_reported_as_a_module() {
    let error = error("export default () => {\n  let a = ;\n}");
    assert_eq!(error.line, Some(2), "{error}");
}

#[test]
fn a_script_without_a_hook_is_told_the_forms() {
    for source in [
        "",
        "module.exports = { a: 1 }",
        "export const a = 1",
        "exports.default = 3",
    ] {
        let error = error(source);
        assert!(
            error.message.contains("module.exports = async function"),
            "{error}"
        );
    }
}

#[test]
fn what_the_top_level_throws_is_reported() {
    let error = error("\nthrow new Error('at load')");
    assert!(error.message.contains("at load"), "{error}");
    assert_eq!(error.line, Some(2));
}

#[test]
fn an_endless_top_level_is_refused() {
    for source in [
        "for (;;);",
        "await new Promise(() => {}); export default () => {}",
    ] {
        let error = error_within(
            source,
            Limits {
                load_ms: 100,
                ..patient()
            },
        );
        assert!(error.message.contains("top level"), "{error}");
    }
}

#[test]
fn packages_are_refused_by_name() {
    let error = error("const axios = require('axios'); module.exports = () => {}");
    assert!(
        error.message.contains("axios") && error.message.contains("leh build"),
        "{error}"
    );
    let error = self::error("import axios from 'axios'; export default () => {}");
    assert!(error.message.contains("axios"), "{error}");
}

#[test]
fn marks_and_hash_bangs_are_no_syntax_errors() {
    for source in [
        "\u{feff}module.exports = () => {}",
        "#!/usr/bin/env node\nmodule.exports = () => {}",
    ] {
        assert!(load_with(source, true, patient(), &TestClock::new()).is_ok());
    }
}

#[test]
fn a_hook_pays_for_what_it_uses_only() {
    let cost = |source: &str| common::load(source).measured().memory_bytes;
    let small = cost("module.exports = (args, callback) => callback()");
    let large = cost("module.exports = (args, callback) => callback(new URL(args.url))");
    println!("{small} bytes, with URL {large}");
    assert!(small < 512 << 10, "{small} bytes for the smallest hook");
    assert!(large > small, "what a script mentions is loaded with it");
}
