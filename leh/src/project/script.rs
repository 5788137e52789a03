//! The script of a hook: found, bundled, and such that it loads.

use std::fs;
use std::path::Path;
use std::rc::Rc;
use std::time::Instant;

use hook_runtime::{Clock, ScriptError};
use lifecycle::bundle::{Limits, Script};
use lifecycle::event::EventType;

use super::fields::{Fields, Reader};
use super::problem::{Problem, Problems, Source, Span};
use super::{trigger, units};
use crate::bundler::{self, ScriptProblem};

/// What a script may measure with its packages, in the relay; the filter takes less
/// (`docs/configuration.md`, limits).
const MAX_SCRIPT_BYTES: usize = 16 << 20;

/// The longest line that a message quotes, in bytes.
const QUOTABLE: usize = 300;

/// Reads it and loads it as the filter will.
pub fn read(
    fields: &Fields<'_>,
    event: Option<EventType>,
    limits: &Limits,
    root: &Path,
    reader: &mut Reader<'_>,
) -> Option<Script> {
    let node = fields.require("script", "hooks/enrich-tokens.js", reader)?;
    let file = reader.text(node, "the path of a script")?;
    if let Err(reason) = is_file(&root.join(file)) {
        let message = format!("{} {reason}", shown(root, Path::new(file)));
        let help = "the path is relative to the folder of hooks.yaml";
        reader.error(node.span, message).help(help);
        return None;
    }
    let bundled = match bundler::bundle(root, Path::new(file)) {
        Ok(bundled) => bundled,
        Err(problems) => {
            for problem in problems {
                note(root, problem, reader.problems, Problems::error);
            }
            return None;
        }
    };
    for warning in bundled.warnings {
        note(root, warning, reader.problems, Problems::warning);
    }
    let bytes = bundled.source.len();
    if bytes > MAX_SCRIPT_BYTES {
        let most = units::show_size(MAX_SCRIPT_BYTES as u64);
        let message = format!(
            "{} has {bytes} bytes with its packages; a script may have {most}",
            shown(root, Path::new(file))
        );
        let largest = bundler::largest(&bundled.inputs, 3);
        let largest: Vec<String> = largest.iter().map(ToString::to_string).collect();
        let help = format!("the largest are {}", largest.join(", "));
        reader.error(node.span, message).help(help);
        return None;
    }
    let start = Instant::now();
    let clock: Clock = Rc::new(move || start.elapsed());
    let map = bundled.map.as_deref();
    let loaded = match hook_runtime::check(file, &bundled.source, map, *limits, clock) {
        Ok(loaded) => loaded,
        Err(error) => {
            note(root, unloadable(error), reader.problems, Problems::error);
            return None;
        }
    };
    if let Some(event) = event {
        let findings = trigger::findings(event, &loaded, root, Path::new(file));
        for warning in findings.warnings {
            note(root, warning, reader.problems, Problems::warning);
        }
        if let Some(reason) = findings.error {
            let message = format!("{}: {reason}", shown(root, Path::new(file)));
            reader.error(node.span, message);
            return None;
        }
    }
    Some(Script {
        file: file.to_owned(),
        source: bundled.source,
        map: bundled.map,
    })
}

/// Why a path is not that of a file.
fn is_file(path: &Path) -> Result<(), String> {
    match fs::metadata(path) {
        Ok(about) if about.is_file() => Ok(()),
        Ok(_) => Err("is no file".to_owned()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Err("is not there".to_owned())
        }
        Err(error) => Err(format!("cannot be read: {error}")),
    }
}

/// A path in the project as the user knows it.
fn shown(root: &Path, file: &Path) -> String {
    let path = root.join(file);
    path.strip_prefix(".")
        .unwrap_or(&path)
        .display()
        .to_string()
}

/// What the sandbox says about a script that does not load.
fn unloadable(error: ScriptError) -> ScriptProblem {
    let number = |number: u32| usize::try_from(number).unwrap_or(1);
    ScriptProblem {
        file: error.file.into(),
        place: Some((error.line.map_or(1, number), error.column.map_or(1, number))),
        message: error.message,
        help: None,
    }
}

/// Notes a problem at its own place, with the line of the file under it.
fn note(
    root: &Path,
    problem: ScriptProblem,
    problems: &mut Problems,
    severity: impl for<'p> Fn(&'p mut Problems, &Source, Span, String) -> &'p mut Problem,
) {
    let text = fs::read(root.join(&problem.file)).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let (line, column) = problem.place.unwrap_or((1, 1));
    // A package's minified line says nothing to anybody.
    let quotable = text
        .lines()
        .nth(line - 1)
        .is_some_and(|line| line.len() < QUOTABLE);
    let source = Source::new(
        shown(root, &problem.file),
        if quotable { &text } else { "" },
    );
    let noted = severity(problems, &source, Span::at(line, column), problem.message);
    if let Some(help) = problem.help {
        noted.help(help);
    }
}
