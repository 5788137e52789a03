//! npm packages at work: hooks as brands have them (`packages/hooks`), with the packages of today and
//! of 2018, calling vendors. Each runs natively and in a real Envoy, in the filter or in the relay as
//! `packages/expected.json` says, which also has the claim that it must set and the calls that the
//! vendors must have seen. The vendors are stand-ins, as strict as the real ones (`vendors`).

// Helpers beside the test functions fail as those do (clippy.toml).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a panic is how a test fails"
)]

mod support;
mod vendors;

use std::fs;
use std::process::Command;

use integration_tests::platform_tokens::{our_rsa, verify};
use serde::Deserialize;
use serde_json::Value;
use support::http::{ask, get, request};
use support::programs;
use support::project::Project;
use support::up::Up;
use vendors::Vendors;

/// One of `packages/expected.json`.
#[derive(Debug, Deserialize)]
struct Hook {
    /// In `packages/hooks`.
    script: String,
    /// `filter` or `relay`.
    place: String,
    /// The claim `got`.
    got: Value,
    /// What vendors are asked: `METHOD host/path?query`.
    calls: Vec<String>,
}

impl Hook {
    fn all() -> Vec<Self> {
        let text = fs::read_to_string(programs::file("packages/expected.json")).unwrap();
        serde_json::from_str(&text).unwrap()
    }

    /// The script's name without its ending, also the application that the hook is for.
    fn name(&self) -> &str {
        self.script.split('.').next().unwrap()
    }

    /// What is not as expected.
    fn differences(&self, got: &Value, calls: &[String]) -> Option<String> {
        let same = *got == self.got && calls == self.calls;
        (!same).then(|| {
            format!(
                "{}: expected\n  {}\n  {:?}\nfound\n  {got}\n  {calls:?}",
                self.script, self.got, self.calls
            )
        })
    }
}

/// A project with these hooks, whose vendors are all at `vendors`.
fn project(hooks: &[&Hook], vendors: &Vendors) -> Project {
    let stand_in = vendors.url();
    let mut yaml = format!(
        "platform: ./own.yaml\nupstream: {stand_in}\nsigning: {{ key: \"${{env:LEH_SIGNING_KEY}}\" }}\negress:\n"
    );
    for host in vendors::HOSTS {
        yaml.push_str(&format!("  \"{host}\": {{ address: \"{stand_in}\" }}\n"));
    }
    yaml.push_str("hooks:\n");
    for hook in hooks {
        let limits = match hook.place.as_str() {
            "filter" => "cpu: 1s, load: 1s, memory: 64MiB",
            _ => "cpu: 20s, load: 30s, memory: 512MiB",
        };
        let (name, script, place) = (hook.name(), &hook.script, &hook.place);
        yaml.push_str(&format!(
            "  - {{ name: {name}, event: pre-id-token-generation, script: {script}, applications: [{name}], \
             place: {place}, timeout: 60s, {limits}, \
             secrets: {{ VENDOR_KEY: \"${{file:vendor-key}}\", SIGNING_KEY: \"${{file:signing-key}}\" }} }}\n"
        ));
    }
    let profile = "version: 1\nname: own\ninclude: [oidc]\n\
                   endpoints: { token_endpoint: /token, jwks_uri: /keys }\n";
    let signing_key = our_rsa().pem();
    let mut files = vec![
        ("hooks.yaml", yaml.as_str()),
        ("own.yaml", profile),
        ("vendor-key", vendors::key()),
        ("signing-key", signing_key.as_str()),
    ];
    let folder = programs::file("packages");
    let sources: Vec<String> = hooks
        .iter()
        .map(|hook| fs::read_to_string(folder.join("hooks").join(&hook.script)).unwrap())
        .collect();
    let scripts = hooks.iter().map(|hook| hook.script.as_str());
    files.extend(scripts.zip(sources.iter().map(String::as_str)));
    Project::below(&programs::packages(), &files)
}

#[test]
fn packages_do_their_work_natively() {
    let failures: Vec<String> = Hook::all()
        .iter()
        .filter_map(|hook| {
            let vendors = Vendors::start();
            let project = project(&[hook], &vendors);
            let mut command = Command::new(programs::leh());
            command.args(["run", hook.name(), "--json", "--project"]);
            command.arg(project.folder());
            command.env("LEH_SIGNING_KEY", our_rsa().pem());
            let output = command.output().unwrap();
            let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
            let got = &report["outcome"]["idToken"]["got"];
            let wrong = hook.differences(got, &vendors.calls())?;
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            Some(format!("{wrong}\n  {}\n  {said}", report["error"]))
        })
        .collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn packages_do_their_work_in_envoy() {
    let vendors = Vendors::start();
    let hooks = Hook::all();
    let up = Up::start(
        &project(&hooks.iter().collect::<Vec<_>>(), &vendors),
        &vendors.url(),
        "127.0.0.1:0",
    );
    let mut seen = 0;
    let mut failures = Vec::new();
    for hook in &hooks {
        let claims = log_in(&up, hook.name());
        let calls = vendors.calls();
        failures.extend(hook.differences(&claims["got"], &calls[seen..]));
        seen = calls.len();
    }
    assert!(failures.is_empty(), "{}\n{}", failures.join("\n"), up.log());
    assert!(up.stop());
}

/// The claims of the ID token that this application gets, verified as it would.
fn log_in(up: &Up, client_id: &str) -> Value {
    let form = format!("grant_type=authorization_code&client_id={client_id}&code=any");
    let answer = ask(&up.address, &request("POST", "/token", "id.test", &form));
    assert_eq!(answer.code(), 200, "{client_id}: {answer:?}");
    let token = answer.json()["id_token"].as_str().unwrap().to_owned();
    verify(&token, &get(&up.address, "/keys").body).unwrap()
}
