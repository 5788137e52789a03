//! Counters, under one prefix. Envoy shows them as `wasmcustom.leh.…` in its statistics.

use std::cell::RefCell;
use std::collections::HashMap;

use crate::host;

/// Counters by name.
#[derive(Default)]
pub struct Metrics(RefCell<HashMap<String, u32>>);

impl Metrics {
    /// Adds one to `leh.<name>`.
    pub fn count(&self, name: &str) {
        host::count(&self.0, &format!("leh.{name}"));
    }
}
