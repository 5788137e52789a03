//! Stand-ins for the vendors that hooks call: one server that answers by the name that it is called
//! by, as strict about what it is sent as they are. Its keys and its password are of this run.

mod aws;
mod crm;
mod login;
mod saas;

use std::io::Write;
use std::net::TcpStream;
use std::sync::OnceLock;
use std::sync::atomic::AtomicUsize;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use hmac::{Hmac, Mac as _};
use integration_tests::platform_tokens::{jwks, platform_rsa};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::support::http::form;
use crate::support::upstream::{Request, Upstream, send, whole};

/// Their names, as they stand in `egress`.
pub const HOSTS: &[&str] = &[
    "crm.acme.example",
    "login.partner.example",
    "api.hubapi.com",
    "hooks.slack.com",
    "api.stripe.com",
    "login.salesforce.com",
    "*.my.salesforce.com",
    "sns.eu-central-1.amazonaws.com",
    "events.eu-central-1.amazonaws.com",
];

/// All of them, and the platform, on one port.
pub struct Vendors {
    upstream: Upstream,
}

/// What a vendor says.
pub struct Reply {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

/// What vendors remember.
#[derive(Default)]
struct Memory {
    unready: AtomicUsize,
}

/// The password of every account, of this run.
pub fn key() -> &'static str {
    static KEY: OnceLock<String> = OnceLock::new();
    KEY.get_or_init(|| {
        let bytes: [u8; 24] = std::array::from_fn(|_| {
            use rand_core::RngCore as _;
            rand_core::OsRng.next_u32() as u8
        });
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    })
}

impl Vendors {
    pub fn start() -> Self {
        let memory = Memory::default();
        let upstream = Upstream::serve(move |request, stream| {
            answer(&memory, &Call::of(request), request, stream);
        });
        Vendors { upstream }
    }

    /// As a platform.
    pub fn url(&self) -> String {
        self.upstream.url()
    }

    /// `METHOD host/path?query` of each call so far, in order, without those of the platform; `KEY`
    /// is [`key`].
    pub fn calls(&self) -> Vec<String> {
        let requests = self.upstream.requests();
        let calls = requests.iter().map(Call::of);
        let vendors = calls.filter(|call| !is_platform(&call.host));
        vendors
            .map(|call| {
                format!("{} {}{}", call.method, call.host, call.target).replace(key(), "KEY")
            })
            .collect()
    }
}

/// A request, as vendors read it.
pub struct Call {
    method: String,
    host: String,
    target: String,
    path: String,
    query: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Call {
    fn of(request: &Request) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let (path, query) = request
            .target
            .split_once('?')
            .unwrap_or((&request.target, ""));
        Call {
            method: request.method.clone(),
            host: request.header("host").map(text).unwrap_or_default(),
            target: request.target.clone(),
            path: path.to_owned(),
            query: form(query.as_bytes()),
            headers: request
                .headers
                .iter()
                .map(|(name, value)| (text(name).to_ascii_lowercase(), text(value)))
                .collect(),
            body: request.body.clone(),
        }
    }

    /// `METHOD /path`.
    fn route(&self) -> (&str, &str) {
        (&self.method, &self.path)
    }

    fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value)
    }

    fn parameter(&self, name: &str) -> &str {
        let found = self.query.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value)
    }

    fn field(&self, name: &str) -> String {
        let found = form(&self.body)
            .into_iter()
            .find(|(known, _)| known == name);
        found.map(|(_, value)| value).unwrap_or_default()
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    fn is_json(&self) -> bool {
        self.header("content-type").starts_with("application/json")
    }

    fn is_form(&self) -> bool {
        self.header("content-type")
            .starts_with("application/x-www-form-urlencoded")
    }

    fn has_bearer(&self) -> bool {
        self.has_bearer_of(key())
    }

    fn has_bearer_of(&self, token: &str) -> bool {
        self.header("authorization") == format!("Bearer {token}")
    }

    fn has_basic(&self) -> bool {
        let expected = STANDARD.encode(format!("acme:{}", key()));
        self.header("authorization") == format!("Basic {expected}")
    }
}

impl Reply {
    fn json(status: u16, body: Value) -> Self {
        Reply {
            status,
            headers: vec![("content-type", "application/json".to_owned())],
            body: body.to_string().into_bytes(),
        }
    }

    fn text(status: u16, content_type: &str, body: &str) -> Self {
        Reply {
            status,
            headers: vec![("content-type", content_type.to_owned())],
            body: body.as_bytes().to_vec(),
        }
    }

    fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    fn gzipped(mut self) -> Self {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(&self.body).unwrap();
        self.body = encoder.finish().unwrap();
        self.with("content-encoding", "gzip")
    }

    /// What the vendor does not understand, with why: it ends in the report of a failing test.
    fn refused(status: u16, why: &str) -> Self {
        Self::json(status, json!({ "error": why, "message": why }))
    }

    fn bytes(&self) -> Vec<u8> {
        let mut head = format!("HTTP/1.1 {} \r\n", self.status);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        whole(&head, &self.body)
    }
}

fn is_platform(host: &str) -> bool {
    host == "id.test" || host.starts_with("127.0.0.1")
}

fn answer(memory: &Memory, call: &Call, request: &Request, stream: &mut TcpStream) {
    let reply = match call.host.as_str() {
        host if is_platform(host) => platform(call, request),
        "crm.acme.example" => crm::answer(memory, call),
        "login.partner.example" => login::answer(call),
        "api.hubapi.com" => saas::hubspot(call),
        "hooks.slack.com" => saas::slack(call),
        "api.stripe.com" => saas::stripe(call),
        "login.salesforce.com" | "acme.my.salesforce.com" => saas::salesforce(call),
        "sns.eu-central-1.amazonaws.com" => aws::sns(call),
        "events.eu-central-1.amazonaws.com" => aws::eventbridge(call),
        other => Reply::refused(421, &format!("nobody is called {other} here")),
    };
    send(stream, &reply.bytes());
}

/// A platform that anybody can log in to: the ID token is for the client that asks.
fn platform(call: &Call, request: &Request) -> Reply {
    match call.route() {
        ("GET", "/keys") => Reply::text(200, "application/json", &jwks(&[platform_rsa()])),
        ("POST", "/token") => {
            let client_id = request.parameter("client_id").unwrap();
            let claims = json!({
                "iss": "https://id.test", "sub": "248289761001", "aud": client_id,
                "email": "jane@example.com", "email_verified": true, "phone_number": "+31201234567",
            });
            let id_token = platform_rsa().token(&claims.to_string());
            Reply::json(
                200,
                json!({ "access_token": "opaque", "token_type": "Bearer", "id_token": id_token }),
            )
        }
        _ => Reply::refused(404, "nothing here"),
    }
}

/// HMAC with SHA-256 (RFC 2104).
fn hmac(key: &[u8], text: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(text);
    mac.finalize().into_bytes().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Seconds since 1970.
fn now() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.unwrap().as_secs()
}
