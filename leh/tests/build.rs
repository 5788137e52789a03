//! Scripts with packages and in TypeScript, bundled by `leh` and run in the sandbox: each test
//! writes the packages that it needs.

// Helpers beside the test functions fail as those do (clippy.toml).
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod common;

use std::fs;

use common::{Project, signing_key, stderr};
use serde_json::{Value, json};

/// A project whose hook `hook` is `script`, with these files.
fn project(script: &str, files: &[(&str, &str)]) -> Project {
    let hooks = format!(
        "platform: canaille\n\
         signing: {{ key: \"${{file:key.pem}}\" }}\n\
         hooks:\n  \
         - {{ name: hook, event: pre-id-token-generation, script: {script}, cpu: 1s, load: 1s, \
         timeout: 5s }}\n"
    );
    let key = signing_key();
    let mut all = vec![("hooks.yaml", hooks.as_str()), ("key.pem", key.as_str())];
    all.extend(files);
    Project::new(&all)
}

/// What `leh test` of the hook prints.
fn ran(script: &str, files: &[(&str, &str)]) -> Value {
    let project = project(script, files);
    let output = common::leh()
        .args(["test", "hook", "--json", "--project"])
        .arg(project.path(""))
        .output()
        .unwrap();
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", stderr(&output)))
}

/// The claim `got` that the hook sets.
fn got(script: &str, files: &[(&str, &str)]) -> Value {
    let ran = ran(script, files);
    assert_eq!(ran["error"], Value::Null, "{ran}");
    ran["outcome"]["idToken"]["got"].clone()
}

const ESM_ONLY: [(&str, &str); 2] = [
    (
        "node_modules/esm-only/package.json",
        r#"{ "type": "module", "exports": "./index.js" }"#,
    ),
    (
        "node_modules/esm-only/index.js",
        "export default 'the default'; export const named = 'a name';",
    ),
];
const DUAL: [(&str, &str); 3] = [
    (
        "node_modules/dual/package.json",
        r#"{ "exports": { "browser": "./no.js", "import": "./index.mjs", "require": "./index.cjs" } }"#,
    ),
    ("node_modules/dual/index.mjs", "export default 'imported';"),
    (
        "node_modules/dual/index.cjs",
        "module.exports = 'required';",
    ),
];

#[test]
fn a_script_in_commonjs_requires_packages_of_both_kinds_and_owes_an_answer() {
    let script = (
        "hook.js",
        "'use strict';\n\
         const all = require('esm-only'), dual = require('dual'), { a } = require('./data.json');\n\
         module.exports = (args, callback) => callback(new TokenClaims({ got: [all.default, all.named, dual, a] }));\n",
    );
    let files = [
        &[script, ("data.json", "{ \"a\": [1] }")],
        &ESM_ONLY[..],
        &DUAL[..],
    ]
    .concat();
    assert_eq!(
        got("hook.js", &files),
        json!(["the default", "a name", "required", [1]])
    );
    // Without an answer the callback form has failed, bundled too.
    let silent = ("hook.js", "require('dual'); module.exports = () => {};");
    let ran = ran("hook.js", &[&[silent], &DUAL[..]].concat());
    assert_eq!(ran["form"], "callback");
    assert_ne!(ran["error"], Value::Null);
}

#[test]
fn a_module_imports_packages_of_both_kinds_and_owes_nothing() {
    let script = (
        "hook.mjs",
        "import old, { named } from 'old';\nimport dual from 'dual';\nimport data from './data.json';\n\
         export default async () => {\n  const { default: later } = await import('esm-only');\n  \
         return new TokenClaims({ got: [old.named, named, dual, later, data.a] });\n};\n",
    );
    let old = ("node_modules/old/index.js", "exports.named = 'by require';");
    let data = ("data.json", "{ \"a\": null }");
    let files = [&[script, old, data], &ESM_ONLY[..], &DUAL[..]].concat();
    assert_eq!(
        got("hook.mjs", &files),
        json!(["by require", "by require", "imported", "the default", null])
    );
    let silent = ("hook.mjs", "import 'dual'; export default () => {};");
    let ran = ran("hook.mjs", &[&[silent], &DUAL[..]].concat());
    assert_eq!(
        (&ran["form"], &ran["error"]),
        (&json!("module"), &Value::Null)
    );
}

#[test]
fn the_trigger_form_is_known_in_a_bundle() {
    let script = (
        "hook.js",
        "const dual = require('dual');\nexports.onExecutePostLogin = async (event, api) => {\n  \
         api.idToken.setCustomClaim('got', dual);\n};\n",
    );
    let ran = ran("hook.js", &[&[script], &DUAL[..]].concat());
    assert_eq!(ran["form"], "trigger", "{ran}");
    assert_eq!(ran["error"], Value::Null);
    let module = (
        "hook.ts",
        "import type { Event } from 'nowhere';\nimport { API } from 'nowhere-too';\nimport dual from 'dual';\n\
         export const onExecutePostLogin = async (event: Event, api: API) => {\n  dual;\n};\n",
    );
    let ran = self::ran("hook.ts", &[&[module], &DUAL[..]].concat());
    assert_eq!(ran["form"], "trigger", "{ran}");
}

#[test]
fn typescript_runs_as_typescript_means_it() {
    let files = [
        (
            "hook.ts",
            "import { shout } from './words/shout';\nimport * as shapes from './shapes.js';\n\
             enum Tier { Gold = 'gold', Silver = 'silver' }\nconst enum Level { Low, High }\n\
             namespace Names { export const first = 'Ada' }\n\
             class Member { constructor(private readonly name: string, public level = Level.High) {}\n  \
             get shown(): string { return shout(this.name!) as string } }\n\
             abstract class Base<T> { declare hidden: T; shown = 1 }\nclass Derived extends Base<string> {}\n\
             export default async (args: { customer: unknown }): Promise<object> => {\n  \
             const member = new Member(Names.first) satisfies Member;\n  \
             return new TokenClaims({ got: [Tier.Gold, member.shown, member.level, Object.keys(new Derived()), shapes.area(2)] });\n};\n",
        ),
        (
            "words/shout.ts",
            "export function shout(word: string): string { return word.toUpperCase() + '!' }\n",
        ),
        // A name with the ending of what it is compiled to.
        (
            "shapes.ts",
            "export const area = (side: number) => side ** 2;\n",
        ),
    ];
    assert_eq!(
        got("hook.ts", &files),
        json!(["gold", "ADA!", 1, ["shown"], 4])
    );
    let files = [(
        "hook.ts",
        "import dual = require('dual');\nexport = (args: any, callback: (x: object) => void) => callback(new TokenClaims({ got: dual }));\n",
    )];
    assert_eq!(
        got("hook.ts", &[&files[..], &DUAL[..]].concat()),
        "required"
    );
    let decorated = [
        (
            "tsconfig.json",
            "{ \"compilerOptions\": { \"experimentalDecorators\": true } } // as tsc reads it\n",
        ),
        (
            "hook.ts",
            "const seen: string[] = [];\nfunction note(target: any, key: string) { seen.push(key) }\n\
             class A { @note run() {} }\nexport default async () => new TokenClaims({ got: seen });\n",
        ),
    ];
    assert_eq!(got("hook.ts", &decorated), json!(["run"]));
}

#[test]
fn files_that_need_each_other_and_old_packages_run() {
    let files = [
        (
            "hook.js",
            "const { even } = require('./even');\nconst old = require('old');\n\
             module.exports = (args, callback) => callback(new TokenClaims({ got: [even(4), old] }));\n",
        ),
        (
            "even.js",
            "exports.even = (n) => n === 0 || odd(n - 1);\nconst { odd } = require('./odd');\n",
        ),
        (
            "odd.js",
            "const even = require('./even');\nexports.odd = (n) => n !== 0 && even.even(n - 1);\n",
        ),
        (
            "node_modules/old/index.js",
            "with ({ a: 010 }) { exports.octal = a }\nexports.escaped = '\\101';\n\
             exports.callee = (function () { return typeof arguments.callee })();\n\
             forgotten = 1; exports.global = typeof forgotten;\n",
        ),
    ];
    let old = json!({ "octal": 8, "escaped": "A", "callee": "function", "global": "number" });
    assert_eq!(got("hook.js", &files), json!([true, old]));
}

#[test]
fn what_a_package_can_do_without_throws_when_it_is_asked_for() {
    let files = [
        (
            "hook.js",
            "const pool = require('pool');\nmodule.exports = (args, callback) => {\n  let reason;\n  \
             try { pool.native() } catch (error) { reason = error.message }\n  \
             callback(new TokenClaims({ got: [pool.encoding, reason.includes('native-pool')] }));\n};\n",
        ),
        (
            "node_modules/pool/index.js",
            "try { exports.encoding = require('encoding') } catch { exports.encoding = 'none' }\n\
             exports.native = () => require('native-pool');\n",
        ),
    ];
    assert_eq!(got("hook.js", &files), json!(["none", true]));
}

#[test]
fn classes_keep_their_names() {
    let files = [
        (
            "hook.mjs",
            "import { other } from './other.mjs';\nclass TokenClaims { constructor(idToken) { this.idToken = idToken } }\n\
             export default () => new TokenClaims({ got: [TokenClaims.name, other()] });\n",
        ),
        (
            "other.mjs",
            "class Result {}\nexport const other = () => new globalThis.TokenClaims({}).constructor.name + Result.name + typeof TokenClaims;\n",
        ),
    ];
    assert_eq!(
        got("hook.mjs", &files),
        json!(["TokenClaims", "TokenClaimsResultfunction"])
    );
}

#[test]
fn errors_are_told_at_the_line_that_somebody_wrote() {
    let failing = [
        (
            "hook.ts",
            "import { check } from './check';\n\ninterface Args { a: number }\n\n\
             export default async (args: Args) => {\n  check({} as any);\n};\n",
        ),
        (
            "check.ts",
            "type Anything = { deep: { value: string } };\n\nexport function check(a: Anything) {\n  throw new Error(a.deep?.value);\n}\n",
        ),
    ];
    let ran = ran("hook.ts", &failing);
    let error = ran["error"].to_string();
    assert!(error.contains("check.ts:4:"), "{error}");

    let unloadable = [
        (
            "hook.js",
            "require('./broken');\nmodule.exports = () => {};\n",
        ),
        (
            "broken.js",
            "// Throws as it loads.\n\nthrow new TypeError('no');\n",
        ),
    ];
    let output = project("hook.js", &unloadable).leh("check", &[]);
    assert!(
        stderr(&output).contains("broken.js:3:"),
        "{}",
        stderr(&output)
    );

    let missing = [(
        "hook.ts",
        "import a from 'stripe';\nexport default () => a;\n",
    )];
    let output = project("hook.ts", &missing).leh("check", &[]);
    let told = stderr(&output);
    assert!(
        told.contains("hook.ts:1:15: error: the package `stripe` is not installed")
            && told.contains("    1 | import a from 'stripe';")
            && told.contains("help: run `npm install stripe` in the folder of hooks.yaml"),
        "{told}"
    );
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn a_build_tells_what_its_scripts_are_made_of_and_gives_the_same_bytes_again() {
    let files = [
        (
            "hook.js",
            "const { createHash } = require('crypto'), big = require('big');\nmodule.exports = (args, callback) => callback(big, createHash);\n",
        ),
        (
            "node_modules/big/index.js",
            "module.exports = 'many words, '.repeat(3) + 'and a lot of characters in one package';",
        ),
    ];
    let project = project("hook.js", &files);
    let arguments = ["--upstream", "http://127.0.0.1:9"];
    let output = project.leh("build", &arguments);
    assert!(output.status.success(), "{}", stderr(&output));
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(
        told.contains("  hook: hook.js, ")
            && told.contains("big 1")
            && told.contains("requires crypto"),
        "{told}"
    );
    let first = fs::read(project.path(".leh/bundle.json")).unwrap();
    let output = project.leh("build", &[&["--json"], &arguments[..]].concat());
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let hook = &report["hooks"][0];
    assert_eq!(hook["builtins"], json!(["crypto"]));
    let packages = hook["packages"].as_array().unwrap();
    assert!(packages.iter().any(|share| share["package"] == "big"));
    assert!(first == fs::read(project.path(".leh/bundle.json")).unwrap());
}
