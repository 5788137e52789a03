//! Tells the crate where the ready-made JavaScript is that `make setup` bundles (packages/README.md).

use std::path::Path;

fn main() {
    // Asked when it runs, not when it is compiled: checkouts that share a build cache share this
    // program too.
    let checkout = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default();
    let folder = Path::new(&checkout).join("../.venv/packages");
    let notice = folder.join("NOTICE");
    println!("cargo::rerun-if-changed={}", folder.display());
    if !notice.is_file() {
        println!(
            "cargo::error=the bundled JavaScript packages are not in {}: run `make setup`",
            folder.display()
        );
        return;
    }
    println!("cargo::rustc-env=LEH_PACKAGES={}", folder.display());
}
