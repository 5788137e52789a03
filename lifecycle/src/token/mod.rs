//! Editing what the platform issued: JWS parsed and signed anew with our key, our public keys
//! beside the platform's, `at_hash` kept right.

pub mod at_hash;
pub mod host;
pub mod jwks;
pub mod jws;
pub mod key;

pub use jws::{Jws, JwsError};
pub use key::{Algorithm, KeyError, SigningKey, SigningKeys};
