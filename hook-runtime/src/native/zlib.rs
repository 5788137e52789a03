//! Compression for Node's `zlib` and the web's compression streams (RFC 1950, 1951, 1952, 7932).
//!
//! `zlib(kind, bytes, level, limit, partial)` gives an ArrayBuffer, or a string that says what is wrong
//! with the input, as zlib says it. `kind`: `gzip`, `gunzip`, `deflate`, `inflate`, `deflateRaw`,
//! `inflateRaw`, `unzip`, `brotliCompress`, `brotliDecompress`. `level`: -1 to 9, for Brotli 0 to 11.
//! `limit`: what comes out at most, in bytes. `partial`: input that ends too early is no error.
//! `crc32(bytes, value)` goes on from `value`.

use std::io::{Read, Write};

use flate2::{Compress, Compression, Crc, Decompress, FlushCompress, FlushDecompress, Status};
use javy::quickjs::{Ctx, Exception, Result, Value};

use super::{Args, Native, to_buffer, to_value};

pub const FUNCTIONS: &[(&str, Native)] = &[("zlib", zlib), ("crc32", crc32)];

/// What is wrong, in zlib's words.
type Outcome = std::result::Result<Vec<u8>, &'static str>;

const HEADER: &str = "incorrect header check";
const CHECK: &str = "incorrect data check";
const DATA: &str = "invalid compressed data";
const ENDS: &str = "unexpected end of file";
const LARGE: &str = "too large";

/// Room for one more piece of output.
const PIECE: usize = 32 << 10;

fn zlib<'js>(ctx: &Ctx<'js>, args: &Args<'js>) -> Result<Value<'js>> {
    let kind = args.text(ctx, 0)?;
    let bytes = args.bytes(ctx, 1)?;
    let level: i32 = args.of(ctx, 2)?;
    let limit = args.of::<f64>(ctx, 3)? as usize;
    let partial: bool = args.of(ctx, 4)?;
    let outcome = match kind.as_str() {
        "gzip" => gzip(&bytes, level),
        "deflate" => deflate(&bytes, level, true),
        "deflateRaw" => deflate(&bytes, level, false),
        "brotliCompress" => brotli_compress(&bytes, level),
        "gunzip" => gunzip(&bytes, limit, partial),
        "inflate" => inflate(&bytes, true, limit, partial).map(|(bytes, _)| bytes),
        "inflateRaw" => inflate(&bytes, false, limit, partial).map(|(bytes, _)| bytes),
        "unzip" if bytes.starts_with(&GZIP) => gunzip(&bytes, limit, partial),
        "unzip" => inflate(&bytes, true, limit, partial).map(|(bytes, _)| bytes),
        "brotliDecompress" => brotli_decompress(&bytes, limit, partial),
        _ => return Err(Exception::throw_type(ctx, "there is no such compression")),
    };
    match outcome {
        Ok(bytes) if bytes.len() <= limit => to_buffer(ctx, &bytes),
        Ok(_) => to_value(ctx, LARGE),
        Err(wrong) => to_value(ctx, wrong),
    }
}

fn crc32<'js>(ctx: &Ctx<'js>, args: &Args<'js>) -> Result<Value<'js>> {
    let bytes = args.bytes(ctx, 0)?;
    // The polynomial of RFC 1952 section 8, bit by bit.
    let crc = bytes
        .iter()
        .fold(!(args.of::<f64>(ctx, 1)? as u32), |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
                if crc & 1 == 1 {
                    crc >> 1 ^ 0xedb8_8320
                } else {
                    crc >> 1
                }
            })
        });
    to_value(ctx, f64::from(!crc))
}

fn deflate(bytes: &[u8], level: i32, header: bool) -> Outcome {
    let level = u32::try_from(level).map_or(Compression::default(), |level| {
        Compression::new(level.min(9))
    });
    let mut compress = Compress::new(level, header);
    let mut output = Vec::with_capacity(bytes.len() / 2 + 64);
    loop {
        let rest = bytes
            .get(compress.total_in() as usize..)
            .unwrap_or_default();
        let status = compress.compress_vec(rest, &mut output, FlushCompress::Finish);
        match status {
            Ok(Status::StreamEnd) => return Ok(output),
            Ok(_) => output.reserve(PIECE),
            Err(_) => return Err(DATA),
        }
    }
}

const GZIP: [u8; 2] = [0x1f, 0x8b];

fn gzip(bytes: &[u8], level: i32) -> Outcome {
    let mut crc = Crc::new();
    crc.update(bytes);
    // No name, no time, made on Unix, as Node writes it.
    let mut output = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3];
    output.extend(deflate(bytes, level, false)?);
    output.extend(crc.sum().to_le_bytes());
    output.extend(crc.amount().to_le_bytes());
    Ok(output)
}

/// Member after member; what follows the last and is none is ignored, as Node does.
fn gunzip(bytes: &[u8], limit: usize, partial: bool) -> Outcome {
    let mut output = Vec::new();
    let mut rest = bytes;
    loop {
        let Some(body) = after_gzip_header(rest)? else {
            return if partial { Ok(output) } else { Err(ENDS) };
        };
        let (plain, used) = inflate(body, false, limit.saturating_sub(output.len()), partial)?;
        let trailer = body.get(used..).unwrap_or_default();
        let Some((check, after)) = trailer.split_at_checked(8) else {
            output.extend(plain);
            return if partial { Ok(output) } else { Err(ENDS) };
        };
        let mut crc = Crc::new();
        crc.update(&plain);
        if check.split_at(4) != (&crc.sum().to_le_bytes(), &crc.amount().to_le_bytes()) {
            return Err(CHECK);
        }
        output.extend(plain);
        if !after.starts_with(&GZIP) {
            return Ok(output);
        }
        rest = after;
    }
}

/// What follows the header of a member (RFC 1952 section 2.3); `None` when it ends within it.
fn after_gzip_header(bytes: &[u8]) -> std::result::Result<Option<&[u8]>, &'static str> {
    if bytes.len() >= GZIP.len() && !bytes.starts_with(&GZIP) {
        return Err(HEADER);
    }
    let Some((header, mut rest)) = bytes.split_at_checked(10) else {
        return Ok(None);
    };
    let &[_, _, method, flags, ..] = header else {
        return Ok(None);
    };
    if method != 8 {
        return Err("unknown compression method");
    }
    let is_set = |bit: u8| flags >> bit & 1 == 1;
    let skip = |rest: &mut &[u8], count: usize| match rest.get(count..) {
        Some(after) => {
            *rest = after;
            true
        }
        None => false,
    };
    if is_set(2) {
        let &[low, high, ..] = rest else {
            return Ok(None);
        };
        if !skip(&mut rest, 2 + usize::from(u16::from_le_bytes([low, high]))) {
            return Ok(None);
        }
    }
    for bit in [3, 4] {
        if is_set(bit) {
            let Some(end) = rest.iter().position(|byte| *byte == 0) else {
                return Ok(None);
            };
            skip(&mut rest, end + 1);
        }
    }
    if is_set(1) && !skip(&mut rest, 2) {
        return Ok(None);
    }
    Ok(Some(rest))
}

/// The plain bytes, and how many bytes of the input they are from.
fn inflate(
    bytes: &[u8],
    header: bool,
    limit: usize,
    partial: bool,
) -> std::result::Result<(Vec<u8>, usize), &'static str> {
    let mut decompress = Decompress::new(header);
    let mut output = Vec::with_capacity(PIECE.min(limit));
    loop {
        let used = decompress.total_in() as usize;
        let rest = bytes.get(used..).unwrap_or_default();
        let written = output.len();
        let status = decompress.decompress_vec(rest, &mut output, FlushDecompress::None);
        match status {
            Ok(Status::StreamEnd) => return Ok((output, decompress.total_in() as usize)),
            Err(_) if header && used == 0 && output.is_empty() && !is_zlib(bytes) => {
                return Err(HEADER);
            }
            Err(_) => return Err(DATA),
            Ok(_) if output.len() > limit => return Err(LARGE),
            Ok(_) => {}
        }
        if output.len() == output.capacity() {
            output.reserve(PIECE.max(output.len()));
        } else if output.len() == written && decompress.total_in() as usize == used {
            return if partial {
                Ok((output, used))
            } else {
                Err(ENDS)
            };
        }
    }
}

/// Whether a zlib stream (RFC 1950 section 2.2) begins so.
fn is_zlib(bytes: &[u8]) -> bool {
    match bytes {
        [method, flags, ..] => {
            method & 15 == 8 && u16::from_be_bytes([*method, *flags]).is_multiple_of(31)
        }
        _ => true,
    }
}

/// Brotli's best qualities take seconds for a MiB, and nobody can stop native code: large input gets
/// less. What comes out is as valid.
fn brotli_compress(bytes: &[u8], quality: i32) -> Outcome {
    let most = if bytes.len() > 64 << 10 { 5 } else { 11 };
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: quality.clamp(0, most),
        size_hint: bytes.len(),
        ..Default::default()
    };
    let mut output = Vec::new();
    {
        let mut writer = brotli::CompressorWriter::with_params(&mut output, PIECE, &parameters);
        writer.write_all(bytes).map_err(|_| DATA)?;
    }
    Ok(output)
}

fn brotli_decompress(bytes: &[u8], limit: usize, partial: bool) -> Outcome {
    let mut output = Vec::new();
    let mut reader = brotli::Decompressor::new(bytes, PIECE);
    let read = reader
        .by_ref()
        .take(limit as u64 + 1)
        .read_to_end(&mut output);
    match read {
        Ok(_) => Ok(output),
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            if partial {
                Ok(output)
            } else {
                Err(ENDS)
            }
        }
        Err(_) => Err("Decompression failed"),
    }
}
