//! `leh test`: runs one hook against an event, as filter or relay would, and tells what it would
//! do.

use std::fmt::Write;
use std::fs;
use std::rc::Rc;
use std::time::{Duration, Instant};

use hook_runtime::{Clock, ConsoleLine, Finished, Hook as LoadedHook, Level, Settings, Step};
use lifecycle::answer::Answer;
use lifecycle::arguments::{self, TokenEvent};
use lifecycle::bundle::{Hook, Mode, OnError};
use lifecycle::event::EventType;
use lifecycle::exchange::Client;
use lifecycle::form::TokenRequest;
use lifecycle::outcome::{ClaimChange, Decision, Outcome};
use lifecycle::plan::{PlannedHook, Secrets, expand};
use lifecycle::redact::Redactor;
use serde_json::{Map, Value, json};

use crate::cli::{ProjectFolder, Test};
use crate::commands::{Failure, load};

/// Runs the hook; fails when the hook does.
pub fn run(options: &Test) -> Result<(), Failure> {
    let project = load(&ProjectFolder {
        folder: options.project.clone(),
    })?;
    let hook = find(&project.hooks, &options.hook)?;
    // Loading warned of what is not set; a test should not need every secret of the project.
    let environment = project
        .references
        .environment(&crate::commands::variable)
        .unwrap_or_default();
    let args = match &options.event {
        Some(file) => read_event(file)?,
        None => sample(hook.event),
    };
    let args = with_settings(args, hook, &|name| {
        environment
            .get(name)
            .cloned()
            .or_else(|| crate::commands::variable(name))
    });
    let report = invoke(hook, &args)?;
    if options.json {
        println!("{:#}", report.to_json());
    } else {
        print!("{}", report.to_text());
    }
    match report.result {
        Ok(_) => Ok(()),
        Err(_) => Err(Failure::new(format!("hook `{}` failed", hook.name))),
    }
}

fn find<'p>(hooks: &'p [Hook], name: &str) -> Result<&'p Hook, Failure> {
    let found = hooks
        .iter()
        .find(|hook| hook.name == name || hook.script.file == name);
    found.ok_or_else(|| {
        let known: Vec<_> = hooks.iter().map(|hook| hook.name.as_str()).collect();
        Failure::new(format!(
            "there is no hook `{name}`; the project has: {}",
            known.join(", ")
        ))
    })
}

fn read_event(file: &std::path::Path) -> Result<Value, Failure> {
    let text = fs::read_to_string(file)
        .map_err(|error| Failure::new(format!("{} cannot be read: {error}", file.display())))?;
    let event: Value = serde_json::from_str(&text).map_err(|error| {
        Failure::new(format!(
            "{}: expected a JSON object, {error}",
            file.display()
        ))
    })?;
    if event.is_object() {
        Ok(event)
    } else {
        Err(Failure::new(format!(
            "{}: expected a JSON object, the `args` of a hook",
            file.display()
        )))
    }
}

/// The arguments of an event that could have happened.
fn sample(event: EventType) -> Value {
    let claims = json!({
        "iss": "https://id.example.com", "sub": "248289761001", "aud": "storefront",
        "exp": 1_767_229_200, "iat": 1_767_225_600, "auth_time": 1_767_225_590, "nonce": "n-0S6_WzA2Mj",
        "preferred_username": "jane", "name": "Jane Doe", "given_name": "Jane", "family_name": "Doe",
        "email": "jane@example.com", "email_verified": true, "groups": ["customers"],
    });
    let request = TokenRequest {
        grant_types: vec!["authorization_code".into()],
        client_id: Some("storefront".into()),
        redirect_uri: Some("https://shop.example.com/callback".into()),
        scopes: vec![],
    };
    let client = Client {
        ip: Some("192.0.2.1".into()),
        host: Some("id.example.com".into()),
        user_agent: Some("sample".into()),
        language: Some("en".into()),
        traceparent: None,
    };
    arguments::token_event(&TokenEvent {
        event,
        id: "019b76da-a800-7000-8000-000000000000",
        time: "2026-01-01T00:00:00.000Z",
        request: &request,
        client: &client,
        path: "/token",
        scope: Some("openid profile email"),
        id_token: &claims,
        access_token: &Value::Null,
        session: &Map::new(),
    })
}

/// `args` with the hook's variables and secrets, unless the event brings its own.
fn with_settings(
    mut args: Value,
    hook: &Hook,
    environment: &dyn Fn(&str) -> Option<String>,
) -> Value {
    let resolved = |values: &std::collections::BTreeMap<String, String>| {
        let members = values.iter().filter_map(|(name, text)| {
            Some((name.clone(), Value::from(expand(text, environment).ok()?)))
        });
        Value::Object(members.collect::<Map<_, _>>())
    };
    if let Some(members) = args.as_object_mut() {
        for (name, values) in [("variables", &hook.variables), ("secrets", &hook.secrets)] {
            members.entry(name).or_insert_with(|| resolved(values));
        }
    }
    args
}

/// The hook as the filter would have it, but for secrets, which come with `args`.
fn planned(hook: &Hook) -> PlannedHook {
    PlannedHook {
        variables: json!(hook.variables),
        secrets: Secrets(Value::Null),
        redactor: Redactor::default(),
        version: String::new(),
        hook: hook.clone(),
    }
}

fn invoke(hook: &Hook, args: &Value) -> Result<Report, Failure> {
    let start = Instant::now();
    let clock: Clock = Rc::new(move || start.elapsed());
    let synchronous = hook.mode == Mode::Sync;
    let loaded =
        LoadedHook::load(Settings::of(&planned(hook)), clock.clone()).map_err(Failure::new)?;
    let mut invocation = loaded.start(args);
    let begun = clock();
    let mut early = None;
    let Finished {
        result,
        console,
        times,
    } = loop {
        match invocation.resume() {
            Step::Done(finished) => break finished,
            Step::Needs(needs) => {
                early = needs.answer.or(early);
                for call in needs.calls {
                    let refused = format!("{}: calls are not made here", call.kind.summary());
                    invocation.answer(call.id, Err(refused));
                }
                std::thread::sleep(needs.wake_at.saturating_sub(clock()));
            }
        }
    };
    let result = early
        .or(result)
        .unwrap_or(Ok(Answer::Nothing))
        .map_err(|failure| failure.to_string())
        .and_then(|answer| {
            if !synchronous {
                return Ok(None);
            }
            Outcome::read(hook.event, &answer)
                .map(Some)
                .map_err(|error| format!("answer: {error}"))
        });
    Ok(Report {
        hook: hook.clone(),
        result,
        console,
        script_time: times.script,
        whole: clock() - begun,
    })
}

/// What came of a run.
struct Report {
    hook: Hook,
    /// `None` where no answer is read.
    result: Result<Option<Outcome>, String>,
    console: Vec<ConsoleLine>,
    script_time: Duration,
    whole: Duration,
}

impl Report {
    fn to_text(&self) -> String {
        let mut text = String::new();
        let mut line = |content: String| {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{content}");
        };
        line(format!(
            "hook {} at {} ({})",
            self.hook.name, self.hook.event, self.hook.script.file
        ));
        for printed in &self.console {
            line(format!(
                "  console.{}: {}",
                level(printed.level),
                printed.text
            ));
        }
        match &self.result {
            Ok(None) => line("  ran to its end (asynchronous: no answer is read)".into()),
            Ok(Some(outcome)) if *outcome == Outcome::default() => {
                line("  would change nothing".into());
            }
            Ok(Some(Outcome {
                decision: Decision::Deny(deny),
                ..
            })) => {
                let description = deny.description.as_deref().unwrap_or("no description");
                line(format!("  would deny: {} ({description})", deny.error));
            }
            Ok(Some(outcome)) => {
                if outcome.decision != Decision::Continue {
                    line(format!("  would answer: {}", outcome.to_json()));
                }
                let claims = outcome.claims.clone().unwrap_or_default();
                for (token, changes) in [
                    ("ID token", &claims.id_token),
                    ("access token", &claims.access_token),
                ] {
                    for change in changes {
                        line(match change {
                            ClaimChange::Set(claim, value) => {
                                format!("  would set in the {token}: {claim} = {value}")
                            }
                            ClaimChange::Remove(claim) => {
                                format!("  would remove from the {token}: {claim}")
                            }
                            ClaimChange::AddScope(scope) => {
                                format!("  would add a scope to the {token}: {scope}")
                            }
                            ClaimChange::RemoveScope(scope) => {
                                format!("  would remove a scope from the {token}: {scope}")
                            }
                        });
                    }
                }
            }
            Err(error) => {
                line(format!("  failed: {error}"));
                if self.hook.mode == Mode::Sync {
                    line(match self.hook.on_error {
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
            milliseconds(self.whole),
            milliseconds(self.script_time)
        ));
        text
    }

    fn to_json(&self) -> Value {
        let console: Vec<Value> = self
            .console
            .iter()
            .map(|line| json!({"level": level(line.level), "text": line.text}))
            .collect();
        let (outcome, error) = match &self.result {
            Ok(None) => (json!({"type": "none"}), Value::Null),
            Ok(Some(outcome)) => (outcome.to_json(), Value::Null),
            Err(error) => (Value::Null, json!(error)),
        };
        json!({
            "hook": self.hook.name,
            "event": self.hook.event.id(),
            "outcome": outcome,
            "error": error,
            "console": console,
            "time_ms": { "script": milliseconds(self.script_time), "total": milliseconds(self.whole) },
        })
    }
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Debug => "debug",
        Level::Info => "log",
        Level::Warn => "warn",
        Level::Error => "error",
    }
}

fn milliseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 100_000.0).round() / 100.0
}
