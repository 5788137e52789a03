//! The relay: stores deliveries of asynchronous hooks before it acknowledges them, and runs their
//! scripts off every customer's path; and runs the synchronous hooks that are too heavy for a worker
//! of Envoy.
//!
//! A delivery's way: [`server`] takes it from the filter, [`store`] keeps it, [`runner`] hands it to
//! the threads of its hook ([`crew`]) and notes what came of it. Killed at any point after the
//! acknowledgement, the relay runs the delivery when it is back: a hook can see an event twice,
//! never none. `event.id` is the same each time, and `event.attempt` counts. A synchronous
//! invocation ([`invocations`]) goes to its hook's own threads at once, and is never stored.

mod crew;
mod invocations;
mod log;
mod metrics;
mod runner;
mod server;
mod store;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use std::thread::JoinHandle;
use std::time::Duration;

use lifecycle::bundle::Bundle;
use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};

use self::crew::{Crew, relay_part};
use self::metrics::Metrics;
use self::runner::{Current, current};
use self::store::Store;

/// How long what runs, and requests that are half here, may take to end.
const GRACE: Duration = Duration::from_secs(10);
/// A variable whose value is in a file: `NAME_FILE=path` in place of `NAME=value`.
const IN_FILE: &str = "_FILE";

/// What a relay is started with.
#[derive(Debug)]
pub struct Options {
    /// The project's bundle.
    pub bundle: Bundle,
    /// Where the filter reaches it; port 0 is a free one.
    pub listen: SocketAddr,
    /// The database file; made when it is not there.
    pub store: PathBuf,
    /// Values of the bundle's references, before those of our own environment.
    pub environment: BTreeMap<String, String>,
}

/// A relay at work. Dropped, it ends without waiting for anything: deliveries are in the store.
pub struct Relay {
    /// Where it listens.
    pub address: SocketAddr,
    crew: Current,
    metrics: Arc<Metrics>,
    store: Arc<Store>,
    stop_server: Option<oneshot::Sender<()>>,
    server: Option<tokio::task::JoinHandle<()>>,
    runner: Option<JoinHandle<()>>,
}

/// Starts a relay; it is there when its hooks are loaded. Deliveries are taken, and names looked up,
/// while they load.
///
/// # Errors
/// What is wrong with the bundle, the store or the address, for a person to read.
pub async fn start(options: Options) -> Result<Relay, String> {
    let Options {
        bundle,
        listen,
        store,
        environment,
    } = options;
    let (crew, loading) = recruit(bundle, environment)?;
    let store = Arc::new(Store::open(&store)?);
    let listener = TcpListener::bind(listen).await.map_err(|error| {
        format!("the relay cannot listen on {listen}: {error}; choose another address")
    })?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    let crew: Current = Arc::new(RwLock::new(crew));
    let metrics = Arc::new(Metrics::default());
    let (stop_server, stopped) = oneshot::channel();
    let shared = server::Shared::new(store.clone(), crew.clone(), metrics.clone());
    let server = tokio::spawn(server::serve(listener, shared.clone(), stopped));
    // From here on it ends as it is dropped.
    let mut relay = Relay {
        address,
        crew: crew.clone(),
        metrics: metrics.clone(),
        store: store.clone(),
        stop_server: Some(stop_server),
        server: Some(server),
        runner: None,
    };
    loaded(loading).await?;
    shared.ready();
    relay.runner = Some(runner::start(crew, store, metrics)?);
    Ok(relay)
}

impl Relay {
    /// Takes another bundle, or other values, once its hooks are loaded; what runs ends as it began.
    /// `with` may be why there is none: that counts as a failed reload.
    ///
    /// # Errors
    /// What is wrong with it: then everything stays as it was.
    pub async fn reload(
        &self,
        with: Result<(Bundle, BTreeMap<String, String>), String>,
    ) -> Result<(), String> {
        let fresh = async {
            let (bundle, environment) = with?;
            let (crew, loading) = recruit(bundle, environment)?;
            loaded(loading).await?;
            Ok(crew)
        };
        let fresh: Result<Arc<Crew>, String> = fresh.await;
        self.metrics.reloaded(fresh.is_ok());
        // The old one is dismissed as it is dropped.
        *self.crew.write().unwrap_or_else(PoisonError::into_inner) = fresh?;
        Ok(())
    }

    /// Takes no more deliveries, lets what runs end, and returns, at the latest after [`GRACE`]:
    /// deliveries that are cut short run again at the next start.
    pub async fn stop(mut self) {
        self.stop_server.take();
        let (server, runner) = (self.server.take(), self.runner.take());
        let ended = async {
            if let Some(server) = server {
                // A task that panicked has ended too.
                let _ = server.await;
            }
            self.store.close();
            while runner.as_ref().is_some_and(|runner| !runner.is_finished()) {
                sleep(Duration::from_millis(20)).await;
            }
            current(&self.crew).stop().await;
        };
        if timeout(GRACE, ended).await.is_err() {
            eprintln!(
                "leh: the relay has not ended within {} s; what it was at is taken up at its next start",
                GRACE.as_secs()
            );
        }
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.store.close();
    }
}

fn recruit(
    bundle: Bundle,
    environment: BTreeMap<String, String>,
) -> Result<(Arc<Crew>, crew::Loading), String> {
    let values = |name: &str| environment.get(name).cloned().or_else(|| own_value(name));
    Crew::start(relay_part(bundle), &values, Handle::current())
}

async fn loaded(loading: crew::Loading) -> Result<(), String> {
    let waited = tokio::task::spawn_blocking(move || loading.wait()).await;
    waited.map_err(|error| error.to_string())?
}

/// A variable of our environment, or the content of the file that `NAME_FILE` names.
fn own_value(name: &str) -> Option<String> {
    std::env::var(name).ok().or_else(|| {
        let path = std::env::var_os(format!("{name}{IN_FILE}"))?;
        let content = std::fs::read_to_string(path).ok()?;
        let content = content.strip_suffix('\n').unwrap_or(&content);
        Some(content.strip_suffix('\r').unwrap_or(content).to_owned())
    })
}

fn lines(errors: &[impl ToString]) -> String {
    let lines: Vec<_> = errors.iter().map(ToString::to_string).collect();
    lines.join("\n")
}
