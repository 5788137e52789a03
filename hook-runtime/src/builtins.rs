//! JavaScript of our own that scripts find: the web's globals and Node's modules, each loaded only by
//! hooks that use it.
//!
//! A module is a CommonJS body that is called with `(exports, require, module, native)`; `native` has
//! the functions of [`crate::native`]. It is compiled once in each VM, to bytecode that all hooks
//! share.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use lifecycle::bundle::Limits;

use crate::Clock;
use crate::bytecode::compile_script;
use crate::compile::{Origin, ScriptError, script_error};
use crate::engine::Engine;
use javy::quickjs::CatchResultExt;

/// A module and its text.
struct Builtin {
    name: &'static str,
    source: &'static str,
    /// What of its exports are globals.
    globals: &'static [&'static str],
}

macro_rules! builtins {
    ($($name:literal : [$($global:literal),*],)* packages: [$($package:literal),*]) => {
        const BUILTINS: &[Builtin] = &[$(Builtin {
            name: $name,
            source: include_str!(concat!($name, ".js")),
            globals: &[$($global),*],
        },)* $(Builtin {
            name: concat!("packages/", $package),
            source: include_str!(concat!(env!("LEH_PACKAGES"), "/", $package, ".js")),
            globals: &[],
        },)*];
    };
}

// One line a module: its file below this folder, and the globals that it exports. The packages are
// those of `packages/bundle.mjs`.
builtins! {
    "contract/api": [],
    "contract/event": [],
    "contract/trigger": [],
    "web/abort": ["AbortController", "AbortSignal"],
    "web/dom_exception": ["DOMException", "QuotaExceededError"],
    "web/events": ["Event", "CustomEvent", "EventTarget", "reportError"],
    "web/idl": [],
    "web/intl": ["Intl"],
    "internal/inspect/errors": [],
    "internal/inspect/format": [],
    "internal/inspect/layout": [],
    "internal/inspect/names": [],
    "internal/inspect/text": [],
    "internal/inspect/values": [],
    "internal/inspect": [],
    "web/base64": ["atob", "btoa"],
    "web/class_of": [],
    "web/console": [],
    "web/encoding": ["TextEncoder", "TextDecoder", "TextEncoderStream", "TextDecoderStream"],
    "web/performance": ["performance", "Performance", "PerformanceEntry", "PerformanceMark", "PerformanceMeasure"],
    "web/structured_clone": ["structuredClone"],
    "web/url": ["URL", "URLSearchParams"],

    "web/streams": ["ReadableStream", "ReadableStreamDefaultReader", "ReadableStreamBYOBReader", "ReadableStreamDefaultController", "ReadableByteStreamController", "ReadableStreamBYOBRequest", "WritableStream", "WritableStreamDefaultWriter", "WritableStreamDefaultController", "TransformStream", "TransformStreamDefaultController", "ByteLengthQueuingStrategy", "CountQueuingStrategy"],
    "web/crypto": ["crypto", "Crypto", "CryptoKey", "SubtleCrypto"],
    "web/crypto/asymmetric": [],
    "web/crypto/base64": [],
    "web/crypto/common": [],
    "web/crypto/der": [],
    "web/crypto/derivation": [],
    "web/crypto/keys": [],
    "web/crypto/normalize": [],
    "web/crypto/symmetric": [],
    "node/crypto": [],
    "internal/crypto/cipher": [],
    "internal/crypto/derive": [],
    "internal/crypto/exchange": [],
    "internal/crypto/hash": [],
    "internal/crypto/key_object": [],
    "internal/crypto/random": [],
    "internal/crypto/sign": [],
    "internal/crypto/streaming": [],
    "internal/crypto/values": [],
    "internal/crypto/x509": [],
    "web/compression": ["CompressionStream", "DecompressionStream"],
    "web/html_events": ["ErrorEvent", "MessageEvent"],
    "web/message_channel": ["MessageChannel", "MessagePort"],
    "web/blob": ["Blob", "File"],
    "web/body": [],
    "web/byte_stream": [],
    "web/bytes": [],
    "web/data_url": [],
    "web/fetch": ["fetch"],
    "web/form_data": ["FormData"],
    "web/headers": ["Headers"],
    "web/inspectable": [],
    "web/mime": [],
    "web/multipart": [],
    "web/reason_phrases": [],
    "web/request": ["Request"],
    "web/response": ["Response"],

    "internal/async_context": [],
    "internal/buffer_methods": [],
    "internal/buffer_numbers": [],
    "internal/encodings": [],
    "internal/equal": [],
    "internal/errors": [],
    "internal/http_client": [],
    "internal/http_messages": [],
    "internal/ip": [],
    "internal/lookups": [],
    "internal/parse_args": [],
    "internal/unavailable": [],
    "node/assert": [],
    "node/assert/strict": [],
    "node/async_hooks": [],
    "node/buffer": ["Buffer"],
    "node/child_process": [],
    "node/cluster": [],
    "node/console": [],
    "node/constants": [],
    "node/dgram": [],
    "node/diagnostics_channel": [],
    "node/dns": [],
    "node/dns/promises": [],
    "node/domain": [],
    "node/events": [],
    "node/fs": [],
    "node/fs/promises": [],
    "node/http": [],
    "node/http2": [],
    "node/https": [],
    "node/inspector": [],
    "node/inspector/promises": [],
    "node/module": [],
    "node/net": [],
    "node/os": [],
    "node/path": [],
    "node/path/posix": [],
    "node/path/win32": [],
    "node/perf_hooks": [],
    "node/process": ["process"],
    "node/punycode": [],
    "node/querystring": [],
    "node/readline": [],
    "node/readline/promises": [],
    "node/repl": [],
    "node/stream": [],
    "node/stream/consumers": [],
    "node/stream/promises": [],
    "node/stream/web": [],
    "node/string_decoder": [],
    "node/sys": [],
    "node/timers": [],
    "node/timers/promises": [],
    "node/tls": [],
    "node/trace_events": [],
    "node/tty": [],
    "node/url": [],
    "node/util": [],
    "node/util/types": [],
    "node/v8": [],
    "node/vm": [],
    "node/worker_threads": [],
    "node/zlib": [],

    packages: ["punycode", "readable-stream", "web-streams"]
}

thread_local! {
    static COMPILED: RefCell<BTreeMap<&'static str, Rc<[u8]>>> = const { RefCell::new(BTreeMap::new()) };
}

/// Every global with the module that exports it.
pub fn globals() -> impl Iterator<Item = (&'static str, &'static str)> {
    BUILTINS
        .iter()
        .flat_map(|builtin| builtin.globals.iter().map(|global| (*global, builtin.name)))
}

/// Whether scripts can require `name` (without `node:`).
pub fn is_node_module(name: &str) -> bool {
    BUILTINS
        .iter()
        .any(|builtin| builtin.name.strip_prefix("node/") == Some(name))
}

/// Words of scripts that call for a module beyond their globals: the algorithms that are asked of
/// `crypto.subtle`.
const ALGORITHMS: &[(&str, &str)] = &[
    ("AES", "web/crypto/symmetric"),
    ("HMAC", "web/crypto/symmetric"),
    ("HKDF", "web/crypto/derivation"),
    ("PBKDF2", "web/crypto/derivation"),
    ("ECDH", "web/crypto/asymmetric"),
    ("ECDSA", "web/crypto/asymmetric"),
    ("Ed25519", "web/crypto/asymmetric"),
    ("RSA", "web/crypto/asymmetric"),
    ("RSASSA", "web/crypto/asymmetric"),
    ("X25519", "web/crypto/asymmetric"),
];

/// The modules whose globals a script mentions, and those of algorithms: they are loaded with it, before
/// any invocation.
pub fn mentioned(source: &str) -> BTreeSet<&'static str> {
    let is_name = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    let words: BTreeSet<_> = source.split(|c| !is_name(c)).collect();
    let mut known: BTreeMap<_, _> = globals().collect();
    if words.contains("subtle") {
        known.extend(ALGORITHMS.iter().copied());
    }
    words
        .iter()
        .filter_map(|word| known.get(word).copied())
        .collect()
}

/// Compiles what a script can come to require, and what that requires in turn: a large module takes
/// longer to compile than a script may to load, and it is not the script's time.
///
/// # Errors
/// What is wrong with the text of one.
pub fn compile_ahead(source: &str, clock: &Clock) -> Result<(), ScriptError> {
    let by_name: BTreeMap<_, _> = BUILTINS.iter().map(|it| (it.name, it)).collect();
    let mut waiting: Vec<&str> = mentioned(source).into_iter().collect();
    waiting.extend(required(source, &by_name));
    let mut seen = BTreeSet::new();
    while let Some(name) = waiting.pop() {
        if !seen.insert(name) {
            continue;
        }
        if let Some(compiled) = bytecode(name, clock) {
            compiled?;
        }
        if let Some(builtin) = by_name.get(name) {
            waiting.extend(required(builtin.source, &by_name));
        }
    }
    Ok(())
}

/// The modules that a text requires or imports by a literal: by their own name or by Node's.
fn required(
    source: &str,
    by_name: &BTreeMap<&'static str, &'static Builtin>,
) -> BTreeSet<&'static str> {
    let mut before = "";
    let mut found = BTreeSet::new();
    for part in source.split(['"', '\'']) {
        let asks = ["require(", "import(", "from", "import"];
        if asks.iter().any(|word| before.trim_end().ends_with(word)) {
            let bare = part.strip_prefix("node:").unwrap_or(part);
            let names = [part.to_owned(), format!("node/{bare}")];
            found.extend(
                names
                    .iter()
                    .filter_map(|it| Some(*by_name.get_key_value(it.as_str())?.0)),
            );
        }
        before = part;
    }
    found
}

/// The bytecode of a module: a function expression, to be called.
///
/// # Errors
/// `None` inside when there is no such module; else what is wrong with its text.
pub fn bytecode(name: &str, clock: &Clock) -> Option<Result<Rc<[u8]>, ScriptError>> {
    let builtin = BUILTINS.iter().find(|builtin| builtin.name == name)?;
    if let Some(compiled) = COMPILED.with_borrow(|compiled| compiled.get(name).cloned()) {
        return Some(Ok(compiled));
    }
    Some(compile(builtin, clock).inspect(|bytes| {
        COMPILED.with_borrow_mut(|compiled| compiled.insert(builtin.name, bytes.clone()));
    }))
}

/// In an engine of its own, with room for the parser whatever the hook's limits are.
fn compile(builtin: &Builtin, clock: &Clock) -> Result<Rc<[u8]>, ScriptError> {
    let file = format!("{}.js", builtin.name);
    let broken = |message: String| ScriptError {
        file: file.clone(),
        message,
        line: None,
        column: None,
    };
    let limits = Limits {
        memory_bytes: 64 << 20,
        stack_bytes: 512 << 10,
        ..Limits::default()
    };
    let engine = Engine::new(&limits, clock).map_err(|error| broken(error.to_string()))?;
    let context = engine
        .context()
        .map_err(|error| broken(error.to_string()))?;
    let wrapped = format!(
        "(function(exports, require, module, native) {{{}\n}})",
        text(builtin)
    );
    context.with(|ctx| {
        let compiled = compile_script(&ctx, &file, &wrapped).catch(&ctx);
        compiled
            .map(Rc::from)
            .map_err(|error| script_error(&Origin::module(&file), &error))
    })
}

/// The module's text. While developing one, `LEH_BUILTINS` names the folder from which it is read
/// anew, so that nothing has to be compiled again (debug builds only).
fn text(builtin: &Builtin) -> std::borrow::Cow<'static, str> {
    #[cfg(debug_assertions)]
    if let Some(folder) = std::env::var_os("LEH_BUILTINS") {
        let path = std::path::Path::new(&folder).join(format!("{}.js", builtin.name));
        if let Ok(text) = std::fs::read_to_string(path) {
            return text.into();
        }
    }
    builtin.source.into()
}

#[cfg(test)]
mod tests {
    use super::mentioned;

    #[test]
    fn algorithms_come_with_scripts_that_use_crypto_subtle() {
        let loaded: Vec<_> = mentioned("crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, data)")
            .into_iter()
            .collect();
        assert_eq!(loaded, ["web/crypto", "web/crypto/symmetric"]);
        assert!(mentioned("// RSA, HMAC and AES are words like any other").is_empty());
    }
}
