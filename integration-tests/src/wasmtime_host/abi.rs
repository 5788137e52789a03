//! The functions of the proxy-wasm ABI 0.2.1 that the module may call, with Envoy's answers
//! (its source/extensions/common/wasm/context.cc). The SDK imports others of the ABI too: calling
//! one of those is a trap with its name, and an import from outside the ABI cannot be loaded.

use std::time::Duration;

use wasmtime::{ExternType, Linker, Module, Result, bail};

use super::memory::{Guest, decode_map, encode_map, hand_over, read, read_text, write};
use super::sign;
use super::state::{Deferred, LocalReply, Metric, NewCallout, ROOT, State, Way};
use crate::headers::Headers;
use crate::observed::LogLine;
use crate::wasm_imports::PROXY_FUNCTIONS;

const OK: u32 = 0;
const NOT_FOUND: u32 = 1;
const BAD_ARGUMENT: u32 = 2;

/// The ABI's levels, in its order.
const LEVELS: [&str; 6] = ["trace", "debug", "info", "warn", "error", "critical"];

/// Adds them to what a module may import.
pub fn add(linker: &mut Linker<State>, module: &Module) -> Result<()> {
    add_refusals(linker, module)?;
    linker.allow_shadowing(true);
    add_surroundings(linker)?;
    add_maps(linker)?;
    add_buffers(linker)?;
    add_stream_control(linker)?;
    add_metrics(linker)?;
    linker.allow_shadowing(false);
    Ok(())
}

/// Every function of the ABI that the module imports, as a trap; the others then take the places
/// of those that we do answer.
fn add_refusals(linker: &mut Linker<State>, module: &Module) -> Result<()> {
    for import in module.imports() {
        let name = import.name();
        let of_the_abi = name.strip_prefix("proxy_").is_some_and(|name| PROXY_FUNCTIONS.contains(&name));
        if let (true, ExternType::Func(kind)) = (of_the_abi, import.ty()) {
            let called = format!("the filter calls {name}, which our host does not answer");
            linker.func_new("env", name, kind, move |_, _, _| bail!("{called}"))?;
        }
    }
    Ok(())
}

fn add_surroundings(linker: &mut Linker<State>) -> Result<()> {
    linker.func_wrap("env", "proxy_log", |mut guest: Guest<'_>, level: u32, at: u32, len: u32| -> Result<u32> {
        let Some(level) = LEVELS.get(level as usize) else { return Ok(BAD_ARGUMENT) };
        let text = read_text(&mut guest, at, len)?;
        guest.data_mut().log.push(LogLine { level: (*level).to_owned(), text });
        Ok(OK)
    })?;
    linker.func_wrap("env", "proxy_get_log_level", |mut guest: Guest<'_>, at: u32| -> Result<u32> {
        write(&mut guest, at, &2_u32.to_le_bytes())?;
        Ok(OK)
    })?;
    linker.func_wrap("env", "proxy_get_current_time_nanoseconds", |mut guest: Guest<'_>, at: u32| -> Result<u32> {
        let now = guest.data().clock.realtime().as_nanos() as u64;
        write(&mut guest, at, &now.to_le_bytes())?;
        Ok(OK)
    })?;
    linker.func_wrap("env", "proxy_set_tick_period_milliseconds", |mut guest: Guest<'_>, period: u32| {
        guest.data_mut().tick_period = (period > 0).then(|| Duration::from_millis(period.into()));
        OK
    })?;
    linker.func_wrap(
        "env",
        "proxy_get_property",
        |mut guest: Guest<'_>, path_at: u32, path_len: u32, data_at: u32, len_at: u32| -> Result<u32> {
            let path = read_text(&mut guest, path_at, path_len)?;
            let Some(value) = property(guest.data_mut(), &path) else { return Ok(NOT_FOUND) };
            hand_over(&mut guest, &value, data_at, len_at)?;
            Ok(OK)
        },
    )?;
    linker.func_wrap(
        "env",
        "proxy_call_foreign_function",
        |mut guest: Guest<'_>, name_at: u32, name_len: u32, at: u32, len: u32, data_at: u32, len_at: u32| -> Result<u32> {
            let name = read_text(&mut guest, name_at, name_len)?;
            if name != "sign" || !guest.data().setup.host_signs {
                return Ok(NOT_FOUND);
            }
            let arguments = read(&mut guest, at, len)?;
            let Some(answer) = sign::call(&arguments) else { return Ok(BAD_ARGUMENT) };
            hand_over(&mut guest, &answer, data_at, len_at)?;
            Ok(OK)
        },
    )?;
    linker.func_wrap("env", "proxy_set_effective_context", |mut guest: Guest<'_>, id: u32| {
        let state = guest.data_mut();
        if id != ROOT && !state.streams.contains_key(&id) {
            return BAD_ARGUMENT;
        }
        state.effective = Some(id);
        OK
    })?;
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

fn add_maps(linker: &mut Linker<State>) -> Result<()> {
    linker.func_wrap(
        "env",
        "proxy_get_header_map_pairs",
        |mut guest: Guest<'_>, kind: u32, data_at: u32, len_at: u32| -> Result<u32> {
            // A map that is not there reads as empty.
            let pairs = map(guest.data_mut(), kind).map(|map| encode_map(map)).unwrap_or_default();
            hand_over(&mut guest, &pairs, data_at, len_at)?;
            Ok(OK)
        },
    )?;
    linker.func_wrap("env", "proxy_set_header_map_pairs", |mut guest: Guest<'_>, kind: u32, at: u32, len: u32| -> Result<u32> {
        let pairs = decode_map(&read(&mut guest, at, len)?)?;
        let Some(map) = changeable_map(guest.data_mut(), kind) else { return Ok(BAD_ARGUMENT) };
        *map = pairs;
        Ok(OK)
    })?;
    linker.func_wrap(
        "env",
        "proxy_get_header_map_value",
        |mut guest: Guest<'_>, kind: u32, name_at: u32, name_len: u32, data_at: u32, len_at: u32| -> Result<u32> {
            let name = read_text(&mut guest, name_at, name_len)?;
            let Some(map) = map(guest.data_mut(), kind) else { return Ok(BAD_ARGUMENT) };
            let Some(value) = map.first(&name).map(<[u8]>::to_vec) else { return Ok(NOT_FOUND) };
            hand_over(&mut guest, &value, data_at, len_at)?;
            Ok(OK)
        },
    )?;
    linker.func_wrap(
        "env",
        "proxy_remove_header_map_value",
        |mut guest: Guest<'_>, kind: u32, name_at: u32, name_len: u32| -> Result<u32> {
            let name = read_text(&mut guest, name_at, name_len)?;
            let Some(map) = changeable_map(guest.data_mut(), kind) else { return Ok(BAD_ARGUMENT) };
            map.remove(&name);
            Ok(OK)
        },
    )?;
    for (function, change) in [
        ("proxy_add_header_map_value", Headers::add as fn(&mut Headers, String, Vec<u8>)),
        ("proxy_replace_header_map_value", |map, name, value| map.set(&name, value)),
    ] {
        linker.func_wrap(
            "env",
            function,
            move |mut guest: Guest<'_>, kind: u32, name_at: u32, name_len: u32, value_at: u32, value_len: u32| -> Result<u32> {
                let name = read_text(&mut guest, name_at, name_len)?;
                let value = read(&mut guest, value_at, value_len)?;
                let Some(map) = changeable_map(guest.data_mut(), kind) else { return Ok(BAD_ARGUMENT) };
                change(map, name, value);
                Ok(OK)
            },
        )?;
    }
    Ok(())
}

/// A map of the stream that the module may see now.
fn changeable_map(state: &mut State, kind: u32) -> Option<&mut Headers> {
    let stream = state.stream()?;
    let half = match kind {
        0 | 1 => &mut stream.request,
        2 | 3 => &mut stream.response,
        _ => return None,
    };
    if kind % 2 == 0 {
        half.headers_visible.then_some(&mut half.headers)
    } else if half.trailers_visible {
        half.trailers.as_mut()
    } else {
        None
    }
}

/// The same, or the answer of a callout.
fn map(state: &mut State, kind: u32) -> Option<&Headers> {
    match kind {
        6 => state.callout_answer.as_ref().map(|(headers, _)| headers),
        _ => changeable_map(state, kind).map(|map| &*map),
    }
}

fn add_buffers(linker: &mut Linker<State>) -> Result<()> {
    linker.func_wrap(
        "env",
        "proxy_get_buffer_bytes",
        |mut guest: Guest<'_>, kind: u32, start: u32, max: u32, data_at: u32, len_at: u32| -> Result<u32> {
            let Some(buffer) = buffer(guest.data_mut(), kind) else { return Ok(NOT_FOUND) };
            let Some(end) = start.checked_add(max) else { return Ok(BAD_ARGUMENT) };
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
        |mut guest: Guest<'_>, kind: u32, start: u32, size: u32, at: u32, len: u32| -> Result<u32> {
            let bytes = read(&mut guest, at, len)?;
            let body = match (kind, guest.data_mut().stream()) {
                (0, Some(stream)) => stream.request.body(),
                (1, Some(stream)) => stream.response.body(),
                _ => None,
            };
            let Some(body) = body else { return Ok(NOT_FOUND) };
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
        7 => state.configuring.then(|| state.setup.configuration.clone().into_bytes()),
        _ => None,
    }
}

fn add_stream_control(linker: &mut Linker<State>) -> Result<()> {
    linker.func_wrap("env", "proxy_continue_stream", |mut guest: Guest<'_>, kind: u32| {
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
    })?;
    linker.func_wrap("env", "proxy_close_stream", |mut guest: Guest<'_>, kind: u32| {
        let state = guest.data_mut();
        let id = state.context();
        if kind > 1 {
            return BAD_ARGUMENT;
        }
        if state.stream().is_some() {
            state.deferred.push_back(Deferred::Close(id));
        }
        OK
    })?;
    linker.func_wrap(
        "env",
        "proxy_send_local_response",
        |mut guest: Guest<'_>, status: u32, _: u32, _: u32, body_at: u32, body_len: u32, map_at: u32, map_len: u32, _: i32| -> Result<u32> {
            let body = read(&mut guest, body_at, body_len)?;
            let headers = decode_map(&read(&mut guest, map_at, map_len)?)?;
            let state = guest.data_mut();
            let id = state.context();
            let reply = LocalReply { status: status as u16, headers, body };
            state.deferred.push_back(Deferred::Reply(id, reply));
            state.stop_iteration = true;
            Ok(OK)
        },
    )?;
    linker.func_wrap(
        "env",
        "proxy_http_call",
        |mut guest: Guest<'_>, cluster_at: u32, cluster_len: u32, map_at: u32, map_len: u32, body_at: u32, body_len: u32, _: u32, _: u32, timeout: u32, token_at: u32| -> Result<u32> {
            let cluster = read_text(&mut guest, cluster_at, cluster_len)?;
            let headers = decode_map(&read(&mut guest, map_at, map_len)?)?;
            let body = read(&mut guest, body_at, body_len)?;
            let state = guest.data_mut();
            let complete = [":method", ":path", ":authority"].iter().all(|name| headers.first(name).is_some());
            if !complete || !state.clusters.contains(&cluster) {
                return Ok(BAD_ARGUMENT);
            }
            state.last_token += 1;
            let token = state.last_token;
            let timeout = Duration::from_millis(timeout.into());
            state.callouts.push(NewCallout { token, headers, body, timeout });
            write(&mut guest, token_at, &token.to_le_bytes())?;
            Ok(OK)
        },
    )?;
    // Only delays the end of the root context; it never ends here.
    linker.func_wrap("env", "proxy_done", || OK)?;
    Ok(())
}

fn add_metrics(linker: &mut Linker<State>) -> Result<()> {
    linker.func_wrap("env", "proxy_define_metric", |mut guest: Guest<'_>, kind: u32, at: u32, len: u32, id_at: u32| -> Result<u32> {
        let name = read_text(&mut guest, at, len)?;
        let metrics = &mut guest.data_mut().metrics;
        // The same name is the same metric, as in Envoy's stats.
        let id = metrics.iter().position(|metric| metric.name == name).unwrap_or_else(|| {
            metrics.push(Metric { name, kind, value: 0 });
            metrics.len() - 1
        });
        write(&mut guest, id_at, &(id as u32).to_le_bytes())?;
        Ok(OK)
    })?;
    linker.func_wrap("env", "proxy_increment_metric", |mut guest: Guest<'_>, id: u32, by: i64| {
        match guest.data_mut().metrics.get_mut(id as usize) {
            None => NOT_FOUND,
            Some(metric) if metric.kind > 1 || (metric.kind == 0 && by <= 0) => BAD_ARGUMENT,
            Some(metric) => {
                metric.value = metric.value.saturating_add_signed(by);
                OK
            }
        }
    })?;
    linker.func_wrap("env", "proxy_record_metric", |mut guest: Guest<'_>, id: u32, value: u64| {
        match guest.data_mut().metrics.get_mut(id as usize) {
            None => NOT_FOUND,
            Some(metric) if metric.kind == 0 => {
                metric.value += value;
                OK
            }
            Some(metric) => {
                metric.value = value;
                OK
            }
        }
    })?;
    linker.func_wrap("env", "proxy_get_metric", |mut guest: Guest<'_>, id: u32, at: u32| -> Result<u32> {
        let Some(metric) = guest.data().metrics.get(id as usize) else { return Ok(NOT_FOUND) };
        let value = metric.value;
        write(&mut guest, at, &value.to_le_bytes())?;
        Ok(OK)
    })?;
    Ok(())
}
