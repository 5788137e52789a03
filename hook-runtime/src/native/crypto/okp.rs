//! Ed25519 (RFC 8032) and X25519 (RFC 7748).

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use javy::quickjs::{Ctx, Result, Value};

use super::super::{Args, to_value};
use super::bytes_or_null;

fn thirty_two<'js>(ctx: &Ctx<'js>, args: &Args<'js>, index: usize) -> Result<Option<[u8; 32]>> {
    Ok(args.bytes(ctx, index)?.try_into().ok())
}

/// (private key): its public key.
pub(super) fn ed25519_public<'js>(ctx: &Ctx<'js>, args: &Args<'js>) -> Result<Value<'js>> {
    let key = thirty_two(ctx, args, 0)?;
    bytes_or_null(
        ctx,
        key.map(|key| SigningKey::from_bytes(&key).verifying_key().to_bytes()),
    )
}

/// (private key, bytes): the signature.
pub(super) fn ed25519_sign<'js>(ctx: &Ctx<'js>, args: &Args<'js>) -> Result<Value<'js>> {
    let (key, bytes) = (thirty_two(ctx, args, 0)?, args.bytes(ctx, 1)?);
    bytes_or_null(
        ctx,
        key.map(|key| SigningKey::from_bytes(&key).sign(&bytes).to_bytes()),
    )
}

/// (public key, bytes, signature): whether it is one. Strictly: keys and points of small order have
/// none (Secure Curves in Web Cryptography, "Verify" of Ed25519).
pub(super) fn ed25519_verify<'js>(ctx: &Ctx<'js>, args: &Args<'js>) -> Result<Value<'js>> {
    let (key, bytes) = (thirty_two(ctx, args, 0)?, args.bytes(ctx, 1)?);
    let signature = Signature::from_slice(&args.bytes(ctx, 2)?);
    let key = key.and_then(|key| VerifyingKey::from_bytes(&key).ok());
    let verified = match (key, signature) {
        (Some(key), Ok(signature)) => key.verify_strict(&bytes, &signature).is_ok(),
        _ => false,
    };
    to_value(ctx, verified)
}

/// (private key, public key or null for the base point): the point that both give.
pub(super) fn x25519<'js>(ctx: &Ctx<'js>, args: &Args<'js>) -> Result<Value<'js>> {
    let key = thirty_two(ctx, args, 0)?;
    let point = match args.optional_bytes(ctx, 1)? {
        Some(point) => point.try_into().ok(),
        None => Some(x25519_dalek::X25519_BASEPOINT_BYTES),
    };
    let agreed = key
        .zip(point)
        .map(|(key, point)| x25519_dalek::x25519(key, point));
    bytes_or_null(ctx, agreed)
}
