//! A script of the form `(event, api)`: whether it runs at its event, and what of it cannot work
//! there.

use std::fs;
use std::path::Path;

use hook_runtime::{Form, Hook};
use lifecycle::event::EventType;
use lifecycle::{trigger, trigger_fields};

use crate::bundler::ScriptProblem;

/// What is wrong with a loaded script at `event`, and what is doubtful.
pub struct Findings {
    /// Why it cannot be bound to the event.
    pub error: Option<String>,
    /// What it reads or calls in vain.
    pub warnings: Vec<ScriptProblem>,
}

/// Looks at the script `file` of the project at `root`, which is loaded as `hook`.
pub fn findings(event: EventType, hook: &Hook, root: &Path, file: &Path) -> Findings {
    let mut findings = Findings {
        error: None,
        warnings: Vec::new(),
    };
    if hook.form() != Form::Trigger {
        return findings;
    }
    findings.error = trigger::check(event, hook.triggers())
        .err()
        .map(|error| error.to_string());
    // Its own text: what packages read and call, nobody here can change.
    let source = fs::read_to_string(root.join(file)).unwrap_or_default();
    let problem = |line: usize, message: String, help: &str| ScriptProblem {
        file: file.to_owned(),
        place: Some((line, 1)),
        message,
        help: Some(help.to_owned()),
    };
    for mention in trigger_fields::without_counterpart(&source) {
        findings.warnings.push(problem(
            mention.line,
            format!(
                "api.{} has no counterpart in front of an identity platform",
                mention.path
            ),
            "the hook fails when it is called",
        ));
    }
    for mention in trigger_fields::never_there(&source) {
        findings.warnings.push(problem(
            mention.line,
            format!(
                "event.{} is never there at {event} with this profile",
                mention.path
            ),
            "it is undefined or empty: make sure that the script does not take that for an answer",
        ));
    }
    findings
}
