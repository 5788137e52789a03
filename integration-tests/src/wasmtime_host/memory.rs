//! Reading and writing the module's memory. A bad address is an error of the module, never hidden.

use wasmtime::{Caller, Error, Extern, Memory, Result, format_err};

use super::state::State;
use crate::headers::Headers;

/// The module's side of a host call.
pub type Guest<'a> = Caller<'a, State>;

fn memory(guest: &mut Guest<'_>) -> Result<Memory> {
    match guest.get_export("memory") {
        Some(Extern::Memory(memory)) => Ok(memory),
        _ => Err(Error::msg("the module exports no `memory`")),
    }
}

/// Copies bytes out.
pub fn read(guest: &mut Guest<'_>, at: u32, len: u32) -> Result<Vec<u8>> {
    let memory = memory(guest)?;
    let mut bytes = vec![0; len as usize];
    memory
        .read(&*guest, at as usize, &mut bytes)
        .map_err(|_| format_err!("read of {len} bytes at {at:#x}, outside the memory"))?;
    Ok(bytes)
}

/// Copies text out; the ABI allows any bytes, our module promises UTF-8 for names and log lines.
pub fn read_text(guest: &mut Guest<'_>, at: u32, len: u32) -> Result<String> {
    String::from_utf8(read(guest, at, len)?).map_err(|error| format_err!("expected UTF-8: {error}"))
}

/// Copies a number out.
pub fn read_u32(guest: &mut Guest<'_>, at: u32) -> Result<u32> {
    let bytes = read(guest, at, 4)?;
    Ok(u32::from_le_bytes(bytes.try_into().expect("four bytes")))
}

/// Copies bytes in.
pub fn write(guest: &mut Guest<'_>, at: u32, bytes: &[u8]) -> Result<()> {
    let memory = memory(guest)?;
    memory.write(&mut *guest, at as usize, bytes).map_err(|_| {
        format_err!(
            "write of {} bytes at {at:#x}, outside the memory",
            bytes.len()
        )
    })
}

/// Hands bytes over in memory that the module allocates, and puts their place and length where
/// the module wants them.
pub fn hand_over(guest: &mut Guest<'_>, bytes: &[u8], data_at: u32, len_at: u32) -> Result<()> {
    let mut place = 0;
    if !bytes.is_empty() {
        let Some(Extern::Func(allocate)) = guest.get_export("proxy_on_memory_allocate") else {
            return Err(Error::msg(
                "the module exports no `proxy_on_memory_allocate`",
            ));
        };
        let allocate = allocate.typed::<u32, u32>(&*guest)?;
        place = allocate.call(&mut *guest, bytes.len() as u32)?;
        write(guest, place, bytes)?;
    }
    write(guest, data_at, &place.to_le_bytes())?;
    write(guest, len_at, &(bytes.len() as u32).to_le_bytes())
}

/// The ABI's form of a header map: the count, the lengths of all names and values, then each of
/// them with a zero behind it.
pub fn encode_map(map: &Headers) -> Vec<u8> {
    let mut bytes = (map.0.len() as u32).to_le_bytes().to_vec();
    for (name, value) in &map.0 {
        bytes.extend((name.len() as u32).to_le_bytes());
        bytes.extend((value.len() as u32).to_le_bytes());
    }
    for (name, value) in &map.0 {
        bytes.extend(name.as_bytes());
        bytes.push(0);
        bytes.extend(value);
        bytes.push(0);
    }
    bytes
}

/// Reads the same form.
pub fn decode_map(bytes: &[u8]) -> Result<Headers> {
    if bytes.is_empty() {
        return Ok(Headers::default());
    }
    let number = |at: usize| {
        let four = bytes.get(at..at + 4).and_then(|four| four.try_into().ok());
        four.map(|four| u32::from_le_bytes(four) as usize)
            .ok_or_else(|| Error::msg("a header map is cut short"))
    };
    let count = number(0)?;
    let mut at = 4 + count * 8;
    let mut take = |len: usize| {
        let taken = bytes
            .get(at..at + len)
            .ok_or_else(|| Error::msg("a header map is cut short"));
        at += len + 1;
        taken
    };
    let mut map = Headers::default();
    for field in 0..count {
        let name = take(number(4 + field * 8)?)?;
        let value = take(number(8 + field * 8)?)?;
        map.add(String::from_utf8_lossy(name), value);
    }
    Ok(map)
}
