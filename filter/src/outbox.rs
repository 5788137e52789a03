//! Deliveries on their way to the relay. They leave from the root context, off the customer's
//! path, and are tried again until the relay has stored them.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use lifecycle::exchange::Delivery;

use crate::host;

/// Deliveries that a worker keeps while its relay is away; more are dropped, and counted.
const ROOM: usize = 1_000;
/// What the relay has for storing one.
const TIMEOUT: Duration = Duration::from_secs(5);
/// Waits between attempts: the first, and the longest.
const BACKOFF: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(5));
/// Calls under way at once.
const AT_ONCE: usize = 32;

#[derive(Default)]
pub struct Outbox {
    waiting: VecDeque<Item>,
    calls: HashMap<u32, Item>,
}

struct Item {
    delivery: Delivery,
    attempts: u32,
    not_before: Duration,
}

/// What became of a call.
pub enum Sent {
    /// The relay has it.
    Stored,
    /// It will be tried again.
    Again(String),
    /// The relay will never take it.
    Refused(String),
}

impl Outbox {
    /// Takes a delivery, if there is room.
    pub fn push(&mut self, delivery: Delivery) -> Result<(), Box<Delivery>> {
        if self.waiting.len() + self.calls.len() >= ROOM {
            return Err(Box::new(delivery));
        }
        self.waiting.push_back(Item {
            delivery,
            attempts: 0,
            not_before: Duration::ZERO,
        });
        Ok(())
    }

    /// Whether nothing is on its way.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty() && self.calls.is_empty()
    }

    /// When something is to be sent next.
    pub fn wake_at(&self) -> Option<Duration> {
        self.waiting.iter().map(|item| item.not_before).min()
    }

    /// Sends what is due. To be called for the root context.
    pub fn send(&mut self, cluster: &str, now: Duration) {
        for _ in 0..self.waiting.len() {
            if self.calls.len() >= AT_ONCE {
                return;
            }
            let Some(item) = self.waiting.pop_front() else {
                return;
            };
            if item.not_before > now {
                self.waiting.push_back(item);
                continue;
            }
            let body = serde_json::to_vec(&item.delivery).unwrap_or_default();
            match host::post_json(cluster, "/v1/deliveries", &body, TIMEOUT) {
                Some(call) => {
                    self.calls.insert(call, item);
                }
                // The cluster may still be warming.
                None => self.waiting.push_back(item.again(now)),
            }
        }
    }

    /// Takes the answer to a call: its status, `None` when the relay did not answer.
    pub fn answered(&mut self, call: u32, status: Option<u16>, now: Duration) -> Option<Sent> {
        let item = self.calls.remove(&call)?;
        let hook = &item.delivery.hook;
        Some(match status {
            Some(200..=299) => Sent::Stored,
            Some(status @ (400 | 404 | 413 | 422)) => Sent::Refused(format!(
                "the relay refuses delivery {} of hook `{hook}` with {status}; do filter and relay load the same bundle?",
                item.delivery.id
            )),
            other => {
                let found = other.map_or("no answer".into(), |status| format!("status {status}"));
                let text = format!(
                    "the relay did not store delivery {} of hook `{hook}` ({found}); trying again",
                    item.delivery.id
                );
                self.waiting.push_back(item.again(now));
                Sent::Again(text)
            }
        })
    }
}

impl Item {
    fn again(mut self, now: Duration) -> Self {
        let (first, longest) = BACKOFF;
        self.not_before = now + (first * 2u32.saturating_pow(self.attempts.min(10))).min(longest);
        self.attempts += 1;
        self
    }
}
