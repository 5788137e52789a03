//! Headers and trailers, as long as the module may see them.

use wasmtime::{Linker, Result};

use super::super::memory::{Guest, decode_map, encode_map, hand_over, read, read_text};
use super::super::state::State;
use super::{BAD_ARGUMENT, NOT_FOUND, OK};
use crate::headers::Headers;

/// Adds them.
pub fn add(linker: &mut Linker<State>) -> Result<()> {
    linker.func_wrap(
        "env",
        "proxy_get_header_map_pairs",
        |mut guest: Guest<'_>, kind: u32, data_at: u32, len_at: u32| -> Result<u32> {
            // A map that is not there reads as empty.
            let pairs = map(guest.data_mut(), kind)
                .map(encode_map)
                .unwrap_or_default();
            hand_over(&mut guest, &pairs, data_at, len_at)?;
            Ok(OK)
        },
    )?;
    linker.func_wrap(
        "env",
        "proxy_set_header_map_pairs",
        |mut guest: Guest<'_>, kind: u32, at: u32, len: u32| -> Result<u32> {
            let pairs = decode_map(&read(&mut guest, at, len)?)?;
            let Some(map) = changeable_map(guest.data_mut(), kind) else {
                return Ok(BAD_ARGUMENT);
            };
            *map = pairs;
            Ok(OK)
        },
    )?;
    linker.func_wrap(
        "env",
        "proxy_get_header_map_value",
        |mut guest: Guest<'_>,
         kind: u32,
         name_at: u32,
         name_len: u32,
         data_at: u32,
         len_at: u32|
         -> Result<u32> {
            let name = read_text(&mut guest, name_at, name_len)?;
            let Some(map) = map(guest.data_mut(), kind) else {
                return Ok(BAD_ARGUMENT);
            };
            let Some(value) = map.first(&name).map(<[u8]>::to_vec) else {
                return Ok(NOT_FOUND);
            };
            hand_over(&mut guest, &value, data_at, len_at)?;
            Ok(OK)
        },
    )?;
    linker.func_wrap(
        "env",
        "proxy_remove_header_map_value",
        |mut guest: Guest<'_>, kind: u32, name_at: u32, name_len: u32| -> Result<u32> {
            let name = read_text(&mut guest, name_at, name_len)?;
            let Some(map) = changeable_map(guest.data_mut(), kind) else {
                return Ok(BAD_ARGUMENT);
            };
            map.remove(&name);
            Ok(OK)
        },
    )?;
    for (function, change) in [
        (
            "proxy_add_header_map_value",
            Headers::add as fn(&mut Headers, String, Vec<u8>),
        ),
        ("proxy_replace_header_map_value", |map, name, value| {
            map.set(&name, value)
        }),
    ] {
        linker.func_wrap(
            "env",
            function,
            move |mut guest: Guest<'_>,
                  kind: u32,
                  name_at: u32,
                  name_len: u32,
                  value_at: u32,
                  value_len: u32|
                  -> Result<u32> {
                let name = read_text(&mut guest, name_at, name_len)?;
                let value = read(&mut guest, value_at, value_len)?;
                let Some(map) = changeable_map(guest.data_mut(), kind) else {
                    return Ok(BAD_ARGUMENT);
                };
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
    if kind.is_multiple_of(2) {
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
