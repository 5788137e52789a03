//! Tells the crate where the ready-made JavaScript is that `make setup` bundles (packages/README.md).

use std::path::Path;

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.venv/packages");
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
