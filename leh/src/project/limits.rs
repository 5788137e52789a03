//! The limits of a hook.

use std::ops::RangeInclusive;

use lifecycle::bundle::{Limits, Mode};

use super::fields::{Fields, Reader};
use super::units;
use crate::place::Asked;

/// The time to load in the relay when nothing else is said: nobody waits for it.
pub const RELAY_LOAD_MS: u64 = 5_000;

/// What can be set, by who waits and where it runs.
struct Ranges {
    timeout_ms: RangeInclusive<u64>,
    cpu_ms: RangeInclusive<u64>,
    load_ms: RangeInclusive<u64>,
    background_ms: RangeInclusive<u64>,
    memory: RangeInclusive<u64>,
    stack: RangeInclusive<u64>,
    response: RangeInclusive<u64>,
}

/// An Envoy worker works for nobody else meanwhile; its virtual machine ends at 1 GiB, and the most
/// stack is what fits into the filter's own. An engine without a script takes most of the least
/// memory.
const FILTER: Ranges = Ranges {
    timeout_ms: 1..=300_000,
    cpu_ms: 1..=1_000,
    load_ms: 1..=1_000,
    background_ms: 1..=60_000,
    memory: 1 << 20..=256 << 20,
    stack: 16 << 10..=512 << 10,
    response: 1..=16 << 20,
};
/// A thread of its own.
const RELAY: Ranges = Ranges {
    timeout_ms: 1..=300_000,
    cpu_ms: 1..=60_000,
    load_ms: 1..=60_000,
    background_ms: 1..=300_000,
    memory: 1 << 20..=1 << 30,
    stack: 16 << 10..=512 << 10,
    response: 1..=64 << 20,
};
/// Nobody waits.
const ASYNC_TIMEOUT_MS: RangeInclusive<u64> = 1..=900_000;
/// A runaway script ends in the system's log, a line each.
const CONSOLE: RangeInclusive<u64> = 0..=1 << 20;
const FETCHES: RangeInclusive<u64> = 0..=1_000;

/// Reads them; what is left out has its default ([`Limits`]).
pub fn read(fields: &Fields<'_>, mode: Mode, place: Asked, reader: &mut Reader<'_>) -> Limits {
    let relay = mode == Mode::Async || place == Asked::Relay;
    let ranges = if relay { RELAY } else { FILTER };
    let timeout = match mode {
        Mode::Sync => ranges.timeout_ms,
        Mode::Async => ASYNC_TIMEOUT_MS,
    };
    let mut default = Limits::default();
    if relay {
        default.load_ms = RELAY_LOAD_MS;
    }
    let mut duration = |key: &str, range, default| {
        let parsed = fields
            .get(key)
            .and_then(|node| reader.quantity(node, units::duration, units::show_duration, range));
        parsed.unwrap_or(default)
    };
    let timeout_ms = duration("timeout", timeout, default.timeout_ms);
    let cpu_ms = duration("cpu", ranges.cpu_ms, default.cpu_ms);
    let load_ms = duration("load", ranges.load_ms, default.load_ms);
    let background_ms = duration("background", ranges.background_ms, default.background_ms);
    let mut size = |key: &str, range, default| {
        let parsed = fields
            .get(key)
            .and_then(|node| reader.quantity(node, units::size, units::show_size, range));
        parsed
            .and_then(|bytes| usize::try_from(bytes).ok())
            .unwrap_or(default)
    };
    let memory_bytes = size("memory", ranges.memory, default.memory_bytes);
    let stack_bytes = size("stack", ranges.stack, default.stack_bytes);
    let response_bytes = size("response", ranges.response, default.response_bytes);
    let console_bytes = size("console", CONSOLE, default.console_bytes);
    let fetches = fields
        .get("fetches")
        .and_then(|node| reader.quantity(node, units::number, |number| number.to_string(), FETCHES))
        .and_then(|number| u32::try_from(number).ok());
    Limits {
        timeout_ms,
        cpu_ms,
        load_ms,
        background_ms,
        memory_bytes,
        stack_bytes,
        console_bytes,
        fetches: fetches.unwrap_or(default.fetches),
        response_bytes,
    }
}
