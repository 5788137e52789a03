//! `at_hash` (OpenID Connect Core 1.0 section 3.1.3.6).

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// The left half of the hash of `access_token`, in base64url. The hash is that of the ID token's
/// algorithm; every [`super::Algorithm`] hashes with SHA-256.
pub fn at_hash(access_token: &str) -> String {
    let hash = Sha256::digest(access_token.as_bytes());
    BASE64_URL_SAFE_NO_PAD.encode(hash.get(..hash.len() / 2).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_example_of_the_standard_holds() {
        // OpenID Connect Core 1.0 appendix A.4: the access token and the at_hash of its ID token.
        assert_eq!(
            super::at_hash("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"),
            "77QmUPtjPfzWtF2AnpK9RQ"
        );
    }
}
