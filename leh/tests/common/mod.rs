//! What the tests of the program share: projects in folders of their own, a platform that sends
//! given bytes, and `leh up` that ends with its test.

// Each test file is a crate of its own and needs a part of this.
#![allow(dead_code)]
// A panic is how tests fail, here as in the test functions themselves (clippy.toml).
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic
)]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use p256::pkcs8::{EncodePrivateKey, LineEnding};
use rustix::process::{Pid, Signal, kill_process};

/// A hook project in a folder that goes with it.
pub struct Project(tempfile::TempDir);

impl Project {
    /// With these files.
    pub fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        Project(folder)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// `leh COMMAND PROJECT ARGUMENTS`.
    pub fn leh(&self, command: &str, arguments: &[&str]) -> Output {
        leh()
            .arg(command)
            .arg(self.0.path())
            .args(arguments)
            .output()
            .unwrap()
    }

    /// `leh up` on free ports, when it is ready.
    pub fn up(&self, platform: &Platform) -> Up {
        Up::start(self.up_command(&platform.url()))
    }

    pub fn up_command(&self, upstream: &str) -> Command {
        let mut command = leh();
        command
            .arg("up")
            .arg(self.0.path())
            .args(["--upstream", upstream]);
        command.args(["--listen", "127.0.0.1:0", "--concurrency", "1"]);
        command.arg("--envoy").arg(envoy());
        command
    }
}

/// The program under test.
pub fn leh() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_leh"));
    command.env_remove("LEH_ENVOY");
    command
}

pub fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The real Envoy.
pub fn envoy() -> PathBuf {
    let chosen = std::env::var_os("LEH_ENVOY").map(PathBuf::from);
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let envoy = chosen.unwrap_or_else(|| workspace.join(".venv/bin/envoy"));
    assert!(
        envoy.is_file(),
        "no Envoy at {}: run `make setup`, or set LEH_ENVOY",
        envoy.display()
    );
    envoy
}

/// The built filter, where `leh` looks for it by itself.
pub fn filter() -> PathBuf {
    let program = Path::new(env!("CARGO_BIN_EXE_leh"));
    let filter = program
        .parent()
        .unwrap()
        .join("../wasm32-wasip1/release/lifecycle_hooks.wasm");
    assert!(
        filter.is_file(),
        "no filter at {}: run `make filter`",
        filter.display()
    );
    filter
}

/// A signing key of this run.
pub fn signing_key() -> String {
    let key = p256::SecretKey::random(&mut rand_core::OsRng);
    key.to_pkcs8_pem(LineEnding::LF).unwrap().to_string()
}

/// A platform that answers every request with the bytes that `answer` makes of its head.
pub struct Platform {
    listener: TcpListener,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Platform {
    pub fn serve(answer: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let heads = Arc::new(Mutex::new(Vec::new()));
        let (accepting, answer, seen) = (
            listener.try_clone().unwrap(),
            Arc::new(answer),
            heads.clone(),
        );
        // Ends with the test's process; a connection ends with its peer.
        thread::spawn(move || {
            for stream in accepting.incoming().map_while(Result::ok) {
                let (answer, seen) = (answer.clone(), seen.clone());
                thread::spawn(move || converse(stream, &*answer, &seen));
            }
        });
        Platform { listener, heads }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.listener.local_addr().unwrap())
    }

    /// The heads of all requests so far.
    pub fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }
}

fn converse(mut stream: TcpStream, answer: &dyn Fn(&str) -> Vec<u8>, heads: &Mutex<Vec<String>>) {
    while let Some(head) = read_head(&mut stream) {
        let bytes = answer(&head);
        heads.lock().unwrap().push(head);
        if stream.write_all(&bytes).is_err() {
            return;
        }
        if bytes.starts_with(b"HTTP/1.1 101 ") {
            // What follows an upgrade comes back as it was sent.
            let mut buffer = [0; 1024];
            while let Ok(length @ 1..) = stream.read(&mut buffer) {
                if stream.write_all(&buffer[..length]).is_err() {
                    return;
                }
            }
        }
    }
}

/// Everything up to the empty line, which bodies of requests are not sent behind in these tests.
fn read_head(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        if stream.read(&mut byte).ok()? == 0 {
            return None;
        }
        head.push(byte[0]);
    }
    Some(String::from_utf8_lossy(&head).into_owned())
}

/// A running `leh up`; ends with its test.
pub struct Up {
    pub child: Child,
    /// What it said until it was ready.
    pub said: Vec<String>,
    pub address: String,
}

impl Up {
    pub fn start(mut command: Command) -> Self {
        filter();
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut said = Vec::new();
        for line in BufReader::new(child.stdout.take().unwrap()).lines() {
            said.push(line.unwrap());
            if let Some(url) = said.last().unwrap().strip_prefix("ready: http://") {
                let address = url.to_owned();
                return Up {
                    child,
                    said,
                    address,
                };
            }
        }
        panic!(
            "leh up ended before it was ready, after {said:?}: {:?}",
            child.wait()
        );
    }

    /// Sends these bytes and reads until the connection ends.
    pub fn send(&self, request: &[u8]) -> Vec<u8> {
        let mut stream = self.connect();
        stream.write_all(request).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        answer
    }

    /// GETs `target` and gives the whole answer as text.
    pub fn get(&self, target: &str) -> String {
        let request =
            format!("GET {target} HTTP/1.1\r\nHost: id.test\r\nConnection: close\r\n\r\n");
        String::from_utf8_lossy(&self.send(request.as_bytes())).into_owned()
    }

    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).unwrap();
        // So that a hanging answer fails the test and not the run.
        stream
            .set_read_timeout(Some(Duration::from_secs(30)))
            .unwrap();
        stream
    }

    pub fn signal(&self, signal: Signal) {
        kill_process(pid(self.child.id()), signal).unwrap();
    }
}

impl Drop for Up {
    fn drop(&mut self) {
        if let Ok(None) = self.child.try_wait() {
            self.signal(Signal::TERM);
            let _ = self.child.wait();
        }
    }
}

pub fn pid(id: u32) -> Pid {
    Pid::from_raw(id.try_into().unwrap()).unwrap()
}

/// Ends the writing half, for peers that read to the end.
pub fn finish(stream: &TcpStream) {
    stream.shutdown(Shutdown::Write).unwrap();
}
