//! JWTs with a shared secret (RFC 7519, HS256 of RFC 7518 section 3.2): what the trigger form's
//! `api.redirect` gives to a page and reads from it.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL;
use hmac::{Hmac, Mac};
use javy::quickjs::{Ctx, Result, Value};
use sha2::Sha256;

use super::{Args, Native, null, to_value};

/// The functions, by name.
pub const FUNCTIONS: &[(&str, Native)] = &[("jwtSign", sign), ("jwtVerify", verify)];

/// `{"alg":"HS256","typ":"JWT"}`.
const HEADER: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9";

/// (secret, payload as JSON): the token.
fn sign<'js>(ctx: &Ctx<'js>, args: &Args<'js>) -> Result<Value<'js>> {
    let (secret, payload) = (args.text(ctx, 0)?, args.text(ctx, 1)?);
    let signed = format!("{HEADER}.{}", BASE64URL.encode(payload));
    let token = mac(&secret, &signed)
        .map(|mac| format!("{signed}.{}", BASE64URL.encode(mac.finalize().into_bytes())));
    to_value(ctx, token)
}

/// (secret, token): its payload as JSON; null when it is no JWT, or not signed so with this secret.
fn verify<'js>(ctx: &Ctx<'js>, args: &Args<'js>) -> Result<Value<'js>> {
    match payload(&args.text(ctx, 0)?, &args.text(ctx, 1)?) {
        Some(payload) => to_value(ctx, payload),
        None => Ok(null(ctx)),
    }
}

fn payload(secret: &str, token: &str) -> Option<String> {
    let (signed, signature) = token.rsplit_once('.')?;
    let (header, payload) = signed.split_once('.')?;
    let header: serde_json::Value = serde_json::from_slice(&BASE64URL.decode(header).ok()?).ok()?;
    // The algorithm is ours to say, not the token's (RFC 8725 section 3.1).
    if header.get("alg")?.as_str()? != "HS256" {
        return None;
    }
    let signature = BASE64URL.decode(signature).ok()?;
    mac(secret, signed)?.verify_slice(&signature).ok()?;
    let payload = String::from_utf8(BASE64URL.decode(payload).ok()?).ok()?;
    let claims: serde_json::Value = serde_json::from_str(&payload).ok()?;
    claims.is_object().then_some(payload)
}

fn mac(secret: &str, signed: &str) -> Option<Hmac<Sha256>> {
    // HMAC takes a key of any length.
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok()?;
    mac.update(signed.as_bytes());
    Some(mac)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_field_is_read() {
        // HS256 over {"sub":"1234567890","name":"John Doe","iat":1516239022}, as jwt.io shows it.
        let token = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c";
        assert_eq!(
            payload("your-256-bit-secret", token).as_deref(),
            Some(r#"{"sub":"1234567890","name":"John Doe","iat":1516239022}"#)
        );
        assert_eq!(payload("another secret", token), None);
    }

    #[test]
    fn what_is_signed_otherwise_is_refused() {
        let signed = |header: &str| {
            let signed = format!("{}.{}", BASE64URL.encode(header), BASE64URL.encode("{}"));
            let mac = mac("s", &signed).unwrap().finalize().into_bytes();
            format!("{signed}.{}", BASE64URL.encode(mac))
        };
        assert_eq!(
            payload("s", &signed(r#"{"alg":"HS256"}"#)).as_deref(),
            Some("{}")
        );
        for header in [r#"{"alg":"none"}"#, r#"{"alg":"HS512"}"#, "{}", "x"] {
            assert_eq!(payload("s", &signed(header)), None, "{header}");
        }
        for token in ["", ".", "..", "a.b", "a.b.c.d", "é.é.é"] {
            assert_eq!(payload("s", token), None, "{token}");
        }
    }
}
