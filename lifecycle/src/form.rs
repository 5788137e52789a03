//! The token request of an OAuth 2 client, as far as events need it.

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use percent_encoding::percent_decode;
use serde_json::Value;

/// What a token request says (RFC 6749 sections 4.1.3, 6 and 2.3.1).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TokenRequest {
    /// `grant_type`.
    pub grant_type: Option<String>,
    /// From HTTP Basic, the form, or the `sub` of a client assertion (RFC 7523), in this order.
    pub client_id: Option<String>,
    /// `redirect_uri`.
    pub redirect_uri: Option<String>,
    /// `scope`, split.
    pub scopes: Vec<String>,
}

impl TokenRequest {
    /// Reads the form `body` and the `authorization` header. Of repeated parameters the first
    /// counts; RFC 6749 section 3.2 forbids them, and the platform is the one to refuse them.
    pub fn read(body: &[u8], authorization: Option<&[u8]>) -> Self {
        let mut request = TokenRequest::default();
        let mut form_client = None;
        let mut assertion = None;
        for (name, value) in form_urlencoded::parse(body) {
            let field = match name.as_ref() {
                "grant_type" => &mut request.grant_type,
                "redirect_uri" => &mut request.redirect_uri,
                "client_id" => &mut form_client,
                "client_assertion" => &mut assertion,
                "scope" if request.scopes.is_empty() => {
                    request.scopes = value.split_ascii_whitespace().map(str::to_owned).collect();
                    continue;
                }
                _ => continue,
            };
            field.get_or_insert_with(|| value.into_owned());
        }
        request.client_id = authorization
            .and_then(basic_client)
            .or(form_client)
            .or_else(|| assertion.as_deref().and_then(assertion_subject));
        request
    }
}

/// The client id of `Basic base64(urlencode(id):urlencode(secret))`. The secret is not kept.
fn basic_client(header: &[u8]) -> Option<String> {
    let (scheme, credentials) = std::str::from_utf8(header).ok()?.trim().split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = BASE64_STANDARD.decode(credentials.trim()).ok()?;
    let id = pair.split(|byte| *byte == b':').next()?;
    let id: Vec<u8> = id
        .iter()
        .map(|byte| if *byte == b'+' { b' ' } else { *byte })
        .collect();
    Some(percent_decode(&id).decode_utf8_lossy().into_owned())
}

fn assertion_subject(assertion: &str) -> Option<String> {
    let payload = assertion.split('.').nth(1)?;
    let claims: Value =
        serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(payload).ok()?).ok()?;
    claims.get("sub")?.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_with_the_secret_in_it_names_its_client() {
        let body = b"grant_type=authorization_code&code=x&client_id=shop&client_secret=s\
                     &redirect_uri=https%3A%2F%2Fshop%2Fcb&grant_type=second";
        let request = TokenRequest::read(body, None);
        assert_eq!(request.grant_type.as_deref(), Some("authorization_code"));
        assert_eq!(request.client_id.as_deref(), Some("shop"));
        assert_eq!(request.redirect_uri.as_deref(), Some("https://shop/cb"));
    }

    #[test]
    fn basic_credentials_are_url_decoded_and_win() {
        let header = format!("Basic {}", BASE64_STANDARD.encode("my%3Ashop:se%20cret"));
        let request = TokenRequest::read(b"client_id=other", Some(header.as_bytes()));
        assert_eq!(request.client_id.as_deref(), Some("my:shop"));
    }

    #[test]
    fn an_assertion_names_its_subject() {
        let payload = BASE64_URL_SAFE_NO_PAD.encode(r#"{"sub":"shop"}"#);
        let body = format!("client_assertion=e30.{payload}.sig");
        assert_eq!(
            TokenRequest::read(body.as_bytes(), None)
                .client_id
                .as_deref(),
            Some("shop")
        );
    }

    #[test]
    fn hostile_input_is_just_not_understood() {
        for header in [
            &b"\xff\xfe"[..],
            b"Basic",
            b"Basic !!!",
            b"Bearer abc",
            b"Basic //8=",
        ] {
            let request = TokenRequest::read(b"\xff=%zz&&&=", Some(header));
            assert_eq!(request.grant_type, None);
        }
    }
}
