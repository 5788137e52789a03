//! `leh check`, `leh build` and `leh envoy`.

use std::env;
use std::path::{Path, PathBuf};

use lifecycle::bundle::Bundle;

use crate::build::bundle;
use crate::cli::{Build, Check, Envoy, Platform, ProjectFolder};
use crate::discovery;
use crate::envoy::configuration::{Settings, needs_tls, render, system_ca};
use crate::output::{Readers, write};
use crate::project::{Project, Upstream, count};
use crate::report::Report;

/// Why a command could not do its work: text for the standard error, ready to print.
#[derive(Debug)]
pub struct Failure {
    text: String,
    code: u8,
}

impl Failure {
    /// A failure that has not been told yet.
    pub fn new(message: impl std::fmt::Display) -> Self {
        Failure {
            text: format!("error: {message}"),
            code: 1,
        }
    }

    /// The command itself is wrong: it names what is not there, or not what it takes it for.
    pub fn usage(message: impl std::fmt::Display) -> Self {
        Failure {
            code: 2,
            ..Failure::new(message)
        }
    }

    /// The same for a sentence of somebody else's.
    pub fn message(&self) -> &str {
        self.text.strip_prefix("error: ").unwrap_or(&self.text)
    }

    /// With what the program exits.
    pub fn code(&self) -> u8 {
        self.code
    }

    /// What to print.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// Finds every mistake.
pub fn check(options: &Check) -> Result<(), Failure> {
    let project = load(&options.project)?;
    let hooks = count(project.hooks.len(), "hook");
    println!(
        "{}: {hooks}, profile {}, no errors",
        shown(&project),
        project.profile.name
    );
    Ok(())
}

/// Writes the bundle.
pub async fn build(options: &Build) -> Result<(), Failure> {
    let project = load(&options.project)?;
    let bundle = resolve(&project, upstream(&project, &options.platform)).await?;
    let json = bundle.to_json().map_err(Failure::new)? + "\n";
    let default = || project.root.join(".leh/bundle.json");
    if options.json && options.output.as_deref() == Some(Path::new("-")) {
        let message = "the bundle and the report cannot both be the standard output; name a file \
                       with --output";
        return Err(Failure::usage(message));
    }
    let output = options.output.clone().unwrap_or_else(default);
    write(&output, &json, readers(&bundle)).map_err(Failure::new)?;
    if options.json {
        let report = serde_json::to_string_pretty(&Report::of(&project)).map_err(Failure::new)?;
        println!("{report}");
    } else if output != Path::new("-") {
        let hooks = count(bundle.hooks.len(), "hook");
        println!(
            "{}: {hooks}, profile {}",
            output.display(),
            bundle.platform.profile
        );
        print!("{}", Report::of(&project));
    }
    Ok(())
}

/// Writes the Envoy configuration.
pub async fn envoy(options: &Envoy) -> Result<(), Failure> {
    let project = load(&options.project)?;
    let upstream = required_upstream(&project, &options.platform)?;
    let bundle = resolve(&project, Some(upstream)).await?;
    let filter = filter(options.filter.filter.as_deref())?;
    if !options.admin.ip().is_loopback() {
        eprintln!(
            "warning: whoever reaches {} can stop this Envoy and read its configuration; keep the \
             admin interface on a loopback address",
            options.admin
        );
    }
    let configuration = configured(&Settings {
        project: &project,
        bundle: &bundle,
        upstream,
        listen: options.listen,
        admin: options.admin,
        relay: options.relay.as_ref().unwrap_or(&project.relay),
        filter: &filter,
        trusted_ca: &trusted_ca(&project, upstream)?,
    })?;
    write(&options.output, &configuration, readers(&bundle)).map_err(Failure::new)
}

/// Reads a project, and prints what is wrong with it.
pub fn load(folder: &ProjectFolder) -> Result<Project, Failure> {
    let (project, problems) = Project::load(&folder.folder, &variable);
    eprint!("{}", problems.report());
    let warnings = match problems.warnings() {
        0 => String::new(),
        number => format!(", {}", count(number, "warning")),
    };
    project.ok_or_else(|| Failure {
        text: format!("{}{warnings}", count(problems.errors(), "error")),
        code: 1,
    })
}

/// A variable of our environment, if it is text.
pub fn variable(name: &str) -> Option<String> {
    env::var(name).ok()
}

/// The platform's URL, from the command line or the project.
pub fn upstream<'p>(project: &'p Project, options: &'p Platform) -> Option<&'p Upstream> {
    options.upstream.as_ref().or(project.upstream.as_ref())
}

/// The same where nothing works without it.
pub fn required_upstream<'p>(
    project: &'p Project,
    options: &'p Platform,
) -> Result<&'p Upstream, Failure> {
    upstream(project, options).ok_or_else(|| {
        Failure::new(
            "nobody says where the platform is: give --upstream URL, or `upstream: URL` in \
             hooks.yaml",
        )
    })
}

/// The bundle, with the platform asked for the endpoints that its profile does not name.
pub async fn resolve(project: &Project, upstream: Option<&Upstream>) -> Result<Bundle, Failure> {
    let asked = discovery::endpoints(project, upstream).await;
    let (endpoints, warnings) = asked.map_err(Failure::new)?;
    for warning in warnings {
        eprintln!("warning: {warning}");
    }
    Ok(bundle(project, endpoints))
}

/// The filter: the chosen file, or `lifecycle_hooks.wasm` beside this program or where the build
/// puts it.
pub fn filter(chosen: Option<&Path>) -> Result<PathBuf, Failure> {
    if let Some(path) = chosen {
        // It may be a path on another machine.
        if !path.is_file() {
            eprintln!(
                "warning: there is no filter at {} on this machine",
                path.display()
            );
        }
        return Ok(path.to_owned());
    }
    let program = env::current_exe().map_err(Failure::new)?;
    let beside = program.parent().unwrap_or(Path::new("."));
    let name = "lifecycle_hooks.wasm";
    let built = beside.join("../wasm32-wasip1/release").join(name);
    let found = [beside.join(name), built]
        .into_iter()
        .find(|path| path.is_file());
    let found = found.and_then(|path| path.canonicalize().ok());
    found.ok_or_else(|| {
        Failure::new(format!(
            "there is no {name} in {}; say where the filter is with --filter PATH",
            beside.display()
        ))
    })
}

/// The configuration as text.
pub fn configured(settings: &Settings<'_>) -> Result<String, Failure> {
    render(settings).map_err(Failure::new)
}

/// The certificates to trust, when any are needed.
pub fn trusted_ca(project: &Project, upstream: &Upstream) -> Result<PathBuf, Failure> {
    let found = system_ca(&variable);
    if found.is_none() && needs_tls(project, upstream) {
        return Err(Failure::new(
            "there are no certificates to trust on this machine; install them (ca-certificates) \
             or name a PEM file in the variable SSL_CERT_FILE",
        ));
    }
    Ok(found.unwrap_or_default())
}

/// A bundle has a secret only when the project has the signing key itself.
pub fn readers(bundle: &Bundle) -> Readers {
    match &bundle.signing {
        Some(signing) if !signing.key.starts_with("${") => Readers::Owner,
        _ => Readers::All,
    }
}

fn shown(project: &Project) -> String {
    let path = project.root.join("hooks.yaml");
    path.strip_prefix(".")
        .unwrap_or(&path)
        .display()
        .to_string()
}
