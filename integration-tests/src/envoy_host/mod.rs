//! The real Envoy as a host: real time, real sockets, everything on 127.0.0.1.
//!
//! Cases with the same setup share a process, since loading the module takes seconds; they are
//! played one after the other.

mod client;
mod config;
mod process;
mod servers;
mod wire;

use std::collections::BTreeMap;
use std::fs;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use self::process::{Process, Refused};
use self::servers::Stage;
use crate::case::{Case, Setup, Start};
use crate::module;
use crate::observed::{LogLine, Observed, Seen};
use crate::run::{PATIENCE, SETTLE};

/// The name of the file that [`Envoy::start_watching`] has Envoy watch.
const LISTENERS: &str = "listeners.json";

/// An Envoy with its platform and its relay.
pub struct Envoy {
    stage: Arc<Stage>,
    started: Result<Process, Refused>,
}

impl Envoy {
    /// Starts Envoy with a setup. That it refuses to start is something a case can expect.
    ///
    /// # Panics
    /// When it neither starts nor ends, or is not there at all.
    pub fn start(setup: &Setup) -> Self {
        let stage = Arc::new(Stage::default());
        let platform = servers::listen(&stage, servers::platform).expect("a free port");
        let relay = servers::listen(&stage, servers::relay).expect("a free port");
        let started =
            Process::start(|_| Ok(config::bootstrap(&module::path(), setup, platform, relay)));
        Envoy {
            stage,
            started: started.unwrap_or_else(|error| panic!("{error}")),
        }
    }

    /// The same with a configuration that [`Envoy::reconfigure`] can replace.
    ///
    /// # Panics
    /// As [`Envoy::start`].
    pub fn start_watching(setup: &Setup) -> Self {
        let stage = Arc::new(Stage::default());
        let platform = servers::listen(&stage, servers::platform).expect("a free port");
        let relay = servers::listen(&stage, servers::relay).expect("a free port");
        let started = Process::start(|directory| {
            let listeners = directory.join(LISTENERS);
            fs::write(
                &listeners,
                config::listeners(&module::path(), setup).to_string(),
            )?;
            Ok(config::watching_bootstrap(&listeners, platform, relay))
        });
        Envoy {
            stage,
            started: started.unwrap_or_else(|error| panic!("{error}")),
        }
    }

    /// Gives a running Envoy another configuration and waits until it has taken or refused it;
    /// whether it has taken it.
    ///
    /// # Panics
    /// When it does neither.
    pub fn reconfigure(&self, setup: &Setup) -> bool {
        let Ok(process) = &self.started else {
            panic!("Envoy did not start")
        };
        let attempts = || -> (u64, u64) {
            let count = |name| {
                process
                    .counter(name)
                    .unwrap_or_else(|error| panic!("Envoy's statistics: {error}"))
            };
            (
                count("listener_manager.lds.update_success"),
                count("listener_manager.lds.update_rejected"),
            )
        };
        let before = attempts();
        // Envoy looks when a file is moved to the watched place.
        let (next, listeners) = (
            process.directory().join("next"),
            process.directory().join(LISTENERS),
        );
        fs::write(&next, config::listeners(&module::path(), setup).to_string())
            .expect("a writable directory");
        fs::rename(&next, &listeners).expect("a writable directory");
        let deadline = Instant::now() + PATIENCE;
        while attempts() == before {
            assert!(
                Instant::now() < deadline,
                "Envoy does not look at its new configuration"
            );
            thread::sleep(Duration::from_millis(20));
        }
        attempts().0 > before.0
    }

    /// Plays a case with the setup that this Envoy was started with.
    pub fn play(&self, case: &Case) -> Observed {
        let process = match &self.started {
            Ok(process) => process,
            Err(Refused(log)) => {
                return Observed {
                    refused: true,
                    load_log: log.clone(),
                    ..Observed::default()
                };
            }
        };
        let before = counters(process);
        let mark = process.log_mark();
        let load_log = process.log_from(0);
        self.stage.with(|progress| {
            let count = case.exchanges.len();
            *progress = servers::Progress {
                answers: case
                    .exchanges
                    .iter()
                    .map(|exchange| exchange.answer.clone())
                    .collect(),
                saw: vec![None; count],
                answered: vec![false; count],
                relay: case.relay.clone(),
                ..servers::Progress::default()
            };
        });
        let mut exchanges = self.play_exchanges(process, case);
        let deadline = Instant::now() + PATIENCE;
        while !self.shows_expected(process, case, &before, mark) && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(20));
        }
        thread::sleep(SETTLE);
        self.stage.with(|progress| {
            for (number, seen) in exchanges.iter_mut().enumerate() {
                seen.platform = progress.saw[number].take();
                seen.ended = progress
                    .ended
                    .iter()
                    .position(|ended| *ended == number)
                    .unwrap_or(usize::MAX);
            }
            Observed {
                exchanges,
                callouts: std::mem::take(&mut progress.callouts),
                counters: grown(process, &before),
                log: process.log_from(mark),
                load_log,
                refused: false,
                trap: None,
            }
        })
    }

    fn play_exchanges(&self, process: &Process, case: &Case) -> Vec<Seen> {
        let stage = &self.stage;
        let listener = process
            .listener()
            .unwrap_or_else(|error| panic!("Envoy's listener: {error}"));
        thread::scope(|scope| {
            let mut clients = Vec::new();
            for (number, exchange) in case.exchanges.iter().enumerate() {
                clients.push(scope.spawn(move || {
                    let received = client::play(listener, number, exchange, stage);
                    stage.with(|progress| progress.ended.push(number));
                    received
                }));
                let next = case.exchanges.get(number + 1).map(|next| next.start);
                stage.wait_until(PATIENCE * 2, |progress| {
                    progress.ended.contains(&number)
                        || (next == Some(Start::WhilePreviousIsHeld) && progress.answered[number])
                });
            }
            let seen = clients.into_iter().map(|client| Seen {
                client: client.join().expect("the client of a case does not panic"),
                ..Seen::default()
            });
            seen.collect()
        })
    }

    fn shows_expected(
        &self,
        process: &Process,
        case: &Case,
        before: &BTreeMap<String, u64>,
        mark: usize,
    ) -> bool {
        let expected = &case.expected;
        let counters = grown(process, before);
        let log: Vec<LogLine> = process.log_from(mark);
        expected
            .logged
            .iter()
            .all(|text| log.iter().any(|line| line.text.contains(text)))
            && expected
                .counters
                .iter()
                .all(|(name, value)| counters.get(name).unwrap_or(&0) >= value)
            && self
                .stage
                .with(|progress| progress.callouts.len() >= expected.callouts)
    }
}

fn counters(process: &Process) -> BTreeMap<String, u64> {
    process
        .counters()
        .unwrap_or_else(|error| panic!("Envoy's admin interface does not answer: {error}"))
}

fn grown(process: &Process, before: &BTreeMap<String, u64>) -> BTreeMap<String, u64> {
    let grown = |(name, value): (String, u64)| {
        let by = value - before.get(&name).copied().unwrap_or(0);
        (by > 0).then_some((name, by))
    };
    counters(process).into_iter().filter_map(grown).collect()
}
