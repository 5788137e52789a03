//! The `hooks:` of a project: what each says, and whether it fits the platform and its mode.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::str::FromStr;

use hook_runtime::Settings;
use lifecycle::bundle::{Hook, Limits, Mode, OnError, Place, Script};
use lifecycle::event::EventType;

use super::fields::{Fields, Keys, Reader};
use super::profile::Profile;
use super::reference::{Environment, References, name_in};
use super::yaml::{Entry, Node, Value};
use super::{limits, script};
use crate::place::{Asked, decide, measure};

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
        "background",
        "fetches",
        "response",
        "console",
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
    let asked = place(fields, assumed, reader);
    let limits = limits::read(fields, assumed, asked, reader);
    let on_error = on_error(fields, assumed, reader);
    let applications = fields
        .get("applications")
        .map(|node| applications(node, reader));
    let variables = fields.get("variables").map(|node| variables(node, reader));
    let secrets = fields
        .get("secrets")
        .map(|node| secrets(node, surroundings, reader));
    let script = script::read(
        fields,
        event,
        &lenient(&limits, assumed, asked),
        surroundings.root,
        reader,
    );
    let (place, limits) = match &script {
        Some(script) if assumed == Mode::Sync => placed(script, asked, limits, fields, reader)?,
        _ => (Place::default(), limits),
    };
    Some(Hook {
        name: String::new(),
        event: event?,
        mode: mode?,
        script: script?,
        place,
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

/// What `place` says; it fits the mode.
fn place(fields: &Fields<'_>, mode: Mode, reader: &mut Reader<'_>) -> Asked {
    let Some(node) = fields.get("place") else {
        return Asked::default();
    };
    let places = [
        ("auto", Asked::Auto),
        ("filter", Asked::Filter),
        ("relay", Asked::Relay),
    ];
    let asked = reader.choice(node, &places);
    if (asked, mode) == (Some(Asked::Filter), Mode::Async) {
        let message = "asynchronous hooks always run in the relay";
        reader
            .error(node.span, message)
            .help("write `place: relay` or leave it out");
    }
    asked.unwrap_or_default()
}

/// For loading a script whose cost is yet to be found out: the time of a relay.
fn lenient(limits: &Limits, mode: Mode, asked: Asked) -> Limits {
    let mut limits = *limits;
    if mode == Mode::Sync && asked != Asked::Relay {
        limits.load_ms = limits.load_ms.max(limits::RELAY_LOAD_MS);
    }
    limits
}

/// Where the script runs, as it is measured, and with which limits.
fn placed(
    script: &Script,
    asked: Asked,
    limits: Limits,
    fields: &Fields<'_>,
    reader: &mut Reader<'_>,
) -> Option<(Place, Limits)> {
    if asked == Asked::Relay {
        return Some((Place::Relay, limits));
    }
    let settings = Settings {
        file: script.file.clone(),
        source: script.source.clone(),
        map: None,
        limits: lenient(&limits, Mode::Sync, asked),
        synchronous: true,
        variables: serde_json::json!({}),
    };
    // One that does not load was told where the script was read.
    let cost = measure(&settings).ok()?;
    match decide(asked, cost, limits.load_ms) {
        Ok((Place::Filter, _)) => Some((Place::Filter, limits)),
        Ok((Place::Relay, _)) => {
            let limits = Limits {
                load_ms: limits.load_ms.max(limits::RELAY_LOAD_MS),
                ..limits
            };
            Some((Place::Relay, limits))
        }
        Err(why) => {
            let span = fields.get("script").map_or(fields.span, |node| node.span);
            reader
                .error(span, format!("the hook cannot run in the filter: {why}"))
                .help(
                    "write `place: auto` (or `place: relay`) to run it in the relay, or raise \
                     `load`: a worker of Envoy serves nobody while it loads the script",
                );
            None
        }
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
                let name = name_in(&reference);
                if let Err(missing) = origin.value(name, surroundings.environment) {
                    reader.warning(value.span, format!("secret `{key}`: {missing}"));
                }
                secrets.insert(key.clone(), reference);
            }
        }
    }
    secrets
}
