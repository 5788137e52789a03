//! The Envoy configuration, judged by the real Envoy.

// Helpers beside the test functions fail as those do (clippy.toml).
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice)]

mod common;

use std::fs;
use std::process::Command;

use common::{Project, envoy, filter, signing_key, stderr};

const SCRIPT: &str = "const odd = \"'quotes' \\\\ @BUNDLE@ ${env:X} \u{e4}\u{1F600}\u{2028} \t#: {} []\";\n\
                      module.exports = async (args, callback) => callback();\n";
const PROFILE: &str = "\
version: 1
name: own
include: [oidc]
endpoints: { token_endpoint: \"/T/%7Btoken}/\", jwks_uri: /keys }
";
const HOOKS: &str = "
hooks:
  - name: token
    event: pre-id-token-generation
    script: a.js
    variables: { A: \"\\n\\u0085:\" }
    secrets: { B: \"${env:LEH_TEST_B}\" }
  - { name: login, event: post-account-login, mode: async, script: a.js }
";

/// Writes the configuration of a project with these lines and lets Envoy read it.
fn validate(lines: &str, arguments: &[&str]) -> String {
    let yaml = format!("platform: ./own.yaml\n{lines}");
    let key = signing_key();
    let project = Project::new(&[
        ("hooks.yaml", &yaml),
        ("own.yaml", PROFILE),
        ("a.js", SCRIPT),
        ("key.pem", &key),
    ]);
    let file = project.path("envoy.yaml");
    let filter = filter();
    let write = || {
        let output = project.leh(
            "envoy",
            &[
                &[
                    "--filter",
                    filter.to_str().unwrap(),
                    "-o",
                    file.to_str().unwrap(),
                ],
                arguments,
            ]
            .concat(),
        );
        assert!(output.status.success(), "{}", stderr(&output));
        fs::read_to_string(&file).unwrap()
    };
    let text = write();
    assert!(!text.contains(key.lines().nth(1).unwrap()));
    assert_eq!(text, write(), "the same project gives the same file");

    let validated = Command::new(envoy())
        .args(["--mode", "validate", "-l", "warning", "-c"])
        .arg(&file)
        .env("LEH_FILE_1", &key)
        .env("LEH_TEST_B", "b")
        .output()
        .unwrap();
    assert!(validated.status.success(), "{}\n{text}", stderr(&validated));
    text
}

#[test]
fn a_project_with_everything_is_a_configuration_that_envoy_takes() {
    let lines = format!(
        "signing: {{ key: \"${{file:key.pem}}\" }}\n\
         relay: {{ address: \"relay.internal:9903\" }}\n\
         egress:\n  crm.example.com: {{}}\n  plain.example.com: {{ port: 80, tls: false }}{HOOKS}"
    );
    let text = validate(&lines, &["--upstream", "https://id.example.com:8443"]);
    for part in [
        "path: \"/T/%7Btoken}\", case_sensitive: false",
        "path: \"/T/%7Btoken}/\", case_sensitive: false",
        "path: \"/keys\"",
        "host_env_keys: [\"LEH_FILE_1\", \"LEH_TEST_B\"]",
        "#   LEH_FILE_1=\"$(cat '",
        "sni: \"id.example.com\"",
        "address: \"relay.internal\"",
        "- name: \"leh_egress_crm_example_com\"",
    ] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
}

#[test]
fn every_kind_of_upstream_is_taken() {
    for upstream in [
        "http://127.0.0.1:5000",
        "http://[::1]:5000",
        "http://localhost",
        "https://192.0.2.1/idm",
    ] {
        let signing = "signing: { key: \"${file:key.pem}\" }\n";
        let text = validate(&format!("{signing}{HOOKS}"), &["--upstream", upstream]);
        assert_eq!(
            text.contains("UpstreamTlsContext"),
            upstream.starts_with("https"),
            "{upstream}"
        );
        assert_eq!(
            text.contains("path: \"/idm/keys\""),
            upstream.ends_with("/idm"),
            "{upstream}"
        );
    }
}

#[test]
fn without_hooks_no_route_enables_the_filter() {
    let text = validate("", &["--upstream", "http://127.0.0.1:5000"]);
    assert!(!text.contains("typed_per_filter_config"), "{text}");
    assert!(!text.contains("leh_relay"), "{text}");
}
