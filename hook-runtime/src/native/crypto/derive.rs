//! Keys from secrets (HKDF, RFC 5869) and from passwords (PBKDF2, RFC 8018 section 5.2; scrypt,
//! RFC 7914).

use ::hmac::{Hmac, Mac};
use javy::quickjs::{Ctx, Result, Value};

use super::super::Args;
use super::bytes_or_null;
use super::digest::with_hash;

/// Rounds of PBKDF2 in one call: about a millisecond.
const ROUNDS_AT_ONCE: u32 = 2_000;
/// scrypt cannot be interrupted: four times the work that Node does by default (N = 2¹⁴, r = 8, p = 1)
/// at most, in at most 32 MiB, as there.
const SCRYPT_WORK: u64 = 4 << 17;
const SCRYPT_MEMORY: u64 = 32 << 20;

/// (hash, secret, salt, info, length): the derived bytes; null when there cannot be so many.
pub(super) fn hkdf<'js>(ctx: &Ctx<'js>, args: &Args<'js>) -> Result<Value<'js>> {
    let (name, secret) = (args.text(ctx, 0)?, args.bytes(ctx, 1)?);
    let (salt, info) = (args.bytes(ctx, 2)?, args.bytes(ctx, 3)?);
    let length: usize = args.of(ctx, 4)?;
    // 255 blocks of the longest hash.
    if length > 255 * 64 {
        return bytes_or_null(ctx, None::<Vec<u8>>);
    }
    let mut derived = vec![0; length];
    let expanded = with_hash!(name.as_str(), Hash => {
        ::hkdf::SimpleHkdf::<Hash>::new(Some(&salt), &secret).expand(&info, &mut derived).is_ok()
    });
    bytes_or_null(ctx, (expanded == Some(true)).then_some(derived))
}

/// (hash, password, last, sum, rounds): goes on with one block for `rounds` more, `ROUNDS_AT_ONCE` at
/// most. `last` is what the last round gave (or before the first one: the salt and the block's
/// number), `sum` all rounds so far by exclusive or (or null). Gives the new `last` and `sum` in one
/// buffer.
pub(super) fn pbkdf2<'js>(ctx: &Ctx<'js>, args: &Args<'js>) -> Result<Value<'js>> {
    let (name, password) = (args.text(ctx, 0)?, args.bytes(ctx, 1)?);
    let (mut last, sum) = (args.bytes(ctx, 2)?, args.optional_bytes(ctx, 3)?);
    let rounds = args.of::<u32>(ctx, 4)?.min(ROUNDS_AT_ONCE);
    let state = with_hash!(name.as_str(), Hash => {
        Hmac::<Hash>::new_from_slice(&password).ok().map(|keyed| {
            let mut sum = sum.unwrap_or_default();
            for _ in 0..rounds {
                let mut mac = keyed.clone();
                mac.update(&last);
                last.clear();
                last.extend_from_slice(&mac.finalize().into_bytes());
                sum.resize(last.len(), 0);
                sum.iter_mut().zip(&last).for_each(|(sum, last)| *sum ^= last);
            }
            [last, sum].concat()
        })
    });
    bytes_or_null(ctx, state.flatten())
}

/// (password, salt, log₂ N, r, p, length): the derived bytes; null for more work than is done at once.
pub(super) fn scrypt<'js>(ctx: &Ctx<'js>, args: &Args<'js>) -> Result<Value<'js>> {
    let (password, salt) = (args.bytes(ctx, 0)?, args.bytes(ctx, 1)?);
    let (log_n, r, p): (u8, u32, u32) = (args.of(ctx, 2)?, args.of(ctx, 3)?, args.of(ctx, 4)?);
    let length: usize = args.of(ctx, 5)?;
    bytes_or_null(ctx, derive_scrypt(&password, &salt, (log_n, r, p), length))
}

fn derive_scrypt(
    password: &[u8],
    salt: &[u8],
    (log_n, r, p): (u8, u32, u32),
    length: usize,
) -> Option<Vec<u8>> {
    let block = 1u64.checked_shl(log_n.into())?.checked_mul(r.into())?;
    let work = block.checked_mul(p.into())?;
    if work > SCRYPT_WORK || block > SCRYPT_MEMORY / 128 || length > 1 << 16 {
        return None;
    }
    // The length is one of its own PasswordHash strings and concerns nothing here.
    let params = ::scrypt::Params::new(log_n, r, p, 32).ok()?;
    let mut derived = vec![0; length];
    ::scrypt::scrypt(password, salt, &params, &mut derived).ok()?;
    Some(derived)
}
