//! `leh up`: the relay in this process and Envoy as a child, from the project to a clean end. And
//! `leh relay`: the relay alone.

use std::collections::BTreeMap;
use std::net::{SocketAddr, TcpListener};

use lifecycle::bundle::{Bundle, Mode, Place};
use tempfile::TempDir;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::build::paths;
use crate::cli::{Relay as RelayOptions, Up};
use crate::commands::{
    Failure, configured, filter, load, required_upstream, resolve, trusted_ca, variable,
};
use crate::envoy::configuration::Settings;
use crate::envoy::process::{Envoy, Start, find};
use crate::output::{Readers, write};
use crate::project::{Address, MissingValue, Project, References, Upstream};
use crate::relay::{self, Relay};

/// Runs until SIGINT or SIGTERM; SIGHUP has the relay read secrets again.
pub async fn run(options: &Up) -> Result<(), Failure> {
    let mut stop = Stop::watch().map_err(Failure::new)?;
    // Told to stop early, what has been started so far ends as it is dropped.
    let mut running = tokio::select! {
        running = start(options) => running?,
        () = stop.told() => return Ok(()),
    };
    let mut hangup = signal(SignalKind::hangup()).map_err(Failure::new)?;
    let ended = loop {
        tokio::select! {
            how = running.envoy.ended() => break Err(Failure::new(how)),
            () = stop.told() => break Ok(()),
            _ = hangup.recv() => {}
        }
        running.reload().await;
    };
    // Told a second time, it ends by force.
    tokio::select! {
        () = running.stop() => {}
        () = stop.told() => {}
    }
    ended
}

/// What has been started.
struct Running {
    envoy: Envoy,
    /// None when nothing is for it.
    relay: Option<Relay>,
    bundle: Bundle,
    references: References,
    /// Envoy's files; gone when it is.
    _folder: TempDir,
}

impl Running {
    /// Has the relay read secrets again. Envoy has read them when it started.
    async fn reload(&self) {
        let Some(relay) = &self.relay else { return };
        let values = self.references.environment(&variable).map_err(missing);
        let with = values.map(|values| (self.bundle.clone(), values));
        told_of_reload(relay.reload(with).await);
    }

    async fn stop(self) {
        // Envoy first: it hands over what its filter still has.
        self.envoy.stop().await;
        if let Some(relay) = self.relay {
            relay.stop().await;
        }
    }
}

async fn start(options: &Up) -> Result<Running, Failure> {
    let project = load(&options.project)?;
    let upstream = required_upstream(&project, &options.platform)?;
    let environment = project
        .references
        .environment(&variable)
        .map_err(|all| Failure::new(missing(all)))?;
    let program = find(options.envoy.as_deref()).map_err(Failure::new)?;
    let filter = filter(options.filter.filter.as_deref())?;
    free(options.listen)?;
    let bundle = resolve(&project, Some(upstream)).await?;
    let relay = start_relay(options, &project, &bundle, &environment).await?;
    let relay_address = match &relay {
        Some(relay) => Address {
            host: relay.address.ip().to_string(),
            port: relay.address.port(),
        },
        None => project.relay.clone(),
    };

    let folder = tempfile::Builder::new()
        .prefix("leh-")
        .tempdir()
        .map_err(Failure::new)?;
    let configuration = folder.path().join("envoy.yaml");
    let text = configured(&Settings {
        project: &project,
        bundle: &bundle,
        upstream,
        listen: options.listen,
        admin: options.admin,
        relay: &relay_address,
        filter: &filter,
        trusted_ca: &trusted_ca(&project, upstream)?,
    })?;
    write(&configuration, &text, Readers::Owner).map_err(Failure::new)?;
    let mut envoy = Envoy::start(&Start {
        program: &program,
        configuration: &configuration,
        folder: folder.path(),
        environment: &environment,
        concurrency: options.concurrency,
    })
    .map_err(|error| Failure::new(format!("{} cannot be started: {error}", program.display())))?;
    let (admin, listen) = envoy.ready().await.map_err(Failure::new)?;
    announce(&project, &bundle, upstream, admin, listen);
    Ok(Running {
        envoy,
        relay,
        bundle,
        references: project.references,
        _folder: folder,
    })
}

fn missing(values: Vec<MissingValue>) -> String {
    let all: Vec<String> = values.iter().map(ToString::to_string).collect();
    format!("hooks.yaml refers to what is not there: {}", all.join("; "))
}

/// The relay, when anything is for it.
async fn start_relay(
    options: &Up,
    project: &Project,
    bundle: &Bundle,
    environment: &BTreeMap<String, String>,
) -> Result<Option<Relay>, Failure> {
    if bundle.relay.is_none() {
        return Ok(None);
    }
    let store = options
        .store
        .clone()
        .unwrap_or_else(|| project.root.join(".leh/relay.db"));
    let relay = relay::start(relay::Options {
        bundle: bundle.clone(),
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        store,
        environment: environment.clone(),
    });
    relay.await.map(Some).map_err(Failure::new)
}

/// Runs a relay alone, until SIGINT or SIGTERM; SIGHUP makes it read bundle and values again.
pub async fn relay(options: &RelayOptions) -> Result<(), Failure> {
    let mut stop = Stop::watch().map_err(Failure::new)?;
    let relay = relay::start(relay::Options {
        bundle: read_bundle(options)?,
        listen: options.listen,
        store: options.store.clone(),
        environment: BTreeMap::new(),
    });
    let relay = relay.await.map_err(Failure::new)?;
    println!("ready: http://{}", relay.address);
    let mut hangup = signal(SignalKind::hangup()).map_err(Failure::new)?;
    loop {
        tokio::select! {
            () = stop.told() => break,
            _ = hangup.recv() => {
                let with = match read_bundle(options) {
                    Ok(bundle) => Ok((bundle, BTreeMap::new())),
                    Err(failure) => Err(failure.message().to_owned()),
                };
                told_of_reload(relay.reload(with).await);
            }
        }
    }
    // Told a second time, it ends at once.
    tokio::select! {
        () = relay.stop() => {}
        () = stop.told() => {}
    }
    Ok(())
}

fn read_bundle(options: &RelayOptions) -> Result<Bundle, Failure> {
    let json = std::fs::read(&options.bundle).map_err(|error| {
        Failure::new(format!(
            "{} cannot be read: {error}; make it with `leh build`",
            options.bundle.display()
        ))
    })?;
    Bundle::from_json(&json).map_err(Failure::new)
}

/// What a person reads after SIGHUP.
fn told_of_reload(reloaded: Result<(), String>) {
    match reloaded {
        Ok(()) => println!("relay: reloaded"),
        Err(reason) => eprintln!("error: not reloaded, everything stays as it was: {reason}"),
    }
}

/// Whether Envoy can listen there. It shares its port with other Envoys, so it would not tell.
fn free(listen: SocketAddr) -> Result<(), Failure> {
    TcpListener::bind(listen).map(drop).map_err(|error| {
        Failure::new(format!(
            "nothing can listen on {listen}: {error}; choose another --listen"
        ))
    })
}

/// What a person wants to know, and `ready:` as the last line for whoever waits for it.
fn announce(
    project: &Project,
    bundle: &Bundle,
    upstream: &Upstream,
    admin: SocketAddr,
    listen: SocketAddr,
) {
    println!("platform: {upstream} ({})", bundle.platform.profile);
    for hook in &project.hooks {
        let mode = match hook.mode {
            Mode::Sync if hook.place == Place::Relay => "sync in the relay",
            Mode::Sync => "sync",
            Mode::Async => "async",
        };
        println!(
            "hook: {} on {}, {mode}, {}",
            hook.name, hook.event, hook.script.file
        );
    }
    for path in paths(bundle) {
        println!("route: {path}");
    }
    println!("admin: http://{admin}");
    println!("ready: http://{listen}");
}

/// The signals that end us.
struct Stop {
    interrupt: Signal,
    terminate: Signal,
}

impl Stop {
    fn watch() -> std::io::Result<Self> {
        let (interrupt, terminate) = (SignalKind::interrupt(), SignalKind::terminate());
        Ok(Stop {
            interrupt: signal(interrupt)?,
            terminate: signal(terminate)?,
        })
    }

    async fn told(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}
