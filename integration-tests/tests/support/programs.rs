//! Where the programs are that these tests run. A missing one fails them with what to do.

use std::ffi::OsString;
use std::path::PathBuf;

use integration_tests::module::{self, workspace};

/// The program under test: `LEH`, or where `make leh` puts it.
pub fn leh() -> PathBuf {
    let built = module::target_directory().join("release/leh");
    chosen("LEH", built, "make leh")
}

/// The filter under test: `LEH_FILTER`, or where `make filter` puts it.
pub fn filter() -> PathBuf {
    module::path()
}

/// The real Envoy: `LEH_ENVOY`, or that of the toolchain.
pub fn envoy() -> PathBuf {
    chosen(
        "LEH_ENVOY",
        workspace().join(".venv/bin/envoy"),
        "make setup",
    )
}

/// A Python with Canaille and Authlib.
pub fn python() -> PathBuf {
    let python = workspace().join(".venv/bin/python");
    assert!(
        workspace().join(".venv/bin/canaille").is_file(),
        "expected a Python with the packages of integration-tests/requirements.txt at {}: run `make test-setup`",
        python.display()
    );
    python
}

/// A Node that is new enough for oidc-provider, with its packages.
pub fn node() -> PathBuf {
    let modules = file("platforms/oidc-provider/node_modules");
    let node = modules.join(".bin/node");
    assert!(
        node.exists() && modules.join("oidc-provider").is_dir(),
        "expected Node and its packages in {}: run `make test-setup`",
        modules.display()
    );
    node
}

/// The folder with the npm packages of hooks.
pub fn packages() -> PathBuf {
    let folder = file("packages");
    assert!(
        folder.join("node_modules/.package-lock.json").is_file(),
        "expected npm packages in {}/node_modules: run `make test`",
        folder.display()
    );
    folder
}

/// A file of this package.
pub fn file(path: &str) -> PathBuf {
    workspace().join("integration-tests").join(path)
}

fn chosen(variable: &str, usual: PathBuf, target: &str) -> PathBuf {
    let path = std::env::var_os(variable).map_or(usual, |path: OsString| PathBuf::from(path));
    assert!(
        path.is_file(),
        "expected a program at {}, found nothing: run `{target}`, or name another one in {variable}",
        path.display()
    );
    path
}
