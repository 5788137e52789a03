//! The Envoy configuration of a case: one listener, the filter on every route, the platform and
//! the relay as clusters. Ports are chosen by the kernel.

use std::net::SocketAddr;
use std::path::Path;

use serde_json::{Value, json};

use crate::case::Setup;
use crate::run::{PLATFORM_TIMEOUT, RELAY_CLUSTER};

/// What Envoy reads at once from a cluster's connections.
const READ_LIMIT: u32 = 256 << 10;

/// The bootstrap document, with the listener in it.
pub fn bootstrap(module: &Path, setup: &Setup, platform: SocketAddr, relay: SocketAddr) -> Value {
    json!({
        "admin": { "address": socket("127.0.0.1", 0) },
        "static_resources": { "listeners": [listener(module, setup)], "clusters": clusters(platform, relay) },
    })
}

/// The same with the listener in a file that Envoy watches, as [`listeners`] writes it.
pub fn watching_bootstrap(listeners: &Path, platform: SocketAddr, relay: SocketAddr) -> Value {
    json!({
        "admin": { "address": socket("127.0.0.1", 0) },
        "node": { "id": "test", "cluster": "test" },
        "dynamic_resources": { "lds_config": { "path_config_source": { "path": listeners } } },
        "static_resources": { "clusters": clusters(platform, relay) },
    })
}

/// The document that is watched.
pub fn listeners(module: &Path, setup: &Setup) -> Value {
    let mut listener = listener(module, setup);
    listener["@type"] = "type.googleapis.com/envoy.config.listener.v3.Listener".into();
    json!({ "resources": [listener] })
}

fn clusters(platform: SocketAddr, relay: SocketAddr) -> Value {
    json!([cluster("platform", platform), cluster(RELAY_CLUSTER, relay)])
}

fn listener(module: &Path, setup: &Setup) -> Value {
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
        // Envoy hands on what it reads at once in one piece, up to this much, and answers 500
        // when that is more than it may hold for the filter (the listener's limit, 1 MiB)
        // before the filter has seen it: the filter's own limit must have this much room left.
        "per_connection_buffer_limit_bytes": READ_LIMIT,
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
