//! Shared queues.

use std::collections::VecDeque;

use wasmtime::{Linker, Result};

use super::super::memory::{Guest, hand_over, read, read_text, write};
use super::super::state::State;
use super::{NOT_FOUND, OK};

/// What a queue without anything on it answers (proxy-wasm ABI: Empty).
const EMPTY: u32 = 7;

/// Adds them.
pub fn add(linker: &mut Linker<State>) -> Result<()> {
    linker.func_wrap(
        "env",
        "proxy_register_shared_queue",
        |mut guest: Guest<'_>, at: u32, len: u32, id_at: u32| -> Result<u32> {
            // One VM, and names that it draws: each is a queue of its own.
            read_text(&mut guest, at, len)?;
            let queues = &mut guest.data_mut().queues;
            queues.push(VecDeque::new());
            let id = queues.len() as u32;
            write(&mut guest, id_at, &id.to_le_bytes())?;
            Ok(OK)
        },
    )?;
    linker.func_wrap(
        "env",
        "proxy_enqueue_shared_queue",
        |mut guest: Guest<'_>, id: u32, at: u32, len: u32| -> Result<u32> {
            let value = read(&mut guest, at, len)?;
            let state = guest.data_mut();
            let Some(queue) = state.queues.get_mut((id as usize).wrapping_sub(1)) else {
                return Ok(NOT_FOUND);
            };
            queue.push_back(value);
            state.queues_ready.push(id);
            Ok(OK)
        },
    )?;
    linker.func_wrap(
        "env",
        "proxy_dequeue_shared_queue",
        |mut guest: Guest<'_>, id: u32, data_at: u32, len_at: u32| -> Result<u32> {
            let queues = &mut guest.data_mut().queues;
            let Some(queue) = queues.get_mut((id as usize).wrapping_sub(1)) else {
                return Ok(NOT_FOUND);
            };
            let Some(value) = queue.pop_front() else {
                return Ok(EMPTY);
            };
            hand_over(&mut guest, &value, data_at, len_at)?;
            Ok(OK)
        },
    )?;
    Ok(())
}
