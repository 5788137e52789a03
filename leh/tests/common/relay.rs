//! `leh relay` as a process that ends with its test, and the HTTP that it is spoken to with.

// Each test file is a crate of its own and needs a part of this.
#![allow(dead_code)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Signal, kill_process};
use serde_json::{Value, json};

use crate::common::{Project, leh, pid, stderr};

/// What a test waits for comes well before this, unless it never comes.
const PATIENCE: Duration = Duration::from_secs(60);

/// A project for the relay alone, with its bundle built: each hook by its name, its settings
/// beside `name`, `event`, `mode` and `script`, and its source.
pub fn project(hooks: &[(&str, &str, &str)]) -> Project {
    let mut yaml = String::from("platform: ./own.yaml\nhooks:\n");
    let mut files = vec![(
        "own.yaml".to_owned(),
        "version: 1\nname: own\ninclude: [oidc]\nendpoints: { token_endpoint: /token }\n"
            .to_owned(),
    )];
    for (name, settings, source) in hooks {
        yaml.push_str(&format!(
            "  - {{ name: {name}, event: post-account-login, mode: async, script: {name}.js{settings} }}\n"
        ));
        files.push((format!("{name}.js"), (*source).to_owned()));
    }
    files.push(("hooks.yaml".to_owned(), yaml));
    let files: Vec<_> = files
        .iter()
        .map(|(name, content)| (name.as_str(), content.as_str()))
        .collect();
    let project = Project::new(&files);
    let output = project.leh(
        "build",
        &["-o", project.path("bundle.json").to_str().unwrap()],
    );
    assert!(output.status.success(), "{}", stderr(&output));
    project
}

/// `leh relay` with a project's bundle and a store in its folder.
pub fn relay_command(project: &Project, listen: &str) -> Command {
    let mut command = leh();
    command.arg("relay").args(["--listen", listen]);
    command.arg("--bundle").arg(project.path("bundle.json"));
    command.arg("--store").arg(project.path("relay.db"));
    command
}

/// A running relay; killed with its test.
pub struct Relay {
    child: Child,
    pub address: String,
    said: Arc<Mutex<Vec<String>>>,
}

impl Relay {
    /// On a free port, when it is ready.
    pub fn start(project: &Project) -> Self {
        Self::run(relay_command(project, "127.0.0.1:0"))
    }

    /// When it is ready.
    pub fn run(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let ready = lines.next().expect("a line before it ends").unwrap();
        let address = ready.strip_prefix("ready: http://").unwrap().to_owned();
        let said = Arc::new(Mutex::new(Vec::new()));
        let saying = said.clone();
        thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                saying.lock().unwrap().push(line);
            }
        });
        Relay {
            child,
            address,
            said,
        }
    }

    /// What it printed after it was ready.
    pub fn said(&self) -> Vec<String> {
        self.said.lock().unwrap().clone()
    }

    /// Hands it a delivery; the status and the JSON of its answer.
    pub fn post(&self, delivery: &Value) -> (u16, Value) {
        self.post_text(&delivery.to_string())
    }

    /// The same with any text as the body.
    pub fn post_text(&self, body: &str) -> (u16, Value) {
        let (status, body) = self.post_to("/v1/deliveries", body);
        (status, serde_json::from_str(&body).unwrap())
    }

    /// Runs a synchronous hook, as the filter asks for it.
    pub fn invoke(&self, hook: &str, args: &Value) -> Value {
        let invocation = json!({
            "hook": hook, "event_id": "e-1", "args": args,
            "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        });
        let (status, body) = self.post_to("/v1/invocations", &invocation.to_string());
        assert_eq!(status, 200, "{body}");
        serde_json::from_str(&body).unwrap()
    }

    /// The status and the text of a POST.
    pub fn post_to(&self, path: &str, body: &str) -> (u16, String) {
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: relay\r\nConnection: close\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        exchange(&self.address, &format!("{head}{body}"))
    }

    /// The status and the text of a GET.
    pub fn get(&self, target: &str) -> (u16, String) {
        let request = format!("GET {target} HTTP/1.1\r\nHost: relay\r\nConnection: close\r\n\r\n");
        exchange(&self.address, &request)
    }

    /// The records of `GET /v1/deliveries`, newest first.
    pub fn deliveries(&self) -> Vec<Value> {
        let (status, body) = self.get("/v1/deliveries?limit=1000");
        assert_eq!(status, 200, "{body}");
        let listing: Value = serde_json::from_str(&body).unwrap();
        listing["deliveries"].as_array().unwrap().clone()
    }

    /// The record with this id, once it is in this state.
    pub fn record(&self, id: &str, state: &str) -> Value {
        let mut last = Value::Null;
        waited(|| {
            let record = self.deliveries().into_iter().find(|one| one["id"] == id)?;
            last = record.clone();
            (record["state"] == state).then_some(record)
        })
        .unwrap_or_else(|| panic!("delivery {id} is not {state} but {last}"))
    }

    pub fn signal(&self, signal: Signal) {
        kill_process(pid(self.child.id()), signal).unwrap();
    }

    /// Ends it as a power cut would.
    pub fn kill(mut self) {
        self.signal(Signal::KILL);
        self.child.wait().unwrap();
    }

    /// Waits until it has ended.
    pub fn ended(&mut self) -> ExitStatus {
        waited(|| self.child.try_wait().unwrap()).expect("the relay should have ended")
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        if let Ok(None) = self.child.try_wait() {
            self.signal(Signal::KILL);
            let _ = self.child.wait();
        }
    }
}

/// What `look` finds, once it finds something.
pub fn waited<T>(mut look: impl FnMut() -> Option<T>) -> Option<T> {
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        if let Some(found) = look() {
            return Some(found);
        }
        thread::sleep(Duration::from_millis(20));
    }
    None
}

/// A delivery as the filter sends it.
pub fn delivery(id: &str, hook: &str) -> Value {
    json!({
        "id": id, "hook": hook, "event": "post-account-login",
        "args": { "event": { "id": id }, "customer": { "info": { "id": "u-1" } } },
    })
}

fn exchange(address: &str, request: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    // It may answer, and close, before it has read everything.
    let _ = stream.write_all(request.as_bytes());
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let answer = String::from_utf8(answer).unwrap();
    let status = answer.get(9..12).and_then(|status| status.parse().ok());
    let body = answer
        .split_once("\r\n\r\n")
        .map(|(_, body)| body.to_owned());
    (status.expect("a status"), body.expect("a body"))
}

/// Sends `signal` and expects a clean end.
pub fn ends_cleanly(mut relay: Relay, signal: Signal) {
    relay.signal(signal);
    assert_eq!(relay.ended().code(), Some(0));
}

/// The rows of a store, read without the relay: id, state and attempts, in the order of arrival.
pub fn stored(store: &Path) -> Vec<(String, String, u32)> {
    let database = rusqlite::Connection::open(store).unwrap();
    let mut query = database
        .prepare("SELECT id, state, attempts FROM deliveries ORDER BY sequence")
        .unwrap();
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
    rows.unwrap().map(Result::unwrap).collect()
}
