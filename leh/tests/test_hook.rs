//! `leh test` as somebody who writes a hook sees it, and as a program that reads `--json`.

// Helpers beside the test functions fail as those do (clippy.toml).
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a panic is how a test fails"
)]

mod common;

use std::fs;
use std::process::Output;

use common::{Project, leh, stderr};
use serde_json::{Value, json};

/// A project with these hooks at `pre-id-token-generation`: settings beside name, event and
/// script, and the source.
fn project(hooks: &[(&str, &str, &str)]) -> Project {
    let mut yaml =
        String::from("platform: oidc\nsigning: { key: \"${env:LEH_TEST_UNSET}\" }\nhooks:\n");
    for (name, settings, _) in hooks {
        yaml.push_str(&format!(
            "  - {{ name: {name}, event: pre-id-token-generation, script: hooks/{name}.js{settings} }}\n"
        ));
    }
    let project = Project::new(&[("hooks.yaml", &yaml)]);
    fs::create_dir(project.path("hooks")).unwrap();
    for (name, _, source) in hooks {
        fs::write(project.path(&format!("hooks/{name}.js")), source).unwrap();
    }
    project
}

/// `leh test` in the project's folder.
fn test(project: &Project, arguments: &[&str]) -> Output {
    let mut command = leh();
    command
        .arg("test")
        .args(arguments)
        .current_dir(project.path(""));
    command.output().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// The text of a run that went well, without its last line, which tells the time it took.
fn told(project: &Project, arguments: &[&str]) -> String {
    let output = test(project, arguments);
    assert!(output.status.success(), "{}", stderr(&output));
    untimed(&stdout(&output))
}

fn untimed(text: &str) -> String {
    let lines: Vec<_> = text.lines().collect();
    let (last, rest) = lines.split_last().unwrap();
    assert!(last.contains(" ms, of which script "), "{text}");
    rest.join("\n")
}

/// The object of a run with `--json`, and whether the run went well.
fn object(project: &Project, arguments: &[&str]) -> (Value, bool) {
    let output = test(project, &[arguments, &["--json"]].concat());
    let object = serde_json::from_str(&stdout(&output)).unwrap();
    (object, output.status.code() == Some(0))
}

const TIER: (&str, &str, &str) = (
    "tier",
    ", variables: { DEFAULT: silver }",
    "export default async ({ customer, variables }) => {
  console.log('looking at', customer.info.id);
  const tier = customer.info.email ? 'gold' : variables.DEFAULT;
  return new TokenClaims({ tier, groups: undefined }, { tier });
};\n",
);
const DENY: (&str, &str, &str) = (
    "closed",
    "",
    "module.exports = async (args, callback, deny) => {
  deny(new DenyRequest('access_denied', 'the shop is closed'));
};\n",
);
const NOTHING: (&str, &str, &str) = ("nothing", "", "export default async () => {};\n");

#[test]
fn claims_that_would_be_set_are_told() {
    let project = project(&[TIER]);
    assert_eq!(
        told(&project, &["tier"]),
        "hook tier at pre-id-token-generation (hooks/tier.js)\n  \
         console.info: looking at 248289761001\n  \
         would answer: TokenClaims\n    \
         idToken.tier = \"gold\"\n    \
         idToken.groups removed\n    \
         accessToken.tier = \"gold\""
    );
}

#[test]
fn a_denial_and_no_change_are_no_failures() {
    let project = project(&[DENY, NOTHING]);
    assert!(told(&project, &["closed"]).ends_with(
        "\n  would answer: DenyRequest\n    error = \"access_denied\"\n    \
             description = \"the shop is closed\""
    ));
    assert!(told(&project, &["nothing"]).ends_with("\n  would change nothing"));
}

#[test]
fn programs_get_one_object() {
    let project = project(&[TIER, DENY, NOTHING]);
    let (mut tier, success) = object(&project, &["tier"]);
    assert!(success);
    for time in ["script", "total"] {
        assert!(tier["time_ms"][time].as_f64().unwrap() > 0.0, "{tier}");
    }
    tier.as_object_mut().unwrap().remove("time_ms");
    assert_eq!(
        tier,
        json!({
            "hook": "tier",
            "event": "pre-id-token-generation",
            "outcome": {
                "type": "TokenClaims",
                "idToken": { "tier": "gold", "groups": null },
                "accessToken": { "tier": "gold" },
            },
            "form": "module",
            "calls": [],
            "http": [],
            "error": null,
            "console": [{ "level": "info", "text": "looking at 248289761001" }],
        })
    );
    let (denied, success) = object(&project, &["closed"]);
    assert!(success);
    let denial = json!({
        "type": "DenyRequest", "error": "access_denied", "description": "the shop is closed",
    });
    assert_eq!(denied["outcome"], denial);
    let (unchanged, success) = object(&project, &["nothing"]);
    assert!(success);
    assert_eq!(unchanged["outcome"], json!({ "type": "none" }));
}

#[test]
fn a_failure_says_where_and_what_would_become_of_the_login() {
    let throws = "export default async ({ customer }) => {
  console.error('about to fail');
  throw new Error(`no tier for ${customer.info.id}`);
};\n";
    let project = project(&[
        ("throws", "", throws),
        ("strict", ", on_error: deny", throws),
    ]);
    let output = test(&project, &["throws"]);
    assert_eq!(output.status.code(), Some(1));
    let text = untimed(&stdout(&output));
    assert!(
        text.contains("\n  console.error: about to fail\n  failed: exception: Error: no tier for 248289761001 "),
        "{text}"
    );
    assert!(text.contains("hooks/throws.js:3:"), "{text}");
    assert!(
        text.ends_with("\n  the flow would go on without it (on_error: continue)"),
        "{text}"
    );
    assert_eq!(
        stderr(&output).lines().last(),
        Some("error: hook `throws` failed")
    );

    let text = untimed(&stdout(&test(&project, &["strict"])));
    assert!(
        text.ends_with("\n  the flow would be refused (on_error: deny)"),
        "{text}"
    );

    let (object, success) = object(&project, &["throws"]);
    assert!(!success);
    assert_eq!(object["outcome"], json!(null));
    let error = &object["error"];
    assert_eq!(
        (&error["kind"], &error["file"], &error["line"]),
        (&json!("exception"), &json!("hooks/throws.js"), &json!(3)),
        "{object}"
    );
    assert_eq!(
        object["console"],
        json!([{ "level": "error", "text": "about to fail" }])
    );
}

#[test]
fn every_way_to_fail_is_a_failure() {
    let scripts = [
        (
            "protected",
            "return new TokenClaims({ sub: 'me' })",
            "answer: the claim `sub` is protected",
        ),
        (
            "strange",
            "return new RedirectRequest('https://shop.example.com')",
            "answer: `RedirectRequest` is no answer at pre-id-token-generation",
        ),
        (
            "endless",
            "for (;;) {}",
            "cpu: the script ran longer than 300 ms",
        ),
        (
            "hungry",
            "const all = []; for (;;) all.push('x'.repeat(1000) + all.length)",
            "memory: the script needed more than 2097152 bytes",
        ),
        (
            "deep",
            "const down = () => 1 + down(); down()",
            "exception: RangeError",
        ),
        (
            "late",
            "await new Promise((resolve) => setTimeout(resolve, 60000))",
            "timeout: no answer within 1000 ms",
        ),
        (
            "rejected",
            "Promise.reject(new Error('nobody looks')); await new Promise((resolve) => setTimeout(resolve, 100))",
            "exception: unhandled rejection: Error: nobody looks",
        ),
    ];
    let sources: Vec<_> = scripts
        .iter()
        .map(|(_, body, _)| format!("export default async () => {{ {body}; }};\n"))
        .collect();
    let hooks: Vec<_> = scripts
        .iter()
        .zip(&sources)
        .map(|((name, ..), source)| {
            (
                *name,
                ", cpu: 300ms, load: 1s, timeout: 1s, memory: 2MiB",
                source.as_str(),
            )
        })
        .collect();
    let project = project(&hooks);
    for (name, _, expected) in scripts {
        let (object, success) = object(&project, &[name]);
        assert!(!success, "{name}");
        let error = &object["error"];
        let error = format!(
            "{}: {}",
            error["kind"].as_str().unwrap(),
            error["message"].as_str().unwrap()
        );
        assert!(error.starts_with(expected), "{name}: {error}");
    }
}

#[test]
fn a_hook_is_found_by_its_name_or_its_script_and_others_are_listed() {
    let project = project(&[NOTHING, DENY]);
    assert_eq!(
        told(&project, &["nothing"]),
        told(&project, &["hooks/nothing.js"])
    );
    let output = test(&project, &["nothin"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(stdout(&output), "");
    assert_eq!(
        stderr(&output).lines().last(),
        Some("error: there is no hook `nothin`; the project has: nothing, closed")
    );
}

#[test]
fn an_event_of_ones_own_takes_the_place_of_the_sample() {
    let project = project(&[TIER]);
    let event =
        json!({ "customer": { "info": { "id": "c-1" } }, "variables": { "DEFAULT": "bronze" } });
    fs::write(project.path("event.json"), event.to_string()).unwrap();
    let text = told(&project, &["tier", "--event", "event.json"]);
    assert!(
        text.contains("looking at c-1") && text.contains("idToken.tier = \"bronze\""),
        "{text}"
    );

    let without = json!({ "customer": { "info": { "id": "c-2" } } });
    fs::write(project.path("event.json"), without.to_string()).unwrap();
    let text = told(&project, &["tier", "--event", "event.json"]);
    assert!(
        text.contains("tier = \"silver\""),
        "the hook's own variables: {text}"
    );

    for (content, expected) in [
        (
            "{ \"customer\": ",
            "event.json: expected JSON, EOF while parsing a value at line 1 column 14",
        ),
        (
            "[]",
            "event.json: expected a JSON object, the `args` of a hook",
        ),
    ] {
        fs::write(project.path("event.json"), content).unwrap();
        let output = test(&project, &["tier", "--event", "event.json"]);
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(&output).contains(expected), "{}", stderr(&output));
    }
    let output = test(&project, &["tier", "--event", "nowhere.json"]);
    assert!(
        stderr(&output).contains("error: nowhere.json cannot be read: "),
        "{}",
        stderr(&output)
    );
}

#[test]
fn the_example_sets_another_tier_for_its_own_event_than_for_the_sample() {
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/first-hook");
    let tier = |event: &[&str]| {
        let mut command = leh();
        command
            .args(["test", "add-tier", "--json", "--project", example])
            .args(event);
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", stderr(&output));
        let object: Value = serde_json::from_str(&stdout(&output)).unwrap();
        object["outcome"]["idToken"]["tier"].clone()
    };
    assert_eq!(tier(&[]), "gold");
    assert_eq!(
        tier(&["--event", &format!("{example}/events/login.json")]),
        "silver"
    );

    let mut command = leh();
    command.args(["test", "login-log", "--project", example]);
    command.args(["--event", &format!("{example}/events/login.json")]);
    let text = untimed(&stdout(&command.output().unwrap()));
    assert!(
        text.contains("console.info: demo signed in to storefront at 2026-03-02T09:00:00.000Z\n"),
        "{text}"
    );
    assert!(
        text.ends_with("\n  ran to its end (asynchronous: no answer is read)"),
        "{text}"
    );
}
