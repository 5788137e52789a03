//! The Envoy configuration of a project: `template.yaml`, filled.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use lifecycle::bundle::{Bundle, EgressHost, Mode, Place};

use super::egress;
use super::yaml::{filled, indented, quoted};
use crate::build::{RELAY_CLUSTER, paths};
use crate::project::{Address, Environment, Origin, Project, Upstream};

const TEMPLATE: &str = include_str!("template.yaml");

/// Where systems keep the certificates that they trust; the first that is there counts.
const SYSTEM_CA: &[&str] = &[
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

/// Paths that a platform may read as a lifecycle path though they are written otherwise: with
/// percent-encoding, empty or dotted segments, path parameters or backslashes. `\C` is a byte, so
/// that one which is no UTF-8 does not hide the rest.
const UNUSUAL_PATHS: &str = r"\C*(%|//|/\.|;|\\)\C*";

/// Everything that the configuration depends on.
#[derive(Clone, Copy, Debug)]
pub struct Settings<'s> {
    /// For its egress and its references.
    pub project: &'s Project,
    /// What the filter loads.
    pub bundle: &'s Bundle,
    /// Where the platform is.
    pub upstream: &'s Upstream,
    /// Where Envoy listens.
    pub listen: SocketAddr,
    /// Where its admin interface listens.
    pub admin: SocketAddr,
    /// Where the relay is.
    pub relay: &'s Address,
    /// The filter, as Envoy finds it.
    pub filter: &'s Path,
    /// The certificates that are trusted, when something is spoken to over TLS.
    pub trusted_ca: &'s Path,
}

/// The file with the certificates that this system trusts: `SSL_CERT_FILE` as OpenSSL reads it,
/// or a usual place.
pub fn system_ca(environment: Environment<'_>) -> Option<PathBuf> {
    let usual = || {
        SYSTEM_CA
            .iter()
            .map(PathBuf::from)
            .find(|path| path.is_file())
    };
    environment("SSL_CERT_FILE")
        .map(PathBuf::from)
        .or_else(usual)
}

/// Whether anything is spoken to over TLS.
pub fn needs_tls(project: &Project, upstream: &Upstream) -> bool {
    upstream.tls || project.egress.iter().any(EgressHost::connects_with_tls)
}

/// The whole file. The same settings give the same file.
///
/// # Errors
/// The bundle cannot be written as JSON.
pub fn render(settings: &Settings<'_>) -> Result<String, serde_json::Error> {
    let Settings {
        project,
        bundle,
        upstream,
        listen,
        admin,
        ..
    } = *settings;
    let values = [
        ("PROJECT", one_line(&project.root.display().to_string())),
        ("VERSION", env!("CARGO_PKG_VERSION").to_owned()),
        ("NEEDS", needs(project)),
        ("ADMIN_HOST", quoted(&admin.ip().to_string())),
        ("ADMIN_PORT", admin.port().to_string()),
        ("LISTEN_HOST", quoted(&listen.ip().to_string())),
        ("LISTEN_PORT", listen.port().to_string()),
        ("FILTER", quoted(&settings.filter.display().to_string())),
        ("VM_ENVIRONMENT", indented(&vm_environment(project), 26)),
        ("BUNDLE", quoted(&for_the_filter(bundle).to_json()?)),
        ("LIFECYCLE_ROUTES", indented(&lifecycle_routes(bundle), 24)),
        (
            "PLATFORM_ENDPOINT",
            indented(
                &endpoint(
                    "leh_platform",
                    &upstream.address,
                    upstream.tls.then_some(upstream.address.host.as_str()),
                    settings.trusted_ca,
                ),
                6,
            ),
        ),
        ("BOOTSTRAP", egress::bootstrap(&bundle.egress)),
        (
            "EGRESS_LISTENERS",
            indented(&egress::listeners(&bundle.egress), 4),
        ),
        ("OTHER_CLUSTERS", indented(&other_clusters(settings), 4)),
    ];
    let values: Vec<_> = values
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    Ok(filled(TEMPLATE, &values))
}

/// The bundle without the scripts that the relay runs: every VM would hold them for nothing.
fn for_the_filter(bundle: &Bundle) -> Bundle {
    let mut bundle = bundle.clone();
    for hook in &mut bundle.hooks {
        if hook.mode == Mode::Async || hook.place == Place::Relay {
            hook.script.source.clear();
            hook.script.map = None;
        }
    }
    bundle
}

/// The variables that Envoy's environment must have, as comments.
fn needs(project: &Project) -> String {
    let mut lines = String::new();
    for (name, origin) in project.references.iter() {
        if lines.is_empty() {
            lines.push_str("# with these variables in its environment:");
        }
        match origin {
            Origin::Environment => lines.push_str(&format!("\n#   {name}")),
            Origin::File(file) => {
                let file = one_line(&file.display().to_string());
                lines.push_str(&format!("\n#   {name}=\"$(cat '{file}')\""));
            }
        }
    }
    lines
}

fn vm_environment(project: &Project) -> String {
    let names: Vec<_> = project
        .references
        .iter()
        .map(|(name, _)| quoted(name))
        .collect();
    if names.is_empty() {
        return String::new();
    }
    format!(
        "environment_variables:\n  \
         # Taken from Envoy's own environment when it starts; their values stand nowhere here.\n  \
         host_env_keys: [{}]",
        names.join(", ")
    )
}

/// A route for each path on which hooks can run, and one for what may be the same path written
/// otherwise.
fn lifecycle_routes(bundle: &Bundle) -> String {
    let paths = paths(bundle);
    if paths.is_empty() {
        return "# No hook is bound, so no route enables the filter.".to_owned();
    }
    let mut routes = String::from(
        "# Lifecycle routes: each path with and without a slash at its end. A platform that takes\n\
         # a minute to answer there (Envoy's default is 15 s) has lost its customer anyway.",
    );
    for path in paths {
        let path = path.trim_end_matches('/');
        for spelling in [path.to_owned(), format!("{path}/")] {
            let condition = format!("path: {}, case_sensitive: false", quoted(&spelling));
            routes.push_str(&lifecycle_route(&condition, "60s"));
        }
    }
    routes.push_str(
        "\n# Other spellings, which the platform may take for the same path, so that nobody passes\n\
         # a hook by writing `%74oken`. The filter normalises the path by itself and lets go at\n\
         # once of what is none of these; what is forwarded stays as the client wrote it. No\n\
         # timeout, because most of it is ordinary traffic; see below.",
    );
    let condition = format!("safe_regex: {{ regex: {} }}", quoted(UNUSUAL_PATHS));
    routes.push_str(&lifecycle_route(&condition, "0s"));
    routes
}

fn lifecycle_route(condition: &str, timeout: &str) -> String {
    format!(
        "\n- match: {{ {condition} }}\n  \
         route: {{ cluster: leh_platform, timeout: {timeout} }}\n  \
         typed_per_filter_config:\n    \
         lifecycle_hooks: {{ \"@type\": type.googleapis.com/envoy.config.route.v3.FilterConfig, config: {{}} }}"
    )
}

/// The relay, when hooks run there, and the hosts that hooks may call.
fn other_clusters(settings: &Settings<'_>) -> String {
    let mut clusters = String::new();
    if settings.bundle.relay.is_some() {
        let endpoint = endpoint(RELAY_CLUSTER, settings.relay, None, settings.trusted_ca);
        clusters.push_str(&format!(
            "\n# Stores and runs asynchronous hooks, and the synchronous ones with `place: relay`.\n\
             - name: {RELAY_CLUSTER}\n{}\n  connect_timeout: 0.5s",
            indented(&endpoint, 2)
        ));
    }
    clusters.push_str(&egress::clusters(
        &settings.bundle.egress,
        settings.trusted_ca,
    ));
    clusters
}

/// Where a cluster's one endpoint is, and how it is spoken to: over TLS to whom `tls` names.
pub fn endpoint(cluster: &str, address: &Address, tls: Option<&str>, trusted_ca: &Path) -> String {
    let discovery = match address.ip() {
        Some(_) => "type: STATIC",
        // All addresses of a name, IPv6 or IPv4, whichever answers first.
        None => "type: LOGICAL_DNS\ndns_lookup_family: ALL",
    };
    let socket = format!(
        "socket_address: {{ address: {}, port_value: {} }}",
        quoted(&address.host),
        address.port
    );
    let load_assignment = format!(
        "load_assignment:\n  cluster_name: {}\n  endpoints:\n    \
         - lb_endpoints:\n        - endpoint: {{ address: {{ {socket} }} }}",
        quoted(cluster)
    );
    let tls = tls.map_or(String::new(), |host| transport_socket(host, trusted_ca));
    format!("{discovery}\n{load_assignment}{tls}")
}

/// TLS that accepts only a certificate for this very host from a trusted issuer.
fn transport_socket(host: &str, trusted_ca: &Path) -> String {
    let trusted_ca = quoted(&trusted_ca.display().to_string());
    let is_name = host.trim_matches(['[', ']']).parse::<IpAddr>().is_err();
    let host = quoted(host.trim_matches(['[', ']']));
    let (sni, subject) = match is_name {
        true => (
            format!("\n    sni: {host}\n    auto_sni_san_validation: true"),
            String::new(),
        ),
        // SNI has names only (RFC 6066 section 3).
        false => {
            let subject = format!(
                "\n        match_typed_subject_alt_names:\n          \
                 - {{ san_type: IP_ADDRESS, matcher: {{ exact: {host} }} }}"
            );
            (String::new(), subject)
        }
    };
    format!(
        "\ntransport_socket:\n  name: envoy.transport_sockets.tls\n  typed_config:\n    \
         \"@type\": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext{sni}\n    \
         common_tls_context:\n      validation_context:\n        \
         trusted_ca: {{ filename: {trusted_ca} }}{subject}"
    )
}

/// A text for a comment: a line break in a path must not end it.
fn one_line(text: &str) -> String {
    text.replace(char::is_control, "?")
}
