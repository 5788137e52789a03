//! The bundler: from the script of a hook, JavaScript or TypeScript that may import npm packages, to
//! one classic script in CommonJS that the sandbox runs.
//!
//! [`syntax`] looks at what a file imports. A script that needs nothing but itself stays as it is,
//! byte for byte; the others go through Rolldown ([`roll`]), which finds modules as Node does
//! ([`resolve`]). Only `require("node:…")` of Node's built-in modules is left, and of modules that
//! are not there where a package can do without ([`missing`]). The same project gives the same bytes.

mod missing;
mod resolve;
mod roll;
mod sizes;
mod syntax;

use std::fs;
use std::path::{Path, PathBuf};

pub use self::sizes::{Input, Share, largest, show_bytes};
use self::syntax::{Dialect, Look};

/// A script, ready for the sandbox.
#[derive(Debug)]
pub struct Bundled {
    /// One classic script: the body of a function of `exports`, `require`, `module`, `__filename`
    /// and `__dirname`. It ends with `module.exports` as the file left it when that is CommonJS,
    /// and with `exports.__esModule` and named exports when it is an ES module.
    pub source: String,
    /// The source map (version 3) of what was bundled; sources are relative to the project's folder.
    pub map: Option<String>,
    /// The files in it, each with its part of the bytes.
    pub inputs: Vec<Input>,
    /// Node's built-in modules that it requires, without `node:`.
    pub builtins: Vec<String>,
    /// What does not keep it from running.
    pub warnings: Vec<ScriptProblem>,
}

/// Something wrong with a script or a package that it uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptProblem {
    /// The file, relative to the project's folder.
    pub file: PathBuf,
    /// Where in it: line and column, from 1.
    pub place: Option<(usize, usize)>,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

/// Bundles the script at `script` (relative to the project's folder).
///
/// # Errors
/// Everything that keeps it from being bundled.
pub fn bundle(project: &Path, script: &Path) -> Result<Bundled, Vec<ScriptProblem>> {
    let problem = |message: String, help: Option<&str>| {
        vec![ScriptProblem {
            file: script.to_owned(),
            place: None,
            message,
            help: help.map(str::to_owned),
        }]
    };
    let unreadable = |error| problem(format!("the file cannot be read: {error}"), None);
    let root = fs::canonicalize(project).map_err(unreadable)?;
    let path = root.join(script);
    let source = fs::read(&path).map_err(unreadable)?;
    let source = String::from_utf8(source).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        problem(
            format!("the file is not UTF-8 (at byte {at})"),
            Some("save it as UTF-8"),
        )
    })?;
    let dialect = Dialect::of(&path);
    match syntax::look(&source, dialect) {
        Ok(look) if dialect == Dialect::JavaScript && stands_alone(&look) => {
            Ok(as_it_is(script, source, look))
        }
        Ok(look) => roll::roll(&root, &path, &look),
        // The sandbox knows more dialects of old JavaScript than any bundler, and says what is wrong
        // with the rest.
        Err(_) if dialect == Dialect::JavaScript => Ok(as_it_is(script, source, Look::default())),
        Err(errors) => Err(errors
            .into_iter()
            .map(|error| ScriptProblem {
                file: script.to_owned(),
                place: Some(syntax::place(&source, error.offset)),
                message: error.message,
                help: error.help,
            })
            .collect()),
    }
}

/// Whether the sandbox can run it without us: CommonJS may require built-in modules, an ES module
/// imports nothing.
fn stands_alone(look: &Look) -> bool {
    let builtin = |request: &syntax::Request| {
        request.kind == syntax::Kind::Require && resolve::builtin(&request.specifier).is_some()
    };
    if look.is_module {
        look.requests.is_empty() && !look.uses_commonjs
    } else {
        look.requests.iter().all(builtin)
    }
}

fn as_it_is(script: &Path, source: String, look: Look) -> Bundled {
    let mut builtins: Vec<String> = look
        .requests
        .iter()
        .filter_map(|request| resolve::builtin(&request.specifier))
        .map(str::to_owned)
        .collect();
    builtins.sort();
    builtins.dedup();
    Bundled {
        inputs: vec![Input {
            path: script.display().to_string(),
            bytes: source.len(),
        }],
        source,
        map: None,
        builtins,
        warnings: Vec::new(),
    }
}

#[cfg(test)]
mod tests;
