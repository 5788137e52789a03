//! Where a synchronous hook runs: in the filter, unless a worker would have to load it for too
//! long.
//!
//! Loading is not part of an invocation, but while a worker loads a script it serves nobody. So the
//! time is measured here, natively, and held against the hook's limit `load`.

use std::rc::Rc;
use std::time::Duration;

use hook_runtime::{Clock, Hook, ScriptError, Settings};
use lifecycle::bundle::Place;
use rustix::time::{ClockId, clock_gettime};

use crate::project::{show_duration, show_size};

/// How much longer the filter takes than this machine natively: QuickJS in V8's WebAssembly takes
/// two to three times as long, and a build must not pass what a worker then refuses.
pub const FILTER_FACTOR: u32 = 3;
/// The largest script for the filter, bundled: every worker of Envoy holds its own.
pub const FILTER_BYTES: usize = 2 << 20;
/// A first try can fall on a cold cache; the best of so many counts.
const TRIES: u32 = 3;

/// What `place` of hooks.yaml says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Asked {
    /// In the filter, or not at all.
    #[default]
    Filter,
    /// In the relay.
    Relay,
    /// Where it fits.
    Auto,
}

/// What a script costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// CPU time to load it, natively.
    pub load: Duration,
    /// Its size as it is bundled.
    pub bytes: usize,
    /// What its engine has in use when it is loaded, in bytes.
    pub memory: usize,
}

impl Cost {
    /// The time that the filter is reckoned to take.
    pub fn in_filter(self) -> Duration {
        self.load * FILTER_FACTOR
    }

    /// Why it is too much for the filter, if it is; `load_ms` is the limit.
    pub fn too_much(self, load_ms: u64) -> Option<String> {
        if self.bytes > FILTER_BYTES {
            return Some(format!(
                "its script has {:.1} MiB with its packages; the filter takes {}",
                self.bytes as f64 / f64::from(1 << 20),
                show_size(FILTER_BYTES as u64)
            ));
        }
        (self.in_filter() > Duration::from_millis(load_ms)).then(|| {
            format!(
                "its script takes about {} ms to load in the filter ({} ms here); `load` allows {}",
                self.in_filter().as_millis(),
                self.load.as_millis(),
                show_duration(load_ms)
            )
        })
    }
}

/// Where it runs, given what it costs; with the reason where the relay was not asked for.
///
/// # Errors
/// It was to run in the filter, and costs too much for that: the figures.
pub fn decide(asked: Asked, cost: Cost, load_ms: u64) -> Result<(Place, Option<String>), String> {
    match (asked, cost.too_much(load_ms)) {
        (Asked::Relay, _) => Ok((Place::Relay, None)),
        (_, None) => Ok((Place::Filter, None)),
        (Asked::Auto, Some(why)) => Ok((Place::Relay, Some(why))),
        (Asked::Filter, Some(why)) => Err(why),
    }
}

/// What loading costs on this machine: the CPU time of this thread, whatever else runs.
///
/// # Errors
/// The script does not load, not even in the time of a relay.
pub fn measure(settings: &Settings) -> Result<Cost, ScriptError> {
    let clock: Clock = Rc::new(cpu_time);
    let limit = Duration::from_millis(settings.limits.load_ms);
    let mut best: Option<Duration> = None;
    let mut memory = 0;
    for _ in 0..TRIES {
        let measured = Hook::load(settings.clone(), clock.clone())?.measured();
        let took = measured.load;
        memory = measured.memory_bytes;
        best = Some(best.map_or(took, |best| best.min(took)));
        if took * FILTER_FACTOR <= limit {
            break;
        }
    }
    Ok(Cost {
        load: best.unwrap_or_default(),
        bytes: settings.source.len(),
        memory,
    })
}

/// CPU time of this thread.
fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    let (seconds, nanos) = (time.tv_sec.max(0), time.tv_nsec.max(0));
    Duration::from_secs(u64::try_from(seconds).unwrap_or_default())
        + Duration::from_nanos(u64::try_from(nanos).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use lifecycle::bundle::Limits;
    use serde_json::json;

    use super::*;

    fn cost(load_ms: u64, bytes: usize) -> Cost {
        Cost {
            load: Duration::from_millis(load_ms),
            bytes,
            memory: 0,
        }
    }

    #[test]
    fn what_is_too_heavy_goes_to_the_relay_or_is_refused_with_the_figures() {
        let light = cost(30, 1_000);
        assert_eq!(decide(Asked::Filter, light, 100), Ok((Place::Filter, None)));
        assert_eq!(decide(Asked::Auto, light, 100), Ok((Place::Filter, None)));
        assert_eq!(decide(Asked::Relay, light, 100), Ok((Place::Relay, None)));
        let slow = cost(40, 1_000);
        let refused = decide(Asked::Filter, slow, 100).unwrap_err();
        assert!(
            refused.contains("about 120 ms") && refused.contains("`load` allows 100ms"),
            "{refused}"
        );
        let (place, why) = decide(Asked::Auto, slow, 100).unwrap();
        assert_eq!(place, Place::Relay);
        assert!(why.is_some());
        let large = decide(Asked::Filter, cost(1, 3 << 20), 100).unwrap_err();
        assert!(
            large.contains("3.0 MiB") && large.contains("2MiB"),
            "{large}"
        );
    }

    #[test]
    fn the_cost_is_measured() {
        let spin = "let n = 0; for (let i = 0; i < 300000; i++) n += i;";
        let settings = |source: &str| Settings {
            file: "hook.js".into(),
            source: source.into(),
            map: None,
            limits: Limits {
                load_ms: 5_000,
                ..Limits::default()
            },
            synchronous: true,
            variables: json!({}),
        };
        let hook = "module.exports = (args, callback) => callback();";
        let slow = measure(&settings(&format!("{spin}\n{hook}"))).unwrap();
        let fast = measure(&settings(hook)).unwrap();
        assert!(slow.load > fast.load && slow.bytes > fast.bytes);
    }
}
