//! A configuration that Envoy is given while it serves: a good one takes over, a bad one changes
//! nothing. Only the real Envoy can show it.

use integration_tests::case::{Case, Setup};
use integration_tests::envoy_host::Envoy;
use lifecycle::bundle::Hook;

use crate::platform::*;

/// A hook that says which configuration is in force.
fn version(number: u32) -> Hook {
    hook(&format!(
        "export default async () => new TokenClaims({{ version: {number} }})"
    ))
}

fn setup(hook: Hook) -> Setup {
    case("", [hook]).setup
}

/// The claim `version` of a login.
fn version_in_force(envoy: &Envoy) -> String {
    let login: Case = case("", []).exchange(login()).exchange(key_set());
    let seen = envoy.play(&login);
    verified_claims(&seen, 0, 1)
        .rsplit_once(r#""version":"#)
        .map_or("none".to_owned(), |(_, version)| version.to_owned())
}

/// Panics when a bad configuration takes over, or a good one does not.
pub fn a_bad_configuration_leaves_the_good_one_in_force() {
    let envoy = Envoy::start_watching(&setup(version(1)));
    assert_eq!(version_in_force(&envoy), "1}");

    assert!(
        !envoy.reconfigure(&setup(hook("export default async () => { syntax error }"))),
        "a script that does not compile was taken"
    );
    assert_eq!(version_in_force(&envoy), "1}");

    let mut keyless = setup(version(2));
    keyless.environment.clear();
    assert!(
        !envoy.reconfigure(&keyless),
        "a configuration without its key was taken"
    );
    assert_eq!(version_in_force(&envoy), "1}");

    assert!(
        envoy.reconfigure(&setup(version(3))),
        "a good configuration was refused"
    );
    assert_eq!(version_in_force(&envoy), "3}");
}
