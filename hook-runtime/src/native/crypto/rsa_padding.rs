//! RSASSA-PKCS1-v1_5, RSASSA-PSS, RSAES-PKCS1-v1_5 and RSAES-OAEP (RFC 8017 sections 7 and 8).

use ::rsa::traits::PublicKeyParts;
use ::rsa::{Oaep, Pkcs1v15Encrypt, Pkcs1v15Sign, Pss, RsaPrivateKey, RsaPublicKey};
use javy::quickjs::{Ctx, Result, Value};
use rand_core::OsRng;

use super::super::{Args, to_value};
use super::bytes_or_null;
use super::digest::by_name;
use super::rsa::{read_private, read_public};

/// How a digest is signed: with the salt of PSS when a hash is named, else as the DigestInfo (or
/// whatever it is) that the caller made.
struct Scheme {
    hash: Option<String>,
    salt: usize,
}

impl Scheme {
    /// From the arguments at `index` (hash or null) and the next one (length of the salt in bytes).
    fn read<'js>(ctx: &Ctx<'js>, args: &Args<'js>, index: usize) -> Result<Self> {
        Ok(Scheme {
            hash: args.of(ctx, index)?,
            salt: args.of(ctx, index + 1)?,
        })
    }

    /// PSS for a key whose modulus is `size` bytes long; `None` when hash and salt are longer than it,
    /// or the digest is not one of the hash.
    fn pss(&self, digest: &[u8], size: usize) -> Option<Pss> {
        let hash = by_name(self.hash.as_deref()?)?;
        let needed = hash.output_size().checked_add(self.salt)?.checked_add(2)?;
        let fits = digest.len() == hash.output_size() && needed <= size;
        fits.then_some(Pss {
            blinded: true,
            digest: hash,
            salt_len: self.salt,
        })
    }

    fn sign(&self, key: &RsaPrivateKey, digest: &[u8]) -> Option<Vec<u8>> {
        match self.hash {
            Some(_) => key
                .sign_with_rng(&mut OsRng, self.pss(digest, key.size())?, digest)
                .ok(),
            None => key
                .sign_with_rng(&mut OsRng, Pkcs1v15Sign::new_unprefixed(), digest)
                .ok(),
        }
    }

    fn verify(&self, key: &RsaPublicKey, digest: &[u8], signature: &[u8]) -> bool {
        match self.hash {
            Some(_) => self
                .pss(digest, key.size())
                .is_some_and(|pss| key.verify(pss, digest, signature).is_ok()),
            None => key
                .verify(Pkcs1v15Sign::new_unprefixed(), digest, signature)
                .is_ok(),
        }
    }
}

/// (private key, digest, PSS' hash or null, length of the salt): the signature.
pub(super) fn sign<'js>(ctx: &Ctx<'js>, args: &Args<'js>) -> Result<Value<'js>> {
    let (key, digest) = (args.bytes(ctx, 0)?, args.bytes(ctx, 1)?);
    let scheme = Scheme::read(ctx, args, 2)?;
    bytes_or_null(
        ctx,
        read_private(&key).and_then(|key| scheme.sign(&key, &digest)),
    )
}

/// (public key, digest, PSS' hash or null, length of the salt, signature): whether it is one.
pub(super) fn verify<'js>(ctx: &Ctx<'js>, args: &Args<'js>) -> Result<Value<'js>> {
    let (key, digest) = (args.bytes(ctx, 0)?, args.bytes(ctx, 1)?);
    let (scheme, signature) = (Scheme::read(ctx, args, 2)?, args.bytes(ctx, 4)?);
    let verified = read_public(&key).is_some_and(|key| scheme.verify(&key, &digest, &signature));
    to_value(ctx, verified)
}

/// OAEP as the arguments from the third on name it (hash, the mask's hash, label) for a key whose modulus
/// is `size` bytes long. `None` when there is no such hash, or the key is too short for it.
fn oaep<'js>(ctx: &Ctx<'js>, args: &Args<'js>, size: usize) -> Result<Option<Oaep>> {
    let (hash, mask) = (args.text(ctx, 2)?, args.text(ctx, 3)?);
    let Some((mut digest, mgf_digest)) = by_name(&hash).zip(by_name(&mask)) else {
        return Ok(None);
    };
    // The crate takes text for a label, and appends it to what the digest has: so any bytes can be one.
    digest.update(&args.bytes(ctx, 4)?);
    let fits = 2 * digest.output_size() + 2 <= size;
    Ok(fits.then_some(Oaep {
        digest,
        mgf_digest,
        label: None,
    }))
}

/// (public key, bytes, OAEP's hash or null for PKCS1-v1_5, the mask's hash, label): the encrypted bytes.
pub(super) fn encrypt<'js>(ctx: &Ctx<'js>, args: &Args<'js>) -> Result<Value<'js>> {
    let (key, bytes) = (args.bytes(ctx, 0)?, args.bytes(ctx, 1)?);
    let Some(key) = read_public(&key) else {
        return bytes_or_null(ctx, None::<Vec<u8>>);
    };
    let encrypted = match args.of::<Option<String>>(ctx, 2)? {
        Some(_) => oaep(ctx, args, key.size())?
            .and_then(|padding| key.encrypt(&mut OsRng, padding, &bytes).ok()),
        None => key.encrypt(&mut OsRng, Pkcs1v15Encrypt, &bytes).ok(),
    };
    bytes_or_null(ctx, encrypted)
}

/// (private key, bytes, OAEP's hash, the mask's hash, label): the decrypted bytes. Not of PKCS1-v1_5: who
/// can see whether that fails can decrypt anything (Bleichenbacher's attack).
pub(super) fn decrypt<'js>(ctx: &Ctx<'js>, args: &Args<'js>) -> Result<Value<'js>> {
    let (key, bytes) = (args.bytes(ctx, 0)?, args.bytes(ctx, 1)?);
    let Some(key) = read_private(&key) else {
        return bytes_or_null(ctx, None::<Vec<u8>>);
    };
    let padding = oaep(ctx, args, key.size())?;
    let decrypted =
        padding.and_then(|padding| key.decrypt_blinded(&mut OsRng, padding, &bytes).ok());
    bytes_or_null(ctx, decrypted)
}
