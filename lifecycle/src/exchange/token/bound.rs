//! Which hooks a token request concerns.

use crate::event::EventType;
use crate::form::TokenRequest;
use crate::plan::Plan;

/// An event that a request can show, and the hooks that are bound to it.
#[derive(Debug)]
pub struct Bound {
    /// Its place among the events of the exchange, for its id.
    pub ordinal: u8,
    /// The event.
    pub event: EventType,
    /// Indexes of hooks, in their order.
    pub hooks: Vec<usize>,
}

/// The application that asks.
#[derive(Clone, Copy, Debug)]
pub enum Application<'a> {
    /// Its client id.
    Known(&'a str),
    /// It did not say, and nothing else did: it is nobody in particular.
    Nobody,
    /// It may be any: its request could not be read, or says it only in a token to come.
    Any,
}

/// The events that `request` can show, with those of their hooks that are for `application`; events
/// without hooks are left out. A request that could not be read (`None`) can show them all.
pub fn bound(
    plan: &Plan,
    request: Option<&TokenRequest>,
    application: Application<'_>,
) -> Vec<Bound> {
    let events = (0u8..).zip(plan.token_events());
    let shown = events.filter(|(_, (_, grant_types))| {
        request.is_none_or(|request| {
            request
                .grant_types
                .iter()
                .any(|grant| grant_types.contains(grant))
        })
    });
    shown
        .filter_map(|(ordinal, (event, _))| {
            let bindings = plan.bindings(*event)?;
            let hooks = match application {
                Application::Any => bindings.all.clone(),
                Application::Nobody => bindings.general.clone(),
                Application::Known(client_id) => bindings.of(client_id),
            };
            (!hooks.is_empty()).then_some(Bound {
                ordinal,
                event: *event,
                hooks,
            })
        })
        .collect()
}
