//! Counters, gauges and histograms.

use wasmtime::{Linker, Result};

use super::super::memory::{Guest, read_text, write};
use super::super::state::{Metric, State};
use super::{BAD_ARGUMENT, NOT_FOUND, OK};

/// Adds them.
pub fn add(linker: &mut Linker<State>) -> Result<()> {
    linker.func_wrap(
        "env",
        "proxy_define_metric",
        |mut guest: Guest<'_>, kind: u32, at: u32, len: u32, id_at: u32| -> Result<u32> {
            let name = read_text(&mut guest, at, len)?;
            let metrics = &mut guest.data_mut().metrics;
            // The same name is the same metric, as in Envoy's stats.
            let id = metrics
                .iter()
                .position(|metric| metric.name == name)
                .unwrap_or_else(|| {
                    metrics.push(Metric {
                        name,
                        kind,
                        value: 0,
                    });
                    metrics.len() - 1
                });
            write(&mut guest, id_at, &(id as u32).to_le_bytes())?;
            Ok(OK)
        },
    )?;
    linker.func_wrap(
        "env",
        "proxy_increment_metric",
        |mut guest: Guest<'_>, id: u32, by: i64| match guest.data_mut().metrics.get_mut(id as usize)
        {
            None => NOT_FOUND,
            Some(metric) if metric.kind > 1 || (metric.kind == 0 && by <= 0) => BAD_ARGUMENT,
            Some(metric) => {
                metric.value = metric.value.saturating_add_signed(by);
                OK
            }
        },
    )?;
    linker.func_wrap(
        "env",
        "proxy_record_metric",
        |mut guest: Guest<'_>, id: u32, value: u64| match guest
            .data_mut()
            .metrics
            .get_mut(id as usize)
        {
            None => NOT_FOUND,
            Some(metric) if metric.kind == 0 => {
                metric.value += value;
                OK
            }
            Some(metric) => {
                metric.value = value;
                OK
            }
        },
    )?;
    linker.func_wrap(
        "env",
        "proxy_get_metric",
        |mut guest: Guest<'_>, id: u32, at: u32| -> Result<u32> {
            let Some(metric) = guest.data().metrics.get(id as usize) else {
                return Ok(NOT_FOUND);
            };
            let value = metric.value;
            write(&mut guest, at, &value.to_le_bytes())?;
            Ok(OK)
        },
    )?;
    Ok(())
}
