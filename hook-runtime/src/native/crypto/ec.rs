//! NIST's curves P-256, P-384 and P-521: ECDSA (FIPS 186-5) and ECDH (SP 800-56A).

use javy::quickjs::{Ctx, Result, Value};
use rand_core::OsRng;

use super::super::{Args, to_value};
use super::bytes_or_null;

/// Runs `$body`, an `Option`, with the crate of the curve that is called `$name` as `$curve`, and the
/// bytes of one of its numbers as `$size`.
macro_rules! with_curve {
    ($name:expr, $curve:ident, $size:ident => $body:expr) => {
        match $name.as_str() {
            "P-256" => {
                use p256 as $curve;
                const $size: usize = 32;
                $body
            }
            "P-384" => {
                use p384 as $curve;
                const $size: usize = 48;
                $body
            }
            "P-521" => {
                use p521 as $curve;
                const $size: usize = 66;
                $body
            }
            _ => None,
        }
    };
}

/// A digest for a curve whose numbers are `size` bytes long: short ones with zeros in front, which
/// change nothing (FIPS 186-5 section 6.4.1, step 1) and which the crates want.
fn padded(digest: &[u8], size: usize) -> Vec<u8> {
    let mut padded = vec![0; size.saturating_sub(digest.len())];
    padded.extend_from_slice(digest);
    padded
}

/// (curve, scalar): its point, uncompressed; null when it is no private key of the curve.
pub(super) fn public<'js>(ctx: &Ctx<'js>, args: &Args<'js>) -> Result<Value<'js>> {
    let (name, scalar) = (args.text(ctx, 0)?, args.bytes(ctx, 1)?);
    let point = with_curve!(name, curve, SIZE => {
        let key = (scalar.len() == SIZE).then(|| curve::SecretKey::from_slice(&scalar).ok());
        key.flatten().map(|key| curve::EncodedPoint::from(key.public_key()).to_bytes())
    });
    bytes_or_null(ctx, point)
}

/// (curve, point in any form, whether compressed): the point in that form; null when it is not on the
/// curve.
pub(super) fn point<'js>(ctx: &Ctx<'js>, args: &Args<'js>) -> Result<Value<'js>> {
    let (name, point) = (args.text(ctx, 0)?, args.bytes(ctx, 1)?);
    let compressed: bool = args.of(ctx, 2)?;
    let point = with_curve!(name, curve, _SIZE => {
        use curve::elliptic_curve::sec1::ToEncodedPoint;
        let key = curve::PublicKey::from_sec1_bytes(&point).ok();
        key.map(|key| key.to_encoded_point(compressed).to_bytes())
    });
    bytes_or_null(ctx, point)
}

/// (curve, scalar, digest): a signature as r and s, both as long as the curve's numbers; another one each
/// time.
pub(super) fn sign<'js>(ctx: &Ctx<'js>, args: &Args<'js>) -> Result<Value<'js>> {
    let (name, scalar) = (args.text(ctx, 0)?, args.bytes(ctx, 1)?);
    let digest = args.bytes(ctx, 2)?;
    let signature = with_curve!(name, curve, SIZE => {
        use curve::ecdsa::signature::hazmat::RandomizedPrehashSigner;
        let key = (scalar.len() == SIZE).then(|| curve::ecdsa::SigningKey::from_slice(&scalar).ok());
        key.flatten().and_then(|key| {
            let signature = key.sign_prehash_with_rng(&mut OsRng, &padded(&digest, SIZE));
            signature.ok().map(|it: curve::ecdsa::Signature| it.to_bytes().to_vec())
        })
    });
    bytes_or_null(ctx, signature)
}

/// (curve, point, digest, signature as r and s): whether it is one.
pub(super) fn verify<'js>(ctx: &Ctx<'js>, args: &Args<'js>) -> Result<Value<'js>> {
    let (name, point) = (args.text(ctx, 0)?, args.bytes(ctx, 1)?);
    let (digest, signature) = (args.bytes(ctx, 2)?, args.bytes(ctx, 3)?);
    let verified = with_curve!(name, curve, SIZE => {
        use curve::ecdsa::signature::hazmat::PrehashVerifier;
        let key = curve::ecdsa::VerifyingKey::from_sec1_bytes(&point).ok();
        key.zip(curve::ecdsa::Signature::from_slice(&signature).ok())
            .map(|(key, signature)| key.verify_prehash(&padded(&digest, SIZE), &signature).is_ok())
    });
    to_value(ctx, verified == Some(true))
}

/// (curve, scalar, the other's point): the shared secret, the x coordinate of their product.
pub(super) fn agree<'js>(ctx: &Ctx<'js>, args: &Args<'js>) -> Result<Value<'js>> {
    let (name, scalar) = (args.text(ctx, 0)?, args.bytes(ctx, 1)?);
    let point = args.bytes(ctx, 2)?;
    let secret = with_curve!(name, curve, SIZE => {
        let key = (scalar.len() == SIZE).then(|| curve::SecretKey::from_slice(&scalar).ok());
        key.flatten().zip(curve::PublicKey::from_sec1_bytes(&point).ok()).map(|(key, other)| {
            let secret = curve::ecdh::diffie_hellman(key.to_nonzero_scalar(), other.as_affine());
            secret.raw_secret_bytes().to_vec()
        })
    });
    bytes_or_null(ctx, secret)
}
