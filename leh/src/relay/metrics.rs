//! What the relay counts and measures, as Prometheus reads it (text format 0.0.4).

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hook_runtime::{ConsoleLine, Level, Times};
use lifecycle::answer::FailureKind;

/// Upper bounds of the histograms, in seconds.
const BOUNDS: [f64; 12] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0,
];
const PHASES: [&str; 3] = ["queue", "script", "fetch"];

/// All of it.
#[derive(Default)]
pub struct Metrics(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    /// By hook, mode and result.
    invocations: BTreeMap<(String, &'static str, &'static str), u64>,
    console_errors: BTreeMap<String, u64>,
    /// By hook and phase.
    times: BTreeMap<(String, &'static str), Histogram>,
    reloads: [u64; 2],
}

#[derive(Clone, Debug, Default)]
struct Histogram {
    /// Of each bound, those not above it and above the one before.
    buckets: [u64; BOUNDS.len()],
    count: u64,
    sum: f64,
}

impl Histogram {
    fn note(&mut self, time: Duration) {
        let seconds = time.as_secs_f64();
        let bucket = BOUNDS.iter().position(|bound| seconds <= *bound);
        if let Some(bucket) = bucket.and_then(|index| self.buckets.get_mut(index)) {
            *bucket += 1;
        }
        self.count += 1;
        self.sum += seconds;
    }
}

impl Metrics {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An invocation ended, well or with a failure.
    pub fn ended(
        &self,
        hook: &str,
        mode: &'static str,
        failure: Option<FailureKind>,
        times: Times,
        console: &[ConsoleLine],
    ) {
        let result = failure.map_or("done", FailureKind::name);
        let inner = &mut *self.lock();
        let key = (hook.to_owned(), mode, result);
        *inner.invocations.entry(key).or_default() += 1;
        for (phase, time) in PHASES
            .into_iter()
            .zip([times.queue, times.script, times.fetch])
        {
            let histogram = inner.times.entry((hook.to_owned(), phase)).or_default();
            histogram.note(time);
        }
        let errors = console.iter().filter(|line| line.level == Level::Error);
        let errors = u64::try_from(errors.count()).unwrap_or(u64::MAX);
        *inner.console_errors.entry(hook.to_owned()).or_default() += errors;
    }

    /// A reload went well, or did not.
    pub fn reloaded(&self, well: bool) {
        let inner = &mut *self.lock();
        let [failed, done] = &mut inner.reloads;
        *(if well { done } else { failed }) += 1;
    }

    /// As Prometheus reads it, with the numbers of deliveries by state.
    pub fn text(&self, deliveries: &BTreeMap<String, u64>) -> String {
        let inner = self.lock();
        let mut text = String::new();
        // Writing to a String cannot fail.
        let mut line = |content: String| _ = writeln!(text, "{content}");
        line("# HELP leh_hook_invocations_total Invocations of hooks in the relay.".into());
        line("# TYPE leh_hook_invocations_total counter".into());
        for ((hook, mode, result), number) in &inner.invocations {
            line(format!(
                "leh_hook_invocations_total{{hook=\"{hook}\",mode=\"{mode}\",result=\"{result}\"}} {number}"
            ));
        }
        line("# HELP leh_hook_console_errors_total Lines that hooks printed as errors.".into());
        line("# TYPE leh_hook_console_errors_total counter".into());
        for (hook, number) in &inner.console_errors {
            line(format!(
                "leh_hook_console_errors_total{{hook=\"{hook}\"}} {number}"
            ));
        }
        line("# HELP leh_hook_seconds Time of invocations, by phase.".into());
        line("# TYPE leh_hook_seconds histogram".into());
        for ((hook, phase), histogram) in &inner.times {
            let labels = format!("hook=\"{hook}\",phase=\"{phase}\"");
            let mut below = 0;
            for (bound, bucket) in BOUNDS.iter().zip(histogram.buckets) {
                below += bucket;
                line(format!(
                    "leh_hook_seconds_bucket{{{labels},le=\"{bound}\"}} {below}"
                ));
            }
            let Histogram { count, sum, .. } = histogram;
            line(format!(
                "leh_hook_seconds_bucket{{{labels},le=\"+Inf\"}} {count}"
            ));
            line(format!("leh_hook_seconds_sum{{{labels}}} {sum}"));
            line(format!("leh_hook_seconds_count{{{labels}}} {count}"));
        }
        line("# HELP leh_relay_deliveries Deliveries in the store, by state.".into());
        line("# TYPE leh_relay_deliveries gauge".into());
        for (state, number) in deliveries {
            line(format!(
                "leh_relay_deliveries{{state=\"{state}\"}} {number}"
            ));
        }
        line("# HELP leh_relay_reloads_total Reloads of bundle and secrets.".into());
        line("# TYPE leh_relay_reloads_total counter".into());
        for (result, number) in ["failed", "done"].into_iter().zip(inner.reloads) {
            line(format!(
                "leh_relay_reloads_total{{result=\"{result}\"}} {number}"
            ));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted_is_told() {
        let metrics = Metrics::default();
        let times = Times {
            script: Duration::from_millis(7),
            ..Times::default()
        };
        let error = ConsoleLine {
            level: Level::Error,
            text: "x".into(),
        };
        metrics.ended("log", "async", None, times, &[error]);
        metrics.ended("log", "async", Some(FailureKind::Timeout), times, &[]);
        metrics.reloaded(true);
        let text = metrics.text(&BTreeMap::from([("pending".to_owned(), 3)]));
        for line in [
            "leh_hook_invocations_total{hook=\"log\",mode=\"async\",result=\"done\"} 1",
            "leh_hook_invocations_total{hook=\"log\",mode=\"async\",result=\"timeout\"} 1",
            "leh_hook_console_errors_total{hook=\"log\"} 1",
            "leh_hook_seconds_bucket{hook=\"log\",phase=\"script\",le=\"0.005\"} 0",
            "leh_hook_seconds_bucket{hook=\"log\",phase=\"script\",le=\"0.01\"} 2",
            "leh_hook_seconds_bucket{hook=\"log\",phase=\"script\",le=\"+Inf\"} 2",
            "leh_hook_seconds_sum{hook=\"log\",phase=\"script\"} 0.014",
            "leh_relay_deliveries{state=\"pending\"} 3",
            "leh_relay_reloads_total{result=\"done\"} 1",
        ] {
            assert!(text.lines().any(|it| it == line), "{line}\n{text}");
        }
    }
}
