//! The hosts that hooks may call, as Envoy's clusters.
//!
//! What leads to one known address (an IP address, `address:`, `private: true`) is a cluster of its
//! own. Everything else goes through a guard: an internal listener that resolves the name for each
//! call, refuses addresses that are not public whatever DNS answers, and connects to the very address
//! that it looked at (`dynamic_forward_proxy` with `save_upstream_address`, then `rbac` with
//! `upstream_ip_port`). Names such as `*.crm.example.com` need it anyway.

use std::path::Path;

use lifecycle::bundle::EgressHost;
use lifecycle::egress::PRIVATE_NETWORKS;

use super::configuration::endpoint;
use super::yaml::{indented, quoted};
use crate::project::Address;

/// Which guard a call goes through.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Guard {
    Plain,
    Tls,
}

impl Guard {
    const ALL: [Guard; 2] = [Guard::Plain, Guard::Tls];

    fn name(self) -> &'static str {
        match self {
            Guard::Plain => "leh_egress_guard",
            Guard::Tls => "leh_egress_guard_tls",
        }
    }

    fn of(host: &EgressHost) -> Self {
        if host.tls { Guard::Tls } else { Guard::Plain }
    }
}

/// The address to which every call of `host` goes, when there is one.
fn direct(host: &EgressHost) -> Option<Address> {
    if let Some(address) = &host.address {
        return address.parse().ok();
    }
    let &[port] = host.ports.as_slice() else {
        return None;
    };
    let address = Address {
        host: host.host.trim_matches(['[', ']']).to_owned(),
        port,
    };
    let named = host.private && !host.host.starts_with("*.");
    (address.ip().is_some() || named).then_some(address)
}

fn guards(hosts: &[EgressHost]) -> impl Iterator<Item = Guard> {
    Guard::ALL.into_iter().filter(|guard| {
        let guarded = hosts.iter().filter(|host| direct(host).is_none());
        guarded.map(Guard::of).any(|other| other == *guard)
    })
}

/// What the top level of the configuration needs beside.
pub fn bootstrap(hosts: &[EgressHost]) -> String {
    if guards(hosts).next().is_none() {
        return String::new();
    }
    "bootstrap_extensions:\n  \
     # For the listeners inside Envoy through which hooks call other hosts.\n  \
     - name: envoy.bootstrap.internal_listener\n    typed_config:\n      \
     \"@type\": type.googleapis.com/envoy.extensions.bootstrap.internal_listener.v3.InternalListener"
        .to_owned()
}

/// The guards' listeners.
pub fn listeners(hosts: &[EgressHost]) -> String {
    let mut text = String::new();
    for guard in guards(hosts) {
        text.push_str(&filled(
            LISTENER,
            guard,
            &[("PRIVATE", &private_networks())],
        ));
    }
    text.trim().to_owned()
}

/// The clusters.
pub fn clusters(hosts: &[EgressHost], trusted_ca: &Path) -> String {
    let mut text = String::new();
    for host in hosts {
        let name = quoted(&host.cluster);
        text.push_str(&format!(
            "\n# Hooks may call {}.\n- name: {name}\n",
            host.host
        ));
        let place = match direct(host) {
            Some(address) => {
                let sni = host.connects_with_tls().then_some(host.host.as_str());
                endpoint(&host.cluster, &address, sni, trusted_ca)
            }
            None => format!(
                "load_assignment:\n  cluster_name: {name}\n  endpoints:\n    - lb_endpoints:\n        \
                 - endpoint: {{ address: {{ envoy_internal_address: {{ server_listener_name: {} }} }} }}",
                Guard::of(host).name()
            ),
        };
        text.push_str(&indented(&place, 2));
        text.push_str("\n  connect_timeout: 2s");
        if direct(host).is_some() {
            text.push('\n');
            text.push_str(&indented(CLEAN, 2));
        }
    }
    for guard in guards(hosts) {
        let tls = match guard {
            Guard::Plain => String::new(),
            Guard::Tls => GUARD_TLS.replace("@CA@", &quoted(&trusted_ca.display().to_string())),
        };
        text.push('\n');
        text.push_str(&filled(GUARD_CLUSTER, guard, &[("TLS", &tls)]));
    }
    text.trim_end().to_owned()
}

/// A condition of `rbac` for each network that is not public.
fn private_networks() -> String {
    let network = |network: &&str| {
        let (prefix, length) = network.split_once('/').unwrap_or((*network, "128"));
        format!(
            "- matcher: {{ name: envoy.rbac.matchers.upstream_ip_port, typed_config: {{ \"@type\": \
             type.googleapis.com/envoy.extensions.rbac.matchers.upstream_ip_port.v3.UpstreamIpPortMatcher, \
             upstream_ip: {{ address_prefix: \"{prefix}\", prefix_len: {length} }} }} }}"
        )
    };
    let lines: Vec<_> = PRIVATE_NETWORKS.iter().map(network).collect();
    lines.join("\n")
}

fn filled(template: &str, guard: Guard, values: &[(&str, &str)]) -> String {
    let mut values = values.to_vec();
    let cache = format!("{}_dns", guard.name());
    let cluster = format!("{}_hosts", guard.name());
    values.extend([
        ("GUARD", guard.name()),
        ("CACHE", &cache),
        ("HOSTS", &cluster),
    ]);
    let mut text = template.to_owned();
    for (name, value) in values {
        let marker = format!("@{name}@");
        // A value of several lines is indented as its marker is.
        while let Some(at) = text.find(&marker) {
            let line = text.get(..at).and_then(|before| before.rsplit('\n').next());
            let indent = line.map_or(0, |line| line.len() - line.trim_start().len());
            let value = indented(value, indent);
            text = text.replacen(&marker, value.trim_start(), 1);
        }
    }
    text
}

/// What Envoy adds to a call is none of the called host's business.
const CLEAN: &str = r#"typed_extension_protocol_options:
  envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
    "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
    # Servers close idle connections, many after 5 s; a call that crosses such a close would fail.
    common_http_protocol_options: { idle_timeout: 4s }
    explicit_http_config: { http_protocol_options: {} }
    http_filters:
      - name: envoy.filters.http.header_mutation
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.http.header_mutation.v3.HeaderMutation
          mutations:
            request_mutations:
              - { remove: x-envoy-internal }
              - { remove: x-forwarded-for }
              - { remove: x-envoy-expected-rq-timeout-ms }
      - name: envoy.filters.http.upstream_codec
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.http.upstream_codec.v3.UpstreamCodec"#;

const LISTENER: &str = r#"
# Through here hooks call hosts by name; see its rbac.
- name: @GUARD@
  internal_listener: {}
  filter_chains:
    - filters:
        - name: envoy.filters.network.http_connection_manager
          typed_config:
            "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
            stat_prefix: @GUARD@
            generate_request_id: false
            skip_xff_append: true
            server_header_transformation: PASS_THROUGH
            # How the filter tells what Envoy says from what the host said.
            local_reply_config:
              mappers:
                - filter: { status_code_filter: { comparison: { op: GE, value: { default_value: 100, runtime_key: leh.any_status } } } }
                  headers_to_add:
                    - header: { key: x-leh-no-answer, value: "%RESPONSE_CODE_DETAILS%" }
            http_filters:
              # Resolves the name.
              - name: envoy.filters.http.dynamic_forward_proxy
                typed_config:
                  "@type": type.googleapis.com/envoy.extensions.filters.http.dynamic_forward_proxy.v3.FilterConfig
                  save_upstream_address: true
                  dns_cache_config: &@CACHE@
                    name: @CACHE@
                    # One address at a time: the one that is looked at is the one that is called.
                    dns_lookup_family: V4_PREFERRED
                    dns_refresh_rate: 60s
                    max_hosts: 1024
              # Refuses what is not public, whatever DNS answered.
              - name: envoy.filters.http.rbac
                typed_config:
                  "@type": type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC
                  rules:
                    action: DENY
                    policies:
                      private_addresses:
                        principals: [{ any: true }]
                        permissions:
                          @PRIVATE@
              - name: envoy.filters.http.router
                typed_config:
                  "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router
                  suppress_envoy_headers: true
            route_config:
              name: @GUARD@
              request_headers_to_remove: [x-envoy-internal, x-forwarded-for, x-forwarded-proto, x-envoy-expected-rq-timeout-ms]
              response_headers_to_remove: [x-leh-no-answer]
              virtual_hosts:
                - name: hosts
                  domains: ["*"]
                  routes:
                    # The call has a timeout of its own.
                    - match: { prefix: / }
                      route: { cluster: @HOSTS@, timeout: 0s }
"#;

const GUARD_CLUSTER: &str = r#"
# Connects to what the guard let pass.
- name: @HOSTS@
  lb_policy: CLUSTER_PROVIDED
  connect_timeout: 2s
  cluster_type:
    name: envoy.clusters.dynamic_forward_proxy
    typed_config:
      "@type": type.googleapis.com/envoy.extensions.clusters.dynamic_forward_proxy.v3.ClusterConfig
      dns_cache_config: *@CACHE@
  @TLS@
"#;

const GUARD_TLS: &str = r#"typed_extension_protocol_options:
  envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
    "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
    upstream_http_protocol_options: { auto_sni: true, auto_san_validation: true }
    common_http_protocol_options: { idle_timeout: 4s }
    explicit_http_config: { http_protocol_options: {} }
transport_socket:
  name: envoy.transport_sockets.tls
  typed_config:
    "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext
    common_tls_context:
      validation_context:
        trusted_ca: { filename: @CA@ }"#;
