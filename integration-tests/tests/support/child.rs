//! A program that a test starts, reads and ends.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child as Process, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;

use rustix::process::{Pid, Signal, kill_process};

use super::waited;

/// How many lines of its log a failing test shows.
const SHOWN: usize = 40;

/// A running program. Its end is ordered with its drop; when the test is killed, the pipe that is
/// its standard input closes, for those that watch it.
pub struct Child {
    name: &'static str,
    process: Process,
    lifeline: Option<ChildStdin>,
    said: Lines,
    log: Lines,
    secretive: bool,
}

type Lines = Arc<Mutex<Vec<String>>>;

impl Child {
    /// Starts `command`; `name` is for messages.
    pub fn start(name: &'static str, command: Command) -> Self {
        Self::run(name, command, false)
    }

    /// The same for a program that prints credentials on its standard output, which a failing test
    /// does not show.
    pub fn secretive(name: &'static str, command: Command) -> Self {
        Self::run(name, command, true)
    }

    fn run(name: &'static str, mut command: Command, secretive: bool) -> Self {
        let started = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        let mut process =
            started.unwrap_or_else(|error| panic!("{name} cannot be started: {error}"));
        let said = collect(process.stdout.take().unwrap());
        let log = collect(process.stderr.take().unwrap());
        Child {
            name,
            lifeline: process.stdin.take(),
            process,
            said,
            log,
            secretive,
        }
    }

    /// The first line of its standard output that begins with `start`, without that.
    pub fn line(&mut self, start: &str) -> String {
        let found = waited(|| {
            let ended = self.process.try_wait().unwrap();
            let said = self.said();
            let line = said.iter().find_map(|line| line.strip_prefix(start));
            match (line, ended) {
                (Some(line), _) => Some(Some(line.to_owned())),
                (None, Some(_)) => Some(None),
                (None, None) => None,
            }
        });
        found.flatten().unwrap_or_else(|| {
            panic!(
                "{}: expected a line `{start}…`, found none; {:?}",
                self.name,
                self.process.try_wait()
            )
        })
    }

    /// The lines of its standard output.
    pub fn said(&self) -> Vec<String> {
        self.said.lock().unwrap().clone()
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// The lines of its standard error.
    pub fn log(&self) -> Vec<String> {
        self.log.lock().unwrap().clone()
    }

    /// Asks it to end, and waits until it has.
    pub fn stop(&mut self) -> ExitStatus {
        if let Some(status) = self.process.try_wait().unwrap() {
            return status;
        }
        let pid = i32::try_from(self.process.id())
            .ok()
            .and_then(Pid::from_raw);
        kill_process(pid.unwrap(), Signal::TERM).unwrap();
        let ended = waited(|| self.process.try_wait().unwrap());
        ended.unwrap_or_else(|| panic!("{} should have ended", self.name))
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        if thread::panicking() {
            let said = if self.secretive { vec![] } else { self.said() };
            for lines in [said, self.log()] {
                for line in &lines[lines.len().saturating_sub(SHOWN)..] {
                    eprintln!("[{}] {line}", self.name);
                }
            }
            // Whatever state it is in, it does not outlive its test.
            let _ = self.process.kill();
            let _ = self.process.wait();
        } else {
            self.stop();
        }
    }
}

fn collect(stream: impl Read + Send + 'static) -> Lines {
    let lines = Lines::default();
    let collecting = lines.clone();
    thread::spawn(move || {
        for line in BufReader::new(stream).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line).into_owned();
            collecting.lock().unwrap().push(line);
        }
    });
    lines
}
