//! `leh up` from its start to a clean end, with the real Envoy.

// Helpers beside the test functions fail as those do (clippy.toml).
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice)]

mod common;

use std::fs;
use std::net::TcpListener;
use std::thread::sleep;
use std::time::{Duration, Instant};

use common::{Platform, Project, Up, leh, pid, stderr};
use rustix::process::{Signal, kill_process, test_kill_process};

const PROJECT: &[(&str, &str)] = &[
    (
        "hooks.yaml",
        "platform: ./own.yaml\nhooks:\n  - { name: log, event: post-account-login, mode: async, script: a.js }\n",
    ),
    (
        "own.yaml",
        "version: 1\nname: own\ninclude: [oidc]\nendpoints: { token_endpoint: /t }\n",
    ),
    ("a.js", "module.exports = async () => {};\n"),
];

fn platform() -> Platform {
    Platform::serve(|_| b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".to_vec())
}

/// The one child of a process.
#[cfg(target_os = "linux")]
fn child_of(parent: u32) -> u32 {
    let stats = fs::read_dir("/proc").unwrap().filter_map(|entry| {
        let stat = fs::read_to_string(entry.ok()?.path().join("stat")).ok()?;
        // `pid (name) state ppid …`; the name may have anything in it.
        let (pid, rest) = stat.split_once(' ')?;
        let ppid = rest
            .rsplit_once(')')?
            .1
            .split_whitespace()
            .nth(1)?
            .parse::<u32>()
            .ok()?;
        (ppid == parent).then(|| pid.parse().ok())?
    });
    let children: Vec<u32> = stats.collect();
    assert_eq!(children.len(), 1, "{children:?}");
    children[0]
}

/// Whether a process goes away before long.
fn ends(id: u32) -> bool {
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(30) {
        if test_kill_process(pid(id)).is_err() {
            return true;
        }
        sleep(Duration::from_millis(20));
    }
    false
}

#[test]
fn it_says_what_runs_and_ends_cleanly_when_told() {
    for signal in [Signal::TERM, Signal::INT] {
        let platform = platform();
        let project = Project::new(PROJECT);
        let mut up = project.up(&platform);
        let said = up.said.join("\n");
        assert!(
            said.contains("hook: log on post-account-login, async, a.js"),
            "{said}"
        );
        assert!(said.contains("route: /t"), "{said}");
        assert!(said.contains("admin: http://127.0.0.1:"), "{said}");
        assert!(up.get("/").ends_with("\r\n\r\nok"));
        up.signal(signal);
        assert_eq!(up.child.wait().unwrap().code(), Some(0));
        TcpListener::bind(&up.address).expect("nobody listens any more");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_killed_leh_leaves_no_envoy_behind() {
    let (project, platform) = (Project::new(PROJECT), platform());
    let up = project.up(&platform);
    let envoy = child_of(up.child.id());
    up.signal(Signal::KILL);
    assert!(ends(envoy));
}

#[test]
#[cfg(target_os = "linux")]
fn an_envoy_that_dies_is_told() {
    let (project, platform) = (Project::new(PROJECT), platform());
    let mut command = project.up_command(&platform.url());
    command.stderr(std::process::Stdio::piped());
    let mut up = Up::start(command);
    kill_process(pid(child_of(up.child.id())), Signal::KILL).unwrap();
    assert_eq!(up.child.wait().unwrap().code(), Some(1));
    let mut said = String::new();
    std::io::Read::read_to_string(&mut up.child.stderr.take().unwrap(), &mut said).unwrap();
    assert!(
        said.contains("error: Envoy ended by itself (signal: 9"),
        "{said}"
    );
}

#[test]
fn what_envoy_refuses_is_told() {
    let project = Project::new(PROJECT);
    let mut command = project.up_command("http://127.0.0.1:1");
    let output = command
        .arg("--filter")
        .arg(project.path("a.js"))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let error = stderr(&output);
    assert!(
        error.contains("error: Envoy did not start (exit status: 1)\n"),
        "{error}"
    );
    assert!(error.contains("Failed to load Wasm code"), "{error}");
}

#[test]
fn a_port_that_is_taken_is_told() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let project = Project::new(PROJECT);
    let mut command = leh();
    command
        .arg("up")
        .arg(project.path(""))
        .args(["--upstream", "http://127.0.0.1:1"]);
    let output = command.args(["--listen", &address]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let error = stderr(&output);
    assert!(
        error.contains(&format!("nothing can listen on {address}")),
        "{error}"
    );
    assert!(error.contains("choose another --listen"), "{error}");
}

#[test]
fn values_that_are_not_there_are_all_told() {
    let yaml = PROJECT[0].1.replace(
        "script: a.js }",
        "script: a.js, secrets: { A: \"${env:LEH_TEST_UNSET}\", B: \"${file:missing}\" } }",
    );
    let project = Project::new(&[("hooks.yaml", &yaml), PROJECT[1], PROJECT[2]]);
    let output = project.up_command("http://127.0.0.1:1").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let error = stderr(&output);
    let last = error.lines().last().unwrap();
    assert!(
        last.starts_with("error: hooks.yaml refers to what is not there: "),
        "{error}"
    );
    assert!(
        last.contains("the environment variable LEH_TEST_UNSET is not set"),
        "{error}"
    );
    assert!(last.contains("missing cannot be read: "), "{error}");
}
