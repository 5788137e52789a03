//! Decompression for the web's DecompressionStream, which tells apart input that ends too early and
//! input that goes on after its end.
//!
//! `inflatePrefix(bytes, header, limit)` gives `[output, used, ended]` of the DEFLATE data (RFC 1951;
//! with `header` in a zlib stream, RFC 1950) at the beginning of `bytes`: what has come out as an
//! ArrayBuffer of about `limit` bytes at most, how many bytes of input that took, and whether the data
//! has ended there; null when it is no such data. `brotliPrefix(bytes, limit)` does so with Brotli's
//! data (RFC 7932).

use brotli::enc::StandardAlloc;
use brotli::{BrotliDecompressStream, BrotliResult, BrotliState};
use flate2::{Decompress, FlushDecompress, Status};
use javy::quickjs::{Array, Ctx, Result, Value};

use super::{Args, Native, null, to_buffer};

pub const FUNCTIONS: &[(&str, Native)] = &[
    ("inflatePrefix", inflate_prefix),
    ("brotliPrefix", brotli_prefix),
];

/// Room for one more piece of output, at least.
const PIECE: usize = 16 << 10;

/// What came out, how much of the input that took, and whether the data has ended there; none when it
/// is no such data.
type Prefix = Option<(Vec<u8>, usize, bool)>;

fn inflate_prefix<'js>(ctx: &Ctx<'js>, args: &Args<'js>) -> Result<Value<'js>> {
    let bytes = args.bytes(ctx, 0)?;
    let header: bool = args.of(ctx, 1)?;
    let limit = args.of::<f64>(ctx, 2)? as usize;
    to_value(ctx, inflate(&bytes, header, limit))
}

fn brotli_prefix<'js>(ctx: &Ctx<'js>, args: &Args<'js>) -> Result<Value<'js>> {
    let bytes = args.bytes(ctx, 0)?;
    let limit = args.of::<f64>(ctx, 1)? as usize;
    to_value(ctx, unbrotli(&bytes, limit))
}

fn to_value<'js>(ctx: &Ctx<'js>, prefix: Prefix) -> Result<Value<'js>> {
    let Some((output, used, ended)) = prefix else {
        return Ok(null(ctx));
    };
    let result = Array::new(ctx.clone())?;
    result.set(0, to_buffer(ctx, &output)?)?;
    result.set(1, used)?;
    result.set(2, ended)?;
    Ok(result.into_value())
}

fn inflate(bytes: &[u8], header: bool, limit: usize) -> Prefix {
    let mut decompress = Decompress::new(header);
    let mut output = Vec::with_capacity(PIECE);
    loop {
        let used = usize::try_from(decompress.total_in()).ok()?;
        let rest = bytes.get(used..).unwrap_or_default();
        let written = output.len();
        let status = decompress.decompress_vec(rest, &mut output, FlushDecompress::None);
        let now_used = usize::try_from(decompress.total_in()).ok()?;
        match status {
            Err(_) => return None,
            Ok(Status::StreamEnd) => return Some((output, now_used, true)),
            Ok(_) if output.len() >= limit => return Some((output, now_used, false)),
            Ok(_) if output.len() == output.capacity() => output.reserve(PIECE.max(output.len())),
            Ok(_) if output.len() == written && now_used == used => {
                return Some((output, now_used, false));
            }
            Ok(_) => {}
        }
    }
}

fn unbrotli(bytes: &[u8], limit: usize) -> Prefix {
    let alloc = StandardAlloc::default;
    let mut state = BrotliState::new_strict(alloc(), alloc(), alloc());
    let mut output = vec![0; PIECE];
    let (mut used, mut written, mut total) = (0, 0, 0);
    let mut rest = bytes.len();
    loop {
        let mut room = output.len().checked_sub(written)?;
        let result = BrotliDecompressStream(
            &mut rest,
            &mut used,
            bytes,
            &mut room,
            &mut written,
            &mut output,
            &mut total,
            &mut state,
        );
        match result {
            BrotliResult::ResultFailure => return None,
            BrotliResult::NeedsMoreOutput if written < limit => {
                output.resize(output.len().saturating_mul(2), 0);
            }
            BrotliResult::NeedsMoreOutput
            | BrotliResult::NeedsMoreInput
            | BrotliResult::ResultSuccess => {
                output.truncate(written);
                let ended = matches!(result, BrotliResult::ResultSuccess);
                return Some((output, used, ended));
            }
        }
    }
}
