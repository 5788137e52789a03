//! Hashes (FIPS 180-4, RFC 1321, RIPEMD-160) and HMAC (RFC 2104).

use ::hmac::Mac;
use javy::quickjs::{Ctx, Result, Value};
use sha2::Digest;
use sha2::digest::DynDigest;

use super::super::{Args, to_value};
use super::bytes_or_null;

/// Runs `$body` with the type `$hash` that is called `$name`, the name as Web Cryptography has it
/// (section 30, and its like for what only Node knows); `None` for any other name.
macro_rules! with_hash {
    ($name:expr, $hash:ident => $body:expr) => {
        with_hash!($name, $hash => $body,
            "SHA-1" sha1::Sha1, "SHA-256" sha2::Sha256, "SHA-384" sha2::Sha384,
            "SHA-512" sha2::Sha512, "SHA-224" sha2::Sha224, "SHA-512/256" sha2::Sha512_256,
            "SHA-512/224" sha2::Sha512_224, "MD5" md5::Md5, "RIPEMD-160" ripemd::Ripemd160)
    };
    ($name:expr, $hash:ident => $body:expr, $($known:literal $type:ty),*) => {
        match $name {
            $($known => {
                type $hash = $type;
                Some($body)
            })*
            _ => None,
        }
    };
}
pub(super) use with_hash;

/// A hash function by its name, for paddings that take any.
pub(super) fn by_name(name: &str) -> Option<Box<dyn DynDigest + Send + Sync>> {
    with_hash!(name, Hash => Box::new(Hash::default()) as Box<dyn DynDigest + Send + Sync>)
}

/// (hash, bytes): the digest.
pub(super) fn digest<'js>(ctx: &Ctx<'js>, args: &Args<'js>) -> Result<Value<'js>> {
    let (name, bytes) = (args.text(ctx, 0)?, args.bytes(ctx, 1)?);
    let digest = with_hash!(name.as_str(), Hash => Hash::digest(&bytes).to_vec());
    bytes_or_null(ctx, digest)
}

/// (hash, key, bytes): the authentication code.
pub(super) fn hmac<'js>(ctx: &Ctx<'js>, args: &Args<'js>) -> Result<Value<'js>> {
    let (name, key) = (args.text(ctx, 0)?, args.bytes(ctx, 1)?);
    let bytes = args.bytes(ctx, 2)?;
    let code = with_hash!(name.as_str(), Hash => {
        // Keys of any length are fine: there is no error.
        ::hmac::Hmac::<Hash>::new_from_slice(&key).ok().map(|mut mac| {
            Mac::update(&mut mac, &bytes);
            mac.finalize().into_bytes().to_vec()
        })
    });
    bytes_or_null(ctx, code.flatten())
}

/// (bytes, bytes of the same length): whether they are equal, in a time that does not tell where they
/// differ.
pub(super) fn equal<'js>(ctx: &Ctx<'js>, args: &Args<'js>) -> Result<Value<'js>> {
    let (left, right) = (args.bytes(ctx, 0)?, args.bytes(ctx, 1)?);
    let differing = left.iter().zip(&right);
    let differing = differing.fold(0, |all, (left, right)| {
        std::hint::black_box(all | (left ^ right))
    });
    to_value(ctx, left.len() == right.len() && differing == 0)
}
