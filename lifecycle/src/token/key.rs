//! Our signing keys: PKCS#8 in PEM, chosen by a token's algorithm, published as JWKs.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use p256::ecdsa::signature::{RandomizedSigner, SignatureEncoding};
use p256::pkcs8::{DecodePrivateKey, EncodePublicKey};
use pkcs8::{AssociatedOid, Document, ObjectIdentifier, PrivateKeyInfo};
use rand_core::CryptoRngCore;
use rsa::traits::PublicKeyParts;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// JWS algorithms (RFC 7518 section 3.1) with which we sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// ECDSA with P-256 and SHA-256.
    Es256,
}

impl Algorithm {
    /// Its name in a JWS header.
    pub fn name(self) -> &'static str {
        match self {
            Algorithm::Rs256 => "RS256",
            Algorithm::Es256 => "ES256",
        }
    }

    /// The algorithm with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Algorithm::Rs256, Algorithm::Es256]
            .into_iter()
            .find(|algorithm| algorithm.name() == name)
    }
}

/// Our keys, in the order in which they were given.
#[derive(Clone, Debug, Default)]
pub struct SigningKeys(Vec<SigningKey>);

/// A private key and what the world may know of it.
#[derive(Clone)]
pub struct SigningKey {
    algorithm: Algorithm,
    kid: String,
    jwk: Value,
    der: Vec<u8>,
    private: Private,
}

#[derive(Clone)]
enum Private {
    Rsa(Box<rsa::pkcs1v15::SigningKey<Sha256>>),
    P256(p256::ecdsa::SigningKey),
}

/// A signing key that cannot be used. No message carries key material.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// There is no PEM block of a private key.
    #[error("expected a PKCS#8 private key in PEM (BEGIN PRIVATE KEY), found {found}; {advice}")]
    NotPkcs8 {
        /// What was found instead.
        found: String,
        /// The command that makes it one.
        advice: &'static str,
    },
    /// The PEM block does not decode.
    #[error(
        "the {ordinal}. PEM block cannot be read: {reason}; was it cut or re-wrapped on the way?"
    )]
    Malformed {
        /// Which block, from 1.
        ordinal: usize,
        /// The decoder's reason.
        reason: String,
    },
    /// A key type or curve that this version cannot sign with.
    #[error(
        "the {ordinal}. PEM block holds {found}; this version signs with RSA (RS256) and EC P-256 (ES256)"
    )]
    Unsupported {
        /// Which block, from 1.
        ordinal: usize,
        /// The type.
        found: String,
    },
    /// An RSA key that no verifier should accept.
    #[error(
        "the {ordinal}. PEM block holds an RSA key of {bits} bits; RFC 7518 section 3.3 wants 2048 or more"
    )]
    TooShort {
        /// Which block, from 1.
        ordinal: usize,
        /// Its modulus.
        bits: usize,
    },
}

impl SigningKeys {
    /// Reads every private key of `pem`.
    ///
    /// # Errors
    /// The first block that is no usable PKCS#8 private key.
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        let blocks = pem_blocks(pem);
        if blocks.is_empty() {
            let found = if pem.trim().is_empty() {
                "nothing"
            } else {
                "text without a PEM block"
            };
            return Err(not_pkcs8(found.to_owned()));
        }
        blocks
            .iter()
            .enumerate()
            .map(|(index, block)| SigningKey::from_pem(index + 1, block))
            .collect::<Result<_, _>>()
            .map(SigningKeys)
    }

    /// The first key that signs with `algorithm`.
    pub fn fitting(&self, algorithm: Algorithm) -> Option<&SigningKey> {
        self.0.iter().find(|key| key.algorithm == algorithm)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &SigningKey> {
        self.0.iter()
    }
}

impl SigningKey {
    fn from_pem(ordinal: usize, block: &str) -> Result<Self, KeyError> {
        let malformed = |reason: String| KeyError::Malformed { ordinal, reason };
        let label = block
            .lines()
            .next()
            .unwrap_or_default()
            .trim()
            .trim_matches('-')
            .trim();
        if label != "BEGIN PRIVATE KEY" {
            return Err(not_pkcs8(format!("{} ({label})", describe_label(label))));
        }
        let (_, document) =
            Document::from_pem(block).map_err(|error| malformed(error.to_string()))?;
        let der = document.as_bytes().to_vec();
        let info = PrivateKeyInfo::try_from(der.as_slice())
            .map_err(|error| malformed(error.to_string()))?;
        match info.algorithm.oid {
            oid if oid == rsa::pkcs1::ALGORITHM_OID => Self::rsa(ordinal, der),
            oid if oid == p256::elliptic_curve::ALGORITHM_OID => {
                let curve = info.algorithm.parameters_oid().ok();
                if curve != Some(p256::NistP256::OID) {
                    let found = format!("an EC key on {}", describe_curve(curve));
                    return Err(KeyError::Unsupported { ordinal, found });
                }
                Self::p256(ordinal, der)
            }
            oid => Err(KeyError::Unsupported {
                ordinal,
                found: describe_type(oid),
            }),
        }
    }

    fn rsa(ordinal: usize, der: Vec<u8>) -> Result<Self, KeyError> {
        let private =
            rsa::RsaPrivateKey::from_pkcs8_der(&der).map_err(|error| KeyError::Malformed {
                ordinal,
                reason: error.to_string(),
            })?;
        let bits = private.n().bits();
        if bits < 2048 {
            return Err(KeyError::TooShort { ordinal, bits });
        }
        let e = BASE64_URL_SAFE_NO_PAD.encode(private.e().to_bytes_be());
        let n = BASE64_URL_SAFE_NO_PAD.encode(private.n().to_bytes_be());
        // RFC 7638 section 3.2: the required members in lexicographic order.
        let kid = thumbprint(&format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#));
        let jwk = json!({"kty": "RSA", "use": "sig", "alg": "RS256", "kid": kid, "n": n, "e": e});
        let private = Private::Rsa(Box::new(rsa::pkcs1v15::SigningKey::new(private)));
        Ok(SigningKey {
            algorithm: Algorithm::Rs256,
            kid,
            jwk,
            der,
            private,
        })
    }

    fn p256(ordinal: usize, der: Vec<u8>) -> Result<Self, KeyError> {
        let malformed = |reason: String| KeyError::Malformed { ordinal, reason };
        let private = p256::ecdsa::SigningKey::from_pkcs8_der(&der)
            .map_err(|error| malformed(error.to_string()))?;
        let point = private.verifying_key().to_encoded_point(false);
        let (Some(x), Some(y)) = (point.x(), point.y()) else {
            return Err(malformed("it has no public point".into()));
        };
        let (x, y) = (
            BASE64_URL_SAFE_NO_PAD.encode(x),
            BASE64_URL_SAFE_NO_PAD.encode(y),
        );
        let kid = thumbprint(&format!(
            r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#
        ));
        let jwk = json!({
            "kty": "EC", "use": "sig", "alg": "ES256", "kid": kid, "crv": "P-256", "x": x, "y": y
        });
        Ok(SigningKey {
            algorithm: Algorithm::Es256,
            kid,
            jwk,
            der,
            private: Private::P256(private),
        })
    }

    /// What it signs with.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Its id: the RFC 7638 thumbprint.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// Its public half (RFC 7517 section 4).
    pub fn jwk(&self) -> &Value {
        &self.jwk
    }

    /// Its private half in PKCS#8 DER, for the host's `sign`.
    pub fn pkcs8_der(&self) -> &[u8] {
        &self.der
    }

    /// The JOSE signature of `message` in pure Rust; `rng` blinds the RSA computation.
    ///
    /// # Errors
    /// The library's reason.
    pub fn sign(&self, rng: &mut impl CryptoRngCore, message: &[u8]) -> Result<Vec<u8>, String> {
        match &self.private {
            Private::Rsa(key) => key
                .try_sign_with_rng(rng, message)
                .map(|signature| signature.to_vec()),
            Private::P256(key) => {
                let signature: Result<p256::ecdsa::Signature, _> =
                    key.try_sign_with_rng(rng, message);
                signature.map(|signature| signature.to_vec())
            }
        }
        .map_err(|error| error.to_string())
    }

    /// Its public half in SPKI DER, for verifiers.
    pub fn public_der(&self) -> Option<Vec<u8>> {
        let document = match &self.private {
            Private::Rsa(key) => rsa::RsaPublicKey::from(key.as_ref().as_ref()).to_public_key_der(),
            Private::P256(key) => key.verifying_key().to_public_key_der(),
        };
        document.ok().map(|document| document.into_vec())
    }
}

/// Never the private half: keys end up in logs by `Debug`.
impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SigningKey({} {})", self.algorithm.name(), self.kid)
    }
}

fn thumbprint(members: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(members))
}

/// The PEM blocks of `text`, each from its BEGIN line to its END line. Environment variables often
/// carry PEM with `\n` written as two characters; both spellings are read.
fn pem_blocks(text: &str) -> Vec<String> {
    let text = text.replace("\\n", "\n");
    let mut blocks = Vec::new();
    let mut block = None::<String>;
    for line in text.lines().map(str::trim) {
        if line.starts_with("-----BEGIN ") {
            block = Some(String::new());
        }
        if let Some(lines) = &mut block {
            lines.push_str(line);
            lines.push('\n');
            if line.starts_with("-----END ") {
                blocks.extend(block.take());
            }
        }
    }
    blocks.extend(block);
    blocks
}

fn not_pkcs8(found: String) -> KeyError {
    let advice = if found.contains("ENCRYPTED") {
        "remove the pass phrase: openssl pkcs8 -in KEY -out NEW"
    } else if found.contains("RSA PRIVATE") || found.contains("EC PRIVATE") {
        "convert it: openssl pkcs8 -topk8 -nocrypt -in KEY -out NEW"
    } else {
        "make one: openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048"
    };
    KeyError::NotPkcs8 { found, advice }
}

fn describe_label(label: &str) -> &'static str {
    match label {
        "BEGIN RSA PRIVATE KEY" => "a PKCS#1 key",
        "BEGIN EC PRIVATE KEY" => "a SEC1 key",
        "BEGIN ENCRYPTED PRIVATE KEY" => "an encrypted key",
        "BEGIN PUBLIC KEY" | "BEGIN RSA PUBLIC KEY" => "a public key",
        "BEGIN CERTIFICATE" => "a certificate",
        "BEGIN OPENSSH PRIVATE KEY" => "an OpenSSH key",
        _ => "another PEM block",
    }
}

fn describe_curve(oid: Option<ObjectIdentifier>) -> String {
    match oid.map(|oid| oid.to_string()).as_deref() {
        Some("1.3.132.0.34") => "P-384".into(),
        Some("1.3.132.0.35") => "P-521".into(),
        Some("1.3.132.0.10") => "secp256k1".into(),
        Some(other) => format!("the curve {other}"),
        None => "no named curve".into(),
    }
}

fn describe_type(oid: ObjectIdentifier) -> String {
    match oid.to_string().as_str() {
        "1.3.101.112" => "an Ed25519 key".into(),
        "1.2.840.113549.1.1.10" => "an RSASSA-PSS key".into(),
        other => format!("a key of type {other}"),
    }
}
