//! The limits of a hook.

use std::ops::RangeInclusive;

use lifecycle::bundle::{Limits, Mode};

use super::fields::{Fields, Reader};
use super::units;

/// A customer waits, and an Envoy worker works for nobody else meanwhile.
const SYNC_TIMEOUT_MS: RangeInclusive<u64> = 1..=60_000;
const SYNC_SCRIPT_MS: RangeInclusive<u64> = 1..=1_000;
/// In the relay nobody waits.
const ASYNC_TIMEOUT_MS: RangeInclusive<u64> = 1..=900_000;
const ASYNC_SCRIPT_MS: RangeInclusive<u64> = 1..=60_000;
/// An engine without a script takes most of the least; a worker's virtual machine ends at 1 GiB.
const MEMORY_BYTES: RangeInclusive<u64> = 1 << 20..=256 << 20;
/// The most fits into the filter's own stack.
const STACK_BYTES: RangeInclusive<u64> = 16 << 10..=512 << 10;

/// Reads them; what is left out has its default ([`Limits`]).
pub fn read(fields: &Fields<'_>, mode: Mode, reader: &mut Reader<'_>) -> Limits {
    let (timeout, script) = match mode {
        Mode::Sync => (SYNC_TIMEOUT_MS, SYNC_SCRIPT_MS),
        Mode::Async => (ASYNC_TIMEOUT_MS, ASYNC_SCRIPT_MS),
    };
    let mut duration = |key: &str, range| {
        let node = fields.get(key)?;
        reader.quantity(node, units::duration, units::show_duration, range)
    };
    let timeout = duration("timeout", timeout);
    let (cpu, load) = (duration("cpu", script.clone()), duration("load", script));
    let mut size = |key: &str, range| {
        let bytes = reader.quantity(fields.get(key)?, units::size, units::show_size, range)?;
        usize::try_from(bytes).ok()
    };
    let (memory, stack) = (size("memory", MEMORY_BYTES), size("stack", STACK_BYTES));
    let default = Limits::default();
    Limits {
        timeout_ms: timeout.unwrap_or(default.timeout_ms),
        cpu_ms: cpu.unwrap_or(default.cpu_ms),
        load_ms: load.unwrap_or(default.load_ms),
        memory_bytes: memory.unwrap_or(default.memory_bytes),
        stack_bytes: stack.unwrap_or(default.stack_bytes),
        ..default
    }
}
