//! Resuming, answering and resetting streams, and callouts: done when the callback has returned.

use std::time::Duration;

use wasmtime::{Linker, Result};

use super::super::memory::{Guest, decode_map, read, read_text, write};
use super::super::state::{Deferred, LocalReply, NewCallout, State, Way};
use super::{BAD_ARGUMENT, OK};

/// Adds them.
pub fn add(linker: &mut Linker<State>) -> Result<()> {
    linker.func_wrap(
        "env",
        "proxy_continue_stream",
        |mut guest: Guest<'_>, kind: u32| {
            let way = match kind {
                0 => Way::Request,
                1 => Way::Response,
                _ => return BAD_ARGUMENT,
            };
            let state = guest.data_mut();
            let id = state.context();
            if let Some(stream) = state.stream() {
                // Resuming either way makes the request unseen.
                stream.request.headers_visible = false;
                stream.request.trailers_visible = false;
                stream.request.piece = None;
                state.deferred.push_back(Deferred::Continue(id, way));
            }
            OK
        },
    )?;
    linker.func_wrap(
        "env",
        "proxy_close_stream",
        |mut guest: Guest<'_>, kind: u32| {
            let state = guest.data_mut();
            let id = state.context();
            if kind > 1 {
                return BAD_ARGUMENT;
            }
            if state.stream().is_some() {
                state.deferred.push_back(Deferred::Close(id));
            }
            OK
        },
    )?;
    linker.func_wrap(
        "env",
        "proxy_send_local_response",
        |mut guest: Guest<'_>,
         status: u32,
         _: u32,
         _: u32,
         body_at: u32,
         body_len: u32,
         map_at: u32,
         map_len: u32,
         _: i32|
         -> Result<u32> {
            let body = read(&mut guest, body_at, body_len)?;
            let headers = decode_map(&read(&mut guest, map_at, map_len)?)?;
            let state = guest.data_mut();
            let id = state.context();
            let reply = LocalReply {
                status: status as u16,
                headers,
                body,
            };
            state.deferred.push_back(Deferred::Reply(id, reply));
            state.stop_iteration = true;
            Ok(OK)
        },
    )?;
    linker.func_wrap(
        "env",
        "proxy_http_call",
        |mut guest: Guest<'_>,
         cluster_at: u32,
         cluster_len: u32,
         map_at: u32,
         map_len: u32,
         body_at: u32,
         body_len: u32,
         _: u32,
         _: u32,
         timeout: u32,
         token_at: u32|
         -> Result<u32> {
            let cluster = read_text(&mut guest, cluster_at, cluster_len)?;
            let headers = decode_map(&read(&mut guest, map_at, map_len)?)?;
            let body = read(&mut guest, body_at, body_len)?;
            let state = guest.data_mut();
            let complete = [":method", ":path", ":authority"]
                .iter()
                .all(|name| headers.first(name).is_some());
            if !complete || !state.clusters.contains(&cluster) {
                return Ok(BAD_ARGUMENT);
            }
            state.last_token += 1;
            let token = state.last_token;
            let timeout = Duration::from_millis(timeout.into());
            state.callouts.push(NewCallout {
                token,
                headers,
                body,
                timeout,
            });
            write(&mut guest, token_at, &token.to_le_bytes())?;
            Ok(OK)
        },
    )?;
    // Only delays the end of the root context; it never ends here.
    linker.func_wrap("env", "proxy_done", || OK)?;
    Ok(())
}
