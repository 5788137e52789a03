//! A hook project: `hooks.yaml` and what it names, read into types, with everything that is wrong
//! noted at its place. `docs/configuration.md` describes the fields.

mod address;
mod egress;
mod fields;
mod hooks;
mod limits;
mod problem;
mod profile;
mod reference;
mod script;
mod signing;
mod trigger;
mod units;
mod yaml;

use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use lifecycle::bundle::{EgressHost, Hook, Signing};

use self::fields::{Fields, Keys, Reader};
use self::problem::Source;

pub use self::address::{Address, Upstream};
pub use self::limits::RELAY_LOAD_MS;
pub use self::problem::{Problems, count};
pub use self::profile::{Profile, is_path};
pub use self::reference::{Environment, MissingValue, Origin, References};
pub use self::units::{duration, show_duration, show_size};

/// The file that makes a folder a project.
const FILE: &str = "hooks.yaml";

/// Where the relay listens when nothing else is said.
const RELAY: &str = "127.0.0.1:9903";

/// A project without errors.
#[derive(Clone, Debug)]
pub struct Project {
    /// Its folder.
    pub root: PathBuf,
    /// The platform.
    pub profile: Profile,
    /// Where the platform is, if the project says it.
    pub upstream: Option<Upstream>,
    /// The hosts that hooks may call.
    pub egress: Vec<EgressHost>,
    /// The keys for changed tokens.
    pub signing: Option<Signing>,
    /// Where Envoy finds the relay.
    pub relay: Address,
    /// The hooks in the order in which they run.
    pub hooks: Vec<Hook>,
    /// What stands in the bundle for values that are elsewhere.
    pub references: References,
}

const PROJECT: Keys = Keys {
    what: "a project",
    known: &[
        "platform", "upstream", "egress", "signing", "relay", "hooks",
    ],
    refused: &[
        ("metadata", "this version keeps no metadata"),
        (
            "deliveries",
            "this version delivers to asynchronous hooks only",
        ),
    ],
};
const RELAY_KEYS: Keys = Keys {
    what: "`relay`",
    known: &["address"],
    refused: &[],
};

impl Project {
    /// Reads the project in the folder `root`. A project comes back only when there is no error.
    pub fn load(root: &Path, environment: Environment<'_>) -> (Option<Project>, Problems) {
        let mut problems = Problems::default();
        let project = load(root, environment, &mut problems);
        (project.filter(|_| problems.errors() == 0), problems)
    }
}

fn load(root: &Path, environment: Environment<'_>, problems: &mut Problems) -> Option<Project> {
    let path = root.join(FILE);
    let shown = path
        .strip_prefix(".")
        .unwrap_or(&path)
        .display()
        .to_string();
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) => {
            let problem = problems.error_in(shown, format!("the file cannot be read: {error}"));
            problem.help(format!(
                "a project is a folder with a {FILE} in it; name that folder"
            ));
            return None;
        }
    };
    let source = Source::new(shown, text);
    let tree = yaml::parse(&source, problems)?;
    let reader = &mut Reader {
        source: &source,
        problems,
    };
    let fields = reader.fields(&tree, &PROJECT)?;

    let mut references = References::default();
    let profile = platform(&fields, root, reader);
    let upstream = fields.get("upstream").and_then(|node| {
        let text = reader.text(node, "the platform's URL")?;
        parsed(text, node, reader)
    });
    let egress = fields.get("egress").map(|node| {
        let surroundings = &mut egress::Surroundings {
            root,
            references: &mut references,
            environment,
        };
        egress::read(node, surroundings, reader)
    });
    let signing = fields.get("signing");
    let signed = signing.is_some();
    let signing =
        signing.and_then(|node| signing::read(node, root, &mut references, environment, reader));
    let relay = relay(&fields, reader);
    let surroundings = &mut hooks::Surroundings {
        root,
        profile: profile.as_ref(),
        signing: signed,
        references: &mut references,
        environment,
    };
    let hooks = fields
        .get("hooks")
        .map(|node| hooks::read(node, surroundings, reader));
    Some(Project {
        root: root.to_owned(),
        profile: profile?,
        upstream,
        egress: egress.unwrap_or_default(),
        signing,
        relay: relay?,
        hooks: hooks.unwrap_or_default(),
        references,
    })
}

fn platform(fields: &Fields<'_>, root: &Path, reader: &mut Reader<'_>) -> Option<Profile> {
    let node = fields.require("platform", "oidc", reader)?;
    let name = reader.text(node, "a profile's name or path")?;
    profile::load(name, root, node.span, reader)
}

fn relay(fields: &Fields<'_>, reader: &mut Reader<'_>) -> Option<Address> {
    let Some(node) = fields.get("relay") else {
        return RELAY.parse().ok();
    };
    let fields = reader.fields(node, &RELAY_KEYS)?;
    let node = fields.require("address", RELAY, reader)?;
    let text = reader.text(node, "host:port")?;
    parsed(text, node, reader)
}

/// A file of data, JSON or YAML, as JSON.
///
/// # Errors
/// What is wrong with it, with its place.
pub fn data(shown: &str, text: &str) -> Result<serde_json::Value, String> {
    if text.trim_start().starts_with(['{', '[']) {
        // As JSON, when it is that: YAML knows no surrogate pairs.
        match serde_json::from_str(text) {
            Ok(value) => return Ok(value),
            Err(error) if shown.ends_with(".json") => {
                return Err(format!("{shown}: expected JSON, {error}"));
            }
            Err(_) => {}
        }
    }
    let mut problems = Problems::default();
    let tree = yaml::parse(&Source::new(shown, text), &mut problems);
    match tree {
        Some(tree) if problems.errors() == 0 => Ok(tree.to_json()),
        _ => Err(problems.report().trim_end().to_owned()),
    }
}

/// What `T` makes of a text, or its error at the text's place.
fn parsed<T: FromStr<Err = String>>(
    text: &str,
    node: &yaml::Node,
    reader: &mut Reader<'_>,
) -> Option<T> {
    match text.parse() {
        Ok(value) => Some(value),
        Err(error) => {
            reader.error(node.span, error);
            None
        }
    }
}

#[cfg(test)]
mod tests;
