//! Counters and histograms, under one prefix. Envoy shows them as `wasmcustom.leh.…` in its
//! statistics.

use std::cell::RefCell;
use std::collections::HashMap;
use std::time::Duration;

use crate::host::{self, MetricType};

/// Metrics by name.
#[derive(Default)]
pub struct Metrics(RefCell<HashMap<String, u32>>);

impl Metrics {
    /// Adds one to `leh.<name>`.
    pub fn count(&self, name: &str) {
        if let Some(id) = self.id(MetricType::Counter, name) {
            host::count(id);
        }
    }

    /// Notes a time in `leh.<name>`, in microseconds.
    pub fn time(&self, name: &str, time: Duration) {
        if let Some(id) = self.id(MetricType::Histogram, name) {
            host::record(id, u64::try_from(time.as_micros()).unwrap_or(u64::MAX));
        }
    }

    fn id(&self, kind: MetricType, name: &str) -> Option<u32> {
        let known = self.0.borrow().get(name).copied();
        known.or_else(|| {
            let id = host::define_metric(kind, &format!("leh.{name}"))?;
            self.0.borrow_mut().insert(name.to_owned(), id);
            Some(id)
        })
    }
}
