//! Envoy's foreign function `sign` (its source/extensions/common/wasm/foreign.cc): the protobuf
//! message SignArguments { 1: hash_function, 2: private_key (DER), 3: text, 4: private_key_pem }
//! is answered by SignResult { 1: result, 2: signature, 3: error }. RSA signs PKCS#1 v1.5, an
//! elliptic curve answers ASN.1 DER.

use p256::ecdsa::signature::Signer as _;
use pkcs8::DecodePrivateKey as _;
use rsa::pkcs1v15;
use rsa::signature::SignatureEncoding as _;
use sha2::Sha256;

/// Calls it. `None` where Envoy answers BadArgument: no message, or no key.
pub fn call(arguments: &[u8]) -> Option<Vec<u8>> {
    let fields = fields(arguments)?;
    let bytes = |number| {
        fields
            .iter()
            .rev()
            .find(|(found, _)| *found == number)
            .map(|(_, bytes)| *bytes)
            .unwrap_or_default()
    };
    let (hash, der, text, pem) = (bytes(1), bytes(2), bytes(3), bytes(4));
    let pem = std::str::from_utf8(pem).ok()?;
    let rsa = match pem.is_empty() {
        true => rsa::RsaPrivateKey::from_pkcs8_der(der).ok(),
        false => rsa::RsaPrivateKey::from_pkcs8_pem(pem).ok(),
    };
    let ec = match pem.is_empty() {
        true => p256::ecdsa::SigningKey::from_pkcs8_der(der).ok(),
        false => p256::ecdsa::SigningKey::from_pkcs8_pem(pem).ok(),
    };
    if rsa.is_none() && ec.is_none() {
        return None;
    }
    if !hash.eq_ignore_ascii_case(b"sha256") {
        return Some(failure(&format!(
            "{} is not supported.",
            String::from_utf8_lossy(hash)
        )));
    }
    let signature = match (rsa, ec) {
        (Some(key), _) => pkcs1v15::SigningKey::<Sha256>::new(key)
            .try_sign(text)
            .map(|signature| signature.to_vec())
            .ok(),
        (_, Some(key)) => key
            .try_sign(text)
            .map(|signature: p256::ecdsa::DerSignature| signature.as_bytes().to_vec())
            .ok(),
        _ => None,
    };
    Some(signature.map_or_else(
        || failure("Failed to create signature."),
        |signature| {
            let mut answer = vec![0x08, 1];
            push_bytes(&mut answer, 2, &signature);
            answer
        },
    ))
}

fn failure(reason: &str) -> Vec<u8> {
    let mut answer = Vec::new();
    push_bytes(&mut answer, 3, reason.as_bytes());
    answer
}

/// The length-delimited fields of a message; `None` for anything else.
fn fields(mut message: &[u8]) -> Option<Vec<(u64, &[u8])>> {
    let mut fields = Vec::new();
    while !message.is_empty() {
        let tag = varint(&mut message)?;
        if tag & 7 != 2 {
            return None;
        }
        let len = usize::try_from(varint(&mut message)?).ok()?;
        let (bytes, rest) = message.split_at_checked(len)?;
        fields.push((tag >> 3, bytes));
        message = rest;
    }
    Some(fields)
}

fn varint(message: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = message.split_first()?;
        *message = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

fn push_bytes(message: &mut Vec<u8>, field: u8, bytes: &[u8]) {
    message.push(field << 3 | 2);
    let mut len = bytes.len();
    while len > 0x7f {
        message.push(len as u8 | 0x80);
        len >>= 7;
    }
    message.push(len as u8);
    message.extend(bytes);
}
