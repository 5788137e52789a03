//! The encodings of Node's `Buffer` (Node.js documentation, "Buffers and character encodings").
//!
//! `bufferFrom(text, encoding)` gives bytes, `bufferText(bytes, encoding)` text, `bufferLength(text)` the
//! length in UTF-8. Encodings: `utf8`, `latin1`, `ascii`, `hex`, `base64`, `base64url`. `utf16le` is the
//! JavaScript side's, whose strings are that.

use javy::quickjs::{Ctx, Exception, Result, Value};

use super::{Args, Native, to_buffer, to_value};

pub const FUNCTIONS: &[(&str, Native)] = &[
    ("bufferFrom", from_text),
    ("bufferText", to_text),
    ("bufferLength", length),
];

fn from_text<'js>(ctx: &Ctx<'js>, args: &Args<'js>) -> Result<Value<'js>> {
    let text = args.text(ctx, 0)?;
    let bytes = match args.text(ctx, 1)?.as_str() {
        "utf8" => text.into_bytes(),
        "latin1" | "ascii" => text.encode_utf16().map(low_byte).collect(),
        "hex" => from_hex(text.as_bytes()),
        "base64" | "base64url" => from_base64(text.as_bytes()),
        other => return Err(unknown(ctx, other)),
    };
    to_buffer(ctx, &bytes)
}

fn to_text<'js>(ctx: &Ctx<'js>, args: &Args<'js>) -> Result<Value<'js>> {
    let bytes = args.bytes(ctx, 0)?;
    let text = match args.text(ctx, 1)?.as_str() {
        "utf8" => String::from_utf8_lossy(&bytes).into_owned(),
        "latin1" => bytes.iter().map(|byte| char::from(*byte)).collect(),
        "ascii" => bytes.iter().map(|byte| char::from(byte & 0x7f)).collect(),
        "hex" => to_hex(&bytes),
        "base64" => to_base64(&bytes, BASE64, true),
        "base64url" => to_base64(&bytes, BASE64_URL, false),
        other => return Err(unknown(ctx, other)),
    };
    to_value(ctx, text)
}

fn length<'js>(ctx: &Ctx<'js>, args: &Args<'js>) -> Result<Value<'js>> {
    to_value(ctx, args.text(ctx, 0)?.len() as f64)
}

fn unknown(ctx: &Ctx<'_>, encoding: &str) -> javy::quickjs::Error {
    Exception::throw_type(ctx, &format!("there is no encoding {encoding}"))
}

fn low_byte(unit: u16) -> u8 {
    unit.to_le_bytes()[0]
}

fn to_hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(value.into(), 16).unwrap_or('0');
    let digits = bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]);
    digits.collect()
}

/// As Node: up to the first pair that is none.
fn from_hex(text: &[u8]) -> Vec<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let pairs = text.chunks_exact(2).map(|pair| match pair {
        [high, low] => u8::try_from(digit(*high)? << 4 | digit(*low)?).ok(),
        _ => None,
    });
    pairs.map_while(|pair| pair).collect()
}

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const BASE64_URL: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

fn to_base64(bytes: &[u8], alphabet: &[u8; 64], padded: bool) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group = chunk.iter().chain([0, 0].iter()).take(3);
        let group = group.fold(0u32, |group, byte| group << 8 | u32::from(*byte));
        for place in 0..4 {
            if place <= chunk.len() {
                let index = group >> (18 - 6 * place) & 63;
                text.extend(alphabet.get(index as usize).map(|byte| char::from(*byte)));
            } else if padded {
                text.push('=');
            }
        }
    }
    text
}

/// As Node: both alphabets, what is in neither is skipped, and the first `=` ends it.
fn from_base64(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 3);
    let (mut group, mut bits) = (0u32, 0);
    for byte in text.iter().take_while(|byte| **byte != b'=') {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => continue,
        };
        group = group << 6 | u32::from(value);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(((group >> bits) & 0xff) as u8);
        }
    }
    bytes
}
