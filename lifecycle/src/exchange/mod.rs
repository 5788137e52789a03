//! One HTTP request and its response, as a state machine: inputs go in, effects come out.
//!
//! Whoever holds an [`Exchange`] feeds it what happens ([`Input`]), performs what it returns
//! ([`Effect`]) in order, and keeps the response from the client while [`Exchange::holds_response`].
//! [`token`] follows a token request, [`jwks`] a request for the platform's keys.

mod effect;
mod jwks;
mod token;

use std::rc::Rc;
use std::time::{Duration, SystemTime};

use uuid::Builder;

pub use effect::{Delivery, Effect, Invocation, Reply, Report, SignRequest};

use crate::answer::{Answer, Failure};
use crate::plan::Plan;

/// Token requests larger than this are not read: RFC 6749 requests are a few KiB at most.
pub const REQUEST_CAP: usize = 64 << 10;
/// Responses larger than this are not changed. Below the 1 MiB at which Envoy itself answers 500.
pub const RESPONSE_CAP: usize = 512 << 10;

/// What happened.
#[derive(Debug)]
pub enum Input<'a> {
    /// The request's headers, before the platform sees them.
    RequestHeaders(&'a Headers),
    /// A part of the request's body on its way to the platform.
    RequestBody(&'a [u8]),
    /// The response's headers; `end` when it has no body.
    ResponseHeaders {
        /// The headers, `:status` among them.
        headers: &'a Headers,
        /// There is no body.
        end: bool,
    },
    /// So many bytes of a held response's body are here, and more will come.
    ResponseSize(usize),
    /// The whole body of a held response.
    ResponseBody(&'a [u8]),
    /// The invocation asked for by [`Effect::RunHook`] ended.
    HookEnded(Result<Answer, Failure>),
    /// The JOSE signature asked for by [`Effect::Sign`], or why there is none.
    Signed(Result<Vec<u8>, String>),
    /// The response has been held for longer than anybody should wait for the platform.
    HeldTooLong,
}

/// Headers as bytes: names in lower case, values as they came, repeated ones repeated.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Headers(pub Vec<(String, Vec<u8>)>);

impl Headers {
    /// The first value of `name` (in lower case).
    pub fn first(&self, name: &str) -> Option<&[u8]> {
        self.0
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_slice())
    }

    /// The same when it is UTF-8.
    pub fn text(&self, name: &str) -> Option<&str> {
        std::str::from_utf8(self.first(name)?).ok()
    }
}

/// Time and randomness for one exchange.
#[derive(Clone, Copy, Debug)]
pub struct Seed {
    /// Milliseconds since 1970.
    pub unix_ms: u64,
    /// Random bytes.
    pub random: [u8; 10],
}

impl Seed {
    /// The time as RFC 3339 says, in UTC with milliseconds.
    fn time(&self) -> String {
        let time = SystemTime::UNIX_EPOCH + Duration::from_millis(self.unix_ms);
        humantime::format_rfc3339_millis(time).to_string()
    }

    /// The id of the `ordinal`-th event of the exchange: UUID version 7 (RFC 9562 section 5.7).
    fn event_id(&self, ordinal: u8) -> String {
        let mut random = self.random;
        if let Some(last) = random.last_mut() {
            *last = last.wrapping_add(ordinal);
        }
        Builder::from_unix_timestamp_millis(self.unix_ms, &random)
            .into_uuid()
            .to_string()
    }
}

/// The client, as far as the host can tell.
#[derive(Clone, Debug, Default)]
pub struct Client {
    /// Its address without the port, as Envoy trusts it.
    pub ip: Option<String>,
    /// `:authority`.
    pub host: Option<String>,
    /// `user-agent`.
    pub user_agent: Option<String>,
    /// The first tag of `accept-language`.
    pub language: Option<String>,
    /// `traceparent` (W3C Trace Context section 3.2), when it is a valid one.
    pub traceparent: Option<String>,
}

impl Client {
    /// The trace id of a valid `traceparent`.
    pub fn trace_id(traceparent: &str) -> Option<&str> {
        let mut fields = traceparent.split('-');
        let (version, trace, parent, flags) = (
            fields.next()?,
            fields.next()?,
            fields.next()?,
            fields.next()?,
        );
        let hex = |text: &str, length: usize| {
            text.len() == length
                && text
                    .bytes()
                    .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
        };
        let known = version != "00" || fields.next().is_none();
        let sound = hex(version, 2)
            && version != "ff"
            && hex(trace, 32)
            && hex(parent, 16)
            && hex(flags, 2);
        let named = trace.bytes().any(|b| b != b'0') && parent.bytes().any(|b| b != b'0');
        (known && sound && named).then_some(trace)
    }
}

/// An exchange that hooks care about.
#[derive(Debug)]
pub struct Exchange(Kind);

#[derive(Debug)]
enum Kind {
    Token(Box<token::TokenExchange>),
    Jwks(jwks::JwksExchange),
}

impl Exchange {
    /// A request to the token endpoint.
    pub(crate) fn token(plan: Rc<Plan>, target: &str, seed: Seed, client: Client) -> Self {
        Exchange(Kind::Token(Box::new(token::TokenExchange::new(
            plan, target, seed, client,
        ))))
    }

    /// A request for the platform's keys.
    pub(crate) fn jwks(plan: Rc<Plan>) -> Self {
        Exchange(Kind::Jwks(jwks::JwksExchange::new(plan)))
    }

    /// Takes `input`; the effects are to be performed in order.
    pub fn on(&mut self, input: Input<'_>) -> Vec<Effect> {
        match &mut self.0 {
            Kind::Token(exchange) => exchange.on(input),
            Kind::Jwks(exchange) => exchange.on(input),
        }
    }

    /// Whether the response must not go on to the client yet.
    pub fn holds_response(&self) -> bool {
        match &self.0 {
            Kind::Token(exchange) => exchange.holds_response(),
            Kind::Jwks(exchange) => exchange.holds_response(),
        }
    }

    /// Whether it waits for the rest of the platform's answer, and not for something of ours.
    pub fn awaits_platform(&self) -> bool {
        match &self.0 {
            Kind::Token(exchange) => exchange.awaits_platform(),
            Kind::Jwks(exchange) => exchange.holds_response(),
        }
    }
}

/// Whether a response body can be read as JSON: its type says so, and nothing encodes it.
fn is_plain_json(headers: &Headers) -> Result<(), String> {
    if let Some(encoding) = headers
        .text("content-encoding")
        .filter(|name| !name.eq_ignore_ascii_case("identity"))
    {
        return Err(format!(
            "the platform's answer is encoded ({encoding}) although identity was asked for"
        ));
    }
    let media_type = headers.text("content-type").unwrap_or_default();
    let essence = media_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    if essence == "application/json" || essence.ends_with("+json") {
        Ok(())
    } else {
        Err(format!(
            "the platform's answer is no JSON (content-type `{essence}`)"
        ))
    }
}

/// Makes `body` the body of a held response.
fn replace_body(effects: &mut Vec<Effect>, body: String) {
    // Validators and digests of the platform's bytes are wrong of ours (RFC 9110 section 8.8,
    // RFC 9530).
    for name in [
        "etag",
        "last-modified",
        "content-md5",
        "digest",
        "content-digest",
        "repr-digest",
    ] {
        effects.push(Effect::RemoveResponseHeader(name));
    }
    effects.push(Effect::SetResponseHeader(
        "content-length",
        body.len().to_string(),
    ));
    effects.push(Effect::ReplaceResponseBody(body.into_bytes()));
}

#[cfg(test)]
mod tests {
    use super::Client;

    #[test]
    fn a_trace_is_known_by_a_valid_traceparent_only() {
        let trace = "0af7651916cd43dd8448eb211c80319c";
        let valid = format!("00-{trace}-b7ad6b7169203331-01");
        assert_eq!(Client::trace_id(&valid), Some(trace));
        assert_eq!(
            Client::trace_id(&format!("cc-{trace}-b7ad6b7169203331-01-more")),
            Some(trace)
        );
        for invalid in [
            "".to_owned(),
            format!("{valid}-more"),
            valid.to_uppercase(),
            format!("ff-{trace}-b7ad6b7169203331-01"),
            format!("00-{}-b7ad6b7169203331-01", "0".repeat(32)),
            format!("00-{trace}-0000000000000000-01"),
            format!("00-{trace}-b7ad6b7169203331"),
        ] {
            assert_eq!(Client::trace_id(&invalid), None, "{invalid}");
        }
    }
}
