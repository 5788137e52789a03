//! Synchronous hooks in the relay: answered in their time whatever else it does, with what is said
//! kept free of secrets, and with bundle and secrets that can be changed while it runs.

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
#[path = "common/relay.rs"]
mod process;

use std::fs;
use std::time::{Duration, Instant};

use common::{Platform, Project, signing_key, stderr};
use process::{Relay, delivery, relay_command, waited};
use rustix::process::Signal;
use serde_json::{Value, json};

/// A project with synchronous hooks for the relay and an asynchronous one that keeps it busy: its
/// bundle is built.
fn project(egress: &str, hooks: &[(&str, &str, &str)]) -> Project {
    let own = "version: 1\nname: own\ninclude: [oidc]\n\
               endpoints: { token_endpoint: /token, jwks_uri: /keys }\n";
    let mut yaml = format!(
        "platform: ./own.yaml\nsigning: {{ key: \"${{file:key.pem}}\" }}\n{egress}\nhooks:\n"
    );
    for (name, settings, _) in hooks {
        let kind = match settings.contains("async") {
            true => "event: post-account-login",
            false => "event: pre-id-token-generation, place: relay",
        };
        yaml.push_str(&format!(
            "  - {{ name: {name}, {kind}, script: {name}.js{settings} }}\n"
        ));
    }
    let project = Project::new(&[
        ("own.yaml", own),
        ("hooks.yaml", &yaml),
        ("key.pem", &signing_key()),
    ]);
    for (name, _, source) in hooks {
        fs::write(project.path(&format!("{name}.js")), source).unwrap();
    }
    build(&project);
    project
}

fn build(project: &Project) {
    let bundle = project.path("bundle.json");
    let output = project.leh("build", &["-o", bundle.to_str().unwrap()]);
    assert!(output.status.success(), "{}", stderr(&output));
}

fn start(project: &Project) -> Relay {
    let mut command = relay_command(project, "127.0.0.1:0");
    command.env("LEH_TEST_KEY_FILE", project.path("secret"));
    Relay::run(command)
}

/// The value of a claim in an answer.
fn claim(result: &Value, name: &str) -> Value {
    result["result"]["Ok"]["result"]["json"]["idToken"][name].clone()
}

#[test]
fn a_hook_is_answered_with_what_it_printed_and_how_long_it_took() {
    let hook = "export default async ({ customer }) => {
      console.warn('looking at', customer.info.id);
      return new TokenClaims({ tier: 'gold' });
    };\n";
    let fails = "export default async () => { throw new Error('no CRM'); };\n";
    let project = project("", &[("tier", "", hook), ("fails", "", fails)]);
    let relay = start(&project);
    let result = relay.invoke("tier", &json!({ "customer": { "info": { "id": "u-1" } } }));
    assert_eq!(claim(&result, "tier"), "gold", "{result:#}");
    assert_eq!(
        result["console"],
        json!([{ "level": "warn", "text": "looking at u-1" }])
    );
    for phase in ["queue", "script", "fetch"] {
        assert!(result["times"][phase].is_u64(), "{result:#}");
    }
    let result = relay.invoke("fails", &json!({}));
    let failure = &result["result"]["Err"];
    assert_eq!(failure["kind"], "exception", "{result:#}");
    assert!(
        failure["message"].as_str().unwrap().contains("no CRM"),
        "{failure}"
    );

    let unknown = json!({ "hook": "nobody", "event_id": "e", "args": {} });
    let (status, body) = relay.post_to("/v1/invocations", &unknown.to_string());
    assert_eq!(status, 422);
    assert!(
        body.contains("nobody") && body.contains("fails, tier"),
        "{body}"
    );
    assert_eq!(relay.post_to("/v1/invocations", "{").0, 400);
}

#[test]
fn neither_another_hook_nor_itself_keeps_it_from_its_time() {
    let endless = "module.exports = async () => { for (;;) {} };\n";
    let silent =
        "export default async () => { await new Promise(() => setTimeout(() => {}, 60000)); };\n";
    let quick = "export default async () => new TokenClaims({ ok: true });\n";
    let project = project(
        "",
        &[
            ("endless", ", mode: async, cpu: 30s, timeout: 1m", endless),
            ("silent", ", timeout: 200ms", silent),
            ("quick", ", timeout: 20s", quick),
        ],
    );
    let relay = start(&project);
    relay.post(&delivery("d-1", "endless"));
    relay.record("d-1", "running");
    assert_eq!(claim(&relay.invoke("quick", &json!({})), "ok"), true);
    let result = relay.invoke("silent", &json!({}));
    let failure = &result["result"]["Err"];
    assert_eq!(failure["kind"], "timeout", "{result:#}");
    assert_eq!(failure["message"], "no answer within 200 ms");
    assert_eq!(relay.record("d-1", "running")["attempts"], 1);
}

#[test]
fn what_is_pending_after_the_answer_goes_on_and_the_trace_with_it() {
    let server =
        Platform::serve(|_| b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n".to_vec());
    let port = server.url().rsplit(':').next().unwrap().to_owned();
    let hook = format!(
        "module.exports = async (args, callback) => {{
          callback(new TokenClaims({{ done: true }}));
          await new Promise((resolve) => setTimeout(resolve, 200));
          await fetch('http://127.0.0.1:{port}/later');
          console.log('told them');
        }};\n"
    );
    let egress = format!("egress: {{ \"127.0.0.1\": {{ tls: false, port: {port} }} }}");
    let project = project(&egress, &[("tell", ", timeout: 10s", &hook)]);
    let relay = start(&project);
    let begun = Instant::now();
    let result = relay.invoke("tell", &json!({}));
    assert_eq!(claim(&result, "done"), true, "{result:#}");
    assert!(server.heads().is_empty() || begun.elapsed() > Duration::from_millis(200));
    let head = waited(|| server.heads().first().cloned()).unwrap();
    assert!(
        head.contains("traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n"),
        "{head}"
    );
    let line = waited(|| {
        relay
            .said()
            .into_iter()
            .find(|line| line.starts_with("relay: [tell] told them ("))
    });
    let line = line.unwrap();
    assert!(
        line.contains("event e-1") && line.contains("trace 4bf92f3577b34da6a3ce929d0e0e4736"),
        "{line}"
    );
}

const LEAKY: &str = "export default async ({ secrets }) => {
  console.log('the key is', secrets.KEY);
  if (secrets.KEY === 'throw-this-key') throw new Error(`bad key ${secrets.KEY}`);
  return new TokenClaims({ length: secrets.KEY.length });
};
";
const SECRETS: &str = ", secrets: { KEY: \"${env:LEH_TEST_KEY}\" }";

#[test]
fn secrets_are_read_again_when_it_is_told_and_are_never_printed() {
    let project = project("", &[("leaky", SECRETS, LEAKY)]);
    fs::write(project.path("secret"), "first-key\n").unwrap();
    let relay = start(&project);
    let result = relay.invoke("leaky", &json!({}));
    assert_eq!(claim(&result, "length"), 9, "{result:#}");
    assert_eq!(result["console"][0]["text"], "the key is [secret]");

    fs::write(project.path("secret"), "throw-this-key").unwrap();
    relay.signal(Signal::HUP);
    waited(|| {
        relay
            .said()
            .contains(&"relay: reloaded".to_owned())
            .then_some(())
    })
    .unwrap();
    let result = relay.invoke("leaky", &json!({}));
    let message = result["result"]["Err"]["message"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(message.contains("bad key [secret]"), "{result:#}");
    assert!(!result.to_string().contains("throw-this-key"), "{result:#}");

    // A bundle that cannot be used changes nothing.
    fs::write(project.path("bundle.json"), "{}").unwrap();
    relay.signal(Signal::HUP);
    waited(|| {
        let (_, metrics) = relay.get("/metrics");
        metrics
            .contains("leh_relay_reloads_total{result=\"failed\"} 1\n")
            .then_some(())
    })
    .unwrap();
    assert!(relay.invoke("leaky", &json!({}))["result"]["Err"].is_object());

    // And one with another script is taken.
    fs::write(
        project.path("leaky.js"),
        "export default async () => new TokenClaims({ length: 0 });\n",
    )
    .unwrap();
    build(&project);
    relay.signal(Signal::HUP);
    waited(|| {
        let result = relay.invoke("leaky", &json!({}));
        (claim(&result, "length") == 0).then_some(())
    })
    .unwrap();
}

#[test]
fn what_it_does_is_counted_and_measured() {
    let hook = "export default async () => { console.error('x'); return new TokenClaims({}); };\n";
    let log = "module.exports = async () => {};\n";
    let project = project("", &[("tier", "", hook), ("log", ", mode: async", log)]);
    let relay = start(&project);
    relay.invoke("tier", &json!({}));
    relay.post(&delivery("d-1", "log"));
    relay.record("d-1", "done");
    let lines = waited(|| {
        let (status, text) = relay.get("/metrics");
        assert_eq!(status, 200);
        text.contains("hook=\"tier\",mode=\"sync\"").then_some(text)
    })
    .unwrap();
    for line in [
        "leh_hook_invocations_total{hook=\"tier\",mode=\"sync\",result=\"done\"} 1",
        "leh_hook_invocations_total{hook=\"log\",mode=\"async\",result=\"done\"} 1",
        "leh_hook_console_errors_total{hook=\"tier\"} 1",
        "leh_hook_seconds_count{hook=\"tier\",phase=\"script\"} 1",
        "leh_relay_deliveries{state=\"done\"} 1",
    ] {
        assert!(lines.lines().any(|it| it == line), "{line}\n{lines}");
    }
    assert_eq!(relay.get("/healthz"), (200, "ok\n".to_owned()));
}

#[test]
fn names_are_looked_up_for_the_filter_where_the_project_allows_it() {
    let hook = "export default async () => new TokenClaims({});\n";
    let egress = "egress: { localhost: { tls: false } }";
    let project = project(egress, &[("tier", "", hook)]);
    let relay = start(&project);
    let asked = json!({ "name": "mail.test", "record": "MX" }).to_string();
    let (status, body) = relay.post_to("/v1/resolve", &asked);
    assert_eq!(
        (status, body.as_str()),
        (502, "EREFUSED: mail.test is not in `egress` of hooks.yaml")
    );
    let asked = json!({ "name": "localhost", "record": "A" }).to_string();
    let (status, body) = relay.post_to("/v1/resolve", &asked);
    assert_eq!(status, 502, "{body}");
    assert!(!body.contains("[\"127.0.0.1\"]"), "{body}");
}
