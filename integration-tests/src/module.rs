//! Where the built filter is.

use std::path::{Path, PathBuf};

/// The module under test: `LEH_FILTER`, or where `make filter` puts it.
///
/// # Panics
/// When there is none: a run without the filter would test nothing.
pub fn path() -> PathBuf {
    let path = std::env::var_os("LEH_FILTER")
        .map(PathBuf::from)
        .unwrap_or_else(|| target_directory().join("wasm32-wasip1/release/lifecycle_hooks.wasm"));
    assert!(
        path.is_file(),
        "expected the built filter at {}, found nothing: run `make filter`, or name another file in LEH_FILTER",
        path.display()
    );
    path
}

/// Cargo's target directory: `CARGO_TARGET_DIR` (relative to the workspace) or `target`.
pub fn target_directory() -> PathBuf {
    workspace().join(
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), PathBuf::from),
    )
}

/// The root of the workspace.
pub fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the crate is in a workspace")
}
