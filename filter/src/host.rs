//! Envoy, as far as the filter needs it: the one place that calls the host.
//!
//! The SDK's own getters unwrap what the host answers, and those that give Strings unwrap UTF-8:
//! one odd header would trap the VM, and with it login. So everything goes through its fallible
//! `hostcalls`, in bytes.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use lifecycle::exchange::{Client, Delivery, Headers, Seed, SignRequest};
use lifecycle::token::host as sign_function;
use proxy_wasm::hostcalls;
use proxy_wasm::types::{BufferType, MapType, MetricType, Status};
use rand_core::{OsRng, RngCore};

/// Makes a panic say why before it traps.
pub fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let text = format!("lifecycle-hooks panicked, please report it: {panic}");
        // Nothing more can be done if even this fails.
        let _ = hostcalls::log(proxy_wasm::types::LogLevel::Critical, &text);
    }));
}

/// Whether a host call worked; a failed one is logged, never unwrapped.
fn checked<T>(what: &str, result: Result<T, Status>) -> Option<T> {
    result
        .inspect_err(|status| log::warn!("Envoy refused {what}: {status:?}"))
        .ok()
}

/// The plugin's configuration: the bundle.
pub fn plugin_configuration(size: usize) -> Vec<u8> {
    let buffer = hostcalls::get_buffer(BufferType::PluginConfiguration, 0, size);
    checked("its plugin configuration", buffer)
        .flatten()
        .unwrap_or_default()
}

/// A variable of the VM's environment.
pub fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Monotonic time.
pub fn clock() -> hook_runtime::Clock {
    let start = Instant::now();
    Rc::new(move || start.elapsed())
}

/// Time and randomness for an exchange.
pub fn seed() -> Seed {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let mut random = [0; 10];
    OsRng.fill_bytes(&mut random);
    Seed {
        unix_ms: u64::try_from(since.as_millis()).unwrap_or_default(),
        random,
    }
}

/// One header of the request.
pub fn request_header(name: &str) -> Option<Vec<u8>> {
    hostcalls::get_map_value_bytes(MapType::HttpRequestHeaders, name)
        .ok()
        .flatten()
}

/// All headers of the request.
pub fn request_headers() -> Headers {
    headers(MapType::HttpRequestHeaders)
}

/// All headers of the response.
pub fn response_headers() -> Headers {
    headers(MapType::HttpResponseHeaders)
}

fn headers(map: MapType) -> Headers {
    Headers(checked("headers", hostcalls::get_map_bytes(map)).unwrap_or_default())
}

/// The client, from what Envoy trusts and the request says.
pub fn client(request: &Headers) -> Client {
    let address = hostcalls::get_property(vec!["source", "address"])
        .ok()
        .flatten();
    let text = |name: &str| request.text(name).map(str::to_owned);
    let language = text("accept-language").and_then(|list| {
        let tag = list.split([',', ';']).next()?.trim();
        (!tag.is_empty()).then(|| tag.to_owned())
    });
    Client {
        ip: address
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .map(|text| without_port(&text)),
        host: text(":authority"),
        user_agent: text("user-agent"),
        language,
    }
}

/// `192.0.2.1:443` and `[2001:db8::1]:443` without the port.
fn without_port(address: &str) -> String {
    let host = address.rsplit_once(':').map_or(address, |(host, _)| host);
    host.trim_start_matches('[')
        .trim_end_matches(']')
        .to_owned()
}

/// Sets a header of the request.
pub fn set_request_header(name: &str, value: &str) {
    let map = MapType::HttpRequestHeaders;
    checked(
        name,
        hostcalls::set_map_value_bytes(map, name, Some(value.as_bytes())),
    );
}

/// Removes a header of the request.
pub fn remove_request_header(name: &str) {
    checked(
        name,
        hostcalls::remove_map_value(MapType::HttpRequestHeaders, name),
    );
}

/// Sets a header of the response.
pub fn set_response_header(name: &str, value: &str) {
    let map = MapType::HttpResponseHeaders;
    checked(
        name,
        hostcalls::set_map_value_bytes(map, name, Some(value.as_bytes())),
    );
}

/// Removes a header of the response.
pub fn remove_response_header(name: &str) {
    checked(
        name,
        hostcalls::remove_map_value(MapType::HttpResponseHeaders, name),
    );
}

/// The part of the request's body that is here.
pub fn request_body(size: usize) -> Vec<u8> {
    let body = hostcalls::get_buffer(BufferType::HttpRequestBody, 0, size);
    checked("the request's body", body)
        .flatten()
        .unwrap_or_default()
}

/// The held body of the response.
pub fn response_body() -> Vec<u8> {
    let body = hostcalls::get_buffer(BufferType::HttpResponseBody, 0, usize::MAX);
    checked("the response's body", body)
        .flatten()
        .unwrap_or_default()
}

/// Replaces the held body of the response.
pub fn set_response_body(body: &[u8]) {
    let buffer = BufferType::HttpResponseBody;
    checked(
        "a new response body",
        hostcalls::set_buffer(buffer, 0, usize::MAX, body),
    );
}

/// Lets a held response go on, outside its own callbacks.
pub fn resume_response() {
    checked("to resume a response", hostcalls::resume_http_response());
}

/// Answers in the platform's place.
pub fn send_reply(status: u16, body: &str) {
    let headers = vec![
        ("content-type", "application/json"),
        ("cache-control", "no-store"),
    ];
    let reply = hostcalls::send_http_response(u32::from(status), headers, Some(body.as_bytes()));
    checked("an answer of our own", reply);
}

/// Speaks for the stream with this id from now on.
pub fn act_for(stream: u32) {
    checked(
        "to act for a stream",
        hostcalls::set_effective_context(stream),
    );
}

/// How often the root context is woken; zero for never.
pub fn set_tick_period(period: Duration) {
    checked("a tick period", hostcalls::set_tick_period(period));
}

/// Tells the host that a configuration that was replaced is done with.
pub fn done() {
    checked("to be done", hostcalls::done());
}

/// Signs with Envoy's own crypto, or in here where the host has none or does not let us have it.
pub fn sign(request: &SignRequest) -> Result<Vec<u8>, String> {
    thread_local! {
        /// A host that refused once is not asked again: Envoy logs each refused call.
        static REFUSED: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
    }
    let key = &request.key;
    if REFUSED.get() {
        return key.sign(&mut OsRng, request.message.as_bytes());
    }
    let arguments = sign_function::sign_arguments(key, request.message.as_bytes());
    match hostcalls::call_foreign_function("sign", Some(&arguments)) {
        Ok(Some(answer)) => sign_function::signature(key.algorithm(), &answer),
        Ok(None) => Err("the host's `sign` gave nothing".into()),
        // NotFound: no such function; InternalFailure: `capability_restriction_config` keeps
        // `proxy_call_foreign_function` from us.
        Err(Status::NotFound | Status::InternalFailure) => {
            REFUSED.set(true);
            log::info!("the host does not sign for us: tokens are signed in the filter");
            key.sign(&mut OsRng, request.message.as_bytes())
        }
        Err(status) => Err(format!("the host's `sign` failed: {status:?}")),
    }
}

/// Sends a delivery to the relay; the id of the call, if it could be made. Must be called for the
/// root context: calls of a stream die with it.
pub fn deliver(cluster: &str, delivery: &Delivery, timeout: Duration) -> Option<u32> {
    let body = serde_json::to_vec(delivery).ok()?;
    let headers = vec![
        (":method", "POST"),
        (":path", "/v1/deliveries"),
        (":authority", cluster),
        ("content-type", "application/json"),
    ];
    hostcalls::dispatch_http_call(cluster, headers, Some(&body), vec![], timeout).ok()
}

/// The status of the answer to a call; `None` when there was none.
pub fn call_status() -> Option<u16> {
    let status = hostcalls::get_map_value_bytes(MapType::HttpCallResponseHeaders, ":status");
    std::str::from_utf8(&status.ok()??).ok()?.parse().ok()
}

/// Adds one to a counter, whose id is remembered in `known`.
pub fn count(known: &RefCell<std::collections::HashMap<String, u32>>, name: &str) {
    let id = known.borrow().get(name).copied();
    let id = id.or_else(|| {
        let id = checked(name, hostcalls::define_metric(MetricType::Counter, name))?;
        known.borrow_mut().insert(name.to_owned(), id);
        Some(id)
    });
    if let Some(id) = id {
        checked(name, hostcalls::increment_metric(id, 1));
    }
}
