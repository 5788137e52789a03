//! The arguments of a run.

use std::fs;
use std::path::Path;

use lifecycle::arguments;
use lifecycle::event::EventType;
use lifecycle::plan::PlannedHook;
use lifecycle::sample;
use serde_json::{Value, json};

use crate::commands::Failure;
use crate::project::data;

/// What a file says of an event.
#[derive(Clone, Debug)]
pub struct Event(Value);

impl Event {
    /// Reads a JSON file (or YAML) with the `args` of a hook.
    ///
    /// # Errors
    /// It is not there, or no object.
    pub fn read(file: &Path) -> Result<Self, Failure> {
        let shown = file.display();
        let text = fs::read_to_string(file)
            .map_err(|error| Failure::usage(format!("{shown} cannot be read: {error}")))?;
        let value = data(&shown.to_string(), &text).map_err(Failure::usage)?;
        match value.is_object() {
            true => Ok(Event(value)),
            false => Err(Failure::usage(format!(
                "{shown}: expected a JSON object, the `args` of a hook"
            ))),
        }
    }

    /// The event that it names in `event.type`.
    pub fn kind(&self) -> Option<EventType> {
        self.0.pointer("/event/type")?.as_str()?.parse().ok()
    }
}

/// The arguments: those of the file, else a sample for what the script exports; with the hook's variables and secrets unless the
/// file brings its own.
pub fn args(
    given: Option<Event>,
    event: EventType,
    triggers: &[String],
    planned: &PlannedHook,
) -> Value {
    let mut args = match given {
        Some(Event(args)) => args,
        None => sample::of_triggers(event, triggers),
    };
    let own = |args: &Value, name: &str| args.get(name).cloned();
    let (variables, secrets) = (own(&args, "variables"), own(&args, "secrets"));
    args = arguments::with_settings(args, planned);
    if let Some(members) = args.as_object_mut() {
        for (name, value) in [("variables", variables), ("secrets", secrets)] {
            if let Some(value) = value {
                members.insert(name.to_owned(), value);
            }
        }
        let about = members.entry("event").or_insert_with(|| json!({}));
        if let Some(about) = about.as_object_mut() {
            about.insert("type".to_owned(), event.id().into());
        }
    }
    args
}
