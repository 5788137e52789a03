//! RSA keys and the bare operation (RFC 8017 sections 3 and 5).
//!
//! Both directions of the operation are here for what Node lets scripts do without a padding of ours
//! (`publicDecrypt`, `RSA_NO_PADDING`); paddings are in [`super::rsa_padding`].

use ::rsa::hazmat::{rsa_decrypt_and_check, rsa_encrypt};
use ::rsa::pkcs1::{DecodeRsaPrivateKey, DecodeRsaPublicKey, EncodeRsaPrivateKey};
use ::rsa::traits::PublicKeyParts;
use ::rsa::{BigUint, RsaPrivateKey, RsaPublicKey};
use javy::quickjs::{Ctx, Result, Value};
use num_bigint_dig::prime::probably_prime;
use rand_core::{OsRng, RngCore};

use super::super::{Args, to_value};
use super::bytes_or_null;

/// Bits of a modulus. Below, arithmetic that paddings take for granted fails; above, a call takes too
/// long.
const BITS: std::ops::RangeInclusive<usize> = 256..=4_096;
/// Odd numbers that one call tries; most of them fail at once, on a small divisor.
const TRIED_AT_ONCE: u32 = 16;
/// Rounds of Miller and Rabin's test, which a test of Lucas follows: FIPS 186-5 table B.1 wants no more
/// for a chance of 2⁻¹¹² with prime numbers of 512 bits or more.
const ROUNDS: usize = 8;

/// A public key that the operation can be done with.
pub(super) fn read_public(der: &[u8]) -> Option<RsaPublicKey> {
    let key = RsaPublicKey::from_pkcs1_der(der).ok()?;
    is_sound(key.n()).then_some(key)
}

/// A private key, of which the parts belong together.
pub(super) fn read_private(der: &[u8]) -> Option<RsaPrivateKey> {
    let key = RsaPrivateKey::from_pkcs1_der(der).ok()?;
    is_sound(key.n()).then_some(key)
}

fn is_sound(modulus: &BigUint) -> bool {
    // The last bit of a product of two odd primes.
    BITS.contains(&modulus.bits())
        && modulus
            .to_bytes_le()
            .first()
            .is_some_and(|byte| byte & 1 == 1)
}

/// (bits, public exponent): a prime number for a key, or null when none was among the numbers tried.
pub(super) fn prime<'js>(ctx: &Ctx<'js>, args: &Args<'js>) -> Result<Value<'js>> {
    let (bits, exponent) = (args.of::<usize>(ctx, 0)?, args.bytes(ctx, 1)?);
    let found = find_prime(bits, &BigUint::from_bytes_be(&exponent));
    bytes_or_null(ctx, found.map(|prime| prime.to_bytes_be()))
}

fn find_prime(bits: usize, exponent: &BigUint) -> Option<BigUint> {
    if !(BITS.start() / 2..=BITS.end() / 2).contains(&bits) || *exponent < BigUint::from(3u8) {
        return None;
    }
    let mut bytes = vec![0; bits.div_ceil(8)];
    OsRng.try_fill_bytes(&mut bytes).ok()?;
    let one = BigUint::from(1u8);
    let two = BigUint::from(2u8);
    // Odd, below 2^bits, and with both highest bits set, so that the product of two is long enough.
    let mut candidate = BigUint::from_bytes_be(&bytes) % (&one << bits);
    candidate = candidate | (BigUint::from(3u8) << (bits - 2)) | &one;
    for _ in 0..TRIED_AT_ONCE {
        let fits = candidate.bits() == bits && has_inverse(exponent, &(&candidate - &one));
        if fits && probably_prime(&candidate, ROUNDS) {
            return Some(candidate);
        }
        candidate += &two;
    }
    None
}

/// Whether they have no divisor in common.
fn has_inverse(number: &BigUint, modulus: &BigUint) -> bool {
    let (mut left, mut right) = (number.clone(), modulus.clone());
    let zero = BigUint::default();
    while right != zero {
        (left, right) = (right.clone(), left % right);
    }
    left == BigUint::from(1u8)
}

/// (prime, prime, public exponent): the private key of PKCS#1.
pub(super) fn key<'js>(ctx: &Ctx<'js>, args: &Args<'js>) -> Result<Value<'js>> {
    let number = |index| {
        args.bytes(ctx, index)
            .map(|bytes| BigUint::from_bytes_be(&bytes))
    };
    let key = RsaPrivateKey::from_p_q(number(0)?, number(1)?, number(2)?).ok();
    let der = key.and_then(|key| key.to_pkcs1_der().ok());
    bytes_or_null(ctx, der.map(|der| der.as_bytes().to_vec()))
}

/// (key, whether it is private): whether it can be used.
pub(super) fn check<'js>(ctx: &Ctx<'js>, args: &Args<'js>) -> Result<Value<'js>> {
    let (key, private) = (args.bytes(ctx, 0)?, args.of::<bool>(ctx, 1)?);
    let sound = if private {
        read_private(&key).is_some()
    } else {
        read_public(&key).is_some()
    };
    to_value(ctx, sound)
}

/// (public key, number below the modulus): its power, as long as the modulus.
pub(super) fn public<'js>(ctx: &Ctx<'js>, args: &Args<'js>) -> Result<Value<'js>> {
    let (key, bytes) = (args.bytes(ctx, 0)?, args.bytes(ctx, 1)?);
    let power = read_public(&key).and_then(|key| {
        let number = BigUint::from_bytes_be(&bytes);
        let power = (number < *key.n())
            .then(|| rsa_encrypt(&key, &number).ok())
            .flatten()?;
        Some(as_long_as(key.size(), &power))
    });
    bytes_or_null(ctx, power)
}

/// (private key, number below the modulus): its root, as long as the modulus.
pub(super) fn private<'js>(ctx: &Ctx<'js>, args: &Args<'js>) -> Result<Value<'js>> {
    let (key, bytes) = (args.bytes(ctx, 0)?, args.bytes(ctx, 1)?);
    let root = read_private(&key).and_then(|key| {
        let number = BigUint::from_bytes_be(&bytes);
        let root = (number < *key.n())
            .then(|| rsa_decrypt_and_check(&key, Some(&mut OsRng), &number).ok());
        Some(as_long_as(key.size(), &root.flatten()?))
    });
    bytes_or_null(ctx, root)
}

fn as_long_as(length: usize, number: &BigUint) -> Vec<u8> {
    let bytes = number.to_bytes_be();
    let mut padded = vec![0; length.saturating_sub(bytes.len())];
    padded.extend(bytes);
    padded
}
