//! Callouts to the relay of a case, and the queues by which the module calls itself.

use std::time::Duration;

use super::{Entry, Play};
use crate::case::{Case, RelayAnswer};
use crate::headers::Headers;
use crate::observed::Callout;

impl Play<'_> {
    /// Calls who registered a queue on which something was put, as soon as nothing else runs.
    pub(super) fn tell_of_queues(&mut self) {
        for queue in std::mem::take(&mut self.vm.state().queues_ready) {
            self.later(Duration::ZERO, Entry::QueueReady(queue));
        }
    }

    /// Sends callouts to the relay, which answers as the case says.
    pub(super) fn start_callouts(&mut self) {
        for callout in std::mem::take(&mut self.vm.state().callouts) {
            let pseudo = |name: &str| callout.headers.text(name).unwrap_or_default().to_owned();
            let fields = callout
                .headers
                .0
                .iter()
                .filter(|(name, _)| !name.starts_with(':'))
                .cloned();
            let mut fields = Headers(fields.collect());
            fields.add("host", pseudo(":authority"));
            if !callout.body.is_empty() {
                fields.set("content-length", callout.body.len().to_string());
            }
            let answer = relay_answer(self.case, self.callouts.len());
            self.callouts.push(Callout {
                method: pseudo(":method"),
                path: pseudo(":path"),
                headers: fields,
                body: callout.body,
            });
            // Envoy answers for a relay that does not, as for any cluster.
            // Only its router's mark tells what another host says from what Envoy says itself.
            let own = |status, text: &str| (status, Headers::default(), text.as_bytes().to_vec());
            let marked = |mut headers: Headers| {
                headers.set("x-envoy-upstream-service-time", "0");
                headers
            };
            let (after, (status, mut headers, body)) = match answer {
                RelayAnswer::Status(status, body) => {
                    (Duration::ZERO, (status, marked(Headers::default()), body))
                }
                RelayAnswer::Full(status, headers, body) => {
                    (Duration::ZERO, (status, marked(headers), body))
                }
                RelayAnswer::Close => (
                    Duration::ZERO,
                    own(
                        503,
                        "upstream connect error or disconnect/reset before headers. reset reason: connection termination",
                    ),
                ),
                RelayAnswer::Silence if callout.timeout.is_zero() => continue,
                RelayAnswer::Silence => (callout.timeout, own(504, "upstream request timeout")),
            };
            headers.set(":status", status.to_string());
            headers.set("content-length", body.len().to_string());
            self.later(
                after,
                Entry::CalloutAnswered(callout.token, Some((headers, body))),
            );
        }
    }
}

/// What the relay does with its n-th callout.
fn relay_answer(case: &Case, n: usize) -> RelayAnswer {
    let last = case.relay.len().checked_sub(1);
    last.map_or(RelayAnswer::Status(202, Vec::new()), |last| {
        case.relay[n.min(last)].clone()
    })
}
