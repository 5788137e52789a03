//! Envoy, as far as the filter needs it: the one place that calls the host.
//!
//! The SDK's own getters unwrap what the host answers, and those that give Strings unwrap UTF-8:
//! one odd header would trap the VM, and with it login. So everything goes through its fallible
//! `hostcalls`, in bytes.

use std::rc::Rc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use hook_runtime::{HttpRequest, HttpResponse};
use lifecycle::egress::Route;
use lifecycle::egress_cache::Header;
use lifecycle::exchange::{Client, Headers, Seed, SignRequest};
use lifecycle::token::host as sign_function;
use proxy_wasm::hostcalls;
pub use proxy_wasm::types::MetricType;
use proxy_wasm::types::{BufferType, MapType, Status};
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

/// The time of the calendar.
pub fn system_time() -> SystemTime {
    SystemTime::now()
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
        traceparent: text("traceparent").filter(|text| Client::trace_id(text).is_some()),
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

/// Posts JSON to a path of a cluster; the number of the call, if it could be made.
///
/// Calls belong to the root context, and the SDK hands their answers to whoever is active when they
/// are made: so this must be called in a callback of the root context.
pub fn post_json(cluster: &str, path: &str, body: &[u8], timeout: Duration) -> Option<u32> {
    let headers = vec![
        (":method", "POST"),
        (":path", path),
        (":authority", cluster),
        ("content-type", "application/json"),
    ];
    hostcalls::dispatch_http_call(cluster, headers, Some(body), vec![], timeout).ok()
}

/// Makes a call that a script asked for, under the conditions on which a kept answer still holds; as
/// [`post_json`].
///
/// # Errors
/// What the script reads when it cannot be made.
pub fn fetch(
    route: &Route<'_>,
    request: &HttpRequest,
    conditions: &[Header],
    traceparent: Option<&str>,
    timeout: Duration,
) -> Result<u32, String> {
    let mut headers = vec![
        (":method", request.method.as_str()),
        (":path", route.path.as_str()),
        (":authority", route.authority.as_str()),
        (":scheme", if route.entry.tls { "https" } else { "http" }),
    ];
    for (name, value) in route.headers_sent(&request.headers, conditions, traceparent) {
        let value = std::str::from_utf8(value)
            .map_err(|_| format!("the header `{name}` is not UTF-8, which Envoy cannot send"))?;
        headers.push((name, value));
    }
    let cluster = &route.entry.cluster;
    let body = request.body.as_deref();
    hostcalls::dispatch_http_call(cluster, headers, body, vec![], timeout).map_err(|status| {
        format!(
            "Envoy has no way to {}: no cluster `{cluster}` ({status:?})",
            route.host
        )
    })
}

/// The answer to a call.
pub struct CallResponse {
    headers: Headers,
    body: Vec<u8>,
}

/// The answer to the call that the root context is told about.
pub fn call_response(body_size: usize) -> CallResponse {
    let body = hostcalls::get_buffer(BufferType::HttpCallResponseBody, 0, body_size);
    CallResponse {
        headers: headers(MapType::HttpCallResponseHeaders),
        body: body.ok().flatten().unwrap_or_default(),
    }
}

impl CallResponse {
    /// Its status; `None` when there was no answer.
    pub fn status(&self) -> Option<u16> {
        self.headers.text(":status")?.parse().ok()
    }

    /// As an answer of another host.
    ///
    /// # Errors
    /// Why there is none: the listeners inside Envoy mark what they say themselves, and calls without
    /// them lack the mark of an answer from outside.
    pub fn into_http(mut self) -> Result<HttpResponse, String> {
        const FROM_UPSTREAM: &str = "x-envoy-upstream-service-time";
        const NO_ANSWER: &str = "x-leh-no-answer";
        let Some(status) = self.status() else {
            return Err("UND_ERR_SOCKET: no answer".into());
        };
        if let Some(details) = self.headers.text(NO_ANSWER) {
            return Err(unreachable(status, details));
        }
        if matches!(status, 503 | 504) && self.headers.first(FROM_UPSTREAM).is_none() {
            return Err(unreachable(status, &String::from_utf8_lossy(&self.body)));
        }
        self.headers
            .0
            .retain(|(name, _)| !name.starts_with(':') && name != FROM_UPSTREAM);
        Ok(HttpResponse {
            status,
            headers: self.headers.0,
            body: self.body,
        })
    }
}

/// Envoy's words for a call that failed, with Node's code for it in front.
fn unreachable(status: u16, text: &str) -> String {
    let says = |what: &str| text.contains(what);
    if says("rbac_access_denied") {
        return "EACCES: its name leads to an address that is not public; see `private` under `egress`".into();
    }
    let code = if status == 504 {
        "UND_ERR_HEADERS_TIMEOUT"
    } else if says("TLS") {
        "ERR_TLS"
    } else if says("connection_failure")
        || says("connection failure")
        || says("connect error") && says("delayed")
    {
        "ECONNREFUSED"
    } else if says("dns") {
        "ENOTFOUND"
    } else {
        "UND_ERR_SOCKET"
    };
    let text = if text.is_empty() { "no answer" } else { text };
    format!("{code}: {text}")
}

/// Has the root context called soon, from wherever this is: a queue of its own, on which Envoy
/// reports through the worker's event loop.
pub fn queue() -> Option<u32> {
    let mut random = [0; 12];
    OsRng.fill_bytes(&mut random);
    // Queues are shared by all VMs; this one is of one root context.
    let name: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    let queue = hostcalls::register_shared_queue(&format!("leh.{name}"));
    checked("a queue", queue)
}

/// Puts something on the queue.
pub fn enqueue(queue: u32) {
    checked(
        "to take a call",
        hostcalls::enqueue_shared_queue(queue, None),
    );
}

/// Empties it.
pub fn drain(queue: u32) {
    while let Ok(Some(_)) = hostcalls::dequeue_shared_queue(queue) {}
}

/// A metric's id.
pub fn define_metric(kind: MetricType, name: &str) -> Option<u32> {
    checked(name, hostcalls::define_metric(kind, name))
}

/// Adds one to a counter.
pub fn count(id: u32) {
    checked("to count", hostcalls::increment_metric(id, 1));
}

/// Adds a value to a histogram.
pub fn record(id: u32, value: u64) {
    checked("to record", hostcalls::record_metric(id, value));
}
