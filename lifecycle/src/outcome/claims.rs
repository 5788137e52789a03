//! Changes to claims, and the claims that nobody changes.

use serde_json::Value;

use super::OutcomeError;

/// Claims that a hook cannot set or remove: what makes a token verifiable and bound to its login.
pub const PROTECTED_CLAIMS: &[&str] = &[
    "iss",
    "sub",
    "aud",
    "exp",
    "iat",
    "nonce",
    "at_hash",
    "c_hash",
    "s_hash",
    "azp",
    "auth_time",
    "acr",
    "amr",
    "sid",
    "jti",
];

/// Changes to claims, in the order the script gave them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TokenClaims {
    /// For the ID token.
    pub id_token: Vec<ClaimChange>,
    /// For the access token, when it is a JWT.
    pub access_token: Vec<ClaimChange>,
}

/// A change of one claim.
#[derive(Clone, Debug, PartialEq)]
pub enum ClaimChange {
    /// Set or replaced.
    Set(String, Value),
    /// Removed.
    Remove(String),
    /// A scope comes into `scope` (RFC 9068 section 2.2.3).
    AddScope(String),
    /// A scope goes out of it.
    RemoveScope(String),
}

impl ClaimChange {
    /// The claim that it changes.
    pub fn claim(&self) -> &str {
        match self {
            ClaimChange::Set(claim, _) | ClaimChange::Remove(claim) => claim,
            ClaimChange::AddScope(_) | ClaimChange::RemoveScope(_) => "scope",
        }
    }
}

/// Refuses changes of protected claims.
pub(super) fn check<'a>(
    changes: impl IntoIterator<Item = &'a ClaimChange>,
) -> Result<(), OutcomeError> {
    let mut claims = changes.into_iter().map(ClaimChange::claim);
    match claims.find(|claim| PROTECTED_CLAIMS.contains(claim)) {
        Some(claim) => Err(OutcomeError::ProtectedClaim {
            claim: claim.to_owned(),
        }),
        None => Ok(()),
    }
}
