//! What a person reads when a project is wrong.

use std::fs;

use super::*;

/// A project without a mistake, to be spoilt.
const SOUND: &str = "\
platform: oidc
signing: { key: \"${env:KEY}\" }
hooks:
  - name: add-tier
    event: pre-id-token-generation
    script: hook.js
";
const SCRIPT: &str = "module.exports = async (args, callback) => callback();\n";

/// Reads `yaml` beside these files; what comes back names files relative to the project.
fn read_with(
    yaml: &str,
    files: &[(&str, &[u8])],
    environment: Environment<'_>,
) -> (Option<Project>, String) {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in [
        ("hooks.yaml", yaml.as_bytes()),
        ("hook.js", SCRIPT.as_bytes()),
    ]
    .iter()
    .chain(files)
    {
        fs::write(folder.path().join(name), content).unwrap();
    }
    let (project, problems) = Project::load(folder.path(), environment);
    let report = problems
        .report()
        .replace(&format!("{}/", folder.path().display()), "");
    (project, report)
}

fn read(yaml: &str) -> (Option<Project>, String) {
    read_with(yaml, &[], &|_| None)
}

/// [`SOUND`] with another last line (two more for what follows it).
fn hook(lines: &str) -> String {
    format!("{SOUND}{lines}")
}

/// The report of `yaml`, which must be refused.
fn refused(yaml: &str) -> String {
    let (project, report) = read(yaml);
    assert!(project.is_none(), "not refused: {yaml}\n{report}");
    report
}

fn assert_has(report: &str, part: &str) {
    assert!(report.contains(part), "expected\n{part}\nin\n{report}");
}

#[test]
fn a_sound_project_is_read_with_its_defaults() {
    let (project, report) = read(SOUND);
    let project = project.unwrap();
    assert_has(
        &report,
        "hooks.yaml:2:17: warning: the key is not checked: the environment variable KEY is not set\n",
    );
    let [hook] = &project.hooks[..] else { panic!() };
    assert_eq!(
        (hook.name.as_str(), hook.script.source.as_str()),
        ("add-tier", SCRIPT)
    );
    assert_eq!(hook.limits, lifecycle::bundle::Limits::default());
    assert_eq!(hook.mode, lifecycle::bundle::Mode::Sync);
    assert_eq!(project.relay.to_string(), "127.0.0.1:9903");
    assert_eq!(project.signing.unwrap().key, "${env:KEY}");
}

#[test]
fn everything_that_can_be_said_is_read() {
    let (project, report) = read_with(
        "\
platform: canaille
upstream: https://id.example.com/idm
relay: { address: \"relay:9903\" }
egress:
  crm.example.com: { port: 8443, tls: false, headers: { authorization: \"Bearer ${secret:A}\" } }
  \"*.eu.example.com\": { ports: [443, 8443], address: \"http://127.0.0.1:9000\", private: true, cache: true, coalesce: true }
  \"::1\": { tls: false }
hooks:
  - name: log
    event: post-account-login
    mode: async
    script: ./hook.js
    timeout: 2m
    cpu: 2s
    load: 3s
    memory: 32MiB
    stack: 128KiB
    on_error: continue
    place: relay
    applications: [storefront, \"12\"]
    variables: { LEVEL: \"3\", EMPTY: \"\" }
    secrets: { TOKEN: \"${env:TOKEN}\", FILE: \"${file:token}\" }
",
        &[("token", b"t\n")],
        &|name| (name == "TOKEN").then(|| "t".to_owned()),
    );
    let project = project.unwrap_or_else(|| panic!("{report}"));
    assert_eq!(project.upstream.unwrap().path(), "/idm");
    assert_eq!(project.relay.to_string(), "relay:9903");
    let crm = &project.egress[0];
    assert_eq!(
        (crm.host.as_str(), crm.ports.as_slice(), crm.tls),
        ("crm.example.com", [8443].as_slice(), false)
    );
    assert_eq!(crm.headers["authorization"], "Bearer ${env:A}");
    assert_eq!(crm.cluster, "leh_egress_crm_example_com");
    let any = &project.egress[1];
    assert_eq!(any.host, "*.eu.example.com");
    assert_eq!(any.ports, [443, 8443]);
    assert_eq!(any.address.as_deref(), Some("127.0.0.1:9000"));
    assert!(any.tls && any.address_plain && any.private && any.cache && any.coalesce);
    assert_eq!(any.cluster, "leh_egress_any_eu_example_com");
    let ip = &project.egress[2];
    assert_eq!(
        (ip.host.as_str(), ip.ports.as_slice()),
        ("::1", [80].as_slice())
    );
    let hook = &project.hooks[0];
    assert_eq!(
        (hook.limits.timeout_ms, hook.limits.cpu_ms),
        (120_000, 2_000)
    );
    assert_eq!(
        (hook.limits.memory_bytes, hook.limits.stack_bytes),
        (32 << 20, 128 << 10)
    );
    assert_eq!(hook.applications.as_deref().unwrap(), ["storefront", "12"]);
    assert_eq!(hook.variables["EMPTY"], "");
    assert_eq!(hook.secrets["FILE"], "${env:LEH_FILE_1}");
    assert_eq!(report.matches("warning").count(), 1, "{report}");
    assert_has(&report, "the environment variable A is not set");
}

#[test]
fn an_unknown_event_is_told_its_nearest_under_its_line() {
    let report = refused(&SOUND.replace("pre-id-token-generation", "pre-idtoken-generation"));
    assert_has(
        &report,
        "\
hooks.yaml:5:12: error: `pre-idtoken-generation` is no lifecycle event; the nearest is `pre-id-token-generation`
    5 |     event: pre-idtoken-generation
      |            ^^^^^^^^^^^^^^^^^^^^^^
",
    );
}

#[test]
fn an_event_that_the_profile_does_not_see_is_told_which_it_does() {
    assert_has(
        &refused(&SOUND.replace("pre-id-token-generation", "post-registration")),
        "\
hooks.yaml:5:12: error: the profile `oidc` does not recognise `post-registration`
    5 |     event: post-registration
      |            ^^^^^^^^^^^^^^^^^
      = help: it recognises `pre-id-token-generation` or `post-account-login`
",
    );
}

#[test]
fn unknown_keys_are_told_the_nearest_known_one() {
    assert_has(
        &refused(&hook("    time_out: 1s\n")),
        "\
hooks.yaml:7:5: error: `time_out` is no key of a hook
    7 |     time_out: 1s
      |     ^^^^^^^^
      = help: the nearest key is `timeout`
",
    );
    let report = refused(&format!("{SOUND}zzz: 1\n"));
    assert_has(&report, "`zzz` is no key of a project");
    assert_has(
        &report,
        "help: the keys are `platform`, `upstream`, `egress`, `signing`, `relay` and `hooks`",
    );
}

#[test]
fn what_this_version_cannot_honour_is_refused_with_the_reason() {
    for (line, reason) in [
        (
            "when: customer.location.country_code == \"DE\"",
            "this version has no conditions",
        ),
        ("metadata: relay", "this version keeps no metadata"),
    ] {
        let key = line.split(':').next().unwrap();
        assert_has(
            &refused(&hook(&format!("    {line}\n"))),
            &format!("error: `{key}` cannot be used: {reason}"),
        );
    }
}

#[test]
fn a_hook_is_placed_where_it_fits_and_refused_with_the_figures_where_it_does_not() {
    let heavy = b"let n = 0; for (let i = 0; i < 2000000; i++) n += i;
module.exports = (args, callback) => callback();\n";
    let placed = |lines: &str| {
        let folder = [("heavy.js", heavy.as_slice())];
        let yaml = hook(lines).replace("script: hook.js", "script: heavy.js");
        read_with(&yaml, &folder, &|_| None)
    };
    let (project, report) = placed("    place: auto\n    load: 1ms\n");
    let hook = &project.unwrap_or_else(|| panic!("{report}")).hooks[0];
    assert_eq!(hook.place, lifecycle::bundle::Place::Relay);
    assert_eq!(hook.limits.load_ms, 5_000);
    let (project, report) = placed("    place: relay\n    memory: 1GiB\n    cpu: 1m\n");
    let hook = &project.unwrap_or_else(|| panic!("{report}")).hooks[0];
    assert_eq!(hook.place, lifecycle::bundle::Place::Relay);
    assert_eq!(
        (hook.limits.memory_bytes, hook.limits.cpu_ms),
        (1 << 30, 60_000)
    );
    let (project, report) = placed("    load: 1ms\n");
    assert!(project.is_none());
    assert_has(
        &report,
        "error: the hook cannot run in the filter: its script takes about ",
    );
    assert_has(&report, "`load` allows 1ms");
    assert_has(&report, "write `place: auto` (or `place: relay`)");
}

#[test]
fn every_limit_can_be_set_within_sense() {
    let (project, report) = read(&hook(
        "    background: 10s\n    fetches: 3\n    response: 2MiB\n    console: 0B\n    timeout: 5m\n",
    ));
    let limits = project.unwrap_or_else(|| panic!("{report}")).hooks[0].limits;
    assert_eq!(
        (limits.background_ms, limits.fetches, limits.timeout_ms),
        (10_000, 3, 300_000)
    );
    assert_eq!((limits.response_bytes, limits.console_bytes), (2 << 20, 0));
    let report = refused(&hook(
        "    background: 2m\n    fetches: many\n    response: 1GiB\n    timeout: 6m\n    memory: 1GiB\n",
    ));
    for part in [
        "expected 1ms to 1m, found `2m`",
        "expected a whole number, found `many`",
        "expected 1B to 16MiB, found `1GiB`",
        "expected 1ms to 5m, found `6m`",
        "expected 1MiB to 256MiB, found `1GiB`",
    ] {
        assert_has(&report, part);
    }
}

#[test]
fn a_host_that_cannot_be_called_is_told_why() {
    let report = refused(&format!(
        "egress:
  \"*.com\": {{}}
  crm.example.com: {{ port: 1, ports: [2] }}
  \"127.0.0.1\": {{ tls: false, address: \"127.0.0.1:9000\" }}
  a.example.com: {{ headers: {{ x: \"${{secret:BROKEN\" }} }}
  b.example.com: {{ ports: [] }}
{}",
        hook("")
    ));
    for part in [
        "`*.` goes before at least two labels",
        "`port` and `ports` say the same",
        "`address` stands in for a name",
        "a reference has no end",
        "with an empty list of ports nothing can be called",
    ] {
        assert_has(&report, part);
    }
}

#[test]
fn every_mistake_is_told_at_once_in_the_order_of_the_file() {
    let report = refused(
        "\
platform: oicd
upstream: localhost:5000
signing: {}
relay: { address: relay }
egress:
  https://crm.example.com: {}
  crm.example.com: { port: 70000, tls: maybe, headers: { \"a b\": \"${TOKEN}\" } }
hooks:
  - nme: x
    event: 7
    mode: later
    script: missing.js
    timeout: 800
    cpu: 2s
    memory: 16MB
    stack: 1GiB
    on_error: ignore
    applications: []
    variables: { A: \"${env:A}\", B: 7 }
    secrets: { A: hunter2 }
    place: moon
",
    );
    let places: Vec<(usize, usize)> = report
        .lines()
        .filter_map(|line| {
            let mut parts = line.strip_prefix("hooks.yaml:")?.split(':');
            Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
        })
        .collect();
    assert!(places.is_sorted(), "{report}");
    for part in [
        "`oicd` is no shipped profile",
        "expected the platform's URL, such as http://127.0.0.1:5000, found the scheme `localhost`",
        "`signing` needs `key`",
        "expected host:port, such as 127.0.0.1:9903",
        "expected a host name such as `crm.example.com`, found `https://crm.example.com`",
        "expected a port from 1 to 65535",
        "expected `true` or `false`",
        "`a b` is no header name",
        "a reference in a header is `${secret:NAME}`, `${env:NAME}` or `${file:path}`",
        "`nme` is no key of a hook",
        "a hook needs `name`",
        "expected a lifecycle event as text, found the number 7",
        "expected `sync` or `async`, found `later`",
        "missing.js is not there",
        "expected a duration such as `800ms`, `1s` or `2m`, found the number 800",
        "expected 1ms to 1s, found `2s`",
        "expected a size such as `256KiB` or `16MiB` (1 MiB = 1,048,576 bytes), found `16MB`",
        "expected 16KiB to 512KiB, found `1GiB`",
        "expected `continue` or `deny`, found `ignore`",
        "an empty list is for no application at all",
        "a variable is handed to the script as it stands here",
        "help: put it in quotes: \"7\"",
        "secret `A`: expected `${env:NAME}` or `${file:path}`",
        "expected `auto`, `filter` or `relay`, found `moon`",
    ] {
        assert_has(&report, part);
    }
    assert!(!report.contains("hunter2"), "{report}");
}

#[test]
fn a_token_hook_without_a_key_is_told_how_to_make_one() {
    let report = refused(&SOUND.replace("signing: { key: \"${env:KEY}\" }\n", ""));
    assert_has(
        &report,
        "\
hooks.yaml:4:12: error: a synchronous hook of `pre-id-token-generation` needs `signing`
    4 |     event: pre-id-token-generation
      |            ^^^^^^^^^^^^^^^^^^^^^^^
      = help: a changed token must be signed again: add `signing: { key: \"${env:LEH_SIGNING_KEY}\" }` to the project; a key is made with `openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048`
",
    );
}

#[test]
fn two_hooks_cannot_share_a_name() {
    let again = "  - { name: add-tier, event: post-account-login, script: hook.js }\n";
    assert_has(
        &refused(&hook(again)),
        "hooks.yaml:7:13: error: the name `add-tier` is taken by the hook on line 4",
    );
    assert_has(
        &refused(&SOUND.replace("add-tier", "Add_Tier")),
        "`Add_Tier` is no name for a hook",
    );
}

#[test]
fn asynchronous_hooks_deny_nothing_and_run_in_the_relay() {
    let lines = "    mode: async\n    on_error: deny\n    place: filter\n";
    let report = refused(&hook(lines));
    assert_has(
        &report,
        "hooks.yaml:8:15: error: nobody waits for an asynchronous hook",
    );
    assert_has(
        &report,
        "hooks.yaml:9:12: error: asynchronous hooks always run in the relay",
    );
}

#[test]
fn a_broken_script_is_told_at_its_own_place() {
    let (project, report) = read_with(
        SOUND,
        &[("hook.js", b"module.exports = async () => {\n  let = 5;\n")],
        &|_| None,
    );
    assert!(project.is_none());
    assert_has(&report, "hook.js:");
    let line = report
        .lines()
        .find(|line| line.starts_with("hook.js:"))
        .unwrap();
    let mut parts = line.split(':').skip(1);
    assert!(
        parts.next().unwrap().parse::<usize>().unwrap() >= 1,
        "{line}"
    );
    assert!(
        parts.next().unwrap().parse::<usize>().unwrap() >= 1,
        "{line}"
    );
    assert_eq!(parts.next(), Some(" error"), "{line}");
}

#[test]
fn a_script_is_a_readable_file_of_utf_8_that_is_not_too_long() {
    let spoilt = |content: &[u8]| read_with(SOUND, &[("hook.js", content)], &|_| None).1;
    assert_has(
        &spoilt(b"// \xff\n"),
        "hook.js:1:1: error: the file is not UTF-8 (at byte 3)",
    );
    assert_has(
        &spoilt(&vec![b' '; (16 << 20) + 1]),
        "hook.js has 16777217 bytes with its packages; a script may have 16MiB",
    );
    assert_has(&refused(&SOUND.replace("hook.js", ".")), "is no file");
}

#[test]
fn a_key_of_another_kind_is_told_what_it_is_and_never_shown() {
    let body = "MIIEpAIBAAKCAQEA0123456789abcdef";
    let pkcs1 = format!("-----BEGIN RSA PRIVATE KEY-----\n{body}\n-----END RSA PRIVATE KEY-----\n");
    let by_variable = |name: &str| (name == "KEY").then(|| pkcs1.clone());
    let (project, report) = read_with(SOUND, &[], &by_variable);
    assert!(project.is_none());
    assert_has(
        &report,
        "hooks.yaml:2:17: error: the signing key cannot be used: expected a PKCS#8 private key in PEM",
    );
    assert_has(&report, "BEGIN RSA PRIVATE KEY");
    assert_has(&report, "openssl pkcs8 -topk8");

    let by_file = SOUND.replace("${env:KEY}", "${file:key.pem}");
    let (_, from_file) = read_with(&by_file, &[("key.pem", pkcs1.as_bytes())], &|_| None);
    assert_has(&from_file, "BEGIN RSA PRIVATE KEY");

    let block = format!(
        "signing:\n  key: |\n{}",
        pkcs1
            .replace("-----B", "    -----B")
            .replace("MII", "    MII")
            .replace("-----E", "    -----E")
    );
    let (_, in_project) = read(&SOUND.replace("signing: { key: \"${env:KEY}\" }\n", &block));
    assert_has(
        &in_project,
        "warning: everybody who reads this file has the signing key",
    );
    assert_has(&in_project, "error: the signing key cannot be used: ");
    for report in [report, from_file, in_project] {
        assert!(!report.contains(body), "{report}");
    }
}

#[test]
fn bad_yaml_and_missing_files_are_told_what_to_do() {
    let report = refused("platform: oidc\n  hooks: []\n");
    assert!(report.starts_with("hooks.yaml:2:"), "{report}");
    assert_has(
        &report,
        "help: check indentation, quotes and brackets here and on the line above",
    );

    let folder = tempfile::tempdir().unwrap();
    let (project, problems) = Project::load(folder.path(), &|_| None);
    assert!(project.is_none());
    assert_has(
        &problems.report(),
        "hooks.yaml: error: the file cannot be read: ",
    );
    assert_has(
        &problems.report(),
        "help: a project is a folder with a hooks.yaml in it; name that folder",
    );
}

#[test]
fn a_secret_in_a_broken_line_is_not_quoted() {
    for spoilt in [
        "    secrets: hunter2\n",
        "    secrets: { A: [hunter2] }\n",
        "    secrets:\n      A: 12345678\n",
    ] {
        let report = refused(&hook(spoilt));
        assert!(
            !report.contains("hunter2") && !report.contains("12345678"),
            "{report}"
        );
    }
    let report = refused(&SOUND.replace("${env:KEY}", "hunter2"));
    assert_has(
        &report,
        "hooks.yaml:2:17: error: expected `${env:NAME}` or `${file:path}`, or PKCS#8 keys in PEM",
    );
    assert!(!report.contains("hunter2"), "{report}");
}
