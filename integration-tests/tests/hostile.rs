//! What goes wrong in front of, behind and inside the filter of a real Envoy: odd bytes, large
//! bodies, peers that leave or never answer, scripts that never end. Each costs its own exchange
//! at most; the next one is served, and the filter has not crashed.

// Helpers beside the test functions fail as those do (clippy.toml).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a panic is how a test fails"
)]

mod support;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use integration_tests::platform_tokens::{jwks, platform_rsa, verify};
use serde_json::Value;
use support::http::{Answer, ask, connect, exchange, get, request};
use support::project::Project;
use support::scripts::{RECURSIVE_PRELUDE, Script, endless, recursive};
use support::up::Up;
use support::upstream::{Request, Upstream, send, whole};
use support::waited;

const JSON: &str = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
const MEBIBYTE: usize = 1 << 20;
/// Limits that no machine is too busy for.
const PATIENT: &str = ", cpu: 1s, timeout: 10s";
const STRICT: &str = ", cpu: 1s, timeout: 10s, on_error: deny";
const FOR_SHOP: &str = ", cpu: 1s, timeout: 10s, applications: [shop]";
const GOLD: &str = "export default async () => new TokenClaims({ tier: 'gold' });\n";

/// A token response with so many bytes of something else in it.
fn token_response(filling: usize) -> String {
    let claims = r#"{"iss":"https://id.test","sub":"u-1","aud":"shop"}"#;
    let (token, filling) = (platform_rsa().token(claims), "x".repeat(filling));
    format!(
        r#"{{"access_token":"opaque","token_type":"Bearer","id_token":"{token}","filling":"{filling}"}}"#
    )
}

/// The platform: what it does at the token endpoint is what the code says.
fn platform() -> Upstream {
    Upstream::serve(|request, stream| match request.target.as_str() {
        "/keys" => send(stream, &whole(JSON, jwks(&[platform_rsa()]).as_bytes())),
        "/token" => answer_token_request(request, stream),
        _ => send(
            stream,
            &whole("HTTP/1.1 404 Not Found\r\n", b"nothing here"),
        ),
    })
}

fn answer_token_request(request: &Request, stream: &mut TcpStream) {
    let good = token_response(0);
    match request.parameter("code").as_deref() {
        Some("large") => send(
            stream,
            &whole(JSON, token_response(2 * MEBIBYTE).as_bytes()),
        ),
        Some("never") => until_closed(stream),
        Some("headers-only") => {
            send(
                stream,
                format!("{JSON}Content-Length: {}\r\n\r\n", good.len()).as_bytes(),
            );
            until_closed(stream);
        }
        Some("half") => {
            send(
                stream,
                format!("{JSON}Content-Length: {}\r\n\r\n", good.len()).as_bytes(),
            );
            send(stream, &good.as_bytes()[..good.len() / 2]);
        }
        _ => send(stream, &whole(JSON, good.as_bytes())),
    }
}

fn until_closed(stream: &mut TcpStream) {
    while let Ok(1..) = stream.read(&mut [0; 1024]) {}
}

/// `leh up` with these hooks at `pre-id-token-generation`: settings beside name, event and script,
/// and the source.
fn up(platform: &Upstream, hooks: &[(&str, &str, &str)]) -> Up {
    let mut yaml = String::from(
        "platform: ./own.yaml\nsigning: { key: \"${env:LEH_SIGNING_KEY}\" }\nhooks:\n",
    );
    for (name, settings, _) in hooks {
        yaml.push_str(&format!(
            "  - {{ name: {name}, event: pre-id-token-generation, script: {name}.js, load: 1s{settings} }}\n"
        ));
    }
    let profile = "version: 1\nname: own\ninclude: [oidc]\n\
                   endpoints: { token_endpoint: /token, jwks_uri: /keys }\n";
    let scripts: Vec<_> = hooks
        .iter()
        .map(|(name, _, source)| (format!("{name}.js"), *source))
        .collect();
    let mut files = vec![("hooks.yaml", yaml.as_str()), ("own.yaml", profile)];
    files.extend(
        scripts
            .iter()
            .map(|(file, source)| (file.as_str(), *source)),
    );
    Up::start(&Project::new(&files), &platform.url(), "127.0.0.1:0")
}

fn login(client_id: &str, code: &str) -> Vec<u8> {
    let form = format!("grant_type=authorization_code&client_id={client_id}&code={code}");
    request("POST", "/token", "id.test", &form)
}

/// The claims of an answer's ID token, verified against the keys that clients get.
fn claims(up: &Up, answer: &Answer) -> Value {
    assert_eq!(answer.code(), 200, "{answer:?}");
    let token = answer.json()["id_token"].as_str().unwrap().to_owned();
    let keys = get(&up.address, "/keys").body;
    verify(&token, &keys).unwrap()
}

/// A login that nothing stands in the way of.
fn serves(up: &Up) {
    let answer = ask(&up.address, &login("shop", "good"));
    assert_eq!(claims(up, &answer)["tier"], "gold");
}

/// What Envoy logs and counts when a filter has crashed; and a login and a clean end.
fn unharmed(up: Up) {
    serves(&up);
    let log = up.log();
    for sign in [
        "Function: ",
        "RuntimeError",
        "unreachable",
        "panic",
        "Plugin configured to fail",
        "VM failed",
    ] {
        assert!(!log.contains(sign), "{sign} in\n{log}");
    }
    let reloads: Vec<_> = up
        .stats("wasm.")
        .into_iter()
        .filter(|(name, _)| name.contains("vm_reload"))
        .collect();
    assert!(!reloads.is_empty(), "Envoy has counters for reloads");
    assert!(reloads.iter().all(|(_, value)| *value == 0), "{reloads:?}");
    assert!(up.stop());
}

#[test]
fn odd_bytes_and_large_bodies() {
    let platform = platform();
    let up = up(&platform, &[("gold", PATIENT, GOLD)]);

    let plain = String::from_utf8(login("shop", "good")).unwrap();
    let (first, rest) = plain.split_once("\r\n").unwrap();
    let odd = b"\r\nX-Odd: \xff\xfe\r\nUser-Agent: \xff\xfe\r\nAccept-Language: \xfe,\xff\r\n\
                Authorization: Basic \xff\xfe\r\nCookie: a=\xff\xfe\r\n";
    let odd = [first.as_bytes(), odd, rest.as_bytes()].concat();
    let answer = ask(&up.address, &odd);
    assert_eq!(claims(&up, &answer)["tier"], "gold");
    let requests = platform.requests();
    let reached = requests
        .iter()
        .rfind(|request| request.target == "/token")
        .unwrap();
    assert_eq!(reached.header("user-agent"), Some(&b"\xff\xfe"[..]));

    let form = format!(
        "grant_type=authorization_code&code=good&client_id=shop&filling={}",
        "x".repeat(2 * MEBIBYTE)
    );
    let answer = ask(&up.address, &request("POST", "/token", "id.test", &form));
    assert_eq!(claims(&up, &answer)["tier"], Value::Null);
    up.logged("the token request has more than 65536 bytes");
    let requests = platform.requests();
    let reached = requests
        .iter()
        .rfind(|request| request.target == "/token")
        .unwrap();
    assert_eq!(
        reached.body,
        form.as_bytes(),
        "the platform decides what is too large for it"
    );

    let answer = ask(&up.address, &login("shop", "large"));
    assert_eq!(claims(&up, &answer)["tier"], Value::Null);
    assert_eq!(answer.text(), token_response(2 * MEBIBYTE));
    up.logged("the token response has more than 524288 bytes");
    unharmed(up);
}

#[test]
fn large_bodies_where_nothing_may_go_on_without_the_hook() {
    let platform = platform();
    let up = up(&platform, &[("gold", STRICT, GOLD)]);
    let form = format!(
        "grant_type=authorization_code&code=good&client_id=shop&filling={}",
        "x".repeat(2 * MEBIBYTE)
    );
    for request in [
        request("POST", "/token", "id.test", &form),
        login("shop", "large"),
    ] {
        let answer = ask(&up.address, &request);
        assert_eq!(answer.code(), 500, "{answer:?}");
        assert_eq!(answer.json()["error"], "server_error", "{answer:?}");
        assert!(!answer.text().contains("id_token"), "{answer:?}");
    }
    unharmed(up);
}

#[test]
fn clients_that_leave_in_the_middle_of_a_hook() {
    let waits = "export default async () => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      return new TokenClaims({ tier: 'gold' });
    };\n";
    let platform = platform();
    let up = up(&platform, &[("gold", PATIENT, waits)]);
    serves(&up);
    let form = "grant_type=authorization_code&client_id=shop&code=good";
    for round in 0..10 {
        let before = platform.requests().len();
        let mut stream = connect(&up.address);
        stream
            .write_all(&request("POST", "/token", "id.test", form))
            .unwrap();
        // The platform has been asked; its answer, or the hook behind it, is under way.
        waited(|| (platform.requests().len() > before).then_some(())).unwrap();
        thread::sleep(Duration::from_millis(20 * round));
        drop(stream);
    }
    // Some of them in the middle of what they send.
    for part in [10, 60, 120] {
        let mut stream = connect(&up.address);
        stream
            .write_all(&request("POST", "/token", "id.test", form)[..part])
            .unwrap();
    }
    serves(&up);
    assert_eq!(up.counter("hook.gold.failed.timeout"), 0);
    unharmed(up);
}

#[test]
fn platforms_that_never_answer_or_break_off() {
    let platform = platform();
    let up = up(&platform, &[("gold", PATIENT, GOLD)]);
    // Until the filter has seen that it can hold answers, it holds none for long.
    serves(&up);
    thread::scope(|scope| {
        let asked = |code: &'static str| {
            let address = up.address.clone();
            scope.spawn(move || exchange(&address, &login("shop", code)))
        };
        let (never, headers_only, half) = (asked("never"), asked("headers-only"), asked("half"));
        // Each while the others hang.
        for _ in 0..5 {
            serves(&up);
        }
        let half = String::from_utf8(half.join().unwrap()).unwrap();
        assert!(!half.contains("id_token"), "half a token: {half}");
        assert!(half.starts_with("HTTP/1.1 50"), "{half}");
        serves(&up);
        // 30 s, after which the hook has failed and what there is of the answer goes on; its rest
        // never comes.
        let headers_only = String::from_utf8(headers_only.join().unwrap()).unwrap();
        assert!(!headers_only.contains("id_token"), "{headers_only}");
        up.logged("the platform did not finish its answer in time");
        serves(&up);
        // 60 s, the timeout of lifecycle routes.
        let never = String::from_utf8(never.join().unwrap()).unwrap();
        assert!(never.starts_with("HTTP/1.1 504 "), "{never}");
    });
    unharmed(up);
}

/// Logs in for each script with a hook that runs it, checks that the platform's answer arrives as
/// it is, and how the hook failed.
fn fail_alone(up: &Up, scripts: &[Script], hook: impl Fn(&str) -> String) {
    let mut wrong = Vec::new();
    for Script { name, failure, .. } in scripts {
        let start = format!(
            "filter: warning: hook `{}` at pre-id-token-generation failed: ",
            hook(name)
        );
        let failures = || {
            up.log()
                .lines()
                .filter_map(|line| line.strip_prefix(&start).map(str::to_owned))
                .collect::<Vec<_>>()
        };
        let before = failures().len();
        let answer = exchange(&up.address, &login(name, "good"));
        if !answer.ends_with(token_response(0).as_bytes()) {
            wrong.push(format!(
                "{name}: no login: {}",
                String::from_utf8_lossy(&answer)
            ));
            continue;
        }
        // Envoy's log is read by other threads than its answers.
        let found = waited(|| failures().into_iter().nth(before)).unwrap();
        if !found.starts_with(failure) {
            wrong.push(format!("{name}: expected `{failure}…`, found {found}"));
        }
        serves(up);
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn scripts_that_never_end_or_eat_memory() {
    let scripts = endless();
    let hooks: Vec<_> = scripts
        .iter()
        .map(|script| {
            let Script { name, body, .. } = script;
            let settings = format!(", {}, applications: [{name}]", script.limits());
            (
                name,
                settings,
                format!("export default async () => {{ {body} }};\n"),
            )
        })
        .collect();
    let mut all = vec![("gold", FOR_SHOP, GOLD)];
    all.extend(
        hooks
            .iter()
            .map(|(name, settings, source)| (name.as_str(), settings.as_str(), source.as_str())),
    );
    let platform = platform();
    let up = up(&platform, &all);
    for _ in 0..2 {
        fail_alone(&up, &scripts, str::to_owned);
    }
    unharmed(up);
}

#[test]
fn scripts_that_recurse_where_no_limit_of_scripts_looks() {
    recurse("256KiB");
}

#[test]
fn scripts_that_recurse_on_the_largest_stack() {
    recurse("512KiB");
}

fn recurse(stack: &str) {
    let scripts = recursive();
    let members: String = scripts
        .iter()
        .map(|Script { name, body, .. }| format!("'{name}': async () => {{ {body} }},\n"))
        .collect();
    let source = format!(
        "{RECURSIVE_PRELUDE}const scripts = {{\n{members}}};\n\
         export default async ({{ application }}) => scripts[application.client_id]?.();\n"
    );
    let settings = format!(", cpu: 1s, timeout: 10s, memory: 64MiB, stack: {stack}");
    let hooks = [
        ("deep", settings.as_str(), source.as_str()),
        ("gold", FOR_SHOP, GOLD),
    ];
    let platform = platform();
    let up = up(&platform, &hooks);
    fail_alone(&up, &scripts, |_| "deep".to_owned());
    unharmed(up);
}

/// The files of hostile/: a hook each, that says in its first line how it may end.
fn folder() -> Vec<(String, Vec<String>, String)> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("hostile");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let read = files.iter().map(|file| {
        let source = std::fs::read_to_string(file).unwrap();
        let first = source.lines().next().unwrap();
        let kinds = first.strip_prefix("// expects: ").unwrap();
        let kinds = kinds.split(" | ").map(str::to_owned).collect();
        let name = file
            .file_stem()
            .unwrap()
            .to_string_lossy()
            .replace('_', "-");
        (name, kinds, source)
    });
    read.collect()
}

#[test]
fn the_folder_of_hostile_scripts() {
    let scripts = folder();
    let settings: Vec<String> = scripts
        .iter()
        .map(|(name, ..)| {
            format!(", cpu: 200ms, timeout: 2s, background: 100ms, applications: [{name}]")
        })
        .collect();
    let mut hooks = vec![("gold", FOR_SHOP, GOLD)];
    let with_settings = scripts.iter().zip(&settings);
    hooks.extend(
        with_settings.map(|((name, _, source), settings)| {
            (name.as_str(), settings.as_str(), source.as_str())
        }),
    );
    let platform = platform();
    let up = up(&platform, &hooks);
    let mut wrong = Vec::new();
    let mut memory = Vec::new();
    for _ in 0..3 {
        for (name, kinds, _) in &scripts {
            let counted = || {
                let prefix = format!("hook.{name}.");
                let ours = up.counters().into_iter();
                let ours = ours.filter_map(|(counter, value)| {
                    let kind = counter.split_once(&prefix)?.1;
                    let kind = kind.strip_prefix("failed.").unwrap_or(kind);
                    Some((kind.to_owned(), value))
                });
                ours.filter(|(kind, _)| kind != "console_errors")
                    .collect::<Vec<_>>()
            };
            let before = counted();
            let answer = exchange(&up.address, &login(name, "good"));
            if !answer.starts_with(b"HTTP/1.1 200 ") {
                wrong.push(format!("{name}: {}", String::from_utf8_lossy(&answer)));
            }
            // Envoy's counters are merged now and then.
            let found = waited(|| {
                let now = counted();
                now.into_iter().find(|counter| !before.contains(counter))
            });
            match found {
                Some((kind, _)) if kinds.contains(&kind) => {}
                other => wrong.push(format!("{name}: expected {kinds:?}, found {other:?}")),
            }
            serves(&up);
        }
        memory.push(up.envoy_memory());
    }
    assert!(wrong.is_empty(), "{wrong:#?}\n{}", up.log());
    // The first round takes what a VM's memory grows to and never gives back.
    let (first, last) = (memory[0], memory[2]);
    assert!(last < first + first / 4, "KiB after each round: {memory:?}");
    unharmed(up);
}
