//! The names that a project gives its hooks, their variables and their secrets.
//!
//! Read from hooks.yaml alone: who writes a script needs its types before the script loads, or is there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use lifecycle::event::EventType;
use lifecycle::trigger::Trigger;
use serde_json::Value;

use crate::commands::Failure;
use crate::project;

/// What a hook of hooks.yaml names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HookNames {
    name: String,
    event: EventType,
    asynchronous: bool,
    script: Option<String>,
    variables: BTreeSet<String>,
    secrets: BTreeSet<String>,
}

/// Reads them from the project in the folder `root`; a hook without a name or with an unknown event is
/// told and left out.
///
/// # Errors
/// There is no hooks.yaml, or it is no YAML.
pub fn read(root: &Path) -> Result<Vec<HookNames>, Failure> {
    let path = root.join("hooks.yaml");
    let shown = path
        .strip_prefix(".")
        .unwrap_or(&path)
        .display()
        .to_string();
    let text = fs::read_to_string(&path).map_err(|error| {
        Failure::new(format!(
            "{shown} cannot be read: {error}; a project is a folder with a hooks.yaml in it: name that \
             folder"
        ))
    })?;
    let tree = project::data(&shown, &text).map_err(Failure::new)?;
    let mut hooks = Vec::new();
    let listed = tree.get("hooks").and_then(Value::as_array);
    for (index, hook) in listed.into_iter().flatten().enumerate() {
        match names(hook) {
            Some(names) => hooks.push(names),
            None => eprintln!(
                "warning: {shown}: the hook number {} has no name, or an event that there is not; it \
                 is left out (`leh check` tells more)",
                index + 1
            ),
        }
    }
    Ok(hooks)
}

fn names(hook: &Value) -> Option<HookNames> {
    let text = |name: &str| hook.get(name).and_then(Value::as_str);
    let keys = |name: &str| -> BTreeSet<String> {
        let members = hook.get(name).and_then(Value::as_object);
        members
            .into_iter()
            .flat_map(|it| it.keys().cloned())
            .collect()
    };
    Some(HookNames {
        name: text("name")?.to_owned(),
        event: text("event")?.parse().ok()?,
        asynchronous: text("mode") == Some("async"),
        script: text("script").map(str::to_owned),
        variables: keys("variables"),
        secrets: keys("secrets"),
    })
}

/// Declarations of them, in a namespace: of each hook, of all hooks at an event or of a trigger, of all.
pub fn declarations(hooks: &[HookNames]) -> String {
    let mut text = String::from("\n  /** The hooks of this project. */\n  interface Hooks {\n");
    for hook in hooks {
        // An event is an event, also where a hook is called like it.
        if hook.name.parse::<EventType>().is_ok() {
            continue;
        }
        if let Some(script) = &hook.script {
            text.push_str(&format!("    /** {} */\n", script.replace("*/", "* /")));
        }
        let mode = if hook.asynchronous { "async" } else { "sync" };
        text.push_str(&format!(
            "    {}: {{\n      event: \"{}\";\n      mode: \"{mode}\";\n{}    }};\n",
            key(&hook.name),
            hook.event,
            both(&[hook], "      ")
        ));
    }
    text.push_str(
        "  }\n\n  /** What the hooks at an event have. */\n  interface EventSettings {\n",
    );
    for event in EventType::ALL {
        let here: Vec<_> = hooks.iter().filter(|hook| hook.event == *event).collect();
        if !here.is_empty() {
            text.push_str(&member(event.id(), &here));
        }
    }
    text.push_str("  }\n\n  /** What the hooks at the events of a trigger have. */\n  interface TriggerSettings {\n");
    let all: Vec<_> = hooks.iter().collect();
    for trigger in Trigger::ALL {
        let here: Vec<_> = hooks
            .iter()
            .filter(|hook| trigger.events().contains(&hook.event))
            .collect();
        let name = trigger.function().trim_start_matches("onExecute");
        text.push_str(&member(name, if here.is_empty() { &all } else { &here }));
    }
    text.push_str(&format!(
        "  }}\n\n  /** What any hook of this project has. */\n  interface AnySettings {{\n{}  }}\n",
        both(&all, "    ")
    ));
    text
}

fn member(name: &str, hooks: &[&HookNames]) -> String {
    format!("    {}: {{\n{}    }};\n", key(name), both(hooks, "      "))
}

/// `variables` and `secrets` of these hooks.
fn both(hooks: &[&HookNames], indent: &str) -> String {
    let variables: Vec<_> = hooks.iter().map(|hook| (*hook, &hook.variables)).collect();
    let secrets: Vec<_> = hooks.iter().map(|hook| (*hook, &hook.secrets)).collect();
    format!(
        "{indent}variables: {};\n{indent}secrets: {};\n",
        texts(&variables, indent),
        texts(&secrets, indent)
    )
}

/// An object of texts: what not every one of the hooks has may be undefined.
fn texts(hooks: &[(&HookNames, &BTreeSet<String>)], indent: &str) -> String {
    let mut owners: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (hook, names) in hooks {
        for name in *names {
            owners.entry(name).or_default().push(&hook.name);
        }
    }
    if owners.is_empty() {
        return "{}".to_owned();
    }
    let mut text = String::from("{\n");
    for (name, of) in owners {
        let everywhere = of.len() == hooks.len();
        if !everywhere {
            text.push_str(&format!(
                "{indent}  /** Of {}. */\n",
                of.join(", ").replace("*/", "* /")
            ));
        }
        let kind = if everywhere {
            "string"
        } else {
            "string | undefined"
        };
        text.push_str(&format!("{indent}  {}: {kind};\n", key(name)));
    }
    text + indent + "}"
}

/// The name of a member.
fn key(name: &str) -> String {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let begins = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    if begins && name.chars().all(is_word) {
        name.to_owned()
    } else {
        Value::from(name).to_string()
    }
}
