//! The keys and tokens of a platform, made for the run, and a judge of tokens that shares nothing
//! with the code under test: another library over other cryptography.

use std::sync::OnceLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{DecodingKey, Validation};
use p256::ecdsa::signature::Signer as _;
use pkcs8::{EncodePrivateKey as _, LineEnding};
use rsa::pkcs1v15;
use rsa::signature::SignatureEncoding as _;
use rsa::traits::PublicKeyParts as _;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// A key pair that signs tokens.
pub struct TokenKey {
    /// The key id under which it is published.
    pub kid: String,
    pair: Pair,
}

enum Pair {
    Rsa(Box<rsa::RsaPrivateKey>),
    Ec(p256::ecdsa::SigningKey),
}

impl TokenKey {
    /// A new RSA key of 2048 bits, for RS256.
    pub fn rsa(kid: &str) -> Self {
        let pair = rsa::RsaPrivateKey::new(&mut rand_core::OsRng, 2048)
            .expect("2048 bits are enough for a key");
        TokenKey {
            kid: kid.to_owned(),
            pair: Pair::Rsa(Box::new(pair)),
        }
    }

    /// A new key on P-256, for ES256.
    pub fn ec(kid: &str) -> Self {
        TokenKey {
            kid: kid.to_owned(),
            pair: Pair::Ec(p256::ecdsa::SigningKey::random(&mut rand_core::OsRng)),
        }
    }

    /// The JWS algorithm that it signs with.
    pub fn alg(&self) -> &'static str {
        match self.pair {
            Pair::Rsa(_) => "RS256",
            Pair::Ec(_) => "ES256",
        }
    }

    /// PKCS#8 in PEM.
    pub fn pem(&self) -> String {
        let pem = match &self.pair {
            Pair::Rsa(pair) => pair.to_pkcs8_pem(LineEnding::LF),
            Pair::Ec(pair) => pair.to_pkcs8_pem(LineEnding::LF),
        };
        pem.expect("a key can be written as PKCS#8").to_string()
    }

    /// The public key as a JWK.
    pub fn jwk(&self) -> Value {
        match &self.pair {
            Pair::Rsa(pair) => json!({
                "kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.kid,
                "n": encode(&pair.n().to_bytes_be()), "e": encode(&pair.e().to_bytes_be()),
            }),
            Pair::Ec(pair) => {
                let point = pair.verifying_key().to_encoded_point(false);
                let coordinate = |bytes: Option<&p256::FieldBytes>| {
                    encode(bytes.expect("an uncompressed point has both"))
                };
                json!({
                    "kty": "EC", "use": "sig", "alg": "ES256", "crv": "P-256", "kid": self.kid,
                    "x": coordinate(point.x()), "y": coordinate(point.y()),
                })
            }
        }
    }

    /// A token with these claims, exactly in these bytes.
    pub fn token(&self, claims: &str) -> String {
        let header = json!({ "alg": self.alg(), "typ": "JWT", "kid": self.kid });
        self.token_with_header(&header.to_string(), claims)
    }

    /// The same with a header of one's own.
    pub fn token_with_header(&self, header: &str, claims: &str) -> String {
        let signed = format!(
            "{}.{}",
            encode(header.as_bytes()),
            encode(claims.as_bytes())
        );
        let signature = match &self.pair {
            Pair::Rsa(pair) => pkcs1v15::SigningKey::<Sha256>::new((**pair).clone())
                .sign(signed.as_bytes())
                .to_vec(),
            Pair::Ec(pair) => {
                let signature: p256::ecdsa::Signature = pair.sign(signed.as_bytes());
                signature.to_bytes().to_vec()
            }
        };
        format!("{signed}.{}", encode(&signature))
    }
}

/// The platform's RSA key of this run.
pub fn platform_rsa() -> &'static TokenKey {
    static KEY: OnceLock<TokenKey> = OnceLock::new();
    KEY.get_or_init(|| TokenKey::rsa("platform-rsa"))
}

/// The platform's EC key of this run.
pub fn platform_ec() -> &'static TokenKey {
    static KEY: OnceLock<TokenKey> = OnceLock::new();
    KEY.get_or_init(|| TokenKey::ec("platform-ec"))
}

/// Our own RSA key of this run, with which changed tokens are signed.
pub fn our_rsa() -> &'static TokenKey {
    static KEY: OnceLock<TokenKey> = OnceLock::new();
    KEY.get_or_init(|| TokenKey::rsa("ours-rsa"))
}

/// Our own EC key of this run.
pub fn our_ec() -> &'static TokenKey {
    static KEY: OnceLock<TokenKey> = OnceLock::new();
    KEY.get_or_init(|| TokenKey::ec("ours-ec"))
}

/// The document at a platform's `jwks_uri`.
pub fn jwks(keys: &[&TokenKey]) -> String {
    json!({ "keys": keys.iter().map(|key| key.jwk()).collect::<Vec<_>>() }).to_string()
}

/// A token without a signature (`alg: none`, RFC 7519 section 6).
pub fn unsigned_token(claims: &str) -> String {
    format!(
        "{}.{}.",
        encode(br#"{"alg":"none"}"#),
        encode(claims.as_bytes())
    )
}

/// A token whose middle is no signature of a public key, such as HS256.
pub fn token_with(header: &str, claims: &str, signature: &[u8]) -> String {
    format!(
        "{}.{}.{}",
        encode(header.as_bytes()),
        encode(claims.as_bytes()),
        encode(signature)
    )
}

/// Verifies a token against a JWKS as a client does (by `kid` and `alg`) and returns its claims.
///
/// # Errors
/// Why a client would refuse it.
pub fn verify(token: &str, jwks: &[u8]) -> Result<Value, String> {
    let keys: JwkSet = serde_json::from_slice(jwks).map_err(|error| format!("no JWKS: {error}"))?;
    let header =
        jsonwebtoken::decode_header(token).map_err(|error| format!("no JWS header: {error}"))?;
    let kid = header.kid.as_deref().ok_or("the token names no key")?;
    let key = keys
        .find(kid)
        .ok_or_else(|| format!("the JWKS has no key `{kid}`"))?;
    let key = DecodingKey::from_jwk(key)
        .map_err(|error| format!("the key `{kid}` cannot be used: {error}"))?;
    let mut validation = Validation::new(header.alg);
    // Which claims there must be, the case says.
    validation.required_spec_claims.clear();
    validation.validate_aud = false;
    validation.validate_exp = false;
    let decoded = jsonwebtoken::decode::<Value>(token, &key, &validation);
    decoded
        .map(|data| data.claims)
        .map_err(|error| format!("the signature by `{kid}` does not verify: {error}"))
}

/// The claims of a token in their own bytes, whoever signed it.
///
/// # Panics
/// When it is no token.
pub fn claims_text(token: &str) -> String {
    let claims = token
        .split('.')
        .nth(1)
        .expect("a compact token has three parts");
    let bytes = URL_SAFE_NO_PAD.decode(claims).expect("base64url");
    String::from_utf8(bytes).expect("claims are UTF-8")
}

/// `at_hash` of an access token for a token signed with SHA-256 (OpenID Connect Core 3.1.3.6).
pub fn at_hash(access_token: &str) -> String {
    encode(&Sha256::digest(access_token)[..16])
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
