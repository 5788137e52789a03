//! The case list: every case is played on our own host and on the real Envoy.
//!
//! `cargo test -p integration-tests --test cases -- closes` plays those with `closes` in their names.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "all of this is a test: a panic is its way to fail"
)]

mod claims;
mod configuration;
mod connections;
mod deliveries;
mod fetches;
mod in_relay;
mod key_sets;
mod outcomes;
mod platform;
mod reload;
mod token_responses;
mod traffic;
mod web;

use std::sync::Arc;

use integration_tests::run::{self, Envoys};
use libtest_mimic::{Arguments, Failed, Trial};

fn main() {
    let arguments = Arguments::from_args();
    let envoys = Arc::new(Envoys::default());
    let themes = [
        ("claims", claims::cases()),
        ("outcomes", outcomes::cases()),
        ("key sets", key_sets::cases()),
        ("token responses", token_responses::cases()),
        ("traffic", traffic::cases()),
        ("connections", connections::cases()),
        ("deliveries", deliveries::cases()),
        ("fetches", fetches::cases()),
        ("in the relay", in_relay::cases()),
        ("the sandbox", web::cases()),
        ("configuration", configuration::cases()),
    ];
    let trials = themes.into_iter().flat_map(|(theme, cases)| {
        let envoys = Arc::clone(&envoys);
        cases.into_iter().map(move |case| {
            let envoys = Arc::clone(&envoys);
            Trial::test(format!("{theme}: {}", case.name), move || {
                run::run(&case, &envoys).map_err(Failed::from)
            })
        })
    });
    let on_envoy_alone = Trial::test(
        "configuration: a bad one leaves the good one in force",
        || {
            reload::a_bad_configuration_leaves_the_good_one_in_force();
            Ok(())
        },
    );
    let conclusion = libtest_mimic::run(&arguments, trials.chain([on_envoy_alone]).collect());
    envoys.end();
    conclusion.exit();
}
