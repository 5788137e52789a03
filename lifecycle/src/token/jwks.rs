//! Our public keys beside the platform's (RFC 7517 section 5), so that clients that know nothing
//! of us verify both.

use serde_json::value::RawValue;

use super::SigningKeys;
use crate::value::RawObject;

/// A key set that we cannot add to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the platform's answer is no JSON Web Key Set (an object with the list `keys`)")]
pub struct NotJwks;

/// `platform_jwks` with our keys at the end; everything else keeps its bytes. A key of ours that
/// the platform publishes too, by its `kid`, stands there once.
pub fn merge(platform_jwks: &[u8], ours: &SigningKeys) -> Result<String, NotJwks> {
    let mut jwks = RawObject::parse(platform_jwks).map_err(|_| NotJwks)?;
    let raw = jwks.raw("keys").ok_or(NotJwks)?;
    let mut keys: Vec<Box<RawValue>> = serde_json::from_str(raw.get()).map_err(|_| NotJwks)?;
    let known: Vec<String> = keys
        .iter()
        .filter_map(|key| RawObject::parse(key.get().as_bytes()).ok()?.text("kid"))
        .collect();
    for key in ours
        .iter()
        .filter(|key| !known.iter().any(|kid| kid == key.kid()))
    {
        keys.push(serde_json::value::to_raw_value(key.jwk()).map_err(|_| NotJwks)?);
    }
    jwks.set_raw(
        "keys",
        serde_json::value::to_raw_value(&keys).map_err(|_| NotJwks)?,
    );
    Ok(jwks.to_json())
}
