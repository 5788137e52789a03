//! Bodies and configurations, as long as the module may see them.

use wasmtime::{Linker, Result};

use super::super::memory::{Guest, hand_over, read};
use super::super::state::State;
use super::{BAD_ARGUMENT, NOT_FOUND, OK};

/// Adds them.
pub fn add(linker: &mut Linker<State>) -> Result<()> {
    linker.func_wrap(
        "env",
        "proxy_get_buffer_bytes",
        |mut guest: Guest<'_>,
         kind: u32,
         start: u32,
         max: u32,
         data_at: u32,
         len_at: u32|
         -> Result<u32> {
            let Some(buffer) = buffer(guest.data_mut(), kind) else {
                return Ok(NOT_FOUND);
            };
            let Some(end) = start.checked_add(max) else {
                return Ok(BAD_ARGUMENT);
            };
            let start = (start as usize).min(buffer.len());
            let bytes = buffer[start..(end as usize).min(buffer.len())].to_vec();
            if !bytes.is_empty() {
                hand_over(&mut guest, &bytes, data_at, len_at)?;
            }
            Ok(OK)
        },
    )?;
    linker.func_wrap(
        "env",
        "proxy_set_buffer_bytes",
        |mut guest: Guest<'_>,
         kind: u32,
         start: u32,
         size: u32,
         at: u32,
         len: u32|
         -> Result<u32> {
            let bytes = read(&mut guest, at, len)?;
            let body = match (kind, guest.data_mut().stream()) {
                (0, Some(stream)) => stream.request.body(),
                (1, Some(stream)) => stream.response.body(),
                _ => None,
            };
            let Some(body) = body else {
                return Ok(NOT_FOUND);
            };
            // Envoy can replace the beginning and append, nothing else.
            if start == 0 {
                let size = (size as usize).min(body.len());
                body.splice(..size, bytes);
            } else if start as usize >= body.len() {
                body.extend(bytes);
            } else {
                return Ok(BAD_ARGUMENT);
            }
            Ok(OK)
        },
    )?;
    Ok(())
}

fn buffer(state: &mut State, kind: u32) -> Option<Vec<u8>> {
    match kind {
        0 => state.stream()?.request.body().cloned(),
        1 => state.stream()?.response.body().cloned(),
        4 => state.callout_answer.as_ref().map(|(_, body)| body.clone()),
        6 => Some(Vec::new()),
        7 => state
            .configuring
            .then(|| state.setup.configuration.clone().into_bytes()),
        _ => None,
    }
}
