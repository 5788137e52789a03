//! The Envoy configuration of a case: one listener, the filter on every route, the platform and
//! the relay as clusters. Ports are chosen by the kernel.

use std::net::SocketAddr;
use std::path::Path;

use serde_json::{Value, json};

use crate::case::Setup;
use crate::run::{PLATFORM_TIMEOUT, RELAY_CLUSTER};

/// The bootstrap document.
pub fn bootstrap(module: &Path, setup: &Setup, platform: SocketAddr, relay: SocketAddr) -> Value {
    json!({
        "admin": { "address": socket("127.0.0.1", 0) },
        "static_resources": {
            "listeners": [listener(module, setup)],
            "clusters": [cluster("platform", platform), cluster(RELAY_CLUSTER, relay)],
        },
    })
}

/// The listener with the filter.
pub fn listener(module: &Path, setup: &Setup) -> Value {
    json!({
        "name": "listener",
        "address": socket("127.0.0.1", 0),
        "filter_chains": [{ "filters": [{
            "name": "envoy.filters.network.http_connection_manager",
            "typed_config": {
                "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
                "stat_prefix": "listener",
                "use_remote_address": true,
                "http_protocol_options": { "enable_trailers": true },
                "route_config": { "virtual_hosts": [{
                    "name": "platform",
                    "domains": ["*"],
                    "routes": [{ "match": { "prefix": "/" }, "route": {
                        "cluster": "platform",
                        "timeout": format!("{}s", PLATFORM_TIMEOUT.as_secs()),
                    } }],
                }] },
                "http_filters": [wasm(module, setup), {
                    "name": "envoy.filters.http.router",
                    "typed_config": { "@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router" },
                }],
            },
        }] }],
    })
}

fn wasm(module: &Path, setup: &Setup) -> Value {
    json!({
        "name": "leh",
        "typed_config": {
            "@type": "type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm",
            "config": {
                "name": "leh",
                "allow_on_headers_stop_iteration": setup.stop_iteration,
                "configuration": {
                    "@type": "type.googleapis.com/google.protobuf.StringValue",
                    "value": setup.configuration,
                },
                "vm_config": {
                    "runtime": "envoy.wasm.runtime.v8",
                    "code": { "local": { "filename": module } },
                    "environment_variables": { "key_values": setup.environment },
                },
            },
        },
    })
}

fn cluster(name: &str, address: SocketAddr) -> Value {
    json!({
        "name": name,
        "type": "STATIC",
        "connect_timeout": "2s",
        "load_assignment": { "cluster_name": name, "endpoints": [{ "lb_endpoints": [{
            "endpoint": { "address": socket(&address.ip().to_string(), address.port()) },
        }] }] },
        "typed_extension_protocol_options": {
            "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
                "@type": "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
                "explicit_http_config": { "http_protocol_options": { "enable_trailers": true } },
            },
        },
    })
}

fn socket(address: &str, port: u16) -> Value {
    json!({ "socket_address": { "address": address, "port_value": port } })
}
