//! The case files of hook-runtime (tests/cases), inside the filter: what scripts find there is what
//! they find natively. One configuration has them all, each for an application of its own.

use std::path::{Path, PathBuf};

use integration_tests::case::Case;
use integration_tests::platform_tokens as keys;
use lifecycle::bundle::{Hook, Limits, Script};
use serde_json::{Map, Value};

use crate::platform::*;

/// Limits that no case file reaches on a busy machine.
const PATIENT: Limits = Limits {
    timeout_ms: 20_000,
    cpu_ms: 20_000,
    load_ms: 20_000,
    background_ms: 5_000,
    memory_bytes: 256 << 20,
    stack_bytes: 256 << 10,
    console_bytes: 64 << 10,
    fetches: 16,
    response_bytes: 1 << 20,
};

pub fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../hook-runtime/tests/cases");
    let harness = std::fs::read_to_string(folder.join("harness.js")).expect("the harness");
    let mut files = Vec::new();
    find(&folder, &mut files);
    let names: Vec<String> = files
        .iter()
        .map(|file| {
            let inner = file.strip_prefix(&folder).expect("a file in the folder");
            inner
                .with_extension("")
                .display()
                .to_string()
                .replace(['/', '_'], "-")
        })
        .collect();
    let hooks = names.iter().zip(&files).map(|(name, file)| {
        let text = std::fs::read_to_string(file).expect("a case file");
        Hook {
            name: name.clone(),
            script: Script {
                file: format!("{name}.js"),
                source: format!("{harness}\n{text}"),
                map: None,
            },
            limits: PATIENT,
            applications: Some(vec![name.clone()]),
            variables: [("GREETING".to_owned(), "hello".to_owned())].into(),
            ..hook("")
        }
    });
    let bundle = bundle(hooks);
    let case = |name: &String| {
        let request = token_request_with(format!(
            "grant_type=authorization_code&code=c-1&client_id={name}&client_secret=s"
        ));
        Case::new(&format!("{name} is as its standard says"), &bundle)
            .variable("LEH_SIGNING_KEY", &our_keys())
            .variable("VENDOR_KEY", VENDOR_KEY)
            .counter(&format!("leh.hook.{name}.done"), 1)
            .exchange(request.answered(tokens(keys::platform_ec())))
            .check(|seen| {
                let body = seen.response(0).json();
                let token = body["id_token"].as_str().expect("an ID token");
                let claims: Map<String, Value> =
                    serde_json::from_str(&keys::claims_text(token)).expect("claims");
                assert!(claims["cases"].as_u64() > Some(0), "no cases in {claims:?}");
                let failures = claims["failures"].as_object().expect("failures");
                let lines = failures.iter().map(|(name, why)| format!("{name}: {why}"));
                assert!(
                    failures.is_empty(),
                    "{}",
                    lines.collect::<Vec<_>>().join("\n")
                );
            })
    };
    names.iter().map(case).collect()
}

fn find(folder: &Path, found: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder).expect("the folder of the case files");
    let mut entries: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            find(&path, found);
        } else if path.extension().is_some_and(|it| it == "js") && !path.ends_with("harness.js") {
            found.push(path);
        }
    }
}
