//! `leh relay` as the filter, an operator and a bad day see it: what it has acknowledged is run,
//! whatever happens to the process, and customers never wait for it.

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
use std::io::Write;
use std::net::{TcpListener, TcpStream};

use common::{Project, leh, stderr};
use process::{Relay, delivery, ends_cleanly, project, relay_command, stored, waited};
use rustix::process::Signal;
use serde_json::json;

/// Prints which attempt this is.
const PRINT: (&str, &str, &str) = (
    "print",
    "",
    "module.exports = async ({ event }) => { console.log(`${event.id}, attempt ${event.attempt}`); };\n",
);
/// The first attempt takes longer than any test.
const WAITS: (&str, &str, &str) = (
    "waits",
    ", timeout: 15m",
    "module.exports = async ({ event }) => {
       console.log(`attempt ${event.attempt}`);
       if (event.attempt === 1) await new Promise((resolve) => setTimeout(resolve, 800000));
     };\n",
);

#[test]
fn an_acknowledged_delivery_is_in_the_store_whatever_happens_next() {
    let project = project(&[PRINT]);
    for round in 0..5 {
        let relay = Relay::start(&project);
        let id = format!("d-{round}");
        let (status, answer) = relay.post(&delivery(&id, "print"));
        relay.kill();
        assert_eq!((status, answer), (202, json!({ "id": id, "new": true })));
        let ids: Vec<_> = stored(&project.path("relay.db"))
            .into_iter()
            .map(|(id, ..)| id)
            .collect();
        let expected: Vec<_> = (0..=round).map(|round| format!("d-{round}")).collect();
        assert_eq!(ids, expected);
    }
    let relay = Relay::start(&project);
    for round in 0..5 {
        relay.record(&format!("d-{round}"), "done");
    }
}

#[test]
fn what_cannot_be_stored_is_not_acknowledged() {
    let project = project(&[PRINT]);
    let relay = Relay::start(&project);
    let blocking = rusqlite::Connection::open(project.path("relay.db")).unwrap();
    blocking.execute_batch("BEGIN IMMEDIATE").unwrap();
    let (status, answer) = relay.post(&delivery("d-1", "print"));
    assert_eq!(status, 503);
    assert!(
        answer["error"].as_str().unwrap().contains("locked"),
        "{answer}"
    );
    assert_eq!(stored(&project.path("relay.db")), []);

    blocking.execute_batch("ROLLBACK").unwrap();
    assert_eq!(relay.post(&delivery("d-1", "print")).0, 202);
    relay.record("d-1", "done");
}

#[test]
fn a_relay_killed_in_a_hook_runs_it_again_and_loses_none_behind_it() {
    let project = project(&[WAITS, PRINT]);
    let relay = Relay::start(&project);
    relay.post(&delivery("first", "waits"));
    relay.record("first", "running");
    let behind: Vec<_> = (0..20).map(|number| format!("d-{number}")).collect();
    for id in &behind {
        assert_eq!(relay.post(&delivery(id, "print")).0, 202);
    }
    relay.kill();
    let before = stored(&project.path("relay.db"));
    assert_eq!(before[0], ("first".into(), "running".into(), 1));
    assert_eq!(before.len(), 21);

    let relay = Relay::start(&project);
    let first = relay.record("first", "done");
    assert_eq!(
        (&first["attempts"], &first["console"]),
        (&json!(2), &json!(["attempt 2"]))
    );
    for id in &behind {
        let record = relay.record(id, "done");
        let attempts = record["attempts"].as_u64().unwrap();
        assert!((1..=2).contains(&attempts), "{record}");
        let printed = json!([format!("{id}, attempt {attempts}")]);
        assert_eq!(record["console"], printed);
    }
    let printed: Vec<_> = relay
        .said()
        .into_iter()
        .filter(|line| line.starts_with("relay: [print] "))
        .map(|line| line.split([',', ' ']).nth(2).unwrap().to_owned())
        .collect();
    let done_before = |id: &String| before.iter().any(|row| row.0 == *id && row.1 == "done");
    let expected: Vec<_> = behind
        .iter()
        .filter(|id| !done_before(id))
        .cloned()
        .collect();
    assert_eq!(
        printed, expected,
        "once each, in the order of their arrival"
    );
}

#[test]
fn the_same_id_twice_is_run_once() {
    let project = project(&[PRINT]);
    let relay = Relay::start(&project);
    let first = relay.post(&delivery("same", "print"));
    relay.record("same", "done");
    let again = relay.post(&delivery("same", "print"));
    assert_eq!(first, (202, json!({ "id": "same", "new": true })));
    assert_eq!(again, (202, json!({ "id": "same", "new": false })));
    // Runs are in the order of arrival: a second run would be before this one.
    relay.post(&delivery("other", "print"));
    relay.record("other", "done");
    assert_eq!(relay.record("same", "done")["attempts"], 1);
    assert_eq!(relay.deliveries().len(), 2);
}

#[test]
fn what_it_does_not_take_is_refused_with_the_reason() {
    let project = project(&[PRINT, WAITS]);
    let relay = Relay::start(&project);
    let good = delivery("d-1", "print").to_string();
    for (body, status, reasons) in [
        ("{\"id\":", 400, vec!["JSON", "line 1 column 6"]),
        ("", 400, vec!["JSON"]),
        ("{\"id\":\"d-1\"}", 422, vec!["missing field `hook`"]),
        (
            &good.replace("\"print\"", "\"prnt\""),
            422,
            vec!["no asynchronous hook `prnt`", "it has: print, waits"],
        ),
        (
            &good.replace("post-account-login", "post-acount-login"),
            422,
            vec![
                "unknown variant `post-acount-login`",
                "`post-account-login`",
            ],
        ),
    ] {
        let (found, answer) = relay.post_text(body);
        assert_eq!(found, status, "{body}: {answer}");
        let error = answer["error"].as_str().unwrap();
        for reason in reasons {
            assert!(error.contains(reason), "{body}: {reason} is not in {error}");
        }
    }
    let limit = 1 << 20;
    let filling = "x".repeat(limit + 1 - good.len());
    let large = good.replace("u-1", &format!("u-1{filling}"));
    assert_eq!(large.len(), limit + 1);
    let (status, answer) = relay.post_text(&large);
    assert_eq!(status, 413, "{answer}");
    assert!(
        answer["error"].as_str().unwrap().contains("length limit"),
        "{answer}"
    );

    assert_eq!(relay.deliveries(), [] as [serde_json::Value; 0]);
    assert_eq!(
        relay.post_text(&good).0,
        202,
        "it still takes what is right"
    );
    relay.record("d-1", "done");
}

#[test]
fn how_a_delivery_ended_is_told_with_what_the_script_printed() {
    let throws = "module.exports = async ({ customer }) => {
  console.log('asking for', customer.info.id, { verbose: true });
  console.warn('no answer');
  throw new Error('no such customer');
};\n";
    let project = project(&[PRINT, ("throws", "", throws)]);
    let relay = Relay::start(&project);
    relay.post(&delivery("bad", "throws"));
    relay.post(&delivery("good", "print"));
    let good = relay.record("good", "done");
    assert_eq!(good["error"], json!(null));
    assert_eq!(good["console"], json!(["good, attempt 1"]));
    let bad = relay.record("bad", "failed");
    let error = bad["error"].as_str().unwrap();
    assert!(
        error.contains("no such customer") && error.contains("throws.js:4"),
        "{error}"
    );
    assert_eq!(
        bad["console"],
        json!(["asking for u-1 { verbose: true }", "no answer"])
    );
    assert!(
        bad["finished_ms"].as_i64() >= bad["received_ms"].as_i64(),
        "{bad}"
    );
    assert_eq!(
        (&bad["hook"], &bad["event"]),
        (&json!("throws"), &json!("post-account-login"))
    );

    let said = relay.said().join("\n");
    assert!(said.contains("relay: [throws] no answer"), "{said}");
    assert!(
        said.contains(
            "relay: hook throws on post-account-login, delivery bad, attempt 1: failed, exception: "
        ),
        "{said}"
    );
}

#[test]
fn a_listing_shows_the_newest_first_and_as_many_as_asked_for() {
    let project = project(&[PRINT]);
    let relay = Relay::start(&project);
    for number in 0..60 {
        relay.post(&delivery(&format!("d-{number}"), "print"));
    }
    let listed = |query: &str| {
        let (status, body) = relay.get(&format!("/v1/deliveries{query}"));
        assert_eq!(status, 200, "{body}");
        let listing: serde_json::Value = serde_json::from_str(&body).unwrap();
        let records = listing["deliveries"].as_array().unwrap();
        records
            .iter()
            .map(|one| one["id"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(listed("?limit=2"), ["d-59", "d-58"]);
    assert_eq!(listed("").len(), 50);
    assert_eq!(listed("?limit=4000000000").len(), 60);
    assert_eq!(relay.get("/v1/deliveries?limit=x").0, 400);
    assert_eq!(relay.get("/healthz"), (200, "ok\n".into()));
}

#[test]
fn a_script_that_will_not_end_ends_and_others_run_after_it() {
    let limits = ", cpu: 500ms, load: 1s, timeout: 2s, memory: 2MiB";
    let scripts = [
        ("loop", "for (;;) {}"),
        (
            "eater",
            "const all = []; for (;;) all.push('x'.repeat(1000) + all.length);",
        ),
        ("recursion", "const down = () => 1 + down(); down();"),
        ("brackets", "JSON.parse('['.repeat(1e5));"),
        ("parentheses", "eval('('.repeat(1e5));"),
        (
            "nested",
            "let a = []; for (let i = 0; i < 1e5; i++) a = [a]; JSON.stringify(a);",
        ),
        (
            "never",
            "await new Promise(() => {}); setTimeout(() => {}, 800000);",
        ),
        (
            "later",
            "await new Promise((resolve) => setTimeout(resolve, 800000));",
        ),
        ("silent", "await new Promise(() => {});"),
    ];
    let sources: Vec<_> = scripts
        .iter()
        .map(|(_, body)| format!("module.exports = async () => {{ {body} }};\n"))
        .collect();
    let mut hooks = vec![PRINT];
    for ((name, _), source) in scripts.iter().zip(&sources) {
        hooks.push((*name, limits, source.as_str()));
    }
    let project = project(&hooks);
    let relay = Relay::start(&project);
    for (name, _) in scripts {
        relay.post(&delivery(name, name));
        relay.post(&delivery(&format!("after-{name}"), "print"));
        relay.record(&format!("after-{name}"), "done");
    }
    let error = |name: &str| {
        relay.record(name, "failed")["error"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert!(
        error("loop").starts_with("cpu: the script ran longer than 500 ms"),
        "{}",
        error("loop")
    );
    assert!(error("eater").starts_with("memory: "), "{}", error("eater"));
    for name in ["recursion", "brackets", "parentheses", "nested"] {
        let error = error(name);
        assert!(
            ["exception: ", "cpu: ", "memory: "]
                .iter()
                .any(|kind| error.starts_with(kind)),
            "{name}: {error}"
        );
    }
    assert!(
        error("recursion").contains("RangeError"),
        "{}",
        error("recursion")
    );
    assert!(
        error("later").starts_with("timeout: no answer within 2000 ms"),
        "{}",
        error("later")
    );
    // Nothing is pending, so nothing can come any more: an asynchronous hook owes no answer.
    for name in ["never", "silent"] {
        relay.record(name, "done");
    }
    ends_cleanly(relay, Signal::TERM);
}

#[test]
fn told_to_end_it_lets_what_runs_end_and_leaves_the_rest_to_its_next_start() {
    let slow = "module.exports = async () => {
       await new Promise((resolve) => setTimeout(resolve, 4000));
       console.log('ended');
     };\n";
    for signal in [Signal::TERM, Signal::INT] {
        let project = project(&[("slow", ", timeout: 1m", slow), PRINT]);
        let relay = Relay::start(&project);
        let address = relay.address.clone();
        // As many of one hook as run at once, and one more; another hook need not wait for them.
        let under_way: Vec<_> = (0..16)
            .map(|number| format!("under-way-{number}"))
            .collect();
        for id in &under_way {
            relay.post(&delivery(id, "slow"));
        }
        relay.record("under-way-15", "running");
        relay.post(&delivery("behind", "slow"));
        relay.post(&delivery("other", "print"));
        relay.record("other", "done");
        ends_cleanly(relay, signal);
        TcpListener::bind(&address).expect("nobody listens any more");
        let mut expected: Vec<_> = under_way
            .iter()
            .map(|id| (id.clone(), "done".to_owned(), 1))
            .collect();
        expected.push(("behind".into(), "pending".into(), 0));
        expected.push(("other".into(), "done".into(), 1));
        assert_eq!(stored(&project.path("relay.db")), expected);
        let relay = Relay::start(&project);
        assert_eq!(relay.record("behind", "done")["attempts"], 1);
        assert_eq!(relay.record("under-way-0", "done")["attempts"], 1);
    }
}

#[test]
fn neither_a_hook_of_minutes_nor_half_a_request_keeps_it_from_ending() {
    let project = project(&[WAITS]);
    let half = |relay: &Relay| {
        let mut stream = TcpStream::connect(&relay.address).unwrap();
        let head = "POST /v1/deliveries HTTP/1.1\r\nHost: relay\r\nContent-Length: 9\r\n\r\n{";
        stream.write_all(head.as_bytes()).unwrap();
        stream
    };
    let relay = Relay::start(&project);
    let _stream = half(&relay);
    relay.post(&delivery("d-1", "waits"));
    relay.record("d-1", "running");
    ends_cleanly(relay, Signal::TERM);
    assert_eq!(
        stored(&project.path("relay.db")),
        [("d-1".into(), "running".into(), 1)]
    );

    // Told twice, it does not even wait for as long as it otherwise would.
    let relay = Relay::start(&project);
    relay.record("d-1", "done");
    relay.post(&delivery("d-2", "waits"));
    relay.record("d-2", "running");
    let _stream = half(&relay);
    relay.signal(Signal::TERM);
    waited(|| TcpStream::connect(&relay.address).is_err().then_some(())).unwrap();
    ends_cleanly(relay, Signal::TERM);
    let relay = Relay::start(&project);
    assert_eq!(relay.record("d-2", "done")["attempts"], 2);
}

#[test]
fn what_it_cannot_start_with_is_told() {
    let project = project(&[PRINT]);
    let fails = |mut command: std::process::Command| {
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert!(
            output.stdout.is_empty(),
            "{}",
            String::from_utf8_lossy(&output.stdout)
        );
        let error = stderr(&output);
        assert!(error.starts_with("error: "), "{error}");
        error
    };
    let with = |bundle: &str, store: &str| {
        let mut command = leh();
        command.args(["relay", "--listen", "127.0.0.1:0"]);
        command.arg("--bundle").arg(project.path(bundle));
        command.arg("--store").arg(project.path(store));
        fails(command)
    };

    let missing = with("missing.json", "a.db");
    assert!(
        missing.contains("missing.json cannot be read")
            && missing.contains("make it with `leh build`"),
        "{missing}"
    );
    fs::write(project.path("bad.json"), "{ \"version\": ").unwrap();
    let bad = with("bad.json", "b.db");
    assert!(bad.contains("line 1 column 13"), "{bad}");
    let bundle = fs::read_to_string(project.path("bundle.json")).unwrap();
    fs::write(
        project.path("script.json"),
        bundle.replace("module.exports", "module.exprots("),
    )
    .unwrap();
    let script = with("script.json", "c.db");
    assert!(
        script.contains("hook `print`") && script.contains("print.js:1"),
        "{script}"
    );

    fs::create_dir(project.path("folder.db")).unwrap();
    let folder = with("bundle.json", "folder.db");
    assert!(folder.contains("folder.db cannot be used: "), "{folder}");
    let below = with("bundle.json", "own.yaml/relay.db");
    assert!(
        below.contains("own.yaml/relay.db cannot be made: "),
        "{below}"
    );
    let no_store = with("bundle.json", "own.yaml");
    assert!(no_store.contains("own.yaml cannot be used: "), "{no_store}");
    assert!(
        fs::read_to_string(project.path("own.yaml"))
            .unwrap()
            .starts_with("version: 1")
    );

    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let error = fails(relay_command(&project, &address));
    assert!(
        error.contains(&format!("cannot listen on {address}"))
            && error.contains("choose another address"),
        "{error}"
    );
}

#[test]
fn secrets_come_from_its_environment_and_missing_ones_are_told() {
    let source = "module.exports = async ({ secrets, variables }) => {
       console.log(secrets.TOKEN === 'of-this-run', variables.WHERE);
     };\n";
    let settings = ", secrets: { TOKEN: \"${env:LEH_TEST_TOKEN}\" }, variables: { WHERE: here }";
    let project = project(&[("secret", settings, source)]);
    let output = relay_command(&project, "127.0.0.1:0").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stderr(&output).contains("LEH_TEST_TOKEN"),
        "{}",
        stderr(&output)
    );

    let mut command = relay_command(&project, "127.0.0.1:0");
    command.env("LEH_TEST_TOKEN", "of-this-run");
    let relay = Relay::run(command);
    relay.post(&delivery("d-1", "secret"));
    assert_eq!(relay.record("d-1", "done")["console"], json!(["true here"]));
    let kept = fs::read(project.path("relay.db")).unwrap();
    let wal = fs::read(project.path("relay.db-wal")).unwrap();
    let secret = b"of-this-run";
    assert!(
        ![kept, wal]
            .iter()
            .any(|bytes| bytes.windows(secret.len()).any(|part| part == secret)),
        "a secret is in the store"
    );
}

#[test]
fn a_hook_that_left_the_bundle_fails_its_deliveries_and_no_others() {
    let project = project(&[WAITS, PRINT]);
    let relay = Relay::start(&project);
    relay.post(&delivery("old", "waits"));
    relay.record("old", "running");
    relay.post(&delivery("other", "print"));
    relay.kill();

    let without = Project::new(&[
        (
            "hooks.yaml",
            "platform: ./own.yaml\nhooks:\n  - { name: print, event: post-account-login, mode: async, script: print.js }\n",
        ),
        (
            "own.yaml",
            "version: 1\nname: own\ninclude: [oidc]\nendpoints: { token_endpoint: /token }\n",
        ),
        ("print.js", PRINT.2),
    ]);
    let bundle = project.path("bundle.json");
    assert!(
        without
            .leh("build", &["-o", bundle.to_str().unwrap()])
            .status
            .success()
    );
    let relay = Relay::start(&project);
    let old = relay.record("old", "failed");
    assert!(
        old["error"]
            .as_str()
            .unwrap()
            .contains("no asynchronous hook `waits` in the bundle any more"),
        "{old}"
    );
    relay.record("other", "done");
}
