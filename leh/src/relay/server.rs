//! What the relay answers over HTTP: deliveries in, and what became of them out.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::rejection::JsonRejection;
use axum::extract::{DefaultBodyLimit, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use lifecycle::exchange::Delivery;
use serde::Deserialize;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::store::Store;

/// The largest delivery: the arguments of one event are a few KiB.
const BODY_LIMIT: usize = 1 << 20;
/// What a listing shows unless told, and at most.
const LISTED: (u32, u32) = (50, 1_000);

#[derive(Clone)]
struct Shared {
    store: Arc<Store>,
    hooks: Arc<BTreeSet<String>>,
}

/// Serves until the sender of `stopped` goes away.
pub async fn serve(
    listener: TcpListener,
    store: Arc<Store>,
    hooks: BTreeSet<String>,
    stopped: oneshot::Receiver<()>,
) {
    let router = Router::new()
        .route("/v1/deliveries", post(receive).get(list))
        .route("/healthz", get(|| async { "ok\n" }))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .with_state(Shared {
            store,
            hooks: Arc::new(hooks),
        });
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
    if !shared.hooks.contains(&delivery.hook) {
        let known: Vec<_> = shared.hooks.iter().map(String::as_str).collect();
        let reason = format!(
            "no asynchronous hook `{}` in the bundle; it has: {}",
            delivery.hook,
            known.join(", ")
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
