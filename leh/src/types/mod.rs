//! `leh types`: what scripts are given and may answer, as TypeScript declarations for editors and `tsc`.
//!
//! [`shapes`] writes what the program itself is made of: the fields of `args`, the events, which results
//! they take. [`settings`] writes the names that a project's hooks.yaml gives to variables and secrets.
//! What is JavaScript in the sandbox is declared in the `.d.ts` files beside this one; `tests/types.rs`
//! holds those against what scripts find when they run.

mod settings;
mod shapes;

use std::fs;
use std::path::Path;

use nodejs_built_in_modules::BUILTINS;

use crate::cli::Types;
use crate::commands::Failure;
use crate::output::{Readers, write};
use crate::project::count;

use self::settings::HookNames;

/// The file that editors and `tsc` find by themselves when it is among a project's files.
const FILE: &str = "lifecycle-hooks.d.ts";

/// Writes the declarations for a project.
///
/// # Errors
/// hooks.yaml cannot be read, or the file cannot be written.
pub fn run(options: &Types) -> Result<(), Failure> {
    let root = &options.project.folder;
    let hooks = settings::read(root)?;
    let default = || root.join(FILE);
    let output = options.output.clone().unwrap_or_else(default);
    let text = declarations(&hooks, has_types_of_node(root));
    write(&output, &text, Readers::All).map_err(Failure::new)?;
    if output != Path::new("-") {
        let hooks = count(hooks.len(), "hook");
        println!("{}: {hooks}", output.display());
    }
    Ok(())
}

/// The whole file.
fn declarations(hooks: &[HookNames], types_of_node: bool) -> String {
    let mut text = String::from(
        "// What lifecycle hooks are given and may answer. Written by `leh types`: run it again after hooks.yaml\n\
         // changed, after an update of leh, and after @types/node was installed or removed.\n",
    );
    // Node's types bring what scripts have of the web, too, and declare what else we would.
    text.push_str(match types_of_node {
        true => "/// <reference types=\"node\" />\n",
        false => {
            "/// <reference lib=\"es2023\" />\n\
             /// <reference lib=\"dom\" />\n\
             /// <reference lib=\"dom.iterable\" />\n"
        }
    });
    text.push_str("\ndeclare namespace LifecycleHooks {\n");
    text.push_str(&shapes::events());
    text.push_str(&shapes::arguments());
    text.push_str(&settings::declarations(hooks));
    text.push_str("}\n\n");
    text.push_str(include_str!("arguments.d.ts"));
    text.push('\n');
    text.push_str(include_str!("results.d.ts"));
    text.push('\n');
    text.push_str(include_str!("trigger.d.ts"));
    if !types_of_node {
        text.push('\n');
        text.push_str(include_str!("sandbox.d.ts"));
        text.push_str(
            "\n// Node's modules; `npm install --save-dev @types/node` tells what is in them.\n",
        );
        text.push_str("declare module \"node:*\";\n");
        for name in BUILTINS.iter().filter(|name| !name.starts_with('_')) {
            text.push_str(&format!("declare module \"{name}\";\n"));
        }
    }
    text
}

/// Whether TypeScript finds `@types/node` from the folder.
fn has_types_of_node(root: &Path) -> bool {
    let root = fs::canonicalize(root).unwrap_or_else(|_| root.to_owned());
    root.ancestors()
        .any(|folder| folder.join("node_modules/@types/node").is_dir())
}
