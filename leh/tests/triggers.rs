//! What `leh check` and `leh test` say about scripts of the form `(event, api)`.

// Helpers beside the test functions fail as those do (clippy.toml).
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice)]

mod common;

use common::{Project, leh, stderr};

fn hooks(event: &str) -> String {
    format!(
        "platform: oidc\nhooks:\n  - {{ name: a, event: {event}, mode: async, script: a.js }}\n"
    )
}

#[test]
fn a_trigger_of_another_event_is_refused() {
    let script = "exports.onExecutePreUserRegistration = async (event, api) => {};\n";
    let project = Project::new(&[
        ("hooks.yaml", &hooks("post-account-login")),
        ("a.js", script),
    ]);
    let output = project.leh("check", &[]);
    assert_eq!(output.status.code(), Some(1));
    let told = stderr(&output);
    assert!(
        told.contains("it exports onExecutePreUserRegistration, which does not run at post-account-login; expected onExecutePostLogin"),
        "{told}"
    );
}

#[test]
fn what_is_never_there_and_what_nothing_can_do_is_told_at_its_line() {
    let script = "exports.onExecutePostLogin = async (event, api) => {
  if (event.authentication.riskAssessment) console.log(event.user.email);
  api.session.revoke('no');
};
";
    let project = Project::new(&[
        ("hooks.yaml", &hooks("post-account-login")),
        ("a.js", script),
    ]);
    let output = project.leh("check", &[]);
    let told = stderr(&output);
    assert!(output.status.success(), "{told}");
    for expected in [
        "a.js:2:1: warning: event.authentication.riskAssessment is never there at post-account-login",
        "a.js:3:1: warning: api.session.revoke has no counterpart",
    ] {
        assert!(told.contains(expected), "{told}");
    }
    assert!(!told.contains("event.user.email is"), "{told}");
}

#[test]
fn a_script_about_applications_is_tried_on_one() {
    let script = "exports.onExecuteCredentialsExchange = async (event, api) => {
  api.accessToken.setCustomClaim('for', event.client.client_id);
};
";
    let project = Project::new(&[("a.js", script)]);
    let output = leh().arg("test").arg(project.path("a.js")).output();
    let output = output.unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(told.contains("stock-sync"), "{told}{}", stderr(&output));
}
