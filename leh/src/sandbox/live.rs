//! Calls of scripts, made for real: to the hosts of `egress` only, with the headers that hooks.yaml
//! adds, and with its caches.

use std::collections::HashMap;
use std::error::Error;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use hook_runtime::{CallAnswer, CallKind, CallResult, HttpRequest, HttpResponse};
use http::header::{HOST, HeaderName, HeaderValue};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use lifecycle::egress::{Egress, Route};
use lifecycle::egress_cache::{EgressCache, Lookup, Request, Response};
use serde_json::Value;
use tokio::runtime::Handle;
use tokio::task::AbortHandle;

use super::connect::{ConnectError, Connector, io_code, public, trusted};
use super::dns::Names;
use super::{About, Network, Reply, Ticket};

pub use super::dns::SystemNames;

/// What answers are kept in all.
const CACHE_BYTES: usize = 32 << 20;

/// The world, as far as `egress` allows.
#[derive(Clone)]
pub struct Live(Arc<Inner>);

struct Inner {
    egress: Arc<Egress>,
    names: Arc<dyn Names>,
    client: Client<Connector, Full<Bytes>>,
    runtime: Handle,
    calls: AtomicU64,
    shared: Mutex<Shared>,
}

/// Calls under way.
struct Shared {
    cache: EgressCache,
    waiting: HashMap<u64, Reply>,
    flights: HashMap<u64, AbortHandle>,
}

impl Live {
    /// With the hosts of `egress`, found by `names`; tasks run in `runtime`.
    ///
    /// # Errors
    /// TLS cannot be set up.
    pub fn new(
        egress: Arc<Egress>,
        names: Arc<dyn Names>,
        runtime: Handle,
    ) -> Result<Self, String> {
        let connector = Connector::new(egress.clone(), names.clone(), trusted()?);
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .build(connector);
        let shared = Shared {
            cache: EgressCache::new(CACHE_BYTES),
            waiting: HashMap::new(),
            flights: HashMap::new(),
        };
        Ok(Live(Arc::new(Inner {
            egress,
            names,
            client,
            runtime,
            calls: AtomicU64::new(1),
            shared: Mutex::new(shared),
        })))
    }

    fn shared(&self) -> MutexGuard<'_, Shared> {
        self.0.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn http(&self, request: HttpRequest, about: &Arc<About>, reply: Reply) -> Ticket {
        let route = match self.0.egress.route(&request.url) {
            Ok(route) => route,
            Err(refused) => return answered(reply, Err(refused.to_string())),
        };
        let id = self.0.calls.fetch_add(1, Ordering::Relaxed);
        let asked = Request {
            method: request.method.clone(),
            url: request.url.clone(),
            headers: request.headers.clone(),
            has_body: request.body.is_some(),
        };
        let mut shared = self.shared();
        let added = match shared
            .cache
            .lookup(SystemTime::now(), id, route.entry, &asked)
        {
            Lookup::Hit(response) => {
                drop(shared);
                return answered(reply, Ok(CallAnswer::Http(given(response))));
            }
            Lookup::Join => None,
            Lookup::Go(added) => Some(added),
        };
        shared.waiting.insert(id, reply);
        if let Some(added) = added {
            let built = build(&request, &route, about, &added);
            let (live, about) = (self.clone(), about.clone());
            let task = self.0.runtime.spawn(async move {
                let outcome = match built {
                    Ok(request) => live.exchange(request, about.response_bytes).await,
                    Err(reason) => Err(reason),
                };
                live.settle(id, outcome);
            });
            shared.flights.insert(id, task.abort_handle());
        }
        drop(shared);
        let live = self.clone();
        Ticket::new(move || live.leave(id))
    }

    async fn exchange(
        &self,
        request: http::Request<Full<Bytes>>,
        limit: usize,
    ) -> Result<Response, String> {
        let shown = request
            .uri()
            .authority()
            .map(ToString::to_string)
            .unwrap_or_default();
        let answer = self.0.client.request(request).await;
        let (head, body) = answer
            .map_err(|error| describe(&error, &shown))?
            .into_parts();
        let headers = head
            .headers
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec()))
            .collect();
        Ok(Response {
            status: head.status.as_u16(),
            headers,
            body: read(body, limit, &shown).await?,
        })
    }

    /// Hands what came of a call to all who wait for it.
    fn settle(&self, id: u64, outcome: Result<Response, String>) {
        let mut shared = self.shared();
        shared.flights.remove(&id);
        let settled = shared.cache.settle(SystemTime::now(), id, outcome);
        let replies: Vec<Reply> = std::iter::once(id)
            .chain(settled.shared)
            .filter_map(|id| shared.waiting.remove(&id))
            .collect();
        drop(shared);
        let result = settled
            .outcome
            .map(|response| CallAnswer::Http(given(response)));
        for reply in replies {
            reply(result.clone());
        }
    }

    /// Nobody waits for this call any more.
    fn leave(&self, id: u64) {
        let mut shared = self.shared();
        if shared.waiting.remove(&id).is_none() {
            return;
        }
        let cancelled = shared.cache.leave(id);
        if let Some(flight) = cancelled.and_then(|id| shared.flights.remove(&id)) {
            flight.abort();
        }
    }

    fn resolve(&self, name: String, record: String, reply: Reply) -> Ticket {
        let live = self.clone();
        let task = self.0.runtime.spawn(async move {
            let found = live.records(&name, &record).await;
            reply(found.map(|records| CallAnswer::Records(Value::from(records).to_string())));
        });
        let task = task.abort_handle();
        Ticket::new(move || task.abort())
    }

    /// The records of a name of `egress`, as Node's `dns` gives them.
    ///
    /// # Errors
    /// Begin with a code of Node's.
    pub async fn records(&self, name: &str, record: &str) -> Result<Vec<Value>, String> {
        if !self.0.egress.resolves(name) {
            return Err(format!("EREFUSED: {name} is not in `egress` of hooks.yaml"));
        }
        let mut found = self.0.names.records(name, record).await?;
        if matches!(record, "A" | "AAAA") {
            let addresses = found
                .iter()
                .filter_map(|address| address.as_str()?.parse().ok())
                .collect();
            let allowed = public(name, addresses, self.may_be_private(name))?;
            found = allowed
                .iter()
                .map(|address| Value::from(address.to_string()))
                .collect();
        }
        Ok(found)
    }

    /// Whether an entry that names it says `private: true`.
    fn may_be_private(&self, name: &str) -> bool {
        let egress = &self.0.egress;
        egress.entries().filter(|entry| entry.private).any(|entry| {
            let scheme = if entry.tls { "https" } else { "http" };
            entry.ports.iter().any(|port| {
                egress
                    .route(&format!("{scheme}://{name}:{port}/"))
                    .is_ok_and(|route| route.entry.private)
            })
        })
    }
}

impl Network for Live {
    fn begin(&self, call: CallKind, about: &Arc<About>, reply: Reply) -> Ticket {
        match call {
            CallKind::Http(request) => self.http(request, about, reply),
            CallKind::Resolve { name, record } => self.resolve(name, record, reply),
        }
    }
}

fn answered(reply: Reply, result: CallResult) -> Ticket {
    reply(result);
    Ticket::done()
}

fn given(response: Response) -> HttpResponse {
    HttpResponse {
        status: response.status,
        headers: response.headers,
        body: response.body,
    }
}

fn build(
    request: &HttpRequest,
    route: &Route<'_>,
    about: &About,
    added: &[(String, Vec<u8>)],
) -> Result<http::Request<Full<Bytes>>, String> {
    let scheme = if route.entry.tls { "https" } else { "http" };
    let url = format!("{scheme}://{}{}", route.authority, route.path);
    let mut built = http::Request::builder()
        .method(request.method.as_str())
        .uri(&url)
        .body(Full::new(Bytes::from(
            request.body.clone().unwrap_or_default(),
        )))
        .map_err(|error| format!("UND_ERR_INVALID_ARG: {} {url}: {error}", request.method))?;
    let trace = about.traceparent.as_deref();
    for (name, value) in route.headers_sent(&request.headers, added, trace) {
        let wrong = || format!("UND_ERR_INVALID_ARG: `{name}` is no header that can be sent");
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| wrong())?;
        let value = HeaderValue::from_bytes(value).map_err(|_| wrong())?;
        built.headers_mut().append(name, value);
    }
    built.headers_mut().remove(HOST);
    Ok(built)
}

/// The whole body, unless it is too large: then it is read no further.
async fn read(mut body: Incoming, limit: usize, shown: &str) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| describe(&error, shown))?;
        let Ok(data) = frame.into_data() else {
            continue;
        };
        if bytes.len() + data.len() > limit {
            return Err(format!(
                "UND_ERR_RES_EXCEEDED_MAX_SIZE: the response of {shown} has more than {limit} bytes \
                 (limit `response` of the hook)"
            ));
        }
        bytes.extend_from_slice(&data);
    }
    Ok(bytes)
}

/// An error with a code of Node's before it.
fn describe(error: &(dyn Error + 'static), shown: &str) -> String {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<ConnectError>() {
            return error.to_string();
        }
        if let Some(error) = error.downcast_ref::<std::io::Error>() {
            return format!("{}: {shown}: {error}", io_code(error));
        }
        if error
            .downcast_ref::<hyper::Error>()
            .is_some_and(hyper::Error::is_incomplete_message)
        {
            return format!("UND_ERR_SOCKET: {shown}: other side closed");
        }
        cause = error.source();
    }
    let mut told = error;
    while let Some(source) = told.source() {
        told = source;
    }
    format!("UND_ERR_SOCKET: {shown}: {told}")
}
