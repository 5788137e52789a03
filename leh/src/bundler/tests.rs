//! What projects are made of, bundled: each test writes its own packages. Whether the results run is
//! what `leh/tests/build.rs` asks the sandbox.

use std::fs;

use lifecycle::source_map::SourceMap;

use super::*;

/// A project with these files.
struct Project(tempfile::TempDir);

impl Project {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        Project(folder)
    }

    fn bundle(&self, script: &str) -> Result<Bundled, Vec<ScriptProblem>> {
        bundle(self.0.path(), Path::new(script))
    }

    /// `script` bundled, without a warning.
    fn bundled(&self, script: &str) -> Bundled {
        let bundled = self.bundle(script).unwrap();
        assert_eq!(bundled.warnings, []);
        bundled
    }

    /// What is wrong with `script`, as `file:line:column: message (help)`.
    fn problems(&self, script: &str) -> Vec<String> {
        let told = |problem: ScriptProblem| {
            let (line, column) = problem.place.unwrap_or_default();
            let help = problem.help.map(|help| format!(" ({help})"));
            let file = problem.file.display();
            format!(
                "{file}:{line}:{column}: {}{}",
                problem.message,
                help.unwrap_or_default()
            )
        };
        let problems = self.bundle(script).unwrap_err();
        problems.into_iter().map(told).collect()
    }
}

#[test]
fn what_needs_nothing_stays_byte_for_byte() {
    let alone = [
        // Of 2010, with a byte order mark and carriage returns.
        "\u{feff}with (Math) { var n = 010; }\r\nmodule.exports = function () { return n };\r\n",
        "#!/usr/bin/env node\nconst { createHash } = require('crypto'), fs = require(\"node:fs\");\n",
        "export const later = await 1;\nexport default () => {};\n",
        // Its errors are the sandbox's to tell.
        "module.exports = (",
    ];
    for source in alone {
        let bundled = Project::new(&[("hook.js", source)]).bundled("hook.js");
        assert_eq!(bundled.source, source);
        assert_eq!(bundled.map, None);
    }
    let bundled = Project::new(&[("hook.js", alone[1])]).bundled("hook.js");
    assert_eq!(bundled.builtins, ["crypto", "fs"]);
}

#[test]
fn the_same_project_gives_the_same_bytes_wherever_it_is() {
    let mut files: Vec<(String, String)> = (0..30)
        .map(|n| {
            let next = (n + 1) % 30;
            let text = format!(
                "import {{ f as g }} from './m{next}.ts';\nimport * as all from './m0.ts';\n\
                 export function f(x: number) {{ return x > {n} ? g(x) : all.f(0) }}\n"
            );
            (format!("m{n}.ts"), text)
        })
        .collect();
    files.push((
        "hook.ts".to_owned(),
        "import { f } from './m3.ts'; export default () => f(1);".to_owned(),
    ));
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(n, t)| (n.as_str(), t.as_str()))
        .collect();
    let [one, two] = [Project::new(&files), Project::new(&files)];
    let (first, second) = (one.bundled("hook.ts"), two.bundled("hook.ts"));
    assert_eq!(first.source, second.source);
    assert_eq!(first.map, second.map);
    let folder = one.0.path().display().to_string();
    assert!(!first.source.contains(&folder));
    assert!(!first.map.unwrap().contains(&folder));
}

#[test]
fn a_place_in_the_bundle_leads_to_the_line_that_somebody_wrote() {
    let project = Project::new(&[
        (
            "hooks/hook.ts",
            "import { check } from './check';\n\ninterface Args { a: number }\n\n\
             export default async (args: Args) => {\n  check(args);\n  throw new Error('in the hook');\n};\n",
        ),
        (
            "hooks/check.ts",
            "type A = string;\nexport function check(a: unknown) {\n  if (!a) throw new Error('in check');\n}\n",
        ),
    ]);
    let bundled = project.bundled("hooks/hook.ts");
    let json = bundled.map.unwrap();
    assert!(!json.contains("sourcesContent"), "{json}");
    let map = SourceMap::parse(&json).unwrap();
    let locate = |text: &str| {
        let offset = bundled.source.find(text).unwrap();
        let (line, column) = syntax::place(&bundled.source, offset);
        let found = map.locate(line as u32, Some(column as u32)).unwrap();
        (found.0.to_owned(), found.1, found.2)
    };
    assert_eq!(locate("new Error(`in the"), ("hooks/hook.ts".into(), 7, 9));
    assert_eq!(
        locate("new Error(`in check"),
        ("hooks/check.ts".into(), 3, 17)
    );
}

#[test]
fn a_package_that_is_not_there_is_told_where_it_is_asked_for() {
    let project = Project::new(&[
        ("package.json", "{}"),
        (
            "hooks/hook.js",
            "const a = require('./a');\nmodule.exports = () => {\n  return require('@acme/crm/client');\n};\n",
        ),
        ("hooks/a.js", "import nowhere from './nowhere.js';\n"),
    ]);
    assert_eq!(
        project.problems("hooks/hook.js"),
        [
            "hooks/a.js:1:21: there is no `./nowhere.js` (the path is relative to this file; without an \
             ending .ts, .js and .json are tried, and the index file of a folder)",
            "hooks/hook.js:3:18: the package `@acme/crm` is not installed (run `npm install @acme/crm` \
             in the folder of hooks.yaml)",
        ]
    );
    let project = Project::new(&[
        ("hook.js", "module.exports = require('pool');"),
        ("node_modules/pool/index.js", "\nrequire('driver')"),
    ]);
    let problems = project.problems("hook.js");
    assert_eq!(problems.len(), 1);
    assert!(
        problems[0].starts_with(
            "node_modules/pool/index.js:2:9: the package `driver`, which this one needs, is not installed"
        ),
        "{problems:?}"
    );
}

#[test]
fn packages_may_ask_for_what_they_can_do_without() {
    let project = Project::new(&[
        (
            "hook.js",
            "const pool = require('pool');\nmodule.exports = pool;\n",
        ),
        (
            "node_modules/pool/index.js",
            "try { require('encoding') } catch {}\n\
             exports.native = function () { return require('./native') };\n\
             exports.named = (name) => require(name);\n\
             exports.lazy = () => import('lazy');\n",
        ),
        // Needs it at once, but only who asks for it gets here.
        (
            "node_modules/pool/native.js",
            "module.exports = require('bindings');\n",
        ),
    ]);
    let bundled = project.bundled("hook.js");
    for left in ["encoding", "bindings", "lazy"] {
        assert!(
            bundled.source.contains(&format!("require(\"{left}\")")),
            "{left}: {}",
            bundled.source
        );
    }
    assert!(!bundled.source.contains("import("), "{}", bundled.source);
}

#[test]
fn only_builtin_modules_that_are_used_are_left_and_named_as_node_names_them() {
    let project = Project::new(&[
        (
            "hook.mjs",
            "import { join } from 'path';\nimport fs from 'fs';\nimport old from 'old';\n\
             export default () => join(old, process.env.NODE_ENV);\n",
        ),
        (
            "node_modules/old/index.js",
            "if (process.env.NODE_ENV !== 'production') require('./debug');\n\
             module.exports = require('util').inspect;\n",
        ),
        (
            "node_modules/old/debug.js",
            "throw new Error('a debug build')",
        ),
    ]);
    let bundled = project.bundled("hook.mjs");
    assert_eq!(bundled.builtins, ["path", "util"]);
    assert!(bundled.source.contains("require(\"node:util\")"));
    assert!(!bundled.source.contains("a debug build"));
    let shares = largest(&bundled.inputs, 5);
    assert_eq!(shares.len(), 2);
    let all: usize = shares.iter().map(|share| share.bytes).sum();
    assert!(all > 50 && all < bundled.source.len(), "{shares:?}");
}

#[test]
fn what_is_wrong_with_a_file_is_told_at_its_place() {
    let wrong = [
        ("hook.ts", "export default (a: {) => 1;\n", "hook.ts:1:21: "),
        (
            "hook.mjs",
            "import './a.json';\nexport default await 1;\n",
            "hook.mjs:2:16: `await` at the top level cannot be bundled with imports",
        ),
        (
            "hook.js",
            "import { b } from './b.js'; export default b;",
            "hook.js:1:10: \"b\" is not exported by \"b.js\"",
        ),
        (
            "hook.cjs",
            "module.exports = require('./native.node');",
            "hook.cjs:1:26: `./native.node` cannot be used: it is native code",
        ),
        (
            "http.js",
            "import 'https://example.com/a.js';",
            "http.js:1:8: `https://example.com/a.js` cannot be used: only packages",
        ),
    ];
    for (script, source, expected) in wrong {
        let project = Project::new(&[
            (script, source),
            ("a.json", "{}"),
            ("b.js", "export const a = 1;"),
            ("native.node", ""),
        ]);
        let problems = project.problems(script);
        assert!(problems[0].starts_with(expected), "{problems:?}");
    }
    let project = Project::new(&[
        ("hook.js", "require('./a.json')"),
        ("a.json", "{\n  \"a\": }"),
    ]);
    let problems = project.problems("hook.js");
    assert!(problems[0].starts_with("a.json:2:"), "{problems:?}");
}

#[test]
fn packages_outside_the_project_are_used_with_a_warning() {
    let project = Project::new(&[
        ("node_modules/a/index.js", "module.exports = 1"),
        ("acme/hook.js", "module.exports = require('a')"),
    ]);
    let bundled = bundle(&project.0.path().join("acme"), Path::new("hook.js")).unwrap();
    let [warning] = &bundled.warnings[..] else {
        panic!("{:?}", bundled.warnings)
    };
    assert!(
        warning
            .message
            .contains("../node_modules/a/index.js, which is outside"),
        "{}",
        warning.message
    );
}
