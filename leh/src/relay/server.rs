//! What the relay answers over HTTP: deliveries in, and what became of them out; invocations that
//! somebody waits for; names for scripts in the filter; and what it counts.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::extract::rejection::JsonRejection;
use axum::extract::{DefaultBodyLimit, Query, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use lifecycle::bundle::Mode;
use lifecycle::exchange::Delivery;
use lifecycle::remote::{self, RemoteInvocation};
use serde::Deserialize;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::invocations;
use super::metrics::Metrics;
use super::runner::{Current, current};
use super::store::Store;

/// The largest delivery: the arguments of one event are a few KiB.
const BODY_LIMIT: usize = 1 << 20;
/// What a listing shows unless told, and at most.
const LISTED: (u32, u32) = (50, 1_000);

/// What requests are answered with.
#[derive(Clone)]
pub struct Shared {
    store: Arc<Store>,
    crew: Current,
    metrics: Arc<Metrics>,
    is_ready: Arc<AtomicBool>,
}

impl Shared {
    /// Of a relay whose hooks are being loaded.
    pub fn new(store: Arc<Store>, crew: Current, metrics: Arc<Metrics>) -> Self {
        Shared {
            store,
            crew,
            metrics,
            is_ready: Arc::default(),
        }
    }

    /// They are loaded.
    pub fn ready(&self) {
        self.is_ready.store(true, Ordering::Release);
    }
}

/// Serves until the sender of `stopped` goes away.
pub async fn serve(listener: TcpListener, shared: Shared, stopped: oneshot::Receiver<()>) {
    let router = Router::new()
        .route("/v1/deliveries", post(receive).get(list))
        .route(remote::PATH, post(invoke))
        .route(remote::RESOLVE_PATH, post(resolve))
        .route("/healthz", get(health))
        .route("/metrics", get(metrics))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .with_state(shared);
    let stopped = async {
        // An error means that the sender is gone: that is the signal.
        let _ = stopped.await;
    };
    if let Err(error) = axum::serve(listener, router)
        .with_graceful_shutdown(stopped)
        .await
    {
        eprintln!("error: the relay stopped listening: {error}");
    }
}

/// Acknowledged with 202 once it is stored; the same id again is acknowledged too.
async fn receive(
    State(shared): State<Shared>,
    body: Result<Json<Delivery>, JsonRejection>,
) -> Response {
    let Json(delivery) = match body {
        Ok(body) => body,
        Err(rejection) => return refuse(rejection.status(), &rejection.body_text()),
    };
    let crew = current(&shared.crew);
    if crew.hook(&delivery.hook, Mode::Async).is_none() {
        let reason = format!(
            "no asynchronous hook `{}` in the bundle; it has: {}",
            delivery.hook,
            crew.names(Mode::Async).join(", ")
        );
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, &reason);
    }
    let id = delivery.id.clone();
    let stored = tokio::task::spawn_blocking(move || shared.store.put(&delivery)).await;
    match stored {
        Ok(Ok(new)) => {
            (StatusCode::ACCEPTED, Json(json!({ "id": id, "new": new }))).into_response()
        }
        Ok(Err(reason)) => unavailable(&reason),
        Err(panicked) => unavailable(&panicked.to_string()),
    }
}

/// Answered with 200 and a [`remote::RemoteResult`], whatever came of the hook.
async fn invoke(
    State(shared): State<Shared>,
    body: Result<Json<RemoteInvocation>, JsonRejection>,
) -> Response {
    let Json(invocation) = match body {
        Ok(body) => body,
        Err(rejection) => return refuse(rejection.status(), &rejection.body_text()),
    };
    let crew = current(&shared.crew);
    let name = invocation.hook.clone();
    match invocations::run(&crew, &shared.metrics, invocation).await {
        Some(result) => Json(result).into_response(),
        None => {
            let reason = format!(
                "no synchronous hook `{name}` for the relay in the bundle; it has: {}",
                crew.names(Mode::Sync).join(", ")
            );
            refuse(StatusCode::UNPROCESSABLE_ENTITY, &reason)
        }
    }
}

#[derive(Deserialize)]
struct Lookup {
    name: String,
    record: String,
}

/// Answered with 200 and the records as JSON, or with 502 and what went wrong as text.
async fn resolve(
    State(shared): State<Shared>,
    body: Result<Json<Lookup>, JsonRejection>,
) -> Response {
    let Json(Lookup { name, record }) = match body {
        Ok(body) => body,
        Err(rejection) => return refuse(rejection.status(), &rejection.body_text()),
    };
    let crew = current(&shared.crew);
    match crew.live.records(&name, &record).await {
        Ok(records) => Json(records).into_response(),
        Err(reason) => (StatusCode::BAD_GATEWAY, reason).into_response(),
    }
}

async fn health(State(shared): State<Shared>) -> Response {
    if shared.is_ready.load(Ordering::Acquire) {
        "ok\n".into_response()
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "hooks are being loaded\n").into_response()
    }
}

async fn metrics(State(shared): State<Shared>) -> Response {
    let (store, metrics) = (shared.store, shared.metrics);
    match tokio::task::spawn_blocking(move || store.count()).await {
        Ok(Ok(counts)) => {
            let kind = "text/plain; version=0.0.4; charset=utf-8";
            ([(CONTENT_TYPE, kind)], metrics.text(&counts)).into_response()
        }
        Ok(Err(reason)) => unavailable(&reason),
        Err(panicked) => unavailable(&panicked.to_string()),
    }
}

#[derive(Deserialize)]
struct Listing {
    limit: Option<u32>,
}

/// The newest deliveries first.
async fn list(State(shared): State<Shared>, Query(listing): Query<Listing>) -> Response {
    let (default, most) = LISTED;
    let limit = listing.limit.unwrap_or(default).min(most);
    match tokio::task::spawn_blocking(move || shared.store.list(limit)).await {
        Ok(Ok(records)) => Json(json!({ "deliveries": records })).into_response(),
        Ok(Err(reason)) => unavailable(&reason),
        Err(panicked) => unavailable(&panicked.to_string()),
    }
}

/// The filter tries again.
fn unavailable(reason: &str) -> Response {
    eprintln!("error: the relay's store fails: {reason}");
    refuse(StatusCode::SERVICE_UNAVAILABLE, reason)
}

fn refuse(status: StatusCode, reason: &str) -> Response {
    (status, Json(json!({ "error": reason }))).into_response()
}
