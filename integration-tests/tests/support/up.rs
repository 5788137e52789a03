//! `leh up` in front of a platform: what it says, its relay, and what its Envoy counts.

use std::net::TcpListener;
use std::process::Command;
use std::sync::atomic::{AtomicU16, Ordering};

use integration_tests::platform_tokens::{our_ec, our_rsa};
use serde_json::Value;

use super::child::Child;
use super::http::{Answer, get};
use super::project::Project;
use super::{programs, waited};

/// A running `leh up`.
pub struct Up {
    child: Child,
    /// Where customers come.
    pub address: String,
    admin: String,
}

impl Up {
    /// With our signing keys of this run in `LEH_SIGNING_KEY`, when it is ready. It listens at
    /// `listen`, an address that may have port 0.
    pub fn start(project: &Project, upstream: &str, listen: &str) -> Self {
        let leh = programs::leh();
        let mut command = Command::new(&leh);
        // Whatever becomes of this test, nothing outlives it.
        command.args(["exec-with-parent", &std::process::id().to_string(), "--"]);
        command.arg(&leh).arg("up").arg(project.folder());
        command.args([
            "--upstream",
            upstream,
            "--listen",
            listen,
            "--concurrency",
            "1",
        ]);
        command.arg("--filter").arg(programs::filter());
        command.arg("--envoy").arg(programs::envoy());
        command.env("LEH_SIGNING_KEY", our_rsa().pem() + &our_ec().pem());
        let mut child = Child::start("leh up", command);
        let admin = child.line("admin: http://");
        let address = child.line("ready: http://");
        Up {
            child,
            address,
            admin,
        }
    }

    /// Ends it; whether that went well.
    pub fn stop(mut self) -> bool {
        self.child.stop().code() == Some(0)
    }

    /// The memory that its Envoy has, in KiB: the resident set of the largest process below ours.
    pub fn envoy_memory(&self) -> u64 {
        let processes = std::fs::read_dir("/proc").unwrap().flatten();
        let below = processes.filter_map(|entry| {
            let status = std::fs::read_to_string(entry.path().join("status")).ok()?;
            let field = |name: &str| {
                let line = status.lines().find_map(|line| line.strip_prefix(name))?;
                line.split_whitespace().next()?.parse::<u64>().ok()
            };
            (field("PPid:")? == u64::from(self.child.id())).then(|| field("VmRSS:"))?
        });
        below.max().unwrap()
    }

    /// What it and its Envoy complain about, and what hooks log.
    pub fn log(&self) -> String {
        self.child.log().join("\n")
    }

    /// The first line of the log with `part` in it.
    pub fn logged(&self, part: &str) -> String {
        let found = waited(|| {
            self.child
                .log()
                .into_iter()
                .find(|line| line.contains(part))
        });
        found.unwrap_or_else(|| panic!("`{part}` is not in the log"))
    }

    /// What the relay printed.
    pub fn relay_lines(&self) -> Vec<String> {
        let said = self.child.said().into_iter();
        said.filter(|line| line.starts_with("relay: ")).collect()
    }

    /// The relay's records, newest first.
    pub fn deliveries(&self) -> Vec<Value> {
        // It listens on a port of its own, which Envoy knows.
        let clusters = self.admin("/clusters").text();
        let relay = clusters
            .lines()
            .find_map(|line| line.strip_prefix("leh_relay::127.0.0.1:"))
            .expect("a relay among the clusters");
        let port = relay.split("::").next().unwrap();
        let listing = get(&format!("127.0.0.1:{port}"), "/v1/deliveries?limit=1000").json();
        listing["deliveries"].as_array().unwrap().clone()
    }

    /// The deliveries, once there are so many and all of them have ended.
    pub fn ended_deliveries(&self, number: usize) -> Vec<Value> {
        let ended = waited(|| {
            let deliveries = self.deliveries();
            let all = deliveries.iter().all(|one| !one["finished_ms"].is_null());
            (all && deliveries.len() >= number).then_some(deliveries)
        });
        ended.unwrap_or_else(|| panic!("not {number} have ended: {:?}", self.deliveries()))
    }

    /// Every counter of the filter, without `wasmcustom.leh.`.
    pub fn counters(&self) -> Vec<(String, u64)> {
        self.stats("wasmcustom.leh.")
    }

    /// One of them.
    pub fn counter(&self, name: &str) -> u64 {
        let found = self.counters().into_iter().find(|(known, _)| known == name);
        found.map_or(0, |(_, value)| value)
    }

    /// Envoy's counters that begin with `prefix`, without that.
    pub fn stats(&self, prefix: &str) -> Vec<(String, u64)> {
        let stats = self.admin("/stats").text();
        let lines = stats.lines().filter_map(|line| {
            let (name, value) = line.strip_prefix(prefix)?.split_once(": ")?;
            Some((name.to_owned(), value.parse().ok()?))
        });
        lines.collect()
    }

    fn admin(&self, target: &str) -> Answer {
        get(&self.admin, target)
    }
}

/// An address for a platform to be known by before anything listens there. Below the ports that
/// systems hand out, so that nobody takes it meanwhile.
pub fn address_for_later() -> String {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let start = u16::try_from(std::process::id() % 10_000).unwrap();
    let free = (0..1_000).find_map(|_| {
        let port = 20_000 + (start + NEXT.fetch_add(1, Ordering::Relaxed)) % 10_000;
        let listener = TcpListener::bind(("127.0.0.1", port)).ok()?;
        Some(listener.local_addr().unwrap().to_string())
    });
    free.expect("a free port")
}
