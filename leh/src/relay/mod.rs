//! The relay: stores deliveries of asynchronous hooks before it acknowledges them, and runs their
//! scripts off every customer's path.
//!
//! A delivery's way: [`server`] takes it from the filter, [`store`] keeps it, [`runner`] runs the
//! hook and notes what came of it. Killed at any point after the acknowledgement, the relay runs
//! the delivery when it is back: a hook can see an event twice, never none. `event.id` is the same
//! each time, and `event.attempt` counts.

mod runner;
mod server;
mod store;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use lifecycle::bundle::{Bundle, Mode};
use lifecycle::plan::Plan;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};

use self::store::Store;

/// How long the delivery that runs, and requests that are half here, may take to end.
const GRACE: Duration = Duration::from_secs(10);

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
#[derive(Debug)]
pub struct Relay {
    /// Where it listens.
    pub address: SocketAddr,
    store: Arc<Store>,
    stop_server: Option<oneshot::Sender<()>>,
    server: Option<tokio::task::JoinHandle<()>>,
    runner: Option<JoinHandle<()>>,
}

/// Starts a relay.
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
    let own = move |name: &str| {
        environment
            .get(name)
            .cloned()
            .or_else(|| std::env::var(name).ok())
    };
    let bundle = asynchronous_part(bundle);
    let hooks = bundle.hooks.iter().map(|hook| hook.name.clone()).collect();
    // Found wrong here, not in the runner's thread, which needs a plan of its own.
    Plan::load(bundle.clone(), &own).map_err(|errors| lines(&errors))?;

    let store = Arc::new(Store::open(&store)?);
    let listener = TcpListener::bind(listen).await.map_err(|error| {
        format!("the relay cannot listen on {listen}: {error}; choose another address")
    })?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    let runner = runner::start(bundle, own, store.clone())?;
    let (stop_server, stopped) = oneshot::channel();
    let server = tokio::spawn(server::serve(listener, store.clone(), hooks, stopped));
    Ok(Relay {
        address,
        store,
        stop_server: Some(stop_server),
        server: Some(server),
        runner: Some(runner),
    })
}

impl Relay {
    /// Takes no more deliveries, lets the one that runs end, and returns, at the latest after
    /// [`GRACE`]: what is cut short runs again at the next start.
    pub async fn stop(mut self) {
        self.stop_server.take();
        let (server, runner) = (self.server.take(), self.runner.take());
        let ended = async {
            if let Some(server) = server {
                // A task that panicked has ended too.
                let _ = server.await;
            }
            self.store.close();
            // Not joined: a blocked thread of tokio's would keep the process for as long as the
            // hook takes, which may be many minutes.
            while runner.as_ref().is_some_and(|runner| !runner.is_finished()) {
                sleep(Duration::from_millis(20)).await;
            }
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

/// What the relay needs of a bundle: neither the signing key nor the hooks of the filter.
fn asynchronous_part(mut bundle: Bundle) -> Bundle {
    bundle.signing = None;
    bundle.hooks.retain(|hook| hook.mode == Mode::Async);
    bundle
}

fn lines(errors: &[impl ToString]) -> String {
    let lines: Vec<_> = errors.iter().map(ToString::to_string).collect();
    lines.join("\n")
}
