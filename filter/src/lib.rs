//! The proxy-wasm module that Envoy loads.
//!
//! The way of a request: [`stream`] feeds what Envoy says of it to a [`lifecycle::exchange`], and
//! performs what comes back with the means of its [`worker`]; hooks run in [`runs`]; [`root`] loads
//! the configuration and wakes what waits. Only [`host`] talks to Envoy. Nothing here decides anything.

mod host;
mod metrics;
mod outbox;
mod root;
mod runs;
mod stream;
mod worker;

use proxy_wasm::types::LogLevel;

/// The function that Envoy calls first.
mod entry {
    use super::{LogLevel, host, root};

    proxy_wasm::main! {{
        proxy_wasm::set_log_level(LogLevel::Info);
        host::log_panics();
        proxy_wasm::set_root_context(|id| Box::new(root::Root::new(id)));
    }}
}
