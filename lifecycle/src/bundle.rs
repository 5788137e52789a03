//! What `leh build` makes of a hook project, and what the filter and the relay load: one JSON
//! document with the resolved platform, the hooks with their scripts, and where things are.
//!
//! The document is written by [`Bundle::to_json`] and read by [`Bundle::from_json`]; what it means
//! is checked in [`crate::plan`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::event::EventType;

/// The format this version writes and reads.
pub const FORMAT: u32 = 1;

/// A hook project, ready to load.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bundle {
    /// [`FORMAT`].
    pub format: u32,
    /// The platform behind Envoy.
    pub platform: Platform,
    /// Our signing keys; needed when a hook can change tokens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signing: Option<Signing>,
    /// Where asynchronous hooks go; needed when there are any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relay: Option<Relay>,
    /// The hosts that hooks may call.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub egress: Vec<EgressHost>,
    /// The hooks, in the order in which they run.
    #[serde(default)]
    pub hooks: Vec<Hook>,
}

/// A host that hooks may call.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EgressHost {
    /// `crm.example.com`; `*.crm.example.com` for every name below; an IP address.
    pub host: String,
    /// The ports that may be called.
    pub ports: Vec<u16>,
    /// Whether it is spoken to over TLS: then only `https:` URLs name it, else only `http:`.
    pub tls: bool,
    /// Headers that the host adds to each call, in lower case, with references
    /// (`${env:NAME}`) to secrets, so that scripts never hold them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// `HOST:PORT` to call in its place: a stand-in, or a vendor's sandbox.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Whether `address` is spoken to in clear text though `tls` says otherwise: a stand-in on the
    /// developer's machine has no certificate for the vendor's name.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub address_plain: bool,
    /// Whether its name may lead to a private address.
    #[serde(default)]
    pub private: bool,
    /// Whether answers are kept as their `cache-control` says (RFC 9111).
    #[serde(default)]
    pub cache: bool,
    /// Whether identical calls under way share one answer.
    #[serde(default)]
    pub coalesce: bool,
    /// The name of its cluster in the Envoy configuration.
    pub cluster: String,
}

impl EgressHost {
    /// Whether connections are made over TLS, whatever the scheme of the URLs that name it.
    pub fn connects_with_tls(&self) -> bool {
        self.tls && !(self.address_plain && self.address.is_some())
    }
}

/// A profile, with the endpoints of one installation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Platform {
    /// The profile's name.
    pub profile: String,
    /// Paths on the platform by their names in OpenID Connect Discovery 1.0 section 3.
    pub endpoints: Endpoints,
    /// What on the wire shows which event.
    pub events: BTreeMap<EventType, Vec<Rule>>,
}

/// Paths (no scheme, no host), as the platform serves them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Endpoints {
    /// RFC 6749 section 3.2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_endpoint: Option<String>,
    /// RFC 7517 section 5: the platform's public keys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwks_uri: Option<String>,
}

/// One way in which an event shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Where it shows.
    pub endpoint: Endpoint,
    /// Which grants show it (RFC 6749 `grant_type`).
    pub grant_types: Vec<String>,
}

/// The endpoints at which this version can see events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Endpoint {
    /// A token response that carries an ID token.
    TokenEndpoint,
}

/// The keys with which changed tokens are signed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signing {
    /// One or more PKCS#8 private keys in PEM, or a reference (`${env:NAME}`) to them. The first
    /// key that fits a token's algorithm signs; all are published, so that keys can be rotated.
    pub key: String,
}

/// The relay, as the filter reaches it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Relay {
    /// The name of its cluster in the Envoy configuration.
    pub cluster: String,
}

/// A script bound to an event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hook {
    /// Unique in the project; names it in logs and counters.
    pub name: String,
    /// When it runs.
    pub event: EventType,
    /// Whether the customer waits for it.
    pub mode: Mode,
    /// What it runs.
    pub script: Script,
    /// Where it runs when it is synchronous; asynchronous hooks run in the relay.
    #[serde(default)]
    pub place: Place,
    /// What happens when it fails.
    #[serde(default)]
    pub on_error: OnError,
    /// Its limits.
    #[serde(default)]
    pub limits: Limits,
    /// Names or client ids of the applications it is for; all when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applications: Option<Vec<String>>,
    /// Plain settings, handed to the script.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub variables: BTreeMap<String, String>,
    /// The same for what must not be seen: references (`${env:NAME}`), resolved when loaded.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub secrets: BTreeMap<String, String>,
}

/// Whether the customer waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// The customer waits, the answer counts.
    Sync,
    /// Nobody waits, no answer is read; runs in the relay.
    Async,
}

/// Where a synchronous hook runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Place {
    /// On Envoy's worker.
    #[default]
    Filter,
    /// In the relay, by callout: for scripts that a worker must not load.
    Relay,
}

/// What happens to the flow when a synchronous hook fails or reaches a limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OnError {
    /// As if the hook were not there.
    #[default]
    Continue,
    /// The flow ends with an error.
    Deny,
}

/// A script and where it came from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Script {
    /// Path in the project, for messages and stack traces.
    pub file: String,
    /// JavaScript, UTF-8.
    pub source: String,
    /// Where each place of it came from, when it was bundled: read by
    /// [`crate::source_map::SourceMap`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub map: Option<String>,
}

/// Limits of one invocation.
///
/// # Defaults
/// `timeout_ms` 1000, `cpu_ms` 50, `load_ms` 100, `background_ms` 5000, `memory_bytes` 16 MiB,
/// `stack_bytes` 256 KiB, `console_bytes` 8 KiB, `fetches` 16, `response_bytes` 1 MiB.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Wall clock from start to answer, in milliseconds.
    pub timeout_ms: u64,
    /// Time that the script itself runs, in milliseconds.
    pub cpu_ms: u64,
    /// Time that the top level of the script may run when it is loaded, in milliseconds.
    pub load_ms: u64,
    /// Time for what is still pending after a synchronous answer, in milliseconds.
    pub background_ms: u64,
    /// Heap of the engine while the invocation runs.
    pub memory_bytes: usize,
    /// Stack; deeper recursion is a RangeError in the script.
    pub stack_bytes: usize,
    /// Console output; more is cut, with a mark.
    pub console_bytes: usize,
    /// Calls to other hosts, redirects included.
    pub fetches: u32,
    /// The body of one response.
    pub response_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            timeout_ms: 1_000,
            cpu_ms: 50,
            load_ms: 100,
            background_ms: 5_000,
            memory_bytes: 16 << 20,
            stack_bytes: 256 << 10,
            console_bytes: 8 << 10,
            fetches: 16,
            response_bytes: 1 << 20,
        }
    }
}

/// The document could not be read.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// It is not the JSON of a bundle; the message carries line and column.
    #[error("the bundle cannot be read: {0}; make it with `leh build`")]
    Malformed(#[from] serde_json::Error),
    /// It was made by another version.
    #[error(
        "the bundle has format {found}, this version reads {FORMAT}; build it with the `leh` that came with the filter"
    )]
    OtherFormat {
        /// The format it names.
        found: u64,
    },
}

impl Bundle {
    /// Reads a bundle.
    pub fn from_json(json: &[u8]) -> Result<Self, BundleError> {
        #[derive(Deserialize)]
        struct Header {
            format: u64,
        }
        let Header { format } = serde_json::from_slice(json)?;
        if format != u64::from(FORMAT) {
            return Err(BundleError::OtherFormat { found: format });
        }
        Ok(serde_json::from_slice(json)?)
    }

    /// Writes it, the same bytes for the same bundle.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bundle_of_another_format_is_refused_by_its_number() {
        let error = Bundle::from_json(br#"{"format": 9, "future": true}"#).unwrap_err();
        assert!(error.to_string().contains("format 9"), "{error}");
    }

    #[test]
    fn an_unknown_member_is_refused_with_its_place() {
        let json =
            br#"{"format":1,"platform":{"profile":"oidc","endpoints":{},"events":{}},"hoks":[]}"#;
        let error = Bundle::from_json(json).unwrap_err().to_string();
        assert!(
            error.contains("hoks") && error.contains("column"),
            "{error}"
        );
    }
}
