//! What came of a run, for a person and for a program.

use std::fmt::Write;
use std::time::{Duration, Instant};

use hook_runtime::{ConsoleLine, Form, ScriptError, Times};
use lifecycle::answer::{Answer, ApiCall, Failure, FailureKind};
use lifecycle::bundle::{Mode, OnError};
use lifecycle::event::EventType;
use lifecycle::outcome::Outcome;
use lifecycle::redact::Redactor;
use serde_json::{Map, Value, json};

use super::record::{Noted, Record};
use super::subject::Subject;

/// What came of a run.
pub struct Report {
    /// The hook's name.
    pub hook: String,
    /// At which event.
    pub event: EventType,
    /// How its script is written; `None` when it does not load.
    pub form: Option<Form>,
    /// The mocks that answered nothing.
    pub unused_mocks: Vec<String>,
    file: String,
    mode: Mode,
    on_error: OnError,
    redactor: Redactor,
    /// `None` where no answer is read.
    outcome: Result<Option<Outcome>, Wrong>,
    api: Vec<ApiCall>,
    calls: Vec<Noted>,
    console: Vec<ConsoleLine>,
    times: Times,
    total: Duration,
    begun: Instant,
}

/// Why there is no outcome.
struct Wrong {
    kind: &'static str,
    message: String,
    place: Option<(String, Option<u32>, Option<u32>)>,
}

impl Report {
    /// Of a run that begins.
    pub fn new(subject: &Subject, begun: Instant) -> Self {
        let planned = &subject.planned;
        Report {
            hook: planned.hook.name.clone(),
            event: planned.hook.event,
            form: None,
            unused_mocks: Vec::new(),
            file: planned.hook.script.file.clone(),
            mode: planned.hook.mode,
            on_error: planned.hook.on_error,
            redactor: planned.redactor.clone(),
            outcome: Ok(None),
            api: Vec::new(),
            calls: Vec::new(),
            console: Vec::new(),
            times: Times::default(),
            total: Duration::ZERO,
            begun,
        }
    }

    /// The script does not load.
    pub fn broken(&mut self, error: &ScriptError) {
        self.total = self.begun.elapsed();
        self.outcome = Err(Wrong {
            kind: "load",
            message: error.message.clone(),
            place: Some((error.file.clone(), error.line, error.column)),
        });
    }

    /// The script is for other events.
    pub fn misbound(&mut self, why: &str) {
        self.total = self.begun.elapsed();
        self.outcome = Err(Wrong {
            kind: "load",
            message: why.to_owned(),
            place: Some((self.file.clone(), None, None)),
        });
    }

    /// It ran.
    pub fn take(&mut self, record: Record, total: Duration) {
        let Record {
            result,
            console,
            times,
            calls,
        } = record;
        self.calls = calls;
        self.console = console;
        self.times = times;
        self.total = total;
        self.outcome = match result {
            Some(Ok(answer)) => self.read(answer),
            Some(Err(failure)) => Err(Wrong::failed(&failure)),
            None => Err(Wrong {
                kind: FailureKind::NoAnswer.name(),
                message: "the script ended without a word".to_owned(),
                place: None,
            }),
        };
    }

    fn read(&mut self, answer: Answer) -> Result<Option<Outcome>, Wrong> {
        if let Answer::Calls(calls) = &answer {
            self.api.clone_from(calls);
        }
        if self.mode == Mode::Async {
            return Ok(None);
        }
        Outcome::read(self.event, &answer)
            .map(Some)
            .map_err(|error| Wrong {
                kind: FailureKind::Answer.name(),
                message: error.to_string(),
                place: None,
            })
    }

    /// Whether the hook failed, or its answer cannot be used.
    pub fn failed(&self) -> bool {
        self.outcome.is_err()
    }

    /// The result in a word, or why there is none.
    pub fn summary(&self) -> String {
        match &self.outcome {
            Ok(None) => "ran".to_owned(),
            Ok(Some(outcome)) => outcome.kind().to_owned(),
            Err(wrong) => self.clean(&wrong.text()),
        }
    }

    /// How long it took in all.
    pub fn total(&self) -> f64 {
        milliseconds(self.total)
    }

    fn clean(&self, text: &str) -> String {
        self.redactor.clean(text).into_owned()
    }

    /// For a person.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        let mut line = |content: String| {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{}", self.redactor.clean(&content));
        };
        line(format!(
            "hook {} at {} ({})",
            self.hook, self.event, self.file
        ));
        for printed in &self.console {
            line(format!(
                "  console.{}: {}",
                printed.level.name(),
                printed.text
            ));
        }
        for call in &self.calls {
            line(format!("  called {}", call.to_text()));
        }
        for call in &self.api {
            line(format!("  api.{}", shown(call)));
        }
        match &self.outcome {
            Ok(None) => line("  ran to its end (asynchronous: no answer is read)".into()),
            Ok(Some(outcome)) => would(outcome).into_iter().for_each(&mut line),
            Err(wrong) => {
                line(format!("  failed: {}", wrong.text()));
                if self.mode == Mode::Sync {
                    line(match self.on_error {
                        OnError::Continue => {
                            "  the flow would go on without it (on_error: continue)".into()
                        }
                        OnError::Deny => "  the flow would be refused (on_error: deny)".into(),
                    });
                }
            }
        }
        line(format!(
            "  {:.2} ms, of which script {:.2} ms",
            milliseconds(self.total),
            milliseconds(self.times.script)
        ));
        text
    }

    /// For a program: one object.
    pub fn to_json(&self) -> Value {
        let mut whole = self.lasting(true);
        let console: Vec<Value> = self
            .console
            .iter()
            .map(|line| json!({ "level": line.level.name(), "text": line.text }))
            .collect();
        if let Some(members) = whole.as_object_mut() {
            let dns: Vec<Value> = self
                .calls
                .iter()
                .filter(|call| !call.is_http())
                .map(|call| call.to_json(true))
                .collect();
            if !dns.is_empty() {
                members.insert("dns".into(), dns.into());
            }
            members.insert("console".into(), self.cleaned(console.into()));
            members.insert(
                "time_ms".into(),
                json!({
                    "queue": milliseconds(self.times.queue),
                    "script": milliseconds(self.times.script),
                    "fetch": milliseconds(self.times.fetch),
                    "total": milliseconds(self.total),
                }),
            );
        }
        whole
    }

    /// What is the same every time, for [`super::snapshot`].
    pub fn to_snapshot(&self) -> Value {
        self.lasting(false)
    }

    fn lasting(&self, timed: bool) -> Value {
        let calls: Vec<Value> = self
            .api
            .iter()
            .map(|call| json!({ "method": call.method, "arguments": call.arguments }))
            .collect();
        let http: Vec<Value> = self
            .calls
            .iter()
            .filter(|call| call.is_http())
            .map(|call| call.to_json(timed))
            .collect();
        let (outcome, error) = match &self.outcome {
            Ok(None) => (json!({ "type": "none" }), Value::Null),
            Ok(Some(outcome)) => (outcome.to_json(), Value::Null),
            Err(wrong) => (Value::Null, wrong.to_json()),
        };
        let form = self.form.map(|form| match form {
            Form::Callback => "callback",
            Form::Module => "module",
            Form::Trigger => "trigger",
        });
        self.cleaned(json!({
            "hook": self.hook,
            "event": self.event.id(),
            "form": form,
            "outcome": outcome,
            "calls": calls,
            "http": http,
            "error": error,
        }))
    }

    /// The same without secrets, in whatever text they are.
    fn cleaned(&self, value: Value) -> Value {
        match value {
            Value::String(text) => self.clean(&text).into(),
            Value::Array(items) => items.into_iter().map(|item| self.cleaned(item)).collect(),
            Value::Object(members) => {
                let members = members
                    .into_iter()
                    .map(|(name, value)| (name, self.cleaned(value)));
                Value::Object(members.collect::<Map<_, _>>())
            }
            other => other,
        }
    }
}

impl Wrong {
    fn failed(failure: &Failure) -> Self {
        let place = failure.place.as_ref();
        Wrong {
            kind: failure.kind.name(),
            message: failure.message.clone(),
            place: place.map(|place| (place.file.clone(), Some(place.line), place.column)),
        }
    }

    fn text(&self) -> String {
        match (&self.place, self.kind) {
            (Some((file, Some(line), column)), "load") => {
                let column = column
                    .map(|column| format!(":{column}"))
                    .unwrap_or_default();
                format!("load: {} ({file}:{line}{column})", self.message)
            }
            _ => format!("{}: {}", self.kind, self.message),
        }
    }

    fn to_json(&self) -> Value {
        let (file, line, column) = match &self.place {
            Some((file, line, column)) => (Some(file), *line, *column),
            None => (None, None, None),
        };
        json!({
            "kind": self.kind, "message": self.message,
            "file": file, "line": line, "column": column,
        })
    }
}

/// What an outcome would do, a line each.
fn would(outcome: &Outcome) -> Vec<String> {
    let json = outcome.to_json();
    let members = json.as_object().cloned().unwrap_or_default();
    let mut lines = match outcome.kind() {
        "none" => vec!["  would change nothing".to_owned()],
        kind => vec![format!("  would answer: {kind}")],
    };
    for (name, value) in &members {
        match value {
            Value::Null => {}
            _ if name == "type" => {}
            Value::Object(inner) => {
                for (member, value) in inner {
                    lines.push(match value {
                        Value::Null => format!("    {name}.{member} removed"),
                        value => format!("    {name}.{member} = {value}"),
                    });
                }
            }
            value => lines.push(format!("    {name} = {value}")),
        }
    }
    lines
}

fn shown(call: &ApiCall) -> String {
    let arguments: Vec<String> = call.arguments.iter().map(ToString::to_string).collect();
    format!("{}({})", call.method, arguments.join(", "))
}

/// With two decimals.
pub fn milliseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 100_000.0).round() / 100.0
}
