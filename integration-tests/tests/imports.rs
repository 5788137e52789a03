//! The built module can be loaded by every Envoy since 2021.

use integration_tests::{module, wasm_imports};

#[test]
fn the_module_imports_only_what_every_envoy_has() {
    let path = module::path();
    let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let unknown =
        wasm_imports::unknown(&bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert!(
        unknown.is_empty(),
        "{} imports what older Envoys do not have: {unknown:?}",
        path.display()
    );
}

#[test]
fn an_import_from_outside_the_list_is_found() {
    // (module (import "wasi_snapshot_preview1" "sock_recv" (func)) (import "env" "proxy_log" (func)))
    let mut module = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x02".to_vec();
    let mut section = vec![2];
    for (from, name) in [
        ("wasi_snapshot_preview1", "sock_recv"),
        ("env", "proxy_log"),
    ] {
        section.push(from.len() as u8);
        section.extend(from.bytes());
        section.push(name.len() as u8);
        section.extend(name.bytes());
        section.extend([0, 0]);
    }
    module.push(section.len() as u8);
    module.extend(section);
    assert_eq!(
        wasm_imports::unknown(&module),
        Ok(vec!["wasi_snapshot_preview1.sock_recv".to_owned()])
    );
}
