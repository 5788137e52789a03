//! From a project to the one document that the filter and the relay load.

use std::collections::BTreeSet;

use lifecycle::bundle::{Bundle, Endpoint, Endpoints, FORMAT, Hook, Mode, Place, Platform, Relay};
use lifecycle::event::EventType;

use crate::project::Project;

/// The name of the relay's cluster in the Envoy configuration.
pub const RELAY_CLUSTER: &str = "leh_relay";

/// Puts a project together with the endpoints of its platform. The same project and endpoints
/// give the same bundle.
pub fn bundle(project: &Project, endpoints: Endpoints) -> Bundle {
    let for_relay = |hook: &Hook| hook.mode == Mode::Async || hook.place == Place::Relay;
    let relayed = project.hooks.iter().any(for_relay);
    Bundle {
        format: FORMAT,
        platform: Platform {
            profile: project.profile.name.clone(),
            endpoints,
            events: project.profile.events.clone(),
        },
        signing: project.signing.clone(),
        relay: relayed.then(|| Relay {
            cluster: RELAY_CLUSTER.to_owned(),
        }),
        egress: project.egress.clone(),
        hooks: project.hooks.clone(),
    }
}

/// The paths on which the filter is needed for the hooks that are there; of all others it must
/// not see a byte.
pub fn paths(bundle: &Bundle) -> BTreeSet<&str> {
    let Platform {
        endpoints, events, ..
    } = &bundle.platform;
    let rules = bundle
        .hooks
        .iter()
        .filter_map(|hook| events.get(&hook.event));
    let mut paths: BTreeSet<&str> = rules
        .flatten()
        .filter_map(|rule| match rule.endpoint {
            Endpoint::TokenEndpoint => endpoints.token_endpoint.as_deref(),
        })
        .collect();
    // Applications verify what we sign, so our keys must be among the platform's.
    if changes_tokens(&bundle.hooks) {
        paths.extend(endpoints.jwks_uri.as_deref());
    }
    paths
}

/// Whether any of the hooks can make us sign a token.
pub fn changes_tokens(hooks: &[Hook]) -> bool {
    let changes =
        |hook: &Hook| hook.mode == Mode::Sync && hook.event == EventType::PreIdTokenGeneration;
    hooks.iter().any(changes)
}
