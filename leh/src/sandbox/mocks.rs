//! What a test says of the world: answers to calls, from a file.

use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hook_runtime::{CallAnswer, CallKind, CallResult, HttpRequest, HttpResponse};
use lifecycle::egress::Egress;
use regex::Regex;
use serde::Deserialize;
use serde_json::{Map, Value};
use tokio::runtime::Handle;

use super::{About, Network, Reply, Ticket};
use crate::project::{data, duration};

/// One mock, as the file has it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    method: Option<String>,
    url: Option<String>,
    url_matches: Option<String>,
    request_body: Option<Value>,
    dns: Option<String>,
    record: Option<String>,
    records: Option<Vec<Value>>,
    status: Option<u16>,
    #[serde(default)]
    headers: Map<String, Value>,
    body: Option<Value>,
    delay: Option<Value>,
    fail: Option<String>,
    times: Option<u32>,
}

/// What it answers to, and what.
#[derive(Debug)]
struct Mock {
    shown: String,
    asked: Asked,
    answer: Planned,
    delay: Duration,
    times: Option<u32>,
    used: u32,
}

#[derive(Debug)]
enum Asked {
    Http {
        method: Option<String>,
        url: Regex,
        body: Option<Value>,
    },
    Dns {
        name: String,
        record: Option<String>,
    },
}

#[derive(Clone, Debug)]
enum Planned {
    Answer(CallAnswer),
    Error(String),
    /// Nothing ever comes.
    Silence,
}

/// All mocks of a test.
pub struct Mocks {
    mocks: Mutex<Vec<Mock>>,
    /// The hosts that hooks may call; `None` where there is no project to say.
    egress: Option<Arc<Egress>>,
    runtime: Handle,
}

impl Mocks {
    /// Reads a file, JSON or YAML.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn load(path: &Path, egress: Option<Arc<Egress>>, runtime: Handle) -> Result<Self, String> {
        let shown = path.display().to_string();
        let text =
            fs::read_to_string(path).map_err(|error| format!("{shown} cannot be read: {error}"))?;
        let list = match data(&shown, &text)? {
            Value::Array(list) => list,
            Value::Null => Vec::new(),
            other => {
                let found = if other.is_object() {
                    "an object"
                } else {
                    "a scalar"
                };
                return Err(format!("{shown}: expected a list of mocks, found {found}"));
            }
        };
        let mocks = list.into_iter().enumerate().map(|(index, value)| {
            let wrong = |reason: String| format!("{shown}: mock {}: {reason}", index + 1);
            let written: Written =
                serde_json::from_value(value).map_err(|error| wrong(error.to_string()))?;
            Mock::read(written).map_err(wrong)
        });
        Ok(Mocks {
            mocks: Mutex::new(mocks.collect::<Result<_, _>>()?),
            egress,
            runtime,
        })
    }

    /// None: every call fails, and says so.
    pub fn none(egress: Option<Arc<Egress>>, runtime: Handle) -> Self {
        Mocks {
            mocks: Mutex::new(Vec::new()),
            egress,
            runtime,
        }
    }

    /// Those that answered nothing.
    pub fn unused(&self) -> Vec<String> {
        let mocks = self.mocks.lock().unwrap_or_else(PoisonError::into_inner);
        mocks
            .iter()
            .filter(|mock| mock.used == 0)
            .map(|mock| mock.shown.clone())
            .collect()
    }

    fn plan(&self, call: &CallKind) -> (Planned, Duration) {
        if let Some(refused) = self.refused(call) {
            return (Planned::Error(refused), Duration::ZERO);
        }
        let mut mocks = self.mocks.lock().unwrap_or_else(PoisonError::into_inner);
        let found = mocks
            .iter_mut()
            .find(|mock| mock.times.is_none_or(|times| mock.used < times) && mock.asked.is(call));
        if let Some(mock) = found {
            mock.used += 1;
            return (mock.answer.clone(), mock.delay);
        }
        let known: Vec<_> = mocks
            .iter()
            .map(|mock| match mock.times {
                Some(times) if mock.used >= times => format!("{} (used up)", mock.shown),
                _ => mock.shown.clone(),
            })
            .collect();
        let known = match known.is_empty() {
            true => "there are none (leh test answers calls with --mocks FILE; leh run makes them)"
                .to_owned(),
            false => format!("there are: {}", known.join(", ")),
        };
        let message = format!("ERR_NO_MOCK: no mock matches {}; {known}", call.summary());
        (Planned::Error(message), Duration::ZERO)
    }

    fn refused(&self, call: &CallKind) -> Option<String> {
        let egress = self.egress.as_ref()?;
        match call {
            CallKind::Http(request) => egress.route(&request.url).err().map(|it| it.to_string()),
            CallKind::Resolve { name, .. } => (!egress.resolves(name))
                .then(|| format!("EREFUSED: {name} is not in `egress` of hooks.yaml")),
        }
    }
}

impl Network for Mocks {
    fn begin(&self, call: CallKind, _: &Arc<About>, reply: Reply) -> Ticket {
        let (planned, delay) = self.plan(&call);
        let result: CallResult = match planned {
            Planned::Silence => return Ticket::done(),
            Planned::Answer(answer) => Ok(answer),
            Planned::Error(error) => Err(error),
        };
        if delay.is_zero() {
            reply(result);
            return Ticket::done();
        }
        let task = self.runtime.spawn(async move {
            tokio::time::sleep(delay).await;
            reply(result);
        });
        let task = task.abort_handle();
        Ticket::new(move || task.abort())
    }
}

impl Mock {
    fn read(written: Written) -> Result<Self, String> {
        let Written {
            method,
            url,
            url_matches,
            request_body,
            dns,
            record,
            records,
            status,
            headers,
            body,
            delay,
            fail,
            times,
        } = written;
        let method = method.map(|method| method.to_ascii_uppercase());
        let verb = method.as_deref().unwrap_or("any");
        let (shown, asked) = match (url, url_matches, dns) {
            (Some(url), None, None) => (format!("{verb} {url}"), glob(&url)?),
            (None, Some(pattern), None) => {
                let regex = Regex::new(&pattern)
                    .map_err(|error| format!("`url_matches` is no regular expression: {error}"))?;
                (format!("{verb} /{pattern}/"), regex)
            }
            (None, None, Some(name)) => {
                let shown = format!("{} of {name}", record.as_deref().unwrap_or("any record"));
                let asked = Asked::Dns { name, record };
                let answer = match fail {
                    Some(fail) => failing(&fail),
                    None => {
                        let records = Value::from(records.unwrap_or_default());
                        Planned::Answer(CallAnswer::Records(records.to_string()))
                    }
                };
                return Ok(Mock {
                    shown,
                    asked,
                    answer,
                    delay: waits(delay.as_ref())?,
                    times,
                    used: 0,
                });
            }
            _ => return Err("expected one of `url`, `url_matches` and `dns`".to_owned()),
        };
        let answer = match fail {
            Some(fail) => failing(&fail),
            None => Planned::Answer(CallAnswer::Http(response(status, headers, body)?)),
        };
        Ok(Mock {
            shown,
            asked: Asked::Http {
                method,
                url: asked,
                body: request_body,
            },
            answer,
            delay: waits(delay.as_ref())?,
            times,
            used: 0,
        })
    }
}

/// `*` is any text; the rest is as it stands.
fn glob(url: &str) -> Result<Regex, String> {
    let parts: Vec<String> = url.split('*').map(regex::escape).collect();
    // `https://a.test` and `https://a.test/` are the same URL.
    let slash = match url.split_once("://") {
        Some((_, rest)) if !rest.contains(['/', '?', '*']) => "/?",
        _ => "",
    };
    Regex::new(&format!("(?s)^{}{slash}$", parts.join(".*"))).map_err(|error| error.to_string())
}

fn failing(fail: &str) -> Planned {
    match fail {
        "timeout" => Planned::Silence,
        code if code.contains(':') => Planned::Error(code.to_owned()),
        code => Planned::Error(format!("{code}: as the mock says")),
    }
}

fn waits(delay: Option<&Value>) -> Result<Duration, String> {
    let milliseconds = match delay {
        None => Some(0),
        Some(Value::String(text)) => {
            Some(duration(text).map_err(|error| format!("`delay`: {error}"))?)
        }
        Some(number) => number.as_u64(),
    };
    milliseconds
        .map(Duration::from_millis)
        .ok_or_else(|| "`delay`: expected milliseconds, or a duration such as `50ms`".to_owned())
}

fn response(
    status: Option<u16>,
    headers: Map<String, Value>,
    body: Option<Value>,
) -> Result<HttpResponse, String> {
    let status = status.unwrap_or(200);
    if !(200..=599).contains(&status) {
        return Err(format!("`status`: expected 200 to 599, found {status}"));
    }
    let mut sent: Vec<(String, Vec<u8>)> = Vec::new();
    for (name, value) in headers {
        let name = name.to_ascii_lowercase();
        let values = match value {
            Value::Array(values) => values,
            one => vec![one],
        };
        for value in values {
            sent.push((name.clone(), text(&value).into_bytes()));
        }
    }
    let has_type = sent.iter().any(|(name, _)| name == "content-type");
    let body = match body {
        None => Vec::new(),
        Some(Value::String(text)) => text.into_bytes(),
        Some(json) => {
            if !has_type {
                sent.push(("content-type".to_owned(), b"application/json".to_vec()));
            }
            json.to_string().into_bytes()
        }
    };
    Ok(HttpResponse {
        status,
        headers: sent,
        body,
    })
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

impl Asked {
    fn is(&self, call: &CallKind) -> bool {
        match (self, call) {
            (Asked::Http { method, url, body }, CallKind::Http(request)) => {
                method.as_ref().is_none_or(|it| *it == request.method)
                    && url.is_match(&request.url)
                    && body.as_ref().is_none_or(|it| has_body(request, it))
            }
            (Asked::Dns { name, record }, CallKind::Resolve { name: n, record: r }) => {
                name.eq_ignore_ascii_case(n) && record.as_ref().is_none_or(|it| it == r)
            }
            _ => false,
        }
    }
}

/// Whether a request has this body: the same text, or JSON (or a form) with at least these members.
fn has_body(request: &HttpRequest, expected: &Value) -> bool {
    let body = request.body.as_deref().unwrap_or_default();
    if let Value::String(text) = expected
        && body == text.as_bytes()
    {
        return true;
    }
    let found = serde_json::from_slice::<Value>(body).unwrap_or_else(|_| form(body));
    includes(&found, expected)
}

fn form(body: &[u8]) -> Value {
    let pairs = reqwest::Url::parse("x:/").ok().map(|mut url| {
        url.set_query(std::str::from_utf8(body).ok());
        url.query_pairs()
            .map(|(name, value)| (name.into_owned(), Value::from(value.into_owned())))
            .collect()
    });
    Value::Object(pairs.unwrap_or_default())
}

fn includes(found: &Value, expected: &Value) -> bool {
    match (found, expected) {
        (Value::Object(found), Value::Object(expected)) => expected
            .iter()
            .all(|(name, value)| found.get(name).is_some_and(|it| includes(it, value))),
        (Value::Array(found), Value::Array(expected)) => {
            found.len() == expected.len()
                && found
                    .iter()
                    .zip(expected)
                    .all(|(found, expected)| includes(found, expected))
        }
        _ => found == expected,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn request(method: &str, url: &str, body: &str) -> CallKind {
        CallKind::Http(HttpRequest {
            method: method.into(),
            url: url.into(),
            headers: vec![],
            body: (!body.is_empty()).then(|| body.into()),
        })
    }

    fn mocks(text: &str) -> Result<Mocks, String> {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), text).unwrap();
        // Only delays use it.
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        Mocks::load(file.path(), None, runtime.handle().clone())
    }

    fn body(mocks: &Mocks, call: &CallKind) -> String {
        match mocks.plan(call).0 {
            Planned::Answer(CallAnswer::Http(response)) => {
                String::from_utf8(response.body).unwrap()
            }
            Planned::Answer(CallAnswer::Records(json)) => json,
            Planned::Error(error) => error,
            Planned::Silence => "silence".into(),
        }
    }

    #[test]
    fn the_first_that_matches_answers() {
        let mocks = mocks(
            "- { method: post, url: \"https://a.test/x\", request_body: { a: 1 }, body: { ok: true } }\n\
             - { url: \"https://a.test/*\", body: any, times: 1 }\n\
             - { url_matches: \"^https://b\\\\.test/[0-9]+$\", status: 404 }\n\
             - { url: \"https://c.test\", fail: ECONNREFUSED }\n\
             - { dns: mail.test, record: MX, records: [{ exchange: mx.test, priority: 1 }] }\n\
             - { url: \"https://d.test\", fail: timeout }\n",
        )
        .unwrap();
        let post = |body| request("POST", "https://a.test/x", body);
        assert_eq!(body(&mocks, &post(r#"{"a":1,"b":2}"#)), r#"{"ok":true}"#);
        assert_eq!(body(&mocks, &post(r#"{"a":2}"#)), "any");
        let error = body(&mocks, &post(r#"{"a":2}"#));
        assert!(
            error.contains("POST https://a.test/x")
                && error.contains("any https://a.test/* (used up)"),
            "{error}"
        );
        assert_eq!(body(&mocks, &request("GET", "https://b.test/12", "")), "");
        assert!(body(&mocks, &request("GET", "https://c.test/", "")).starts_with("ECONNREFUSED: "));
        assert_eq!(
            body(&mocks, &request("GET", "https://d.test/", "")),
            "silence"
        );
        let mx = CallKind::Resolve {
            name: "mail.test".into(),
            record: "MX".into(),
        };
        let records: Value = serde_json::from_str(&body(&mocks, &mx)).unwrap();
        assert_eq!(records, json!([{"exchange": "mx.test", "priority": 1}]));
        assert!(mocks.unused().is_empty());
    }

    #[test]
    fn mistakes_are_told_with_the_number_of_the_mock() {
        for (text, part) in [
            ("- { url: x, statu: 2 }", "mock 1: unknown field `statu`"),
            (
                "- { url: x }\n- { status: 200 }",
                "mock 2: expected one of `url`",
            ),
            ("- { url: x, status: 42 }", "expected 200 to 599"),
            ("- { url: x, delay: soon }", "`delay`: expected a duration"),
            ("{ \"url\": \"x\" }", "expected a list of mocks"),
            ("- [", ":"),
        ] {
            let error = mocks(text).err().unwrap();
            assert!(error.contains(part), "{text}: {error}");
        }
    }
}
