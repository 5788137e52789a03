//! Deliveries on their way from a real Envoy to a relay that comes and goes: none is lost, and no
//! customer waits for it.

// Helpers beside the test functions fail as those do (clippy.toml).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a panic is how a test fails"
)]

mod common;
#[path = "common/relay.rs"]
mod process;

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use common::{Platform, Project, envoy, filter, leh, stderr};
use process::{Relay, project, relay_command, waited};

/// Prints whose login it was.
const LOG: (&str, &str, &str) = (
    "log",
    "",
    "module.exports = async ({ customer }) => { console.log(customer.info.id); };\n",
);
/// A token of customer u-1 for application `shop`; nobody here looks at its signature.
const ID_TOKEN: &str = "eyJhbGciOiJSUzI1NiIsImtpZCI6ImsifQ.\
    eyJpc3MiOiJodHRwczovL2lkLnRlc3QiLCJzdWIiOiJ1LTEiLCJhdWQiOiJzaG9wIn0.c2lnbmF0dXJl";

fn platform() -> Platform {
    Platform::serve(|_| {
        let body = format!(
            "{{\"access_token\":\"opaque\",\"token_type\":\"Bearer\",\"id_token\":\"{ID_TOKEN}\"}}"
        );
        format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .into_bytes()
    })
}

/// An Envoy with the configuration of `leh envoy` and no relay of its own; killed with its test.
struct Standalone {
    child: Child,
    admin: String,
    listen: String,
}

impl Standalone {
    fn start(project: &Project, platform: &Platform, relay: &str) -> Self {
        let (file, admin_file) = (project.path("envoy.yaml"), project.path("admin-address"));
        let filter = filter();
        let written = project.leh(
            "envoy",
            &[
                "--upstream",
                &platform.url(),
                "--listen",
                "127.0.0.1:0",
                "--admin",
                "127.0.0.1:0",
                "--relay",
                relay,
                "--filter",
                filter.to_str().unwrap(),
                "-o",
                file.to_str().unwrap(),
            ],
        );
        assert!(written.status.success(), "{}", stderr(&written));
        // So that it does not outlive a test that is killed.
        let mut command = leh();
        command.args(["exec-with-parent", &std::process::id().to_string(), "--"]);
        command.arg(envoy()).arg("-c").arg(&file);
        command.arg("--admin-address-path").arg(&admin_file);
        command.args([
            "--concurrency",
            "1",
            "--disable-hot-restart",
            "--log-level",
            "error",
        ]);
        let child = command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut started = Standalone {
            child,
            admin: String::new(),
            listen: String::new(),
        };
        waited(|| {
            assert_eq!(started.child.try_wait().unwrap(), None, "Envoy has ended");
            started.admin = fs::read_to_string(&admin_file)
                .ok()
                .filter(|text| !text.is_empty())?;
            started.get("/ready").contains("LIVE\n").then_some(())?;
            let listeners = started.get("/listeners");
            let line = listeners
                .lines()
                .find_map(|line| line.strip_prefix("lifecycle::"))?;
            started.listen = line.trim().to_owned();
            Some(())
        })
        .expect("Envoy should serve");
        started
    }

    /// What its admin interface answers, in chunks.
    fn get(&self, target: &str) -> String {
        let request = format!("GET {target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        ask(&self.admin, &request).unwrap_or_default()
    }

    /// A counter of the filter.
    fn counter(&self, name: &str) -> u64 {
        let stats = self.get(&format!("/stats?filter=leh\\.{name}$"));
        let value = stats
            .lines()
            .rev()
            .find_map(|line| line.split_once(&format!("{name}: ")));
        value.map_or(0, |(_, value)| value.trim().parse().unwrap())
    }

    /// A login, with its whole answer.
    fn log_in(&self) {
        let form = "grant_type=authorization_code&code=c-1&client_id=shop";
        let request = format!(
            "POST /token HTTP/1.1\r\nHost: id.test\r\nConnection: close\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
            form.len()
        );
        let answer = ask(&self.listen, &request).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
        assert!(
            answer.ends_with(&format!("\"id_token\":\"{ID_TOKEN}\"}}")),
            "{answer}"
        );
    }
}

impl Drop for Standalone {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn ask(address: &str, request: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    stream.write_all(request.as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

/// An address for a relay that is not there yet. Below the ports that systems hand out, so that
/// nobody takes it meanwhile.
fn address_for_later() -> String {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let start = u16::try_from(std::process::id() % 10_000).unwrap();
    let free = (0..1_000).find_map(|_| {
        let port = 20_000 + (start + NEXT.fetch_add(1, Ordering::Relaxed)) % 10_000;
        let listener = TcpListener::bind(("127.0.0.1", port)).ok()?;
        Some(listener.local_addr().unwrap().to_string())
    });
    free.expect("a free port")
}

/// Waits until so many deliveries are done, and checks that there are no others.
fn all_done(relay: &Relay, number: usize) {
    let done = waited(|| {
        let deliveries = relay.deliveries();
        let done = deliveries
            .iter()
            .filter(|one| one["state"] == "done")
            .count();
        (done >= number).then_some(deliveries)
    });
    let deliveries = done.unwrap_or_else(|| panic!("not {number} done: {:?}", relay.deliveries()));
    assert_eq!(deliveries.len(), number);
    for delivery in deliveries {
        assert_eq!(delivery["attempts"], 1, "{delivery}");
        assert_eq!(
            delivery["console"],
            serde_json::json!(["u-1"]),
            "{delivery}"
        );
    }
}

#[test]
fn logins_while_the_relay_is_away_reach_it_when_it_is_back() {
    let (project, platform) = (project(&[LOG]), platform());
    let address = address_for_later();
    let envoy = Standalone::start(&project, &platform, &address);
    // Nobody listens there, so that these answers cannot have waited for anybody.
    for _ in 0..3 {
        envoy.log_in();
    }
    waited(|| (envoy.counter("relay.retried") > 0).then_some(())).expect("it is tried again");
    let relay = Relay::run(relay_command(&project, &address));
    all_done(&relay, 3);
    assert_eq!(envoy.counter("relay.stored"), 3);

    relay.kill();
    for _ in 0..2 {
        envoy.log_in();
    }
    let relay = Relay::run(relay_command(&project, &address));
    all_done(&relay, 5);
    envoy.log_in();
    all_done(&relay, 6);
    assert_eq!(envoy.counter("event.post-account-login"), 6);
    assert_eq!(envoy.counter("relay.stored"), 6);
    assert_eq!(
        (
            envoy.counter("relay.dropped"),
            envoy.counter("relay.refused")
        ),
        (0, 0)
    );
}

#[test]
fn a_relay_that_hangs_holds_nobody_and_loses_nothing() {
    let (project, platform) = (project(&[LOG]), platform());
    // It accepts connections, as far as the kernel does that for it, and never answers.
    let hanging = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = hanging.local_addr().unwrap().to_string();
    let envoy = Standalone::start(&project, &platform, &address);
    for _ in 0..3 {
        envoy.log_in();
    }
    // At least one has reached it.
    let (mut taken, _) = hanging.accept().unwrap();
    let mut start = [0; 4];
    taken.read_exact(&mut start).unwrap();
    assert_eq!(&start, b"POST");
    drop((taken, hanging));
    let relay = Relay::run(relay_command(&project, &address));
    all_done(&relay, 3);
}

#[test]
fn an_acknowledgement_that_gets_lost_runs_no_hook_twice() {
    let (project, platform) = (project(&[LOG]), platform());
    let relay = Relay::start(&project);
    // Hands on what comes, and in the first exchange keeps the answer to itself.
    let between = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = between.local_addr().unwrap().to_string();
    let behind = relay.address.clone();
    std::thread::spawn(move || {
        for (number, stream) in between.incoming().map_while(Result::ok).enumerate() {
            let upstream = TcpStream::connect(&behind).unwrap();
            let (mut from, mut to) = (stream.try_clone().unwrap(), upstream.try_clone().unwrap());
            std::thread::spawn(move || std::io::copy(&mut from, &mut to));
            let (mut from, mut to) = (upstream, stream);
            if number == 0 {
                let _ = from.read(&mut [0; 1024]);
                let _ = to.shutdown(std::net::Shutdown::Both);
            } else {
                std::thread::spawn(move || std::io::copy(&mut from, &mut to));
            }
        }
    });
    let envoy = Standalone::start(&project, &platform, &address);
    envoy.log_in();
    waited(|| (envoy.counter("relay.stored") == 1).then_some(())).expect("it is acknowledged");
    assert_eq!(envoy.counter("relay.retried"), 1);
    all_done(&relay, 1);
}
