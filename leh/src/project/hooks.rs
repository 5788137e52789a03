//! The `hooks:` of a project: each with its event, its script and its limits.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::ops::RangeInclusive;
use std::path::Path;
use std::rc::Rc;
use std::str::FromStr;
use std::time::Instant;

use hook_runtime::Clock;
use lifecycle::bundle::{Hook, Limits, Mode, OnError, Script};
use lifecycle::event::EventType;

use super::fields::{Fields, Keys, Reader};
use super::problem::{Source, Span};
use super::profile::Profile;
use super::reference::{Environment, References};
use super::units;
use super::yaml::{Entry, Node, Value};

/// What a hook's script may measure (`docs/configuration.md`, limits).
const MAX_SCRIPT_BYTES: u64 = 2 << 20;
/// A customer waits, and an Envoy worker works for nobody else meanwhile.
const SYNC_TIMEOUT_MS: RangeInclusive<u64> = 1..=60_000;
const SYNC_SCRIPT_MS: RangeInclusive<u64> = 1..=1_000;
/// In the relay nobody waits.
const ASYNC_TIMEOUT_MS: RangeInclusive<u64> = 1..=900_000;
const ASYNC_SCRIPT_MS: RangeInclusive<u64> = 1..=60_000;
/// An engine without a script takes most of the least; a worker's virtual machine ends at 1 GiB.
const MEMORY_BYTES: RangeInclusive<u64> = 1 << 20..=256 << 20;
/// The most fits into the filter's own stack.
const STACK_BYTES: RangeInclusive<u64> = 16 << 10..=512 << 10;

const HOOK: Keys = Keys {
    what: "a hook",
    known: &[
        "name",
        "event",
        "mode",
        "script",
        "timeout",
        "cpu",
        "load",
        "memory",
        "stack",
        "on_error",
        "applications",
        "variables",
        "secrets",
        "place",
    ],
    refused: &[
        (
            "when",
            "this version has no conditions; decide at the top of the script",
        ),
        (
            "background",
            "in this version a hook ends with its answer; use an asynchronous hook",
        ),
        ("metadata", "this version keeps no metadata"),
    ],
};

/// The rest of the project, as far as hooks depend on it.
pub struct Surroundings<'s> {
    /// The project's folder.
    pub root: &'s Path,
    /// `None` when it could not be read: then no event is held against it.
    pub profile: Option<&'s Profile>,
    /// Whether tokens can be signed.
    pub signing: bool,
    /// Collects what the hooks refer to.
    pub references: &'s mut References,
    /// For telling which values are not there yet.
    pub environment: Environment<'s>,
}

/// Reads all of them; those with errors are noted and left out.
pub fn read(
    node: &Node,
    surroundings: &mut Surroundings<'_>,
    reader: &mut Reader<'_>,
) -> Vec<Hook> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut hooks = Vec::new();
    for item in reader.list(node, "hooks").unwrap_or_default() {
        let Some(fields) = reader.fields(item, &HOOK) else {
            continue;
        };
        let name = name(&fields, &mut seen, reader);
        let hook = hook(&fields, surroundings, reader);
        if let (Some(name), Some(hook)) = (name, hook) {
            hooks.push(Hook { name, ..hook });
        }
    }
    hooks
}

/// A name that no hook above has.
fn name(
    fields: &Fields<'_>,
    seen: &mut HashMap<String, usize>,
    reader: &mut Reader<'_>,
) -> Option<String> {
    let node = fields.require("name", "enrich-tokens", reader)?;
    let name = reader.text(node, "a name")?;
    let valid = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    if !name.bytes().all(valid) || name.len() > 64 {
        let message = format!("`{name}` is no name for a hook");
        let help = "a name has up to 64 lower-case letters, digits and hyphens: [a-z0-9-]+";
        reader.error(node.span, message).help(help);
        return None;
    }
    if let Some(line) = seen.insert(name.to_owned(), node.span.line) {
        let message = format!("the name `{name}` is taken by the hook on line {line}");
        let help = "names tell hooks apart in logs and counters; choose another";
        reader.error(node.span, message).help(help);
        return None;
    }
    Some(name.to_owned())
}

fn hook(
    fields: &Fields<'_>,
    surroundings: &mut Surroundings<'_>,
    reader: &mut Reader<'_>,
) -> Option<Hook> {
    let mode = match fields.get("mode") {
        Some(node) => reader.choice(node, &[("sync", Mode::Sync), ("async", Mode::Async)]),
        None => Some(Mode::Sync),
    };
    // Further checks of a hook whose mode is unreadable take it for what it would be without.
    let assumed = mode.unwrap_or(Mode::Sync);
    let event = event(fields, assumed, surroundings, reader);
    let limits = limits(fields, assumed, reader);
    let script = script(fields, &limits, surroundings.root, reader);
    place(fields, assumed, reader);
    let on_error = on_error(fields, assumed, reader);
    let applications = fields
        .get("applications")
        .map(|node| applications(node, reader));
    let variables = fields.get("variables").map(|node| variables(node, reader));
    let secrets = fields
        .get("secrets")
        .map(|node| secrets(node, surroundings, reader));
    Some(Hook {
        name: String::new(),
        event: event?,
        mode: mode?,
        script: script?,
        on_error: on_error?,
        limits,
        applications: applications.flatten(),
        variables: variables.unwrap_or_default(),
        secrets: secrets.unwrap_or_default(),
    })
}

fn event(
    fields: &Fields<'_>,
    mode: Mode,
    surroundings: &Surroundings<'_>,
    reader: &mut Reader<'_>,
) -> Option<EventType> {
    let node = fields.require("event", "pre-id-token-generation", reader)?;
    let event = match EventType::from_str(reader.text(node, "a lifecycle event")?) {
        Ok(event) => event,
        Err(error) => {
            reader.error(node.span, error.to_string());
            return None;
        }
    };
    if let Some(profile) = surroundings
        .profile
        .filter(|known| !known.events.contains_key(&event))
    {
        let message = format!(
            "the profile `{}` does not recognise `{event}`",
            profile.name
        );
        reader
            .error(node.span, message)
            .help(match profile.events.is_empty() {
                true => "it recognises no event at all".to_owned(),
                false => format!("it recognises {}", profile.recognised()),
            });
        return None;
    }
    if event == EventType::PreIdTokenGeneration && mode == Mode::Sync && !surroundings.signing {
        let message = format!("a synchronous hook of `{event}` needs `signing`");
        reader.error(node.span, message).help(
            "a changed token must be signed again: add `signing: { key: \"${env:LEH_SIGNING_KEY}\" }` \
             to the project; a key is made with \
             `openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048`",
        );
    }
    Some(event)
}

fn limits(fields: &Fields<'_>, mode: Mode, reader: &mut Reader<'_>) -> Limits {
    let (timeout, script) = match mode {
        Mode::Sync => (SYNC_TIMEOUT_MS, SYNC_SCRIPT_MS),
        Mode::Async => (ASYNC_TIMEOUT_MS, ASYNC_SCRIPT_MS),
    };
    let mut duration = |key: &str, range| {
        let node = fields.get(key)?;
        reader.quantity(node, units::duration, units::show_duration, range)
    };
    let timeout = duration("timeout", timeout);
    let (cpu, load) = (duration("cpu", script.clone()), duration("load", script));
    let mut size = |key: &str, range| {
        let bytes = reader.quantity(fields.get(key)?, units::size, units::show_size, range)?;
        usize::try_from(bytes).ok()
    };
    let (memory, stack) = (size("memory", MEMORY_BYTES), size("stack", STACK_BYTES));
    let default = Limits::default();
    Limits {
        timeout_ms: timeout.unwrap_or(default.timeout_ms),
        cpu_ms: cpu.unwrap_or(default.cpu_ms),
        load_ms: load.unwrap_or(default.load_ms),
        memory_bytes: memory.unwrap_or(default.memory_bytes),
        stack_bytes: stack.unwrap_or(default.stack_bytes),
        ..default
    }
}

fn script(
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

/// Where the hook runs. There is one place for each mode in this version, so nothing is kept.
fn place(fields: &Fields<'_>, mode: Mode, reader: &mut Reader<'_>) {
    #[derive(Clone, Copy, PartialEq)]
    enum Place {
        Auto,
        Filter,
        Relay,
    }
    let Some(node) = fields.get("place") else {
        return;
    };
    let places = [
        ("auto", Place::Auto),
        ("filter", Place::Filter),
        ("relay", Place::Relay),
    ];
    match (reader.choice(node, &places), mode) {
        (Some(Place::Relay), Mode::Sync) => {
            let message = "this version runs synchronous hooks in the filter only";
            reader
                .error(node.span, message)
                .help("write `place: filter` or leave it out");
        }
        (Some(Place::Filter), Mode::Async) => {
            let message = "asynchronous hooks always run in the relay";
            reader
                .error(node.span, message)
                .help("write `place: relay` or leave it out");
        }
        _ => {}
    }
}

fn on_error(fields: &Fields<'_>, mode: Mode, reader: &mut Reader<'_>) -> Option<OnError> {
    let Some(node) = fields.get("on_error") else {
        return Some(OnError::default());
    };
    let policies = [("continue", OnError::Continue), ("deny", OnError::Deny)];
    let policy = reader.choice(node, &policies)?;
    if mode == Mode::Async && policy == OnError::Deny {
        let message = "nobody waits for an asynchronous hook, so its failure can deny nothing";
        reader
            .error(node.span, message)
            .help("leave `on_error` out, or make it `mode: sync`");
        return None;
    }
    Some(policy)
}

fn applications(node: &Node, reader: &mut Reader<'_>) -> Option<Vec<String>> {
    let names = reader.texts(node, "names or client ids of applications")?;
    if names.is_empty() {
        let message = "an empty list is for no application at all";
        reader
            .error(node.span, message)
            .help("leave `applications` out for all of them");
    }
    Some(names)
}

fn variables(node: &Node, reader: &mut Reader<'_>) -> BTreeMap<String, String> {
    for Entry { value, .. } in reader.entries(node, "variables").unwrap_or_default() {
        if matches!(&value.value, Value::Scalar(scalar) if scalar.text.starts_with("${")) {
            let message = "a variable is handed to the script as it stands here";
            reader
                .error(value.span, message)
                .help("references belong under `secrets`");
        }
    }
    reader.text_map(node, "variables").unwrap_or_default()
}

fn secrets(
    node: &Node,
    surroundings: &mut Surroundings<'_>,
    reader: &mut Reader<'_>,
) -> BTreeMap<String, String> {
    // Somebody may have written the secret itself here.
    reader.source.conceal(node.span.line..=node.last_line);
    let mut secrets = BTreeMap::new();
    for Entry { key, value, .. } in reader.entries(node, "secrets").unwrap_or_default() {
        let Some(text) = reader.text(value, "a reference") else {
            continue;
        };
        match surroundings.references.add(text, surroundings.root) {
            Err(reason) => {
                let help = "a secret itself would be readable by everybody who reads the project";
                reader
                    .error(value.span, format!("secret `{key}`: {reason}"))
                    .help(help);
            }
            Ok((reference, origin)) => {
                let name = super::reference::name_in(&reference);
                if let Err(missing) = origin.value(name, surroundings.environment) {
                    reader.warning(value.span, format!("secret `{key}`: {missing}"));
                }
                secrets.insert(key.clone(), reference);
            }
        }
    }
    secrets
}
