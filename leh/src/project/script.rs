//! The script of a hook: found, readable, and such that it compiles.

use std::fs;
use std::path::Path;
use std::rc::Rc;
use std::time::Instant;

use hook_runtime::Clock;
use lifecycle::bundle::{Limits, Script};

use super::fields::{Fields, Reader};
use super::problem::{Source, Span};
use super::units;

/// What a hook's script may measure (`docs/configuration.md`, limits).
const MAX_SCRIPT_BYTES: u64 = 2 << 20;

/// Reads it and loads it as the filter will.
pub fn read(
    fields: &Fields<'_>,
    limits: &Limits,
    root: &Path,
    reader: &mut Reader<'_>,
) -> Option<Script> {
    let node = fields.require("script", "hooks/enrich-tokens.js", reader)?;
    let file = reader.text(node, "the path of a script")?;
    let path = root.join(file);
    let shown = path
        .strip_prefix(".")
        .unwrap_or(&path)
        .display()
        .to_string();
    let ending = path
        .extension()
        .and_then(|ending| ending.to_str())
        .unwrap_or_default();
    if ["ts", "mts", "cts", "tsx"].contains(&ending) {
        let message = format!("{shown} is TypeScript, which this version does not read");
        let help =
            "give the JavaScript that your compiler makes of it; TypeScript comes with bundling";
        reader.error(node.span, message).help(help);
        return None;
    }
    let source = match readable(&path) {
        Ok(source) => source,
        Err(reason) => {
            let help = "the path is relative to the folder of hooks.yaml";
            reader
                .error(node.span, format!("{shown} {reason}"))
                .help(help);
            return None;
        }
    };
    compile(&Source::new(shown, source.as_str()), file, limits, reader)?;
    Some(Script {
        file: file.to_owned(),
        source,
        map: None,
    })
}

/// The text of a script, or why it cannot be one.
fn readable(path: &Path) -> Result<String, String> {
    let about = fs::metadata(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => "is not there".to_owned(),
        _ => format!("cannot be read: {error}"),
    })?;
    if !about.is_file() {
        return Err("is no file".to_owned());
    }
    if about.len() > MAX_SCRIPT_BYTES {
        let most = units::show_size(MAX_SCRIPT_BYTES);
        return Err(format!(
            "has {} bytes; a script may have {most}",
            about.len()
        ));
    }
    let bytes = fs::read(path).map_err(|error| format!("cannot be read: {error}"))?;
    String::from_utf8(bytes).map_err(|error| {
        format!(
            "is not UTF-8 (at byte {}); save it as UTF-8",
            error.utf8_error().valid_up_to()
        )
    })
}

/// Compiles the script as the filter will, and notes an error at its own place.
fn compile(text: &Source, file: &str, limits: &Limits, reader: &mut Reader<'_>) -> Option<()> {
    let start = Instant::now();
    let clock: Clock = Rc::new(move || start.elapsed());
    let Err(error) = hook_runtime::check(file, text.text(), *limits, clock) else {
        return Some(());
    };
    let line = error
        .line
        .and_then(|line| usize::try_from(line).ok())
        .unwrap_or(1);
    let column = error
        .column
        .and_then(|column| usize::try_from(column).ok())
        .unwrap_or(1);
    reader
        .problems
        .error(text, Span::at(line, column), error.message);
    None
}
