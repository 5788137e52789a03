//! The Envoy process: started with the harness, gone with it however it ends.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::wire::{self, Reader};
use crate::headers::Headers;
use crate::module;
use crate::observed::{ENVOY_ITSELF, LogLine};

/// How long loading may take; the module is compiled, on whatever machine this is.
const START_PATIENCE: Duration = Duration::from_secs(180);

/// Runs a program and ends it as soon as our end of its standard input is closed: by drop, or by
/// the kernel when the test is killed. (A parent-death signal would come when the *thread* ends.)
const KEEPER: &str = r#"exec 3<&0
"$@" 3<&- & child=$!
( while read -r line; do :; done; kill -KILL $child ) <&3 2>/dev/null & watch=$!
wait $child
status=$?
kill $watch
exit $status"#;

/// A running Envoy.
pub struct Process {
    keeper: Child,
    lifeline: Option<ChildStdin>,
    log: Arc<Mutex<Vec<String>>>,
    directory: PathBuf,
    admin: SocketAddr,
}

/// Envoy ended instead of starting; with its log.
pub struct Refused(pub Vec<LogLine>);

impl Process {
    /// Starts Envoy with the bootstrap document that `configure` makes, given a directory for
    /// files of its own, and waits until it serves.
    pub fn start(
        configure: impl FnOnce(&Path) -> io::Result<Value>,
    ) -> io::Result<Result<Self, Refused>> {
        let envoy = std::env::var_os("LEH_ENVOY")
            .unwrap_or_else(|| module::workspace().join(".venv/bin/envoy").into());
        if !PathBuf::from(&envoy).is_file() {
            let wanted = PathBuf::from(&envoy);
            let message = format!(
                "expected Envoy at {}, found nothing: run `make setup`, or name it in LEH_ENVOY",
                wanted.display()
            );
            return Err(io::Error::new(io::ErrorKind::NotFound, message));
        }
        let directory = fresh_directory()?;
        let bootstrap = configure(&directory)?;
        let admin_file = directory.join("admin");
        let config = directory.join("envoy.json");
        fs::write(&config, bootstrap.to_string())?;
        let arguments: [OsString; 13] = [
            "-c".into(),
            config.into(),
            "--admin-address-path".into(),
            admin_file.clone().into(),
            "--concurrency".into(),
            "1".into(),
            "--disable-hot-restart".into(),
            "--log-level".into(),
            "error".into(),
            "--component-log-level".into(),
            "wasm:info".into(),
            "--log-format".into(),
            "[%l][%n] %v".into(),
        ];
        let mut keeper = Command::new("sh")
            .args(["-c", KEEPER, "keeper"])
            .arg(envoy)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()?;
        let lifeline = keeper.stdin.take();
        let log = Arc::new(Mutex::new(Vec::new()));
        let reading = keeper
            .stderr
            .take()
            .map(|stderr| collect(stderr, Arc::clone(&log)));
        let nowhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let mut process = Process {
            keeper,
            lifeline,
            log,
            directory,
            admin: nowhere,
        };
        let started = Instant::now();
        loop {
            if process.keeper.try_wait()?.is_some() {
                reading.map(thread::JoinHandle::join);
                return Ok(Err(Refused(process.log_from(0))));
            }
            // The file may be there before its contents.
            let admin = fs::read_to_string(&admin_file)
                .ok()
                .and_then(|text| text.trim().parse().ok());
            process.admin = admin.unwrap_or(nowhere);
            if admin.is_some() && process.ready() {
                break;
            }
            if started.elapsed() > START_PATIENCE {
                let log = process.lines();
                return Err(io::Error::other(format!(
                    "Envoy did not become ready in {START_PATIENCE:?}; its log:\n{}",
                    log.join("\n")
                )));
            }
            thread::sleep(Duration::from_millis(20));
        }
        Ok(Ok(process))
    }

    fn ready(&self) -> bool {
        self.get("/ready")
            .is_ok_and(|body| body.starts_with("LIVE"))
    }

    /// Files of its own, removed with it.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Where the listener of the case listens.
    pub fn listener(&self) -> io::Result<SocketAddr> {
        let listeners: Value = serde_json::from_str(&self.get("/listeners?format=json")?)?;
        let socket = &listeners["listener_statuses"][0]["local_address"]["socket_address"];
        let port = socket["port_value"]
            .as_u64()
            .ok_or_else(|| io::Error::other(format!("no listener in {listeners}")))?;
        Ok(SocketAddr::from(([127, 0, 0, 1], port as u16)))
    }

    /// A page of the admin interface.
    pub fn get(&self, path: &str) -> io::Result<String> {
        let mut stream = TcpStream::connect(self.admin)?;
        let headers = Headers::new([("host", "admin"), ("connection", "close")]);
        stream.write_all(&wire::head(&format!("GET {path} HTTP/1.1"), &headers))?;
        let mut reader = Reader::new(&stream, Some(Duration::from_secs(10)))?;
        let head = reader.response()?.ok_or(io::ErrorKind::UnexpectedEof)?;
        Ok(String::from_utf8_lossy(&reader.body(&head.headers, false, true).bytes).into_owned())
    }

    /// The filter's counters by name; Envoy puts `wasmcustom.` before them.
    pub fn counters(&self) -> io::Result<BTreeMap<String, u64>> {
        let text = self.get("/stats?type=Counters&filter=^wasmcustom")?;
        let counter = |line: &str| {
            let (name, value) = line.strip_prefix("wasmcustom.")?.split_once(": ")?;
            Some((name.to_owned(), value.parse().ok()?))
        };
        Ok(text.lines().filter_map(counter).collect())
    }

    /// One of Envoy's own counters; 0 while it is not there.
    pub fn counter(&self, name: &str) -> io::Result<u64> {
        let text = self.get(&format!("/stats?type=Counters&filter=^{name}$"))?;
        Ok(text
            .lines()
            .find_map(|line| line.split_once(": ")?.1.parse().ok())
            .unwrap_or(0))
    }

    /// The place in the log up to which it is written.
    pub fn log_mark(&self) -> usize {
        self.log
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .len()
    }

    /// What the filter logged from a place on, and what Envoy said of it.
    pub fn log_from(&self, mark: usize) -> Vec<LogLine> {
        let mut lines: Vec<LogLine> = Vec::new();
        for line in &self.lines()[mark..] {
            match parse(line) {
                Some(parsed) => lines.push(parsed),
                None => match lines.last_mut() {
                    Some(last) => last.text = format!("{}\n{line}", last.text),
                    None => lines.push(LogLine {
                        level: "error".to_owned(),
                        text: line.clone(),
                    }),
                },
            }
        }
        lines
    }

    fn lines(&self) -> Vec<String> {
        self.log
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.lifeline.take());
        self.keeper.wait().ok();
        fs::remove_dir_all(&self.directory).ok();
    }
}

/// `[warning][wasm] wasm log leh: text`.
fn parse(line: &str) -> Option<LogLine> {
    let (level, rest) = line.strip_prefix('[')?.split_once("][")?;
    let (logger, text) = rest.split_once("] ")?;
    let level = if level == "warning" { "warn" } else { level }.to_owned();
    let text = match text
        .strip_prefix("wasm log leh: ")
        .or(text.strip_prefix("wasm log: "))
    {
        Some(text) => text.to_owned(),
        None => format!("{ENVOY_ITSELF}{logger}: {text}"),
    };
    Some(LogLine { level, text })
}

fn collect(
    stderr: impl io::Read + Send + 'static,
    log: Arc<Mutex<Vec<String>>>,
) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        for line in BufReader::new(stderr).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line).into_owned();
            log.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(line);
        }
    })
}

fn fresh_directory() -> io::Result<PathBuf> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let directory = std::env::temp_dir().join(format!("leh-envoy-{}-{number}", std::process::id()));
    fs::create_dir_all(&directory)?;
    Ok(directory)
}
