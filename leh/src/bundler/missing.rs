//! Which modules that are not there keep a script from running, and which a package can do without.
//!
//! Packages ask for what they can use if it is there: in a `try` block, or in a function that only
//! some callers reach. Those requests stay in the bundle and throw when they are made. What is asked
//! for as soon as the script loads must be there, and so must all that the project's own files name.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::ScriptProblem;
use super::resolve::{Missing, Resolver};
use super::roll::{is_in_package, shown};
use super::sizes::package_of;
use super::syntax::{self, Dialect, Kind, Request};

/// An error for each request that the script at `entry` cannot do without.
pub fn problems(root: &Path, entry: &Path, resolver: &Resolver) -> Vec<ScriptProblem> {
    let missing = resolver.missing();
    if missing.is_empty() {
        return Vec::new();
    }
    let loaded = loaded(root, entry, resolver);
    missing
        .iter()
        .filter(|missing| loaded.contains(&missing.importer))
        .flat_map(|missing| told(root, missing))
        .collect()
}

/// The files that are loaded with the script, and the project's own.
fn loaded(root: &Path, entry: &Path, resolver: &Resolver) -> BTreeSet<PathBuf> {
    let mut loaded = BTreeSet::from([entry.to_owned()]);
    let mut next = vec![entry.to_owned()];
    while let Some(file) = next.pop() {
        let own = !is_in_package(&shown(root, &file));
        let source = fs::read_to_string(&file).unwrap_or_default();
        let look = syntax::look(&source, Dialect::of(&file)).unwrap_or_default();
        for request in look.requests {
            if !(own || is_needed(&request)) {
                continue;
            }
            for found in resolver.found(&file, &request.specifier) {
                if loaded.insert(found.clone()) {
                    next.push(found);
                }
            }
        }
    }
    loaded
}

/// Whether it is asked for when the file is loaded, and there is no answer to its absence.
fn is_needed(request: &Request) -> bool {
    match request.kind {
        Kind::Import => true,
        Kind::Require => !request.guarded && !request.in_function,
        Kind::Dynamic => false,
    }
}

/// The errors about one module: one for each place where it cannot be done without.
fn told(root: &Path, missing: &Missing) -> Vec<ScriptProblem> {
    let file = shown(root, &missing.importer);
    let own = !is_in_package(&file);
    let (message, help) = words(root, missing, own);
    let problem = |place| ScriptProblem {
        file: file.clone(),
        place,
        message: message.clone(),
        help: help.clone(),
    };
    let source = fs::read_to_string(&missing.importer).unwrap_or_default();
    let look = syntax::look(&source, Dialect::of(&missing.importer)).unwrap_or_default();
    let mut asked = look
        .requests
        .iter()
        .filter(|request| request.specifier == missing.specifier)
        .peekable();
    if asked.peek().is_none() {
        // It stands nowhere in the file: what TypeScript is made of needs it.
        return vec![problem(None)];
    }
    asked
        .filter(|request| is_needed(request) || own && !request.guarded)
        .map(|request| problem(Some(syntax::place(&source, request.offset))))
        .collect()
}

fn words(root: &Path, missing: &Missing, own: bool) -> (String, Option<String>) {
    let Missing {
        importer,
        specifier,
        reason,
    } = missing;
    if let Some(reason) = reason {
        // The resolver's own words name files as this machine has them.
        let reason = reason.replace(&format!("{}/", root.display()), "");
        return (format!("`{specifier}` cannot be used: {reason}"), None);
    }
    if specifier.starts_with(['.', '/', '#']) {
        let help = "the path is relative to this file; without an ending .ts, .js and .json are \
                    tried, and the index file of a folder";
        return (format!("there is no `{specifier}`"), Some(help.to_owned()));
    }
    if let Some(name) = specifier.strip_prefix("node:") {
        return (format!("Node has no built-in module `{name}`"), None);
    }
    let package = package_of(specifier);
    let folder = importer
        .ancestors()
        .skip(1)
        .take_while(|folder| folder.starts_with(root))
        .filter(|folder| !is_in_package(&shown(root, folder)))
        .find(|folder| folder.join("package.json").is_file())
        .unwrap_or(root);
    let folder = match shown(root, folder) {
        folder if folder == Path::new("") => "the folder of hooks.yaml".to_owned(),
        folder => folder.display().to_string(),
    };
    if own {
        (
            format!("the package `{package}` is not installed"),
            Some(format!("run `npm install {package}` in {folder}")),
        )
    } else {
        (
            format!("the package `{package}`, which this one needs, is not installed"),
            Some(format!(
                "run `npm install` in {folder}, or `npm install {package}` if it is still missing"
            )),
        )
    }
}
