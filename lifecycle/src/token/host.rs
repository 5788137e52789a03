//! The messages of Envoy's foreign function `sign` (source/extensions/common/wasm/ext/
//! sign.proto), and what it takes to turn its answer into a JOSE signature.
//!
//! Two messages of four fields do not warrant a protobuf library in the module.

use super::{Algorithm, SigningKey};

/// The argument of `sign`: 1 hash_function, 2 private_key (PKCS#8 DER), 3 text.
pub fn sign_arguments(key: &SigningKey, message: &[u8]) -> Vec<u8> {
    let mut arguments = Vec::with_capacity(message.len() + key.pkcs8_der().len() + 32);
    put_field(&mut arguments, 1, b"sha256");
    put_field(&mut arguments, 2, key.pkcs8_der());
    put_field(&mut arguments, 3, message);
    arguments
}

/// The signature in an answer of `sign`: 1 result, 2 signature, 3 error.
///
/// # Errors
/// The host's error, or what is wrong with the answer.
pub fn signature(algorithm: Algorithm, answer: &[u8]) -> Result<Vec<u8>, String> {
    let mut signature = None;
    let mut error = None;
    let mut rest = answer;
    while !rest.is_empty() {
        match take_field(&mut rest).ok_or("the host's answer is no protobuf message")? {
            (2, Some(bytes)) => signature = Some(bytes),
            (3, Some(bytes)) => error = Some(String::from_utf8_lossy(bytes).into_owned()),
            _ => {}
        }
    }
    match (signature, error) {
        (_, Some(error)) if !error.is_empty() => Err(format!("the host cannot sign: {error}")),
        (Some(bytes), _) if !bytes.is_empty() => jose(algorithm, bytes),
        _ => Err("the host's answer has no signature".into()),
    }
}

/// JOSE wants ECDSA signatures as r‖s (RFC 7518 section 3.4), the host gives ASN.1 DER.
fn jose(algorithm: Algorithm, signature: &[u8]) -> Result<Vec<u8>, String> {
    match algorithm {
        Algorithm::Rs256 => Ok(signature.to_vec()),
        Algorithm::Es256 => p256::ecdsa::Signature::from_der(signature)
            .map(|signature| signature.to_bytes().to_vec())
            .map_err(|_| "the host's ECDSA signature is no ASN.1 DER".into()),
    }
}

fn put_field(message: &mut Vec<u8>, number: u8, bytes: &[u8]) {
    message.push(number << 3 | 2);
    put_varint(message, bytes.len());
    message.extend_from_slice(bytes);
}

fn put_varint(message: &mut Vec<u8>, mut value: usize) {
    while value >= 0x80 {
        message.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    message.push(value as u8);
}

/// The next field's number, and its bytes when it is length-delimited.
fn take_field<'a>(rest: &mut &'a [u8]) -> Option<(u64, Option<&'a [u8]>)> {
    let tag = take_varint(rest)?;
    match tag & 7 {
        0 => take_varint(rest).map(|_| (tag >> 3, None)),
        2 => {
            let length = usize::try_from(take_varint(rest)?).ok()?;
            let (bytes, after) = rest.split_at_checked(length)?;
            *rest = after;
            Some((tag >> 3, Some(bytes)))
        }
        _ => None,
    }
}

fn take_varint(rest: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let (byte, after) = rest.split_first()?;
        *rest = after;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_with_a_signature_is_read() {
        let mut answer = vec![0x08, 0x01];
        put_field(&mut answer, 2, &[7; 300]);
        assert_eq!(signature(Algorithm::Rs256, &answer), Ok(vec![7; 300]));
    }

    #[test]
    fn the_hosts_error_is_passed_on() {
        let mut answer = Vec::new();
        put_field(&mut answer, 3, b"Failed to parse private key");
        let error = signature(Algorithm::Rs256, &answer).unwrap_err();
        assert!(error.contains("Failed to parse private key"), "{error}");
    }

    #[test]
    fn a_broken_answer_is_an_error() {
        for answer in [
            &b""[..],
            b"\x12\xff",
            b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
            b"\x15",
        ] {
            assert!(signature(Algorithm::Es256, answer).is_err(), "{answer:?}");
        }
        let mut answer = Vec::new();
        put_field(&mut answer, 2, b"not der");
        assert!(
            signature(Algorithm::Es256, &answer)
                .unwrap_err()
                .contains("DER")
        );
    }
}
