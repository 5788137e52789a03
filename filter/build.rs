//! Stamps the build with its commit, and sizes the stack.

use std::process::Command;

fn main() {
    let commit = Command::new("git")
        .args(["describe", "--always", "--dirty", "--abbrev=12"])
        .output()
        .ok()
        .filter(|output| output.status.success())
        .and_then(|output| String::from_utf8(output.stdout).ok())
        .map_or_else(
            || "unknown commit".to_owned(),
            |text| text.trim().to_owned(),
        );
    println!("cargo::rustc-env=LEH_COMMIT={commit}");
    println!("cargo::rerun-if-changed=../.git/HEAD");
    println!("cargo::rerun-if-changed=../.git/refs/heads");
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_FAMILY").as_deref() == Ok("wasm") {
        // Room for the largest stack that a hook may be given, and for us below it.
        println!("cargo::rustc-link-arg-cdylib=-zstack-size=1048576");
    }
}
