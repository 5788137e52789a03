//! JWS in compact serialization (RFC 7515 section 7.1), taken apart and put together again.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::Value;

use super::{Algorithm, SigningKey, SigningKeys};
use crate::outcome::ClaimChange;
use crate::value::RawObject;

/// Header members that speak of the platform's key (RFC 7515 section 4.1) and would be wrong of
/// ours.
const OF_THE_OTHER_KEY: &[&str] = &["x5c", "x5t", "x5t#S256", "x5u", "jku", "jwk"];

/// A signed token whose payload is a set of claims.
#[derive(Clone, Debug)]
pub struct Jws {
    algorithm: String,
    header: RawObject,
    claims: RawObject,
}

/// A token that we cannot change.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JwsError {
    /// Not three parts of base64url JSON.
    #[error("it is no JWT")]
    NotJwt,
    /// RFC 7516.
    #[error("it is encrypted (JWE); only signed tokens can be changed")]
    Encrypted,
    /// We do not sign with this algorithm.
    #[error("it is signed with {0}; only RS256 and ES256 tokens can be changed")]
    Algorithm(String),
    /// None of our keys has the token's algorithm.
    #[error("it is signed with {0}, and signing.key holds no {0} key: add one")]
    NoKey(&'static str),
}

impl Jws {
    /// Takes `compact` apart. The signature is not checked: it comes from the platform, over the
    /// connection that clients trust for it too.
    pub fn parse(compact: &str) -> Result<Self, JwsError> {
        let parts: Vec<&str> = compact.split('.').collect();
        let (header, payload) = match parts.as_slice() {
            [header, payload, _] => (header, payload),
            [_, _, _, _, _] => return Err(JwsError::Encrypted),
            _ => return Err(JwsError::NotJwt),
        };
        let object = |part: &str| {
            let json = BASE64_URL_SAFE_NO_PAD
                .decode(part)
                .map_err(|_| JwsError::NotJwt)?;
            RawObject::parse(&json).map_err(|_| JwsError::NotJwt)
        };
        let header = object(header)?;
        let algorithm = header.text("alg").ok_or(JwsError::NotJwt)?;
        Ok(Jws {
            algorithm,
            header,
            claims: object(payload)?,
        })
    }

    /// The key of `keys` that can sign it anew.
    ///
    /// # Errors
    /// Why none can: a client that expects the platform's algorithm would refuse any other.
    pub fn key<'a>(&self, keys: &'a SigningKeys) -> Result<&'a SigningKey, JwsError> {
        let algorithm = Algorithm::from_name(&self.algorithm)
            .ok_or_else(|| JwsError::Algorithm(self.algorithm.clone()))?;
        keys.fitting(algorithm)
            .ok_or(JwsError::NoKey(algorithm.name()))
    }

    /// Its claims.
    pub fn claims(&self) -> Value {
        self.claims.to_value()
    }

    /// Whether it has the claim `name`.
    pub fn has(&self, name: &str) -> bool {
        self.claims.raw(name).is_some()
    }

    /// Sets the claim `name`.
    pub fn set(&mut self, name: &str, value: &Value) {
        self.claims.set(name, value);
    }

    /// Applies `changes`, in order.
    pub fn change(&mut self, changes: &[ClaimChange]) {
        for change in changes {
            match change {
                ClaimChange::Set(claim, value) => self.claims.set(claim, value),
                ClaimChange::Remove(claim) => self.claims.remove(claim),
                ClaimChange::AddScope(scope) => self.change_scopes(|scopes| {
                    if !scopes.contains(scope) {
                        scopes.push(scope.clone());
                    }
                }),
                ClaimChange::RemoveScope(scope) => {
                    self.change_scopes(|scopes| scopes.retain(|known| known != scope));
                }
            }
        }
    }

    /// Changes the claim `scope`: words in a string (RFC 9068 section 2.2.3), or the list that some
    /// platforms make of it.
    fn change_scopes(&mut self, change: impl FnOnce(&mut Vec<String>)) {
        let claim = self.claims.member("scope");
        let is_list = claim.as_ref().is_some_and(Value::is_array);
        let mut scopes: Vec<String> = match claim {
            Some(Value::Array(scopes)) => {
                let scopes = scopes.iter().filter_map(Value::as_str);
                scopes.map(str::to_owned).collect()
            }
            Some(Value::String(scopes)) => {
                scopes.split_ascii_whitespace().map(str::to_owned).collect()
            }
            _ => Vec::new(),
        };
        change(&mut scopes);
        let claim = if is_list {
            Value::from(scopes)
        } else {
            Value::from(scopes.join(" "))
        };
        self.claims.set("scope", &claim);
    }

    /// The claim `scope` as words in a string.
    pub fn scope(&self) -> Option<String> {
        match self.claims.member("scope")? {
            Value::String(scope) => Some(scope),
            Value::Array(scopes) => {
                let scopes: Vec<_> = scopes.iter().filter_map(Value::as_str).collect();
                Some(scopes.join(" "))
            }
            _ => None,
        }
    }

    /// What `key` has to sign: header (with the key's id) and claims, encoded and joined.
    pub fn signing_input(&self, key: &SigningKey) -> String {
        let mut header = self.header.clone();
        for member in OF_THE_OTHER_KEY {
            header.remove(member);
        }
        header.set("kid", &Value::from(key.kid()));
        let mut input = BASE64_URL_SAFE_NO_PAD.encode(header.to_json());
        input.push('.');
        BASE64_URL_SAFE_NO_PAD.encode_string(self.claims.to_json(), &mut input);
        input
    }
}

/// Joins what was signed with its signature.
pub fn compact(signing_input: &str, signature: &[u8]) -> String {
    let mut token = String::with_capacity(signing_input.len() + signature.len() * 2);
    token.push_str(signing_input);
    token.push('.');
    BASE64_URL_SAFE_NO_PAD.encode_string(signature, &mut token);
    token
}
