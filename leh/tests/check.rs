//! `leh check` and `leh build` as a person and a build server see them.

// Helpers beside the test functions fail as those do (clippy.toml).
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice)]

mod common;

use std::fs;
use std::os::unix::fs::PermissionsExt;

use common::{Platform, Project, leh, signing_key, stderr};

const HOOKS: &str = "\
platform: oidc
hooks:
  - { name: log, event: post-account-login, mode: async, script: log.js }
";
const LOG: (&str, &str) = ("log.js", "module.exports = async () => {};\n");

#[test]
fn the_example_has_no_mistake() {
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/first-hook");
    let output = leh()
        .args(["check", example])
        .env("LEH_SIGNING_KEY", signing_key())
        .output();
    let output = output.unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(stderr(&output), "");
    assert!(
        String::from_utf8_lossy(&output.stdout)
            .ends_with(": 2 hooks, profile canaille, no errors\n")
    );
}

#[test]
fn mistakes_fail_with_their_number_and_warnings_do_not() {
    let project = Project::new(&[("hooks.yaml", "platform: oidc\nhoks: []\nrelay: {}\n")]);
    let output = project.leh("check", &[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stderr(&output).ends_with("\n2 errors\n"),
        "{}",
        stderr(&output)
    );
    assert!(output.stdout.is_empty());

    let unset = "platform: oidc\nsigning: { key: \"${env:LEH_TEST_UNSET}\" }\n";
    let output = Project::new(&[("hooks.yaml", unset)]).leh("check", &[]);
    assert!(output.status.success());
    assert!(
        stderr(&output).contains(": warning: the key is not checked"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn a_folder_without_a_project_is_told_what_a_project_is() {
    let output = Project::new(&[]).leh("check", &[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("a project is a folder with a hooks.yaml in it"));
}

#[test]
fn the_same_project_and_platform_give_the_same_bundle() {
    let platform = Platform::serve(|head| {
        assert!(head.starts_with("GET /idm/.well-known/openid-configuration HTTP/1.1\r\n"));
        let body =
            "{\"issuer\":\"https://id.test/idm\",\"token_endpoint\":\"https://id.test/idm/t\"}";
        format!(
            "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .into_bytes()
    });
    let project = Project::new(&[("hooks.yaml", HOOKS), LOG]);
    let upstream = format!("{}/idm/", platform.url());
    let build = || {
        let output = project.leh("build", &["--upstream", &upstream]);
        assert!(output.status.success(), "{}", stderr(&output));
        fs::read_to_string(project.path(".leh/bundle.json")).unwrap()
    };
    let bundle = build();
    assert!(bundle.contains("\"token_endpoint\":\"/idm/t\""), "{bundle}");
    assert_eq!(bundle, build());
}

#[test]
fn a_platform_that_is_not_there_is_told_with_what_to_do() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let project = Project::new(&[("hooks.yaml", HOOKS), LOG]);
    let error = stderr(&project.leh("build", &["--upstream", &format!("http://{nobody}")]));
    assert!(error.contains("was not answered"), "{error}");
    assert!(
        error.contains("start the platform, or name the endpoints in a profile"),
        "{error}"
    );
    let error = stderr(&project.leh("build", &[]));
    assert!(
        error.contains("the profile `oidc` names no token_endpoint"),
        "{error}"
    );
}

#[test]
fn a_bundle_holds_references_and_only_a_key_that_the_project_itself_holds() {
    let key = signing_key();
    let secret = key.lines().nth(1).unwrap();
    let write = |signing: &str| {
        let yaml = format!("{HOOKS}signing: {signing}\n");
        let project = Project::new(&[("hooks.yaml", &yaml), LOG, ("key.pem", &key)]);
        let profile = "version: 1\nname: own\ninclude: [oidc]\nendpoints: { token_endpoint: /t }\n";
        fs::write(project.path("own.yaml"), profile).unwrap();
        let yaml = yaml.replace("platform: oidc", "platform: ./own.yaml");
        fs::write(project.path("hooks.yaml"), yaml).unwrap();
        let output = project.leh("build", &[]);
        assert!(output.status.success(), "{}", stderr(&output));
        assert!(!stderr(&output).contains(secret), "{}", stderr(&output));
        let file = project.path(".leh/bundle.json");
        let mode = fs::metadata(&file).unwrap().permissions().mode() & 0o777;
        (fs::read_to_string(file).unwrap(), mode)
    };
    let (by_file, _) = write("{ key: \"${file:key.pem}\" }");
    assert!(by_file.contains("\"${env:LEH_FILE_1}\"") && !by_file.contains(secret));
    let (in_project, mode) = write(&format!("{{ key: {key:?} }}"));
    assert!(in_project.contains(secret));
    assert_eq!(mode, 0o600);
}
