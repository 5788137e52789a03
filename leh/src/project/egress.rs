//! `egress:`, the hosts that hooks may call, and what is added to the calls.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::path::Path;

use lifecycle::bundle::EgressHost;

use super::address::{Address, is_host};
use super::fields::{Fields, Keys, Reader};
use super::parsed;
use super::reference::{Environment, References};
use super::yaml::{Entry, Node, Value};

const EGRESS: Keys = Keys {
    what: "a host under `egress`",
    known: &[
        "port", "ports", "tls", "headers", "address", "private", "cache", "coalesce",
    ],
    refused: &[],
};

/// What an entry depends on.
pub struct Surroundings<'s> {
    /// The project's folder.
    pub root: &'s Path,
    /// Collects what headers refer to.
    pub references: &'s mut References,
    /// For telling which values are not there yet.
    pub environment: Environment<'s>,
}

/// Reads all of them; those with errors are noted and left out.
pub fn read(
    node: &Node,
    surroundings: &mut Surroundings<'_>,
    reader: &mut Reader<'_>,
) -> Vec<EgressHost> {
    let entries = reader.entries(node, "`egress`").unwrap_or_default();
    let mut clusters = BTreeSet::new();
    entries
        .iter()
        .filter_map(|entry| {
            let mut host = host(entry, surroundings, reader)?;
            host.cluster = cluster(&host.host, &mut clusters);
            Some(host)
        })
        .collect()
}

fn host(
    Entry {
        key,
        key_span,
        value,
    }: &Entry,
    surroundings: &mut Surroundings<'_>,
    reader: &mut Reader<'_>,
) -> Option<EgressHost> {
    let name = key.strip_prefix("*.").unwrap_or(key);
    let bare = key.trim_matches(['[', ']']);
    let ip: Option<IpAddr> = bare.parse().ok();
    // `*.com` is everybody.
    let too_wide = name != key && !name.contains('.');
    if ip.is_none() && (!is_host(name) || too_wide) {
        let message = format!("expected a host name such as `crm.example.com`, found `{key}`");
        reader.error(*key_span, message).help(match too_wide {
            true => "`*.` goes before at least two labels: `*.crm.example.com`",
            false => "no scheme, no port, no path; the port is a key, `*.` is the only wildcard",
        });
        return None;
    }
    // `host:` alone, or `host: {}`: everything as it is without.
    let empty = Node {
        span: value.span,
        last_line: value.last_line,
        value: Value::Map(Vec::new()),
    };
    let node = match &value.value {
        Value::Scalar(scalar) if scalar.text.is_empty() => &empty,
        _ => value,
    };
    let fields = reader.fields(node, &EGRESS)?;
    let mut flag = |key: &str, default: bool| match fields.get(key) {
        Some(node) => reader.boolean(node),
        None => Some(default),
    };
    let (tls, private) = (flag("tls", true), flag("private", false));
    let (cache, coalesce) = (flag("cache", false), flag("coalesce", false));
    let ports = ports(&fields, tls.unwrap_or(true), reader);
    let headers = fields
        .get("headers")
        .map(|node| headers(node, surroundings, reader));
    let address = fields.get("address").map(|node| {
        let text = reader.text(node, "host:port")?;
        // A URL says how it is spoken to.
        let (text, plain) = match (text.strip_prefix("http://"), text.strip_prefix("https://")) {
            (Some(rest), _) => (rest, true),
            (_, Some(rest)) if tls == Some(true) => (rest, false),
            _ => (text, false),
        };
        let address: Address = parsed(text.trim_end_matches('/'), node, reader)?;
        if ip.is_some() {
            let message = "`address` stands in for a name, and this is an address already";
            reader.error(node.span, message);
        }
        Some((address.to_string(), plain))
    });
    let (address, plain) = match address {
        Some(address) => address.map(|(address, plain)| (Some(address), plain))?,
        None => (None, false),
    };
    Some(EgressHost {
        host: bare.to_ascii_lowercase(),
        ports: ports?,
        tls: tls?,
        headers: headers.unwrap_or_default(),
        address,
        address_plain: plain && tls?,
        private: private?,
        cache: cache?,
        coalesce: coalesce?,
        cluster: String::new(),
    })
}

fn ports(fields: &Fields<'_>, tls: bool, reader: &mut Reader<'_>) -> Option<Vec<u16>> {
    match (fields.get("port"), fields.get("ports")) {
        (Some(_), Some(both)) => {
            let message = "`port` and `ports` say the same";
            reader
                .error(both.span, message)
                .help("leave one of them out");
            None
        }
        (Some(port), None) => Some(vec![reader.port(port)?]),
        (None, Some(node)) => {
            let items = reader.list(node, "ports")?;
            if items.is_empty() {
                let message = "with an empty list of ports nothing can be called";
                reader.error(node.span, message);
                return None;
            }
            items.iter().map(|item| reader.port(item)).collect()
        }
        (None, None) => Some(vec![if tls { 443 } else { 80 }]),
    }
}

fn headers(
    node: &Node,
    surroundings: &mut Surroundings<'_>,
    reader: &mut Reader<'_>,
) -> BTreeMap<String, String> {
    // Somebody may have written the secret itself here.
    reader.source.conceal(node.span.line..=node.last_line);
    let mut headers = BTreeMap::new();
    for Entry {
        key,
        key_span,
        value,
    } in reader.entries(node, "headers").unwrap_or_default()
    {
        if !is_header_name(key) {
            let message = format!("`{key}` is no header name (RFC 9110 section 5.1)");
            reader.error(*key_span, message);
        }
        let Some(text) = reader.text(value, "a header's value") else {
            continue;
        };
        if text.chars().any(|c| c.is_control() && c != '\t') {
            let message = "a header's value has one line and no control characters";
            reader.error(value.span, message);
        }
        match with_references(text, value, surroundings, reader) {
            Ok(text) => _ = headers.insert(key.to_ascii_lowercase(), text),
            Err(reason) => {
                reader
                    .error(value.span, format!("header `{key}`: {reason}"))
                    .help("a reference in a header is `${secret:NAME}`, `${env:NAME}` or `${file:path}`");
            }
        }
    }
    headers
}

/// `text` as it stands in the bundle: every reference is one to the environment.
fn with_references(
    text: &str,
    node: &Node,
    surroundings: &mut Surroundings<'_>,
    reader: &mut Reader<'_>,
) -> Result<String, String> {
    let mut bundled = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let (inner, after) = after
            .split_once('}')
            .ok_or_else(|| "a reference has no end".to_owned())?;
        // The same thing by the name that says what it is.
        let inner = match inner.strip_prefix("secret:") {
            Some(name) => format!("env:{name}"),
            None => inner.to_owned(),
        };
        let Surroundings {
            root,
            references,
            environment,
        } = surroundings;
        let (reference, origin) = references.add(&format!("${{{inner}}}"), root)?;
        let name = super::reference::name_in(&reference);
        if let Err(missing) = origin.value(name, *environment) {
            reader.warning(node.span, missing.to_string());
        }
        bundled.push_str(before);
        bundled.push_str(&reference);
        rest = after;
    }
    bundled.push_str(rest);
    Ok(bundled)
}

/// RFC 9110 section 5.6.2, a token.
fn is_header_name(text: &str) -> bool {
    let token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    !text.is_empty() && text.bytes().all(token)
}

/// A name for the host's cluster, of letters that Envoy's statistics keep as they are; the same for
/// the same project.
fn cluster(host: &str, taken: &mut BTreeSet<String>) -> String {
    let safe = |c: char| {
        if c.is_ascii_alphanumeric() || c == '-' {
            c
        } else {
            '_'
        }
    };
    let wide = host.starts_with("*.");
    let name: String = host.trim_start_matches("*.").chars().map(safe).collect();
    let name = match wide {
        true => format!("leh_egress_any_{name}"),
        false => format!("leh_egress_{name}"),
    };
    let mut free = name.clone();
    let mut number = 2;
    while !taken.insert(free.clone()) {
        free = format!("{name}_{number}");
        number += 1;
    }
    free
}
