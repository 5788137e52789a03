//! What the module may import. A function that some Envoy does not have makes the module
//! unloadable there, however rarely it would be called.

use wasmparser::{Parser, Payload};

/// The WASI functions that proxy-wasm-cpp-host offered in 2021 (`FOR_ALL_WASI_FUNCTIONS` in its
/// include/proxy-wasm/exports.h, and src/exports.cc), from Envoy 1.17 on. Its pull request 201
/// (November 2021, Envoy 1.21) added `path_open`, `fd_prestat_get` and `fd_prestat_dir_name`,
/// and others followed: they are left out on purpose.
pub const WASI_FUNCTIONS: &[&str] = &[
    "fd_write",
    "fd_read",
    "fd_seek",
    "fd_close",
    "fd_fdstat_get",
    "environ_get",
    "environ_sizes_get",
    "args_get",
    "args_sizes_get",
    "clock_time_get",
    "random_get",
    "proc_exit",
];

/// The functions of the proxy-wasm ABI 0.2.1 (the same header's
/// `FOR_ALL_HOST_FUNCTIONS` and `FOR_ALL_HOST_FUNCTIONS_ABI_SPECIFIC`).
pub const PROXY_FUNCTIONS: &[&str] = &[
    "log",
    "get_log_level",
    "get_status",
    "get_property",
    "set_property",
    "send_local_response",
    "get_shared_data",
    "set_shared_data",
    "register_shared_queue",
    "resolve_shared_queue",
    "dequeue_shared_queue",
    "enqueue_shared_queue",
    "get_header_map_value",
    "add_header_map_value",
    "replace_header_map_value",
    "remove_header_map_value",
    "get_header_map_pairs",
    "set_header_map_pairs",
    "get_header_map_size",
    "get_buffer_status",
    "get_buffer_bytes",
    "set_buffer_bytes",
    "http_call",
    "grpc_call",
    "grpc_stream",
    "grpc_close",
    "grpc_cancel",
    "grpc_send",
    "set_tick_period_milliseconds",
    "get_current_time_nanoseconds",
    "define_metric",
    "increment_metric",
    "record_metric",
    "get_metric",
    "set_effective_context",
    "done",
    "call_foreign_function",
    "continue_stream",
    "close_stream",
];

/// The imports that not every Envoy has, as `module.name`.
///
/// # Errors
/// When the bytes are no module; the text says where.
pub fn unknown(module: &[u8]) -> Result<Vec<String>, String> {
    let mut unknown = Vec::new();
    for payload in Parser::new(0).parse_all(module) {
        let Payload::ImportSection(section) = payload.map_err(|error| error.to_string())? else {
            continue;
        };
        for import in section.into_imports() {
            let import = import.map_err(|error| error.to_string())?;
            let known = match import.module {
                "env" => import
                    .name
                    .strip_prefix("proxy_")
                    .is_some_and(|name| PROXY_FUNCTIONS.contains(&name)),
                "wasi_snapshot_preview1" => WASI_FUNCTIONS.contains(&import.name),
                _ => false,
            };
            if !known {
                unknown.push(format!("{}.{}", import.module, import.name));
            }
        }
    }
    Ok(unknown)
}
