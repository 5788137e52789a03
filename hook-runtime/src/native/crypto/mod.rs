//! Cryptography for scripts: what `crypto.subtle` (Web Cryptography) and Node's `crypto` ask of native
//! code, over RustCrypto.
//!
//! Nothing is kept from call to call. Keys come as bytes each time: RSA as the DER of PKCS#1 (RFC 8017
//! appendix A.1), those of NIST's curves as scalars and SEC 1 points, those of Curve25519 as their 32
//! bytes. What is wrong with the input is answered with null: the class of the error is the caller's.
//!
//! A native call cannot be interrupted, so none takes long: derivation from passwords and the search
//! for prime numbers come in slices ([`derive`], [`rsa`]), with their state in JavaScript.

mod aes;
mod derive;
mod digest;
mod ec;
mod okp;
mod rsa;
mod rsa_padding;

use javy::quickjs::{Ctx, Result, Value};

use super::{Native, null, to_buffer};

/// All of them.
pub const FUNCTIONS: &[(&str, Native)] = &[
    ("cryptoDigest", digest::digest),
    ("cryptoHmac", digest::hmac),
    ("cryptoEqual", digest::equal),
    ("cryptoHkdf", derive::hkdf),
    ("cryptoPbkdf2", derive::pbkdf2),
    ("cryptoScrypt", derive::scrypt),
    ("cryptoAesCbc", aes::cbc),
    ("cryptoAesEcb", aes::ecb),
    ("cryptoAesCtr", aes::ctr),
    ("cryptoAesGcm", aes::gcm),
    ("cryptoAesGcmTag", aes::gcm_tag),
    ("cryptoAesKw", aes::kw),
    ("cryptoRsaPrime", rsa::prime),
    ("cryptoRsaKey", rsa::key),
    ("cryptoRsaCheck", rsa::check),
    ("cryptoRsaPublic", rsa::public),
    ("cryptoRsaPrivate", rsa::private),
    ("cryptoRsaSign", rsa_padding::sign),
    ("cryptoRsaVerify", rsa_padding::verify),
    ("cryptoRsaEncrypt", rsa_padding::encrypt),
    ("cryptoRsaDecrypt", rsa_padding::decrypt),
    ("cryptoEcPublic", ec::public),
    ("cryptoEcPoint", ec::point),
    ("cryptoEcSign", ec::sign),
    ("cryptoEcVerify", ec::verify),
    ("cryptoEcdh", ec::agree),
    ("cryptoEd25519Public", okp::ed25519_public),
    ("cryptoEd25519Sign", okp::ed25519_sign),
    ("cryptoEd25519Verify", okp::ed25519_verify),
    ("cryptoX25519", okp::x25519),
];

/// Bytes as an ArrayBuffer, or null.
fn bytes_or_null<'js>(ctx: &Ctx<'js>, bytes: Option<impl AsRef<[u8]>>) -> Result<Value<'js>> {
    match bytes {
        Some(bytes) => to_buffer(ctx, bytes.as_ref()),
        None => Ok(null(ctx)),
    }
}
