//! What a module asks of its surroundings: log, time, ticks, properties, foreign functions.

use std::time::Duration;

use wasmtime::{Linker, Result};

use super::super::memory::{Guest, hand_over, read, read_text, write};
use super::super::sign;
use super::super::state::{ROOT, State};
use super::{BAD_ARGUMENT, NOT_FOUND, OK};
use crate::observed::LogLine;

/// The ABI's levels, in its order.
const LEVELS: [&str; 6] = ["trace", "debug", "info", "warn", "error", "critical"];

/// Adds them.
pub fn add(linker: &mut Linker<State>) -> Result<()> {
    linker.func_wrap(
        "env",
        "proxy_log",
        |mut guest: Guest<'_>, level: u32, at: u32, len: u32| -> Result<u32> {
            let Some(level) = LEVELS.get(level as usize) else {
                return Ok(BAD_ARGUMENT);
            };
            let text = read_text(&mut guest, at, len)?;
            guest.data_mut().log.push(LogLine {
                level: (*level).to_owned(),
                text,
            });
            Ok(OK)
        },
    )?;
    linker.func_wrap(
        "env",
        "proxy_get_log_level",
        |mut guest: Guest<'_>, at: u32| -> Result<u32> {
            write(&mut guest, at, &2_u32.to_le_bytes())?;
            Ok(OK)
        },
    )?;
    linker.func_wrap(
        "env",
        "proxy_get_current_time_nanoseconds",
        |mut guest: Guest<'_>, at: u32| -> Result<u32> {
            let now = guest.data().clock.realtime().as_nanos() as u64;
            write(&mut guest, at, &now.to_le_bytes())?;
            Ok(OK)
        },
    )?;
    linker.func_wrap(
        "env",
        "proxy_set_tick_period_milliseconds",
        |mut guest: Guest<'_>, period: u32| {
            let state = guest.data_mut();
            state.tick_period = (period > 0).then(|| Duration::from_millis(period.into()));
            state.tick_set = true;
            OK
        },
    )?;
    linker.func_wrap(
        "env",
        "proxy_get_property",
        |mut guest: Guest<'_>,
         path_at: u32,
         path_len: u32,
         data_at: u32,
         len_at: u32|
         -> Result<u32> {
            let path = read_text(&mut guest, path_at, path_len)?;
            let Some(value) = property(guest.data_mut(), &path) else {
                return Ok(NOT_FOUND);
            };
            hand_over(&mut guest, &value, data_at, len_at)?;
            Ok(OK)
        },
    )?;
    linker.func_wrap(
        "env",
        "proxy_call_foreign_function",
        |mut guest: Guest<'_>,
         name_at: u32,
         name_len: u32,
         at: u32,
         len: u32,
         data_at: u32,
         len_at: u32|
         -> Result<u32> {
            let name = read_text(&mut guest, name_at, name_len)?;
            if name != "sign" || !guest.data().setup.host_signs {
                return Ok(NOT_FOUND);
            }
            let arguments = read(&mut guest, at, len)?;
            let Some(answer) = sign::call(&arguments) else {
                return Ok(BAD_ARGUMENT);
            };
            hand_over(&mut guest, &answer, data_at, len_at)?;
            Ok(OK)
        },
    )?;
    linker.func_wrap(
        "env",
        "proxy_set_effective_context",
        |mut guest: Guest<'_>, id: u32| {
            let state = guest.data_mut();
            if id != ROOT && !state.streams.contains_key(&id) {
                return BAD_ARGUMENT;
            }
            state.effective = Some(id);
            OK
        },
    )?;
    Ok(())
}

/// What Envoy tells of a stream, in CEL's names; parts are separated by zero bytes.
fn property(state: &mut State, path: &str) -> Option<Vec<u8>> {
    match path {
        "plugin_name" => return Some(b"leh".to_vec()),
        "plugin_root_id" | "plugin_vm_id" => return Some(Vec::new()),
        _ => {}
    }
    let stream = state.stream()?;
    let pseudo = |name: &str| stream.request.headers.first(name).map(<[u8]>::to_vec);
    match path {
        "source\0address" => Some(b"127.0.0.1:40000".to_vec()),
        "destination\0address" => Some(b"127.0.0.1:10000".to_vec()),
        "request\0path" => pseudo(":path"),
        "request\0method" => pseudo(":method"),
        "request\0host" => pseudo(":authority"),
        "request\0scheme" => pseudo(":scheme"),
        "request\0id" => pseudo("x-request-id"),
        "request\0protocol" => Some(b"HTTP/1.1".to_vec()),
        _ => None,
    }
}
