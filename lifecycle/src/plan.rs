//! A bundle, resolved and found sound: what the filter and the relay work from.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::bundle::{Bundle, EgressHost, Endpoint, Hook, Mode, Place};
use crate::egress::Egress;
use crate::event::EventType;
use crate::exchange::{Client, Exchange, Seed};
use crate::path;
use crate::redact::Redactor;
use crate::token::{KeyError, SigningKeys};

/// What a bundle means here and now.
#[derive(Debug)]
pub struct Plan {
    hooks: Vec<PlannedHook>,
    bindings: BTreeMap<EventType, Bindings>,
    egress: Egress,
    keys: SigningKeys,
    token_path: Option<String>,
    jwks_path: Option<String>,
    /// `(event, grant types)` seen at the token endpoint, in the order in which they happen.
    token_events: Vec<(EventType, Vec<String>)>,
    relay_cluster: Option<String>,
}

/// The hooks of one event, by index in their order: a request must not cost more because others have
/// hooks too.
#[derive(Debug, Default)]
pub struct Bindings {
    /// All of them.
    pub all: Vec<usize>,
    /// Those for every application.
    pub general: Vec<usize>,
    /// Those for some, by the application.
    special: HashMap<String, Vec<usize>>,
}

impl Bindings {
    /// Those for an application.
    pub fn of(&self, application: &str) -> Vec<usize> {
        let special = self.special.get(application);
        let mut hooks = self.general.clone();
        hooks.extend(special.into_iter().flatten());
        hooks.sort_unstable();
        hooks
    }

    fn all_of(hooks: &[PlannedHook]) -> BTreeMap<EventType, Bindings> {
        let mut events: BTreeMap<EventType, Bindings> = BTreeMap::new();
        for (index, planned) in hooks.iter().enumerate() {
            let bindings = events.entry(planned.hook.event).or_default();
            bindings.all.push(index);
            match &planned.hook.applications {
                None => bindings.general.push(index),
                Some(names) => {
                    let names: BTreeSet<&String> = names.iter().collect();
                    for name in names {
                        bindings
                            .special
                            .entry(name.clone())
                            .or_default()
                            .push(index);
                    }
                }
            }
        }
        events
    }
}

/// A hook with its references resolved.
#[derive(Debug)]
pub struct PlannedHook {
    /// As bundled.
    pub hook: Hook,
    /// The variables as the script sees them.
    pub variables: Value,
    /// The secrets as the script sees them. Never for logs.
    pub secrets: Secrets,
    /// Takes them out of what is logged.
    pub redactor: Redactor,
    /// Tells one version of the script from another, in logs.
    pub version: String,
}

/// Values that `Debug` does not print.
#[derive(Clone)]
pub struct Secrets(pub Value);

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets(…)")
    }
}

/// Why a bundle cannot be honoured.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// `${env:NAME}` names a variable that is not set.
    #[error(
        "{place} refers to the environment variable {name}, which is not set here; set it for the process that loads the bundle (for Envoy: environment_variables of the plugin's vm_config)"
    )]
    NoVariable {
        /// Where the reference stands.
        place: String,
        /// The variable.
        name: String,
    },
    /// The signing key cannot be used.
    #[error("signing.key: {0}")]
    Key(#[from] KeyError),
    /// A hook changes tokens and nothing can sign them.
    #[error("hook `{hook}` can change tokens, which needs `signing: {{ key: … }}`")]
    NoKey {
        /// The hook.
        hook: String,
    },
    /// No rule of the platform's profile shows the event.
    #[error(
        "hook `{hook}`: the profile `{profile}` does not recognise {event}; it recognises {}",
        list(recognised)
    )]
    Unseen {
        /// The hook.
        hook: String,
        /// The event.
        event: EventType,
        /// The profile.
        profile: String,
        /// What it does recognise.
        recognised: Vec<EventType>,
    },
    /// An event shows at an endpoint whose path nobody knows.
    #[error(
        "the profile shows {event} at its {endpoint}, but names no path for it and discovery gave none"
    )]
    NoEndpoint {
        /// The event.
        event: EventType,
        /// The endpoint's name.
        endpoint: &'static str,
    },
    /// Hooks for the relay, and there is none.
    #[error("hook `{hook}` {why}, which needs a relay")]
    NoRelay {
        /// The hook.
        hook: String,
        /// What makes it need one.
        why: &'static str,
    },
    /// Two hooks with one name.
    #[error("two hooks are called `{0}`; names must differ")]
    SameName(String),
}

fn list(events: &[EventType]) -> String {
    let ids: Vec<_> = events.iter().map(|event| event.id()).collect();
    if ids.is_empty() {
        "none".to_owned()
    } else {
        ids.join(", ")
    }
}

/// The events that show at the token endpoint, in the order in which they happen there.
const AT_TOKEN_ENDPOINT: [EventType; 2] =
    [EventType::PreIdTokenGeneration, EventType::PostAccountLogin];

impl Plan {
    /// Resolves `bundle`; `environment` answers `${env:NAME}`.
    ///
    /// # Errors
    /// Everything that cannot be honoured, at once.
    pub fn load(
        bundle: Bundle,
        environment: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, Vec<PlanError>> {
        let mut errors = Vec::new();
        let keys = signing_keys(&bundle, environment, &mut errors);
        check(&bundle, &mut errors);
        let Bundle {
            platform,
            relay,
            egress,
            hooks,
            ..
        } = bundle;
        let egress = load_egress(egress, environment, &mut errors);
        let hooks: Vec<_> = hooks
            .into_iter()
            .map(|hook| resolve(hook, &egress, environment, &mut errors))
            .collect();
        if !errors.is_empty() {
            return Err(errors);
        }
        let grant_types = |event: EventType| -> Vec<String> {
            let rules = platform.events.get(&event).into_iter().flatten();
            rules
                .filter(|rule| rule.endpoint == Endpoint::TokenEndpoint)
                .flat_map(|rule| rule.grant_types.clone())
                .collect()
        };
        let bound = |event: &EventType| hooks.iter().any(|hook| hook.hook.event == *event);
        Ok(Plan {
            token_path: platform
                .endpoints
                .token_endpoint
                .as_deref()
                .map(path::normalise),
            jwks_path: platform.endpoints.jwks_uri.as_deref().map(path::normalise),
            token_events: AT_TOKEN_ENDPOINT
                .into_iter()
                .filter(bound)
                .map(|event| (event, grant_types(event)))
                .collect(),
            relay_cluster: relay.map(|relay| relay.cluster),
            egress,
            keys,
            bindings: Bindings::all_of(&hooks),
            hooks,
        })
    }

    /// The exchange that begins with this request, or `None` when none of our hooks can care:
    /// then nothing of it may be touched.
    pub fn exchange(
        self: &Rc<Self>,
        method: &[u8],
        target: &str,
        seed: impl FnOnce() -> Seed,
        client: impl FnOnce() -> Client,
    ) -> Option<Exchange> {
        let normal = path::normalise(target);
        let at = |known: &Option<String>| known.as_deref() == Some(normal.as_str());
        if method == b"POST" && at(&self.token_path) && !self.token_events.is_empty() {
            Some(Exchange::token(self.clone(), target, seed(), client()))
        } else if method == b"GET" && at(&self.jwks_path) && self.changes_tokens() {
            Some(Exchange::jwks(self.clone()))
        } else {
            None
        }
    }

    /// The hooks, by the index that invocations carry.
    pub fn hooks(&self) -> &[PlannedHook] {
        &self.hooks
    }

    /// The hooks of an event; `None` when it has none.
    pub fn bindings(&self, event: EventType) -> Option<&Bindings> {
        self.bindings.get(&event)
    }

    /// The hook with this index.
    pub fn hook(&self, index: usize) -> Option<&PlannedHook> {
        self.hooks.get(index)
    }

    /// The hosts that hooks may call.
    pub fn egress(&self) -> &Egress {
        &self.egress
    }

    /// Our signing keys.
    pub fn keys(&self) -> &SigningKeys {
        &self.keys
    }

    /// The events that show at the token endpoint for some hook, with their grant types.
    pub fn token_events(&self) -> &[(EventType, Vec<String>)] {
        &self.token_events
    }

    /// The cluster of the relay.
    pub fn relay_cluster(&self) -> Option<&str> {
        self.relay_cluster.as_deref()
    }

    /// Whether any hook can make us sign.
    pub fn changes_tokens(&self) -> bool {
        // The trigger form sets claims at post-account-login too. Only where our keys reach clients:
        // nothing demands `signing` and `jwks_uri` of a project for it.
        let can_sign = !self.keys.is_empty() && self.jwks_path.is_some();
        self.hooks.iter().any(|planned| {
            let hook = &planned.hook;
            let at_login = hook.mode == Mode::Sync && hook.event == EventType::PostAccountLogin;
            changes_tokens(hook) || (at_login && can_sign)
        })
    }
}

/// The hooks of a bundle and the hosts that they may call, for who only runs them and neither signs
/// nor follows exchanges: the relay.
///
/// # Errors
/// Every variable that is not set, at once.
pub fn hooks_alone(
    bundle: Bundle,
    environment: &dyn Fn(&str) -> Option<String>,
) -> Result<(Vec<PlannedHook>, Egress), Vec<PlanError>> {
    let mut errors = Vec::new();
    let egress = load_egress(bundle.egress, environment, &mut errors);
    let hooks = bundle
        .hooks
        .into_iter()
        .map(|hook| resolve(hook, &egress, environment, &mut errors))
        .collect();
    if errors.is_empty() {
        Ok((hooks, egress))
    } else {
        Err(errors)
    }
}

fn load_egress(
    hosts: Vec<EgressHost>,
    environment: &dyn Fn(&str) -> Option<String>,
    errors: &mut Vec<PlanError>,
) -> Egress {
    Egress::load(hosts, environment).unwrap_or_else(|missing| {
        let missing = missing.into_iter();
        errors.extend(missing.map(|(place, name)| PlanError::NoVariable { place, name }));
        Egress::default()
    })
}

fn changes_tokens(hook: &Hook) -> bool {
    hook.mode == Mode::Sync && hook.event == EventType::PreIdTokenGeneration
}

/// What must hold between the parts of a bundle.
fn check(bundle: &Bundle, errors: &mut Vec<PlanError>) {
    let recognised: Vec<EventType> = bundle.platform.events.keys().copied().collect();
    let mut names = BTreeSet::new();
    for hook in &bundle.hooks {
        if !names.insert(&hook.name) {
            errors.push(PlanError::SameName(hook.name.clone()));
        }
        if !recognised.contains(&hook.event) || !AT_TOKEN_ENDPOINT.contains(&hook.event) {
            errors.push(PlanError::Unseen {
                hook: hook.name.clone(),
                event: hook.event,
                profile: bundle.platform.profile.clone(),
                recognised: recognised.clone(),
            });
        } else if bundle.platform.endpoints.token_endpoint.is_none() {
            errors.push(PlanError::NoEndpoint {
                event: hook.event,
                endpoint: "token_endpoint",
            });
        }
        let why = match (hook.mode, hook.place) {
            (Mode::Async, _) => Some("is asynchronous"),
            (Mode::Sync, Place::Relay) => Some("has `place: relay`"),
            (Mode::Sync, Place::Filter) => None,
        };
        if let (Some(why), None) = (why, &bundle.relay) {
            errors.push(PlanError::NoRelay {
                hook: hook.name.clone(),
                why,
            });
        }
        if changes_tokens(hook) {
            if bundle.signing.is_none() {
                errors.push(PlanError::NoKey {
                    hook: hook.name.clone(),
                });
            }
            if bundle.platform.endpoints.jwks_uri.is_none() {
                errors.push(PlanError::NoEndpoint {
                    event: hook.event,
                    endpoint: "jwks_uri",
                });
            }
        }
    }
}

fn signing_keys(
    bundle: &Bundle,
    environment: &dyn Fn(&str) -> Option<String>,
    errors: &mut Vec<PlanError>,
) -> SigningKeys {
    let Some(signing) = &bundle.signing else {
        return SigningKeys::default();
    };
    let place = "signing.key";
    match expand(&signing.key, environment) {
        Err(name) => errors.push(PlanError::NoVariable {
            place: place.into(),
            name,
        }),
        Ok(pem) => match SigningKeys::from_pem(&pem) {
            Ok(keys) => return keys,
            Err(error) => errors.push(PlanError::Key(error)),
        },
    }
    SigningKeys::default()
}

fn resolve(
    hook: Hook,
    egress: &Egress,
    environment: &dyn Fn(&str) -> Option<String>,
    errors: &mut Vec<PlanError>,
) -> PlannedHook {
    let mut resolved = |kind: &str, values: &std::collections::BTreeMap<String, String>| {
        let members = values.iter().map(|(name, text)| {
            let value = expand(text, environment).unwrap_or_else(|variable| {
                let place = format!("hook `{}`, {kind}.{name}", hook.name);
                errors.push(PlanError::NoVariable {
                    place,
                    name: variable,
                });
                String::new()
            });
            (name.clone(), Value::from(value))
        });
        Value::Object(members.collect())
    };
    let variables = resolved("variables", &hook.variables);
    let secrets = Secrets(resolved("secrets", &hook.secrets));
    let added: Value = egress.secrets().map(Value::from).collect();
    PlannedHook {
        version: version(&hook.script.source),
        redactor: Redactor::new([&secrets.0, &added]),
        hook,
        variables,
        secrets,
    }
}

/// Names a version of a script; one that only the relay has is not known here.
fn version(source: &str) -> String {
    if source.is_empty() {
        return "of the relay".into();
    }
    let digest = Sha256::digest(source.as_bytes());
    let bytes = digest.iter().take(4);
    bytes.map(|byte| format!("{byte:02x}")).collect()
}

/// `text` with every `${env:NAME}` replaced.
///
/// # Errors
/// The name of the first variable that is not set.
pub fn expand(text: &str, environment: &dyn Fn(&str) -> Option<String>) -> Result<String, String> {
    let mut expanded = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${env:") {
        let Some((name, after)) = after.split_once('}') else {
            break;
        };
        expanded.push_str(before);
        expanded.push_str(&environment(name).ok_or_else(|| name.to_owned())?);
        rest = after;
    }
    expanded.push_str(rest);
    Ok(expanded)
}
