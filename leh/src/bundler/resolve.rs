//! Where modules are: as Node finds them, told to Rolldown by a plugin, with an account of what is
//! not there.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use nodejs_built_in_modules::is_nodejs_builtin_module;
use rolldown::ModuleType;
use rolldown::plugin::{
    HookLoadArgs, HookLoadOutput, HookLoadReturn, HookResolveIdArgs, HookResolveIdOutput,
    HookResolveIdReturn, HookUsage, Plugin, PluginContext, PluginContextResolveOptions,
    SharedLoadPluginContext,
};
use rolldown_common::side_effects::HookSideEffects;

use super::syntax;

/// Ours in place of a CommonJS script as the entry. Rolldown puts an entry's own statements at the
/// top of the bundle; required, a script keeps a scope of its own.
pub const ENTRY: &str = "leh:entry";
const ENTRY_ID: &str = "\0leh-entry.cjs";
/// After the path of a script that no module may be: by this ending Rolldown reads it as a script.
const SLOPPY: &str = "?script.cjs";

/// The name, without `node:`, of a built-in module of Node's.
pub fn builtin(specifier: &str) -> Option<&str> {
    is_nodejs_builtin_module(specifier)
        .then(|| specifier.strip_prefix("node:").unwrap_or(specifier))
}

/// The path of a module, when it is a file.
pub fn path_of(id: &str) -> Option<&str> {
    let path = id.strip_suffix(SLOPPY).unwrap_or(id);
    (!path.contains('\0')).then_some(path)
}

/// A module that is not there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Missing {
    /// The file that asks for it.
    pub importer: PathBuf,
    /// What it asks for.
    pub specifier: String,
    /// Why it cannot be had, when it is not simply absent.
    pub reason: Option<String>,
}

/// Rolldown's way to us.
#[derive(Debug)]
pub struct Resolver {
    entry: PathBuf,
    missing: Mutex<BTreeSet<Missing>>,
    /// Which files are what a file asks for: more than one when it imports and requires it.
    found: Mutex<BTreeMap<(PathBuf, String), BTreeSet<PathBuf>>>,
    /// Whether a file is a script that no module may be; each is read once.
    sloppy: Mutex<BTreeMap<String, bool>>,
}

impl Resolver {
    pub fn new(entry: &Path) -> Self {
        Resolver {
            entry: entry.to_owned(),
            missing: Mutex::default(),
            found: Mutex::default(),
            sloppy: Mutex::default(),
        }
    }

    /// What could not be found, in an order that does not depend on timing.
    pub fn missing(&self) -> Vec<Missing> {
        let missing = self.missing.lock().unwrap_or_else(PoisonError::into_inner);
        missing.iter().cloned().collect()
    }

    /// The files that `specifier` is in `importer`.
    pub fn found(&self, importer: &Path, specifier: &str) -> BTreeSet<PathBuf> {
        let found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        let asked = (importer.to_owned(), specifier.to_owned());
        found.get(&asked).cloned().unwrap_or_default()
    }

    fn note_found(&self, args: &HookResolveIdArgs<'_>, id: &str) {
        let importer = args.importer.and_then(path_of).unwrap_or_default();
        let asked = (PathBuf::from(importer), args.specifier.to_owned());
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        found.entry(asked).or_default().insert(PathBuf::from(id));
    }

    fn is_sloppy(&self, id: &str) -> bool {
        let mut known = self.sloppy.lock().unwrap_or_else(PoisonError::into_inner);
        *known.entry(id.to_owned()).or_insert_with(|| {
            fs::read_to_string(id).is_ok_and(|source| syntax::is_sloppy(&source))
        })
    }

    /// Left in the bundle as it is asked for: the sandbox throws an error that names it.
    fn note_missing(
        &self,
        args: &HookResolveIdArgs<'_>,
        reason: Option<String>,
    ) -> HookResolveIdOutput {
        let importer = args.importer.and_then(path_of).unwrap_or_default();
        let mut missing = self.missing.lock().unwrap_or_else(PoisonError::into_inner);
        missing.insert(Missing {
            importer: PathBuf::from(importer),
            specifier: args.specifier.to_owned(),
            reason,
        });
        external(args.specifier.to_owned())
    }
}

impl Plugin for Resolver {
    fn name(&self) -> Cow<'static, str> {
        "leh".into()
    }

    fn register_hook_usage(&self) -> HookUsage {
        HookUsage::ResolveId | HookUsage::Load
    }

    async fn resolve_id(
        &self,
        context: &PluginContext,
        args: &HookResolveIdArgs<'_>,
    ) -> HookResolveIdReturn {
        if args.specifier == ENTRY {
            return Ok(Some(HookResolveIdOutput::from_id(ENTRY_ID)));
        }
        if let Some(name) = builtin(args.specifier) {
            return Ok(Some(HookResolveIdOutput {
                // A module that is imported and not used need not be loaded.
                side_effects: Some(HookSideEffects::False),
                ..external(format!("node:{name}"))
            }));
        }
        let options = PluginContextResolveOptions {
            import_kind: args.kind,
            is_entry: args.is_entry,
            skip_self: true,
            custom: args.custom.clone(),
        };
        let importer = match args.importer {
            Some(ENTRY_ID) => None,
            importer => importer,
        };
        let found = context
            .resolve(args.specifier, importer, Some(options))
            .await?;
        let found = match found {
            Ok(found) => found,
            Err(rolldown_resolver::ResolveError::NotFound(_)) => {
                return Ok(Some(self.note_missing(args, None)));
            }
            Err(error) => return Ok(Some(self.note_missing(args, Some(error.to_string())))),
        };
        let id = found.id.as_str();
        if found.external.is_external() {
            let reason = "only packages, files and Node's built-in modules can be imported";
            return Ok(Some(self.note_missing(args, Some(reason.to_owned()))));
        }
        if id.ends_with(".node") {
            let reason = "it is native code, which a sandbox cannot run";
            return Ok(Some(self.note_missing(args, Some(reason.to_owned()))));
        }
        self.note_found(args, id);
        let script = id.ends_with(".js") && !found.module_def_format.is_esm();
        if script && self.is_sloppy(id) {
            return Ok(Some(HookResolveIdOutput::from_id(format!("{id}{SLOPPY}"))));
        }
        Ok(None)
    }

    async fn load(
        &self,
        _context: SharedLoadPluginContext,
        args: &HookLoadArgs<'_>,
    ) -> HookLoadReturn {
        let code = if args.id == ENTRY_ID {
            let path = serde_json::to_string(&self.entry)?;
            format!("module.exports = require({path});")
        } else if let Some(path) = args.id.strip_suffix(SLOPPY) {
            fs::read_to_string(path)?
        } else {
            return Ok(None);
        };
        Ok(Some(HookLoadOutput {
            code: code.into(),
            module_type: Some(ModuleType::Js),
            ..HookLoadOutput::default()
        }))
    }
}

fn external(id: String) -> HookResolveIdOutput {
    HookResolveIdOutput {
        id: id.into(),
        external: Some(true.into()),
        normalize_external_id: Some(false),
        ..HookResolveIdOutput::default()
    }
}
