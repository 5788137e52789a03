//! Scripts that mean harm, or have a bug that amounts to it. Each is the body of a hook.

/// A script, and how its failure's text begins.
#[derive(Clone, Debug)]
pub struct Script {
    pub name: String,
    pub body: String,
    pub failure: &'static str,
}

impl Script {
    /// Settings under which it fails as it should, however busy the machine is: narrow where the
    /// limit is that is to be reached, wide everywhere else.
    pub fn limits(&self) -> &'static str {
        match self.failure {
            CPU => "cpu: 30ms, timeout: 10s, memory: 64MiB",
            TIMEOUT => "cpu: 1s, timeout: 300ms, memory: 64MiB",
            _ => "cpu: 1s, timeout: 10s, memory: 4MiB",
        }
    }
}

const CPU: &str = "cpu: the script ran longer than";
const TIMEOUT: &str = "timeout: no answer within";
const MEMORY: &str = "memory: the script needed more than";
const TOO_DEEP: &str = "exception: RangeError: Maximum call stack size exceeded";

/// Scripts that would run for ever, or take all memory.
pub fn endless() -> Vec<Script> {
    let scripts = [
        ("loop", "for (;;) {}", CPU),
        (
            "loop-in-a-timer",
            "await new Promise((resolve) => setTimeout(resolve, 1)); for (;;) {}",
            CPU,
        ),
        (
            "caught",
            "for (;;) { try { for (;;) {} } catch {} finally { continue } }",
            CPU,
        ),
        ("regex", "/^(a+)+$/.test('a'.repeat(40) + '!')", CPU),
        // Loops of the engine's own, in which no script's instruction is reached.
        (
            "index-of",
            "Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1)",
            CPU,
        ),
        (
            "sort",
            "Array.prototype.sort.call({ length: 2 ** 32 })",
            CPU,
        ),
        (
            "search",
            "'a'.repeat(1e6).indexOf('a'.repeat(5e5) + 'b')",
            CPU,
        ),
        ("split", "'a'.repeat(1e6).split('a'.repeat(5e5) + 'b')", CPU),
        ("console", "for (;;) console.log('x'.repeat(1000))", CPU),
        (
            "timers",
            "const again = () => setTimeout(again, 0); again(); await new Promise(() => {})",
            TIMEOUT,
        ),
        (
            "jobs",
            "const again = () => { Promise.resolve().then(again) }; again(); await new Promise(() => {})",
            CPU,
        ),
        (
            "eater",
            "const all = []; for (;;) all.push('x'.repeat(1000) + all.length)",
            MEMORY,
        ),
        (
            "buffers",
            "const all = []; for (;;) all.push(new ArrayBuffer(1 << 20))",
            MEMORY,
        ),
        (
            "claim",
            "return new TokenClaims({ x: 'x'.repeat(4 << 20) })",
            MEMORY,
        ),
        // QuickJS has a longest string.
        (
            "doubling",
            "let text = 'xy'; for (;;) text += text",
            "exception: InternalError: string too long",
        ),
        (
            "recursion",
            "const down = () => 1 + down(); down()",
            TOO_DEEP,
        ),
        (
            "getter",
            "const self = { get x() { return this.x } }; self.x",
            TOO_DEEP,
        ),
    ];
    scripts
        .map(|(name, body, failure)| script(name, body, failure))
        .to_vec()
}

/// Scripts that recurse in the engine's own code: its libraries, its parser, and whatever it does
/// when the stack is all but used up.
pub fn recursive() -> Vec<Script> {
    let libraries = LIBRARIES
        .iter()
        .map(|(name, body, failure)| script(name, body, failure));
    let parser = BEGINNINGS
        .iter()
        .enumerate()
        .flat_map(|(number, beginning)| {
            ["eval(text)", "new Function(text)"].map(|evaluate| {
                let name = format!(
                    "{}-{number}",
                    if evaluate.starts_with("eval") {
                        "eval"
                    } else {
                        "function"
                    }
                );
                let text = serde_json::to_string(beginning).unwrap();
                script(
                    &name,
                    &format!("const text = {text}.repeat(1e5); {evaluate}"),
                    TOO_DEEP,
                )
            })
        });
    let edge = AT_THE_EDGE.iter().enumerate().map(|(number, statement)| {
        let body = format!(
            "let left = 50;
             const down = () => {{
               try {{ down() }} catch (error) {{
                 if (left-- > 0) {{ try {{ {statement} }} catch {{}} }}
                 throw error;
               }}
             }};
             down()"
        );
        script(&format!("edge-{number}"), &body, TOO_DEEP)
    });
    libraries.chain(parser).chain(edge).collect()
}

/// What they have in common.
pub const RECURSIVE_PRELUDE: &str =
    "const nested = () => { let a = []; for (let i = 0; i < 1e5; i++) a = [a]; return a; };\n";

fn script(name: &str, body: &str, failure: &'static str) -> Script {
    Script {
        name: name.to_owned(),
        body: body.to_owned(),
        failure,
    }
}

const LIBRARIES: &[(&str, &str, &str)] = &[
    ("parse", "JSON.parse('['.repeat(1e5))", TOO_DEEP),
    (
        "parse-objects",
        "JSON.parse('{\"a\":'.repeat(1e5))",
        TOO_DEEP,
    ),
    (
        "reviver",
        "const revive = () => JSON.parse('[1]', revive); revive()",
        TOO_DEEP,
    ),
    ("stringify", "JSON.stringify(nested())", TOO_DEEP),
    (
        "to-json",
        "const o = { toJSON: () => ({ o }) }; JSON.stringify(o)",
        TOO_DEEP,
    ),
    (
        "claim",
        "return new TokenClaims({ claim: nested() })",
        "answer: the answer cannot be written as JSON: RangeError: Maximum call stack size exceeded",
    ),
    (
        "console",
        "console.log(nested()); throw new Error('printed')",
        "exception: Error: printed",
    ),
    ("throw", "throw nested()", "exception: thrown: array"),
    ("to-string", "String(nested())", TOO_DEEP),
    ("flat", "nested().flat(Infinity)", TOO_DEEP),
    (
        "proxies",
        "let p = {}; for (let i = 0; i < 1e5; i++) p = new Proxy(p, {}); p.x",
        TOO_DEEP,
    ),
    // Strings that are put together are trees.
    (
        "rope",
        "let s = ''; for (let i = 0; i < 1e6; i++) s = 'x' + s; s.charAt(5); throw new Error('built')",
        "exception: Error: built",
    ),
    (
        "captures",
        "new RegExp('('.repeat(1e5))",
        "exception: SyntaxError: too many captures",
    ),
    (
        "lookahead",
        "new RegExp('(?='.repeat(1e5))",
        "exception: SyntaxError: stack overflow",
    ),
    (
        "lookbehind",
        "new RegExp('(?<='.repeat(1e5))",
        "exception: SyntaxError: stack overflow",
    ),
    (
        "group",
        "new RegExp('(?:'.repeat(1e5))",
        "exception: SyntaxError: stack overflow",
    ),
    (
        "alternative",
        "new RegExp('(?:a|'.repeat(1e5))",
        "exception: SyntaxError: stack overflow",
    ),
    ("backtrack", "/(a|b)*c/.test('ab'.repeat(1e6))", MEMORY),
    // Where the parser hides why it gave up.
    (
        "functions",
        "eval('function f(){'.repeat(1e5))",
        "exception: SyntaxError: ",
    ),
    (
        "pattern",
        "eval('let ' + '['.repeat(1e5))",
        "exception: SyntaxError: ",
    ),
    (
        "members",
        "eval('let ' + '{a:'.repeat(1e5))",
        "exception: SyntaxError: ",
    ),
    (
        "parameter",
        "eval('function f(' + '['.repeat(1e5))",
        "exception: SyntaxError: ",
    ),
];

/// Beginnings of source texts which, repeated, take the parser down.
const BEGINNINGS: &[&str] = &[
    "(",
    "[",
    "({a:",
    "{",
    "!",
    "-",
    "typeof ",
    "new ",
    "a=",
    "a?b:",
    "a?",
    "()=>",
    "a=>",
    "async()=>",
    "(function(){",
    "if(1)",
    "for(;;)",
    "while(1)",
    "do ",
    "try{",
    "switch(1){case 1:",
    "`${",
    "2**",
    "a[",
    "a(",
    "a?.[",
    "[...",
    "f(...",
    "({...",
    "({[",
    "({get a(){",
    "import(",
    "class A{static{",
    "class A{x=",
    "(class extends ",
    "function*f(){yield ",
];

const AT_THE_EDGE: &[&str] = &[
    "new RegExp('(?='.repeat(1e5))",
    "eval('('.repeat(1e5))",
    "JSON.parse('['.repeat(1e5))",
    "[3, 1, 2].sort((a, b) => a - b)",
    "'aab'.replace(/(a)|b/g, (all) => all + all)",
    "console.log(new Error('x'), { a: [1] })",
    "new Date('2026-01-01T00:00:00Z').toLocaleString()",
    "(1 / 3).toPrecision(50) + (2 ** 70).toString(7) + 10n ** 500n",
    "setTimeout(() => {}, 1)",
    "new TokenClaims({ a: 1 })",
    "'\\u{1F600}e'.normalize('NFKD').localeCompare('x')",
    "Promise.reject(new Error('x'))",
];
