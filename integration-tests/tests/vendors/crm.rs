//! A brand's own CRM: JSON, forms, files, gzip, redirects, and a service that is not ready at first.

use std::sync::atomic::Ordering;

use serde_json::json;

use super::{Call, Memory, Reply, hex, hmac, key, now};
use crate::support::http::form;

pub fn answer(memory: &Memory, call: &Call) -> Reply {
    match call.route() {
        ("GET", "/v1/nothing") => Reply::json(404, json!({ "error": "unknown" })),
        ("GET", "/v1/basic") if call.has_basic() => Reply::json(200, json!({ "tier": "gold" })),
        ("GET", "/v1/stripe-event") => stripe_event(),
        _ if !call.has_bearer() => Reply::refused(401, "who are you?"),
        ("GET", "/v1/customers") => customer(call),
        ("GET", "/v1/moved") => {
            Reply::json(302, json!({})).with("location", "/v1/customers?email=jane%40example.com")
        }
        ("GET", "/v1/unready") => {
            // Every other time.
            let asked = memory.unready.fetch_add(1, Ordering::Relaxed);
            if asked.is_multiple_of(2) {
                return Reply::json(503, json!({ "error": "later" }));
            }
            Reply::json(200, json!({ "ready": true }))
        }
        ("GET", "/v1/orders") => {
            let query = call.target.split_once('?').map_or("", |(_, query)| query);
            let orders = json!([
                { "id": 1, "year": 2024, "total": 10 },
                { "id": 3, "year": 2026, "total": 7 },
                { "id": 2, "year": 2024, "total": 5 },
            ]);
            Reply::json(200, json!({ "orders": orders, "query": query }))
        }
        ("POST", "/v1/events") => {
            let event = json!({ "type": "login", "customer": "c-1" });
            if !call.is_json() || call.json() != event {
                return Reply::refused(400, "expected a login of c-1 as JSON");
            }
            Reply::json(201, json!({ "event": "e-1" }))
        }
        ("POST", "/v1/form") if call.is_form() => {
            Reply::json(200, json!({ "form": form(&call.body) }))
        }
        ("POST", "/v1/multipart") => multipart(call),
        _ => Reply::refused(404, "no such path, or not with this content type"),
    }
}

fn customer(call: &Call) -> Reply {
    if call.parameter("email") != "jane@example.com" {
        return Reply::refused(400, "expected the address of jane@example.com");
    }
    let reply = Reply::json(200, json!({ "id": "c-1", "tier": "gold" }));
    match call.header("x-gzip") {
        "" => reply,
        _ => reply.gzipped(),
    }
}

/// The fields of a form of text fields (RFC 7578).
fn multipart(call: &Call) -> Reply {
    let Some((_, boundary)) = call.header("content-type").split_once("boundary=") else {
        return Reply::refused(400, "expected a boundary");
    };
    let body = String::from_utf8_lossy(&call.body).into_owned();
    let parts: Vec<(String, String)> = body
        .split(&format!("--{}", boundary.trim_matches('"')))
        .filter_map(|part| {
            let (head, value) = part.split_once("\r\n\r\n")?;
            let (_, name) = head.split_once("name=\"")?;
            let (name, _) = name.split_once('"')?;
            Some((name.to_owned(), value.strip_suffix("\r\n")?.to_owned()))
        })
        .collect();
    Reply::json(200, json!({ "parts": parts }))
}

/// A webhook that Stripe sent, with its signature: `t` and `v1` (Stripe's "Verify manually").
fn stripe_event() -> Reply {
    let payload =
        json!({ "id": "evt_1", "object": "event", "type": "customer.updated" }).to_string();
    let time = now();
    let secret = format!("whsec_{}", key());
    let signature = hmac(secret.as_bytes(), format!("{time}.{payload}").as_bytes());
    let signature = format!("t={time},v1={}", hex(&signature));
    Reply::json(200, json!({ "payload": payload, "signature": signature }))
}
