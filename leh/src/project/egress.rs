//! `egress:`, the hosts that hooks may call. This version makes a cluster of each, so that the
//! Envoy configuration stays as it is when scripts learn to call out.

use super::address::{Address, is_host};
use super::fields::{Keys, Reader};
use super::reference::is_name;
use super::yaml::{Entry, Node};

/// One host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Egress {
    /// Where it is.
    pub address: Address,
    /// Whether it is spoken to over TLS.
    pub tls: bool,
}

const EGRESS: Keys = Keys {
    what: "a host under `egress`",
    known: &["port", "tls", "headers"],
    refused: &[],
};

/// Reads all of them.
pub fn read(node: &Node, reader: &mut Reader<'_>) -> Vec<Egress> {
    let entries = reader.entries(node, "`egress`").unwrap_or_default();
    if !entries.is_empty() {
        let message = "scripts of this version cannot call out yet";
        reader
            .warning(node.span, message)
            .help("the clusters are made all the same");
    }
    entries
        .iter()
        .filter_map(|entry| host(entry, reader))
        .collect()
}

fn host(
    Entry {
        key,
        key_span,
        value,
    }: &Entry,
    reader: &mut Reader<'_>,
) -> Option<Egress> {
    if key.starts_with("*.") {
        let message = format!("`{key}` cannot be used: this version takes whole host names only");
        reader.error(*key_span, message);
        return None;
    }
    if !is_host(key) {
        let message = format!("expected a host name such as `crm.example.com`, found `{key}`");
        reader
            .error(*key_span, message)
            .help("no scheme, no port, no path; the port is a key");
        return None;
    }
    let fields = reader.fields(value, &EGRESS)?;
    let port = fields
        .get("port")
        .map_or(Some(443), |node| reader.port(node));
    let tls = fields
        .get("tls")
        .map_or(Some(true), |node| reader.boolean(node));
    if let Some(node) = fields.get("headers") {
        headers(node, reader);
    }
    Some(Egress {
        address: Address {
            host: key.clone(),
            port: port?,
        },
        tls: tls?,
    })
}

/// Checks headers, which nothing sends in this version.
fn headers(node: &Node, reader: &mut Reader<'_>) {
    reader.source.conceal(node.span.line..=node.last_line);
    for Entry {
        key,
        key_span,
        value,
    } in reader.entries(node, "headers").unwrap_or_default()
    {
        if !is_header_name(key) {
            reader.error(
                *key_span,
                format!("`{key}` is no header name (RFC 9110 section 5.1)"),
            );
        }
        let Some(text) = reader.text(value, "a header's value") else {
            continue;
        };
        if text.chars().any(|c| c.is_control() && c != '\t') {
            reader.error(
                value.span,
                "a header's value has one line and no control characters",
            );
        }
        if !references_read(text) {
            let message = "a reference in a header is `${secret:NAME}` or `${env:NAME}`";
            reader.error(value.span, message);
        }
    }
}

/// RFC 9110 section 5.6.2, a token.
fn is_header_name(text: &str) -> bool {
    let token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    !text.is_empty() && text.bytes().all(token)
}

/// Whether everything that looks like a reference is one.
fn references_read(text: &str) -> bool {
    text.split("${")
        .skip(1)
        .all(|rest| match rest.split_once('}').map(|(inner, _)| inner) {
            Some(inner) => match inner.split_once(':') {
                Some(("secret" | "env", name)) => is_name(name),
                _ => false,
            },
            None => false,
        })
}
