//! The WASI functions that proxy-wasm-cpp-host offers (its src/exports.cc), answered as it does.

use std::io::Write;

use rand_core::RngCore;
use wasmtime::{Linker, Result, bail};

use super::memory::{Guest, read, read_u32, write};
use super::state::State;
use crate::observed::LogLine;

const MODULE: &str = "wasi_snapshot_preview1";
const OK: u32 = 0;
const BAD_FILE: u32 = 8;
const NOT_SUPPORTED: u32 = 58;
const NO_SYSTEM_CALL: u32 = 52;

/// Adds them to what the module may import.
pub fn add(linker: &mut Linker<State>) -> Result<()> {
    linker.func_wrap(
        MODULE,
        "environ_sizes_get",
        |mut guest: Guest<'_>, count_at: u32, size_at: u32| -> Result<u32> {
            let variables = variables(&guest);
            write(
                &mut guest,
                count_at,
                &(variables.len() as u32).to_le_bytes(),
            )?;
            let size: usize = variables.iter().map(Vec::len).sum();
            write(&mut guest, size_at, &(size as u32).to_le_bytes())?;
            Ok(OK)
        },
    )?;
    linker.func_wrap(
        MODULE,
        "environ_get",
        |mut guest: Guest<'_>, mut list_at: u32, mut at: u32| -> Result<u32> {
            for variable in variables(&guest) {
                write(&mut guest, list_at, &at.to_le_bytes())?;
                write(&mut guest, at, &variable)?;
                list_at += 4;
                at += variable.len() as u32;
            }
            Ok(OK)
        },
    )?;
    linker.func_wrap(
        MODULE,
        "args_sizes_get",
        |mut guest: Guest<'_>, count_at: u32, size_at: u32| -> Result<u32> {
            write(&mut guest, count_at, &[0; 4])?;
            write(&mut guest, size_at, &[0; 4])?;
            Ok(OK)
        },
    )?;
    linker.func_wrap(MODULE, "args_get", |_: u32, _: u32| OK)?;
    linker.func_wrap(
        MODULE,
        "clock_time_get",
        |mut guest: Guest<'_>, id: u32, _: u64, at: u32| -> Result<u32> {
            let clock = &guest.data().clock;
            let time = match id {
                0 => clock.realtime(),
                1 => clock.monotonic(),
                _ => return Ok(NOT_SUPPORTED),
            };
            write(&mut guest, at, &(time.as_nanos() as u64).to_le_bytes())?;
            Ok(OK)
        },
    )?;
    linker.func_wrap(
        MODULE,
        "random_get",
        |mut guest: Guest<'_>, at: u32, len: u32| -> Result<u32> {
            let mut bytes = vec![0; len as usize];
            rand_core::OsRng.fill_bytes(&mut bytes);
            write(&mut guest, at, &bytes)?;
            Ok(OK)
        },
    )?;
    linker.func_wrap(MODULE, "fd_write", fd_write)?;
    linker.func_wrap(MODULE, "fd_read", |_: u32, _: u32, _: u32, _: u32| {
        NO_SYSTEM_CALL
    })?;
    linker.func_wrap(MODULE, "fd_seek", |_: u32, _: u64, _: u32, _: u32| OK)?;
    linker.func_wrap(MODULE, "fd_close", |_: u32| OK)?;
    linker.func_wrap(
        MODULE,
        "fd_fdstat_get",
        |mut guest: Guest<'_>, fd: u32, at: u32| -> Result<u32> {
            if fd != 1 && fd != 2 {
                return Ok(BAD_FILE);
            }
            // The right to write, in the second of three words.
            let mut stat = [0; 24];
            stat[8] = 64;
            write(&mut guest, at, &stat)?;
            Ok(OK)
        },
    )?;
    linker.func_wrap(MODULE, "proc_exit", |code: u32| -> Result<()> {
        bail!("the module called proc_exit({code})")
    })?;
    linker.func_wrap(
        MODULE,
        "path_open",
        |_: u32, _: u32, _: u32, _: u32, _: u32, _: u64, _: u64, _: u32, _: u32| NOT_SUPPORTED,
    )?;
    linker.func_wrap(MODULE, "fd_prestat_get", |_: u32, _: u32| BAD_FILE)?;
    linker.func_wrap(MODULE, "fd_prestat_dir_name", |_: u32, _: u32, _: u32| {
        NOT_SUPPORTED
    })?;
    Ok(())
}

/// `NAME=value` with a zero behind it, each.
fn variables(guest: &Guest<'_>) -> Vec<Vec<u8>> {
    let environment = &guest.data().setup.environment;
    environment
        .iter()
        .map(|(name, value)| format!("{name}={value}\0").into_bytes())
        .collect()
}

/// What is written to the standard streams is a log line.
fn fd_write(
    mut guest: Guest<'_>,
    fd: u32,
    slices: u32,
    count: u32,
    written_at: u32,
) -> Result<u32> {
    let level = match fd {
        1 => "info",
        2 => "error",
        _ => return Ok(BAD_FILE),
    };
    let mut bytes = Vec::new();
    for slice in 0..count {
        let at = read_u32(&mut guest, slices + slice * 8)?;
        let len = read_u32(&mut guest, slices + slice * 8 + 4)?;
        bytes.write_all(&read(&mut guest, at, len)?)?;
    }
    write(&mut guest, written_at, &(bytes.len() as u32).to_le_bytes())?;
    let text = String::from_utf8_lossy(&bytes)
        .trim_end_matches('\n')
        .to_owned();
    guest.data_mut().log.push(LogLine {
        level: level.to_owned(),
        text,
    });
    Ok(OK)
}
