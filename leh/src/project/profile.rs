//! Platform profiles, version 1: which endpoints a platform has and what on them shows which
//! event. `docs/profiles.md` describes the format; the shipped ones are in `profiles/`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use lifecycle::bundle::{Endpoint, Endpoints, Rule};
use lifecycle::event::EventType;

use super::fields::{Keys, Reader, one_of};
use super::problem::{Problems, Source, Span};
use super::yaml::{self, Entry, Node};

/// The profiles that come with this program.
const SHIPPED: &[(&str, &str)] = &[
    ("canaille", include_str!("../../../profiles/canaille.yaml")),
    ("oidc", include_str!("../../../profiles/oidc.yaml")),
];

/// OpenID Connect Discovery 1.0 section 4.
const DISCOVERY: &str = "/.well-known/openid-configuration";

/// The format that this version reads.
const VERSION: &str = "1";

/// A platform as data.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// Its name, for messages.
    pub name: String,
    /// Path of the discovery document.
    pub discovery: String,
    /// The endpoints that the profile names; discovery tells the others.
    pub endpoints: Endpoints,
    /// What shows which event.
    pub events: BTreeMap<EventType, Vec<Rule>>,
}

impl Profile {
    /// The events that it recognises, for a sentence.
    pub fn recognised(&self) -> String {
        one_of(
            &self
                .events
                .keys()
                .map(|event| event.id())
                .collect::<Vec<_>>(),
        )
    }
}

/// Reads the profile that `platform:` names at `span` of the file that `reader` reads: a shipped
/// one, or a file relative to `folder`.
pub fn load(name: &str, folder: &Path, span: Span, reader: &mut Reader<'_>) -> Option<Profile> {
    let parts = Parts::load(name, folder, span, reader, &mut Vec::new())?;
    Some(Profile {
        name: parts.name,
        discovery: parts.discovery.unwrap_or_else(|| DISCOVERY.to_owned()),
        endpoints: parts.endpoints,
        events: parts.events,
    })
}

/// Where a profile's text comes from.
enum Place {
    Shipped(&'static str, &'static str),
    File(PathBuf),
}

impl Place {
    /// A name with a slash or an ending is a path; all others are shipped.
    fn of(name: &str, folder: &Path, span: Span, reader: &mut Reader<'_>) -> Option<Place> {
        if let Some((name, text)) = SHIPPED.iter().find(|(shipped, _)| *shipped == name) {
            return Some(Place::Shipped(name, text));
        }
        let path = folder.join(name);
        if path.is_file() {
            return Some(Place::File(path));
        }
        let names: Vec<_> = SHIPPED.iter().map(|(name, _)| *name).collect();
        let message = if name.contains(['/', '.']) {
            format!("the profile {} is not there", path.display())
        } else {
            format!("`{name}` is no shipped profile")
        };
        reader.error(span, message).help(format!(
            "shipped are {}; the path of a file of your own works too, such as ./{name}.yaml",
            one_of(&names).replace(" or ", " and ")
        ));
        None
    }

    fn name(&self) -> String {
        match self {
            Place::Shipped(name, _) => format!("<shipped profile {name}>"),
            Place::File(path) => path.display().to_string(),
        }
    }
}

/// What one file and those it includes say.
#[derive(Default)]
struct Parts {
    name: String,
    discovery: Option<String>,
    endpoints: Endpoints,
    events: BTreeMap<EventType, Vec<Rule>>,
}

const PROFILE: Keys = Keys {
    what: "a profile",
    known: &[
        "version",
        "name",
        "include",
        "discovery",
        "endpoints",
        "events",
    ],
    refused: &[],
};
const ENDPOINTS: Keys = Keys {
    what: "`endpoints`",
    known: &["token_endpoint", "jwks_uri"],
    refused: &[],
};
const RULE: Keys = Keys {
    what: "a rule",
    known: &["endpoint", "grant_types"],
    refused: &[],
};

impl Parts {
    fn load(
        name: &str,
        folder: &Path,
        span: Span,
        reader: &mut Reader<'_>,
        including: &mut Vec<String>,
    ) -> Option<Parts> {
        let place = Place::of(name, folder, span, reader)?;
        if including.contains(&place.name()) {
            reader.error(span, format!("{} includes itself", place.name()));
            return None;
        }
        let (text, folder) = match &place {
            Place::Shipped(_, text) => ((*text).to_owned(), folder),
            Place::File(path) => match fs::read_to_string(path) {
                Ok(text) => (text, path.parent().unwrap_or(folder)),
                Err(error) => {
                    reader.error(span, format!("{} cannot be read: {error}", place.name()));
                    return None;
                }
            },
        };
        including.push(place.name());
        let source = Source::new(place.name(), text);
        let parts = Parts::read(&source, folder, reader.problems, including);
        including.pop();
        parts
    }

    fn read(
        source: &Source,
        folder: &Path,
        problems: &mut Problems,
        including: &mut Vec<String>,
    ) -> Option<Parts> {
        let root = yaml::parse(source, problems)?;
        let reader = &mut Reader { source, problems };
        let fields = reader.fields(&root, &PROFILE)?;
        if let Some(version) = fields.require("version", VERSION, reader) {
            reader.choice(version, &[(VERSION, ())]);
        }

        let mut parts = Parts::default();
        if let Some(names) = fields
            .get("include")
            .and_then(|node| reader.list(node, "profiles"))
        {
            for node in names {
                let Some(name) = reader.text(node, "a profile") else {
                    continue;
                };
                let included = Parts::load(name, folder, node.span, reader, including);
                parts.merge(included.unwrap_or_default());
            }
        }
        parts.merge(Parts {
            name: fields
                .require("name", "my-platform", reader)
                .and_then(|node| reader.text(node, "the profile's name"))
                .unwrap_or_default()
                .to_owned(),
            discovery: fields.get("discovery").and_then(|node| path(node, reader)),
            endpoints: fields
                .get("endpoints")
                .map(|node| endpoints(node, reader))
                .unwrap_or_default(),
            events: fields
                .get("events")
                .map(|node| events(node, reader))
                .unwrap_or_default(),
        });
        Some(parts)
    }

    /// What `later` says wins, member by member and event by event.
    fn merge(&mut self, later: Parts) {
        self.name = later.name;
        self.discovery = later.discovery.or(self.discovery.take());
        let (ours, theirs) = (&mut self.endpoints, later.endpoints);
        ours.token_endpoint = theirs.token_endpoint.or(ours.token_endpoint.take());
        ours.jwks_uri = theirs.jwks_uri.or(ours.jwks_uri.take());
        self.events.extend(later.events);
    }
}

fn endpoints(node: &Node, reader: &mut Reader<'_>) -> Endpoints {
    let Some(fields) = reader.fields(node, &ENDPOINTS) else {
        return Endpoints::default();
    };
    let mut read = |key| fields.get(key).and_then(|node| path(node, reader));
    Endpoints {
        token_endpoint: read("token_endpoint"),
        jwks_uri: read("jwks_uri"),
    }
}

fn events(node: &Node, reader: &mut Reader<'_>) -> BTreeMap<EventType, Vec<Rule>> {
    let mut events = BTreeMap::new();
    for Entry {
        key,
        key_span,
        value,
    } in reader.entries(node, "events").unwrap_or_default()
    {
        let event = EventType::from_str(key);
        if let Err(error) = &event {
            reader.error(*key_span, error.to_string());
        }
        let rules = reader.list(value, "rules").unwrap_or_default();
        let rules: Vec<_> = rules.iter().filter_map(|node| rule(node, reader)).collect();
        if let Ok(event) = event {
            events.insert(event, rules);
        }
    }
    events
}

fn rule(node: &Node, reader: &mut Reader<'_>) -> Option<Rule> {
    let fields = reader.fields(node, &RULE)?;
    let endpoint = fields.require("endpoint", "token_endpoint", reader);
    let endpoint = endpoint
        .and_then(|node| reader.choice(node, &[("token_endpoint", Endpoint::TokenEndpoint)]));
    let grant_types = fields.require("grant_types", "[authorization_code]", reader);
    let grant_types = grant_types.and_then(|node| reader.texts(node, "grant types"));
    Some(Rule {
        endpoint: endpoint?,
        grant_types: grant_types?,
    })
}

/// A path as a platform serves it.
fn path(node: &Node, reader: &mut Reader<'_>) -> Option<String> {
    let text = reader.text(node, "a path")?;
    if !is_path(text) {
        let found = reader.found(node);
        let message = format!("expected a path such as `/oauth/token`, found {found}");
        reader
            .error(node.span, message)
            .help("no scheme, no host, no `?` and no `#`");
        return None;
    }
    Some(text.to_owned())
}

/// Whether this is an absolute path as it stands in a request (RFC 3986 section 3.3).
pub fn is_path(text: &str) -> bool {
    text.starts_with('/')
        && text
            .bytes()
            .all(|b| b.is_ascii_graphic() && b != b'?' && b != b'#')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, folder: &Path) -> (Option<Profile>, String) {
        let source = Source::new("hooks.yaml", format!("platform: {name}\n"));
        let mut problems = Problems::default();
        let mut reader = Reader {
            source: &source,
            problems: &mut problems,
        };
        let profile = load(name, folder, Span::at(1, 11), &mut reader);
        (profile, problems.report())
    }

    fn read_own(text: &str) -> (Option<Profile>, String) {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("own.yaml"), text).unwrap();
        read("./own.yaml", folder.path())
    }

    #[test]
    fn every_shipped_profile_reads_without_a_word() {
        for (name, _) in SHIPPED {
            let (profile, report) = read(name, Path::new("."));
            assert_eq!(report, "");
            assert_eq!(profile.unwrap().name, *name);
        }
    }

    #[test]
    fn canaille_names_its_endpoints_and_shares_the_events_of_oidc() {
        let (oidc, canaille) = (
            read("oidc", Path::new(".")).0,
            read("canaille", Path::new(".")).0,
        );
        let (oidc, canaille) = (oidc.unwrap(), canaille.unwrap());
        assert_eq!(
            canaille.endpoints.token_endpoint.as_deref(),
            Some("/oauth/token")
        );
        assert_eq!(canaille.events, oidc.events);
        assert_eq!(
            oidc.recognised(),
            "`pre-id-token-generation` or `post-account-login`"
        );
    }

    #[test]
    fn a_file_includes_a_shipped_one_and_wins_over_it() {
        let (profile, report) = read_own(
            "version: 1\nname: own\ninclude: [oidc]\ndiscovery: /idm/.well-known/openid-configuration\n\
             events:\n  post-account-login:\n    - { endpoint: token_endpoint, grant_types: [password] }\n",
        );
        assert_eq!(report, "");
        let profile = profile.unwrap();
        assert_eq!((profile.name.as_str(), profile.events.len()), ("own", 2));
        assert_eq!(
            profile.events[&EventType::PostAccountLogin][0].grant_types,
            ["password"]
        );
        assert!(profile.discovery.starts_with("/idm/"));
    }

    #[test]
    fn an_unknown_name_is_told_which_are_shipped() {
        let (profile, report) = read("keycloak", Path::new("."));
        assert!(profile.is_none());
        assert_eq!(
            report,
            "hooks.yaml:1:11: error: `keycloak` is no shipped profile\n    \
             1 | platform: keycloak\n      |           ^\n      \
             = help: shipped are `canaille` and `oidc`; the path of a file of your own works too, \
             such as ./keycloak.yaml\n"
        );
    }

    #[test]
    fn every_mistake_in_a_profile_is_told() {
        let (_, report) = read_own(
            "version: 2\ninclude: [./own.yaml]\nendpoints: { token_endpoint: https://x/t, jwks: /j }\n\
             events:\n  post-acount-login:\n    - { endpoint: userinfo_endpoint, grant_types: code }\n",
        );
        for part in [
            "own.yaml:1:10: error: expected `1`, found the number 2",
            "own.yaml includes itself",
            "a profile needs `name`",
            "expected a path such as `/oauth/token`, found `https://x/t`",
            "`jwks` is no key of `endpoints`",
            "`post-acount-login` is no lifecycle event; the nearest is `post-account-login`",
            "expected `token_endpoint`, found `userinfo_endpoint`",
            "expected a list of grant types, found `code`",
        ] {
            assert!(report.contains(part), "{part} is not in\n{report}");
        }
    }
}
