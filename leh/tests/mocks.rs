//! `leh test` with mocks, snapshots, scripts of their own, all hooks at once, and again whenever a
//! file changes.

// Helpers beside the test functions fail as those do (clippy.toml).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a panic is how a test fails"
)]

mod common;

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Output, Stdio};

use common::{Project, leh, pid, stderr};
use rustix::process::{Signal, kill_process};
use serde_json::{Value, json};

const TIER: &str = "export default async ({ customer, secrets }) => {
  const response = await fetch('https://crm.test/tiers', {
    method: 'POST', body: JSON.stringify({ id: customer.info.id, more: 1 }),
    headers: { 'content-type': 'application/json', 'x-key': secrets?.KEY ?? 'none' },
  });
  if (!response.ok) throw new Error(`the CRM says ${response.status}`);
  const { tier } = await response.json();
  console.log('key', secrets?.KEY);
  return new TokenClaims({ tier });
};
";

fn run(project: &Project, arguments: &[&str]) -> Output {
    let mut command = leh();
    command
        .args(arguments)
        .env("LEH_TEST_KEY", "s3cret-value")
        .current_dir(project.path(""));
    command.output().unwrap()
}

fn object(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", stderr(output)))
}

#[test]
fn a_script_of_its_own_is_run_with_mocks() {
    let mocks =
        "- { method: POST, url: \"https://crm.test/*\", request_body: { id: \"248289761001\" },
    status: 200, headers: { x-a: b }, body: { tier: gold }, delay: 20ms }
- { url: \"https://unused.test\" }
";
    let project = Project::new(&[("tier.js", TIER), ("mocks.yaml", mocks)]);
    let output = run(
        &project,
        &["test", "tier.js", "--mocks", "mocks.yaml", "--json"],
    );
    let object = object(&output);
    assert!(output.status.success(), "{object:#}");
    assert_eq!(
        (&object["hook"], &object["event"], &object["form"]),
        (
            &json!("tier"),
            &json!("pre-id-token-generation"),
            &json!("module")
        )
    );
    assert_eq!(
        object["outcome"],
        json!({ "type": "TokenClaims", "idToken": { "tier": "gold" }, "accessToken": {} })
    );
    let call = &object["http"][0];
    assert_eq!(
        (
            &call["method"],
            &call["url"],
            &call["status"],
            &call["body"]
        ),
        (
            &json!("POST"),
            &json!("https://crm.test/tiers"),
            &json!(200),
            &json!("{\"id\":\"248289761001\",\"more\":1}")
        )
    );
    assert_eq!(call["headers"]["x-key"], "none");
    assert!(call["ms"].as_f64().unwrap() >= 20.0);
    for phase in ["queue", "script", "fetch", "total"] {
        assert!(object["time_ms"][phase].is_number(), "{object:#}");
    }
    assert_eq!(
        stderr(&output),
        "warning: no call matched the mock `any https://unused.test`\n"
    );

    // The same as JSON, with a failure, and without any.
    let fails = json!([{ "url_matches": "^https://crm", "fail": "ECONNRESET" }]);
    fs::write(project.path("mocks.json"), fails.to_string()).unwrap();
    let output = run(
        &project,
        &["test", "tier.js", "--mocks", "mocks.json", "--json"],
    );
    assert_eq!(output.status.code(), Some(1));
    let failed = self::object(&output);
    assert_eq!(failed["http"][0]["error"], "ECONNRESET: as the mock says");
    assert_eq!(failed["error"]["kind"], "exception");
    let output = run(&project, &["test", "tier.js", "--json"]);
    let error = &self::object(&output)["http"][0]["error"];
    assert!(
        error.as_str().unwrap().starts_with(
            "ERR_NO_MOCK: no mock matches POST https://crm.test/tiers; there are none"
        ),
        "{error}"
    );
}

#[test]
fn the_event_of_a_script_is_told_or_found_out() {
    let trigger = "exports.onExecutePreUserRegistration = async (event, api) => {
  api.user.setUserMetadata('seen', true);
  api.access.deny('closed', 'We are closed');
};\n";
    let project = Project::new(&[
        ("gate.js", trigger),
        (
            "plain.js",
            "module.exports = async (args, callback) => callback();\n",
        ),
        (
            "event.json",
            r#"{"event": {"type": "pre-registration"}, "customer": {}}"#,
        ),
        ("broken.js", "module.exports = async (args => {\n"),
    ]);
    let gate = object(&run(&project, &["test", "gate.js", "--json"]));
    assert_eq!(
        (&gate["event"], &gate["form"]),
        (&json!("pre-registration"), &json!("trigger"))
    );
    assert_eq!(gate["outcome"]["type"], "DenyRequest");
    let methods: Vec<_> = gate["calls"]
        .as_array()
        .unwrap()
        .iter()
        .map(|call| call["method"].as_str().unwrap())
        .collect();
    assert_eq!(methods, ["user.setUserMetadata", "access.deny"]);

    let event = |arguments: &[&str]| {
        let arguments = [&["test", "plain.js", "--json"], arguments].concat();
        object(&run(&project, &arguments))["event"].clone()
    };
    assert_eq!(event(&[]), "pre-id-token-generation");
    assert_eq!(event(&["--event", "event.json"]), "pre-registration");
    assert_eq!(event(&["--on", "post-account-login"]), "post-account-login");

    let output = run(
        &project,
        &["test", "gate.js", "--on", "post-account-login", "--json"],
    );
    assert_eq!(output.status.code(), Some(1));
    let error = &object(&output)["error"];
    assert_eq!(error["kind"], "load");
    assert!(
        error["message"]
            .as_str()
            .unwrap()
            .contains("does not run at")
    );

    let output = run(&project, &["test", "broken.js", "--json"]);
    assert_eq!(output.status.code(), Some(1));
    let error = &object(&output)["error"];
    assert_eq!(
        (&error["kind"], &error["file"]),
        (&json!("load"), &json!("broken.js"))
    );
    assert!(error["line"].is_number(), "{error}");
    assert_eq!(
        run(&project, &["test", "plain.js", "--on", "nonsense"])
            .status
            .code(),
        Some(2)
    );
}

fn project() -> Project {
    let yaml = "platform: oidc
signing: { key: \"${env:LEH_TEST_UNSET}\" }
egress: { crm.test: { headers: { authorization: \"Bearer ${secret:LEH_TEST_KEY}\" } } }
hooks:
  - { name: tier, event: pre-id-token-generation, script: tier.js, secrets: { KEY: \"${env:LEH_TEST_KEY}\" } }
  - { name: log, event: post-account-login, mode: async, script: log.js }
";
    let project = Project::new(&[
        ("hooks.yaml", yaml),
        ("tier.js", TIER),
        (
            "log.js",
            "export default async () => { console.log('hi'); };\n",
        ),
    ]);
    fs::create_dir(project.path("events")).unwrap();
    let write = |name: &str, value: Value| {
        fs::write(project.path("events").join(name), value.to_string()).unwrap();
    };
    write(
        "anne.json",
        json!({ "event": { "type": "pre-id-token-generation" }, "customer": { "info": { "id": "anne" } } }),
    );
    write(
        "anne.mocks.json",
        json!([{ "url": "https://crm.test/tiers", "body": { "tier": "gold" } }]),
    );
    project
}

#[test]
fn secrets_are_in_nothing_that_is_told() {
    let project = project();
    let output = run(
        &project,
        &["test", "tier", "--event", "events/anne.json", "--json"],
    );
    assert!(output.status.success(), "{}", stderr(&output));
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    assert!(!text.contains("s3cret-value"), "{text}");
    let object = object(&output);
    assert_eq!(object["http"][0]["headers"]["authorization"], "[secret]");
    assert_eq!(object["http"][0]["headers"]["x-key"], "[secret]");
    assert_eq!(object["console"][0]["text"], "key [secret]");
    let told = run(&project, &["test", "tier", "--event", "events/anne.json"]);
    assert!(!String::from_utf8_lossy(&told.stdout).contains("s3cret-value"));
}

#[test]
fn a_mock_does_not_open_what_the_project_closes() {
    let project = project();
    let yaml = fs::read_to_string(project.path("hooks.yaml")).unwrap();
    fs::write(
        project.path("hooks.yaml"),
        yaml.replace("crm.test:", "other.test:"),
    )
    .unwrap();
    let output = run(
        &project,
        &["test", "tier", "--event", "events/anne.json", "--json"],
    );
    assert_eq!(
        object(&output)["http"][0]["error"],
        "crm.test is not in `egress` of hooks.yaml"
    );
}

#[test]
fn all_hooks_run_on_all_their_events() {
    let project = project();
    let output = run(&project, &["test"]);
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    assert!(output.status.success(), "{text}{}", stderr(&output));
    let lines: Vec<Vec<&str>> = text
        .lines()
        .map(|line| line.split_whitespace().take(4).collect())
        .collect();
    assert_eq!(
        lines,
        [
            vec!["ok", "tier", "anne.json", "TokenClaims"],
            vec!["ok", "log", "(sample)", "ran"]
        ]
    );
    fs::write(
        project.path("events/anne.mocks.json"),
        "[{\"url\": \"*\", \"status\": 500}]",
    )
    .unwrap();
    let output = run(&project, &["test"]);
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    assert!(
        text.contains("FAIL  tier") && text.contains("the CRM says 500"),
        "{text}"
    );
    assert!(stderr(&output).ends_with("error: 1 run failed\n"));
    let listed = run(&project, &["test", "--json"]);
    assert_eq!(object(&listed).as_array().unwrap().len(), 2);
}

#[test]
fn a_snapshot_holds_the_result_until_it_is_written_anew() {
    let project = project();
    let snapshot = |more: &[&str]| {
        let arguments = [&["test", "tier", "--event", "events/anne.json"], more].concat();
        run(&project, &arguments)
    };
    assert!(snapshot(&["--snapshot"]).status.success());
    let file = project.path("events/anne.snapshot.json");
    let kept = fs::read_to_string(&file).unwrap();
    let value: Value = serde_json::from_str(&kept).unwrap();
    assert_eq!(value["tier"]["outcome"]["idToken"]["tier"], "gold");
    assert!(
        !kept.contains("s3cret-value") && !kept.contains("\"ms\""),
        "{kept}"
    );
    assert!(snapshot(&["--snapshot"]).status.success());
    assert_eq!(fs::read_to_string(&file).unwrap(), kept);

    let mocks = project.path("events/anne.mocks.json");
    fs::write(
        &mocks,
        fs::read_to_string(&mocks)
            .unwrap()
            .replace("gold", "silver"),
    )
    .unwrap();
    let differs = snapshot(&["--snapshot"]);
    assert_eq!(differs.status.code(), Some(1));
    let text = stderr(&differs);
    assert!(
        text.contains("-         \"tier\": \"gold\"")
            || text.contains("-       \"tier\": \"gold\"")
            || text.contains("\"tier\": \"gold\""),
        "{text}"
    );
    assert!(
        text.contains("\"tier\": \"silver\"") && text.contains("--update"),
        "{text}"
    );
    assert_eq!(fs::read_to_string(&file).unwrap(), kept);
    assert!(snapshot(&["--update"]).status.success());
    assert!(snapshot(&["--snapshot"]).status.success());
    assert!(run(&project, &["test", "--snapshot"]).status.success());
}

#[test]
fn it_runs_again_when_a_file_changes() {
    let project = project();
    let mut command = leh();
    command
        .args(["test", "log", "--watch", "--json"])
        .current_dir(project.path(""))
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut printed = || {
        let text = lines.find_map(|line| {
            let line = line.unwrap();
            line.trim().strip_prefix("\"text\": ").map(str::to_owned)
        });
        text.expect("a line before it ends")
    };
    assert_eq!(printed(), "\"hi\"");
    fs::write(
        project.path("log.js"),
        "export default async () => { console.log('again'); };\n",
    )
    .unwrap();
    assert_eq!(printed(), "\"again\"");
    kill_process(pid(child.id()), Signal::TERM).unwrap();
    child.wait().unwrap();
}

#[test]
fn samples_are_shown() {
    let project = Project::new(&[]);
    let list = run(&project, &["sample", "--list"]);
    let text = String::from_utf8(list.stdout).unwrap();
    assert_eq!(text.lines().count(), 19);
    for event in text.lines() {
        let sample = object(&run(&project, &["sample", event]));
        assert_eq!(sample["event"]["type"], event);
    }
    assert_eq!(run(&project, &["sample"]).status.code(), Some(2));
    assert_eq!(
        run(&project, &["sample", "nonsense"]).status.code(),
        Some(2)
    );
}
