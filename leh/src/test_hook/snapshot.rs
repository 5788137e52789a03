//! What a run came to, kept in a file beside its event, so that a later run can be held against it:
//! `events/login.snapshot.json`, with a member for each hook.

use std::fs;
use std::path::{Path, PathBuf};

use lifecycle::event::EventType;
use serde_json::{Map, Value};

use super::Terms;
use super::report::Report;
use crate::commands::Failure;
use crate::output::{Readers, write};

/// The file for a run: beside its event, in `events` for a sample.
pub fn file(root: &Path, terms: &Terms, event: EventType) -> PathBuf {
    match &terms.event {
        Some(file) => file.with_extension("snapshot.json"),
        None => root.join("events").join(format!("{event}.snapshot.json")),
    }
}

/// Holds a run against the file, in which it is noted when the hook is new there or with `update`.
/// The inner error is the difference.
///
/// # Errors
/// The file cannot be read or written.
pub fn check(file: &Path, report: &Report, update: bool) -> Result<Result<(), String>, Failure> {
    let shown = file.display();
    let mut all: Map<String, Value> = match fs::read_to_string(file) {
        Ok(text) => serde_json::from_str(&text).map_err(|error| {
            Failure::usage(format!(
                "{shown} is no snapshot: {error}; delete it, or write it anew with --update"
            ))
        })?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Map::new(),
        Err(error) => return Err(Failure::usage(format!("{shown} cannot be read: {error}"))),
    };
    let found = report.to_snapshot();
    let kept = all.get(&report.hook);
    if kept == Some(&found) {
        return Ok(Ok(()));
    }
    if let (Some(kept), false) = (kept, update) {
        let difference = difference(&format!("{kept:#}"), &format!("{found:#}"));
        return Ok(Err(format!(
            "hook `{}` differs from {shown} (- kept, + now):\n{difference}\n\
             when that is right, run it again with --update",
            report.hook
        )));
    }
    all.insert(report.hook.clone(), found);
    let text = format!("{:#}\n", Value::Object(all));
    write(file, &text, Readers::All).map_err(Failure::new)?;
    eprintln!("snapshot of hook `{}` written to {shown}", report.hook);
    Ok(Ok(()))
}

/// The lines that differ, with those around them.
fn difference(old: &str, new: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let lines = edits(&old, &new);
    let near = |index: usize| {
        let (from, to) = (index.saturating_sub(2), index + 3);
        let around = lines.get(from..to.min(lines.len())).unwrap_or_default();
        around.iter().any(|(sign, _)| *sign != ' ')
    };
    let mut text = Vec::new();
    let mut skipped = false;
    for (index, (sign, line)) in lines.iter().enumerate() {
        if near(index) {
            text.push(format!("{sign} {line}"));
            skipped = false;
        } else if !skipped {
            text.push("  …".to_owned());
            skipped = true;
        }
    }
    text.join("\n")
}

/// The shortest way from one to the other: longest common subsequence, line by line.
fn edits<'l>(old: &[&'l str], new: &[&'l str]) -> Vec<(char, &'l str)> {
    // `common` of a pair of suffixes, row by row from the end.
    let width = new.len() + 1;
    let mut common = vec![0_u32; (old.len() + 1) * width];
    let at = |common: &[u32], i: usize, j: usize| common.get(i * width + j).copied().unwrap_or(0);
    for (i, a) in old.iter().enumerate().rev() {
        for (j, b) in new.iter().enumerate().rev() {
            let longest = match a == b {
                true => at(&common, i + 1, j + 1) + 1,
                false => at(&common, i + 1, j).max(at(&common, i, j + 1)),
            };
            if let Some(cell) = common.get_mut(i * width + j) {
                *cell = longest;
            }
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut lines = Vec::new();
    loop {
        match (old.get(i), new.get(j)) {
            (Some(a), Some(b)) if a == b => {
                lines.push((' ', *a));
                (i, j) = (i + 1, j + 1);
            }
            (Some(a), b) if b.is_none() || at(&common, i + 1, j) >= at(&common, i, j + 1) => {
                lines.push(('-', *a));
                i += 1;
            }
            (_, Some(b)) => {
                lines.push(('+', *b));
                j += 1;
            }
            _ => return lines,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_shows_what_changed_and_little_else() {
        let old = "a\nb\nc\nd\ne\nf\ng";
        let new = "a\nb\nc\nd\nE\nf\ng";
        assert_eq!(difference(old, new), "  …\n  c\n  d\n- e\n+ E\n  f\n  g");
        assert_eq!(difference("x", "x\ny"), "  x\n+ y");
        assert_eq!(difference("x\ny", "y"), "- x\n  y");
    }
}
