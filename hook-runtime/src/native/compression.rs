//! Decompression for the web's DecompressionStream, which tells apart input that ends too early and
//! input that goes on after its end.
//!
//! `inflatePrefix(bytes, header, limit)` gives `[output, used, ended]` of the DEFLATE data (RFC 1951;
//! with `header` in a zlib stream, RFC 1950) at the beginning of `bytes`: what has come out as an
//! ArrayBuffer of about `limit` bytes at most, how many bytes of input that took, and whether the data
//! has ended there; null when it is no such data.

use flate2::{Decompress, FlushDecompress, Status};
use javy::quickjs::{Array, Ctx, Result, Value};

use super::{Args, Native, null, to_buffer};

pub const FUNCTIONS: &[(&str, Native)] = &[("inflatePrefix", inflate_prefix)];

/// Room for one more piece of output, at least.
const PIECE: usize = 16 << 10;

fn inflate_prefix<'js>(ctx: &Ctx<'js>, args: &Args<'js>) -> Result<Value<'js>> {
    let bytes = args.bytes(ctx, 0)?;
    let header: bool = args.of(ctx, 1)?;
    let limit = args.of::<f64>(ctx, 2)? as usize;
    let Some((output, used, ended)) = inflate(&bytes, header, limit) else {
        return Ok(null(ctx));
    };
    let result = Array::new(ctx.clone())?;
    result.set(0, to_buffer(ctx, &output)?)?;
    result.set(1, used)?;
    result.set(2, ended)?;
    Ok(result.into_value())
}

fn inflate(bytes: &[u8], header: bool, limit: usize) -> Option<(Vec<u8>, usize, bool)> {
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
