//! The token request of an OAuth 2 client, as far as events need it.

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use percent_encoding::percent_decode;
use serde_json::{Map, Value};

/// What a token request says (RFC 6749 sections 4.1.3, 6 and 2.3.1).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TokenRequest {
    /// `grant_type`: every value, the first one first. RFC 6749 section 3.2 forbids repeated
    /// parameters, but which one a platform that takes them looks at, we cannot know: nobody
    /// passes a hook by naming two.
    pub grant_types: Vec<String>,
    /// From HTTP Basic, the form, or the `sub` of a client assertion (RFC 7523), in this order.
    pub client_id: Option<String>,
    /// `redirect_uri`.
    pub redirect_uri: Option<String>,
    /// `scope`, split.
    pub scopes: Vec<String>,
}

impl TokenRequest {
    /// Reads the `body`, a form or, where `content_type` says so, a JSON object (which no RFC
    /// knows but several platforms take), and the `authorization` header.
    pub fn read(body: &[u8], content_type: Option<&str>, authorization: Option<&[u8]>) -> Self {
        let is_json = content_type.is_some_and(|value| value.to_ascii_lowercase().contains("json"));
        let mut request = TokenRequest::default();
        let mut form_client = None;
        let mut assertion = None;
        let mut take = |name: &str, value: String| match name {
            "grant_type" => request.grant_types.push(value),
            "redirect_uri" => _ = request.redirect_uri.get_or_insert(value),
            "client_id" => _ = form_client.get_or_insert(value),
            "client_assertion" => _ = assertion.get_or_insert(value),
            "scope" if request.scopes.is_empty() => {
                request.scopes = value.split_ascii_whitespace().map(str::to_owned).collect();
            }
            _ => {}
        };
        if is_json {
            let members: Map<String, Value> = serde_json::from_slice(body).unwrap_or_default();
            for (name, value) in members {
                if let Value::String(text) = value {
                    take(&name, text);
                }
            }
        } else {
            for (name, value) in form_urlencoded::parse(body) {
                take(&name, value.into_owned());
            }
        }
        request.client_id = authorization
            .and_then(basic_client)
            .or(form_client)
            .or_else(|| assertion.as_deref().and_then(assertion_subject));
        request
    }

    /// The `grant_type` to tell of: the first.
    pub fn grant_type(&self) -> Option<&str> {
        self.grant_types.first().map(String::as_str)
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
        let request = TokenRequest::read(body, None, None);
        assert_eq!(request.grant_types, ["authorization_code", "second"]);
        assert_eq!(request.grant_type(), Some("authorization_code"));
        assert_eq!(request.client_id.as_deref(), Some("shop"));
        assert_eq!(request.redirect_uri.as_deref(), Some("https://shop/cb"));
    }

    #[test]
    fn basic_credentials_are_url_decoded_and_win() {
        let header = format!("Basic {}", BASE64_STANDARD.encode("my%3Ashop:se%20cret"));
        let request = TokenRequest::read(b"client_id=other", None, Some(header.as_bytes()));
        assert_eq!(request.client_id.as_deref(), Some("my:shop"));
    }

    #[test]
    fn a_json_request_is_read_too() {
        let body = br#"{"grant_type":"refresh_token","client_id":"shop","n":1}"#;
        let request = TokenRequest::read(body, Some("application/json; charset=utf-8"), None);
        assert_eq!(request.grant_type(), Some("refresh_token"));
        assert_eq!(request.client_id.as_deref(), Some("shop"));
        let broken = TokenRequest::read(b"[", Some("application/json"), None);
        assert_eq!(broken, TokenRequest::default());
    }

    #[test]
    fn an_assertion_names_its_subject() {
        let payload = BASE64_URL_SAFE_NO_PAD.encode(r#"{"sub":"shop"}"#);
        let body = format!("client_assertion=e30.{payload}.sig");
        assert_eq!(
            TokenRequest::read(body.as_bytes(), None, None)
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
            let request = TokenRequest::read(b"\xff=%zz&&&=", None, Some(header));
            assert_eq!(request.grant_type(), None);
        }
    }
}
