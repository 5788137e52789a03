//! Notes what happens in a run.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hook_runtime::{Call, CallAnswer, CallKind, CallResult, ConsoleLine, HttpRequest, Times};
use lifecycle::answer::{Answer, Failure};
use lifecycle::egress::Egress;
use serde_json::{Map, Value, json};

use crate::sandbox::Observer;

/// What happened.
#[derive(Debug, Default)]
pub struct Record {
    /// The answer.
    pub result: Option<Result<Answer, Failure>>,
    /// What was printed.
    pub console: Vec<ConsoleLine>,
    /// How long it took until the answer.
    pub times: Times,
    /// The calls, in order.
    pub calls: Vec<Noted>,
}

/// A call.
#[derive(Debug)]
pub struct Noted {
    id: u32,
    call: CallKind,
    headers: Vec<(String, Vec<u8>)>,
    result: Option<CallResult>,
    took: Duration,
}

/// Notes it; its clones share what they note.
#[derive(Clone)]
pub struct Recorder {
    record: Arc<Mutex<Record>>,
    egress: Option<Arc<Egress>>,
}

impl Recorder {
    /// For a hook that may call these hosts.
    pub fn new(egress: Option<Arc<Egress>>) -> Self {
        Recorder {
            record: Arc::default(),
            egress,
        }
    }

    /// What was noted.
    pub fn take(&self) -> Record {
        std::mem::take(&mut *self.lock())
    }

    fn lock(&self) -> MutexGuard<'_, Record> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The headers as they are sent, those of hooks.yaml included.
    fn sent(&self, request: &HttpRequest) -> Vec<(String, Vec<u8>)> {
        let route = self
            .egress
            .as_ref()
            .and_then(|egress| egress.route(&request.url).ok());
        match route {
            Some(route) => {
                let sent = route.headers_sent(&request.headers, &[], None);
                let owned = sent.into_iter();
                owned
                    .map(|(name, value)| (name.to_owned(), value.to_vec()))
                    .collect()
            }
            None => request.headers.clone(),
        }
    }
}

impl Observer for Recorder {
    fn called(&mut self, call: &Call) {
        let headers = match &call.kind {
            CallKind::Http(request) => self.sent(request),
            CallKind::Resolve { .. } => Vec::new(),
        };
        self.lock().calls.push(Noted {
            id: call.id,
            call: call.kind.clone(),
            headers,
            result: None,
            took: Duration::ZERO,
        });
    }

    fn returned(&mut self, call: u32, result: &CallResult, took: Duration) {
        let mut record = self.lock();
        if let Some(noted) = record.calls.iter_mut().find(|noted| noted.id == call) {
            noted.result = Some(result.clone());
            noted.took = took;
        }
    }

    fn answered(&mut self, result: Result<Answer, Failure>, _: &[ConsoleLine], times: Times) {
        let mut record = self.lock();
        record.result = Some(result);
        record.times = times;
    }

    fn ended(&mut self, console: Vec<ConsoleLine>, _: Times) {
        self.lock().console = console;
    }
}

impl Noted {
    /// Whether it is an HTTP request.
    pub fn is_http(&self) -> bool {
        matches!(self.call, CallKind::Http(_))
    }

    /// As programs read it; without times for what is to be the same every time.
    pub fn to_json(&self, timed: bool) -> Value {
        let mut members = match &self.call {
            CallKind::Http(request) => {
                let body = request
                    .body
                    .as_deref()
                    .map(|body| String::from_utf8_lossy(body).into_owned());
                let status = match &self.result {
                    Some(Ok(CallAnswer::Http(response))) => Some(response.status),
                    _ => None,
                };
                json!({
                    "method": request.method, "url": request.url,
                    "headers": self.headers(), "body": body, "status": status,
                })
            }
            CallKind::Resolve { name, record } => {
                let records = match &self.result {
                    Some(Ok(CallAnswer::Records(json))) => {
                        serde_json::from_str(json).unwrap_or(Value::Null)
                    }
                    _ => Value::Null,
                };
                json!({ "name": name, "record": record, "records": records })
            }
        };
        if let Some(members) = members.as_object_mut() {
            if let Some(Err(error)) = &self.result {
                members.insert("error".into(), json!(error));
            }
            if timed {
                members.insert("ms".into(), json!(super::report::milliseconds(self.took)));
            }
        }
        members
    }

    /// Repeated ones as one, as Fetch's `Headers` gives them.
    fn headers(&self) -> Value {
        let mut all: Map<String, Value> = Map::new();
        for (name, value) in &self.headers {
            let value = String::from_utf8_lossy(value);
            let joined = match all.get(name).and_then(Value::as_str) {
                Some(before) => format!("{before}, {value}"),
                None => value.into_owned(),
            };
            all.insert(name.clone(), joined.into());
        }
        Value::Object(all)
    }

    /// As a person reads it.
    pub fn to_text(&self) -> String {
        let came = match &self.result {
            Some(Ok(CallAnswer::Http(response))) => {
                format!("{} ({} bytes)", response.status, response.body.len())
            }
            Some(Ok(CallAnswer::Records(json))) => json.clone(),
            Some(Err(error)) => error.clone(),
            None => "not answered".to_owned(),
        };
        format!("{}: {came}", self.call.summary())
    }
}
