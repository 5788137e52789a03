// The Console Standard, and what is printed: as Node's util.inspect and util.format write it.
const { format, inspect } = require("node:util");
const shows = (value, expected, options) => equal(inspect(value, options), expected);
const withStack = (error, stack = "    at f (a.js:1:2)") => Object.defineProperty(error, "stack", { value: `${error.name}: ${error.message}\n${stack}` });

test("console is a namespace object", () => {
  equal(Object.prototype.toString.call(console), "[object console]");
  equal(Object.getPrototypeOf(Object.getPrototypeOf(console)), Object.prototype);
  equal(Object.keys(Object.getPrototypeOf(console)).length, 0);
  const { enumerable, writable, configurable } = Object.getOwnPropertyDescriptor(globalThis, "console");
  same([enumerable, writable, configurable], [false, true, true]);
  throws(() => new console.log(), TypeError);
});
test("console has the methods of the standard, bound to nothing", () => {
  for (const name of ["assert", "clear", "count", "countReset", "debug", "dir", "dirxml", "error", "group", "groupCollapsed", "groupEnd", "info", "log",
    "table", "time", "timeEnd", "timeLog", "trace", "warn"]) {
    equal(typeof console[name], "function", name);
    same([console[name].name, console[name].length], [name, 0]);
    ok(Object.getOwnPropertyDescriptor(console, name).enumerable);
  }
  const { log } = console;
  equal(log("a line"), undefined);
});
test("labels are converted once, and their errors come through", () => {
  for (const name of ["count", "countReset", "time", "timeLog", "timeEnd"]) {
    let calls = 0;
    console[name]({ toString() { calls++; return `label of ${name}`; } });
    equal(calls, 1, name);
    throws(() => console[name]({ toString() { throw new RangeError("no label"); } }), RangeError);
  }
});
test("nothing that is printed can break a script", () => {
  const circular = { a: [] };
  circular.a.push(circular);
  for (const value of [circular, Symbol("s"), 1n, Object.create(null), new Proxy({}, { get() { throw new Error("trap"); } }), undefined, new Error("e")]) {
    for (const name of ["log", "warn", "error", "debug", "info", "trace", "dir", "dirxml", "table", "group", "groupEnd"]) console[name](value);
    console.assert(false, value);
    console.log("%s %o %O %j", value, value, value, 1);
  }
  throws(() => console.table([1], "no list"), TypeError);
});

test("primitives", () => {
  for (const [value, expected] of [[1, "1"], [-0, "-0"], [5n, "5n"], ["it's", `"it's"`], ["a\n\x00'\"", "`a\\n\\x00'\"`"], [undefined, "undefined"], [null, "null"], [Symbol("x"), "Symbol(x)"], ["\ud800", "'\\ud800'"]]) shows(value, expected);
});
test("objects and their keys", () => {
  shows({ a: 1, "b-c": "x", 2: [], [Symbol("s")]: {} }, "{ '2': [], a: 1, 'b-c': 'x', [Symbol(s)]: {} }");
  shows({ get a() { return 1; }, set a(_) {}, get b() { return 1; }, set c(_) {} }, "{ a: [Getter/Setter], b: [Getter], c: [Setter] }");
  shows(Object.create(null), "[Object: null prototype] {}");
  shows(new (class Own { a = 1; })(), "Own { a: 1 }");
  shows(new (class Own { get [Symbol.toStringTag]() { return "Tag"; } })(), "Own [Tag] {}");
  shows(Object.defineProperty({}, "x", { value: 1 }), "{ [x]: 1 }", { showHidden: true });
});
test("no deeper than two levels, unless wanted", () => {
  const deep = { a: { b: { c: { d: 1 } } } };
  shows(deep, "{ a: { b: { c: [Object] } } }");
  shows(deep, "{ a: [Object] }", { depth: 0 });
  shows(deep, "{\n  a: { b: { c: { d: 1 } } }\n}", { depth: null });
  shows([[[[1]]]], "[ [ [ [Array] ] ] ]");
  shows({ a: { b: { c: new (class Own { x = 1; })() } } }, "{ a: { b: { c: [Own] } } }");
});
test("cycles", () => {
  const value = { name: "n" };
  value.self = value;
  shows(value, "<ref *1> { name: 'n', self: [Circular *1] }");
});
test("arrays: holes, further properties, the first hundred", () => {
  const value = [1, , 3, , , 6];
  value.x = 1;
  shows(value, "[ 1, <1 empty item>, 3, <2 empty items>, 6, x: 1 ]");
  ok(inspect(Array.from({ length: 102 }, () => 0)).endsWith("0, 0, 0, 0,\n  ... 2 more items\n]"));
  shows([1, 2, 3, 4], "[ 1, 2, ... 2 more items ]", { maxArrayLength: 2 });
  shows([1, 2, 3, 4, 5, 6, 7], "[\n  1, 2, 3, 4,\n  5, 6, 7\n]");
  shows(["apple", "fig", "banana", "kiwi", "cherry", "plum", "pear"], "[\n  'apple',  'fig',\n  'banana', 'kiwi',\n  'cherry', 'plum',\n  'pear'\n]");
});
test("maps, sets, and what cannot be looked into", () => {
  shows(new Map([["a", { b: 1 }]]), "Map(1) { 'a' => { b: 1 } }");
  shows(new Set([1, "a"]), "Set(2) { 1, 'a' }");
  shows(new WeakMap(), "WeakMap { <items unknown> }");
  shows(new (class Own extends Map {})(), "Own(0) [Map] {}");
});
test("functions and classes", () => {
  shows(function name() {}, "[Function: name]");
  shows(() => {}, "[Function (anonymous)]");
  shows(async () => {}, "[AsyncFunction (anonymous)]");
  shows(function* g() {}, "[GeneratorFunction: g]");
  shows(class A {}, "[class A]");
  shows(class A extends Map {}, "[class A extends Map]");
  shows(Object.assign(() => {}, { a: 1 }), "[Function (anonymous)] { a: 1 }");
});
test("dates, patterns, wrapped primitives, promises, proxies", () => {
  shows([new Date(0), new Date(NaN), /a/g], "[ 1970-01-01T00:00:00.000Z, Invalid Date, /a/g ]");
  shows([Object("ab"), Object(1), Object(Symbol("s"))], "[ [String: 'ab'], [Number: 1], [Symbol: Symbol(s)] ]");
  shows([Promise.resolve(1), new Promise(() => {})], "[ Promise { 1 }, Promise { <pending> } ]");
  shows(new Proxy({ a: 1 }, { get() { throw new Error("trap"); } }), "{ a: 1 }");
  shows(new Proxy({ a: 1 }, {}), "Proxy [ { a: 1 }, {} ]", { showProxy: true });
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  shows(proxy, "<Revoked Proxy>");
});
test("bytes", () => {
  shows(new Uint8Array([1, 2]), "Uint8Array(2) [ 1, 2 ]");
  shows(new ArrayBuffer(2), "ArrayBuffer { [Uint8Contents]: <00 00>, byteLength: 2 }");
  shows(Buffer.from("ab"), "<Buffer 61 62>");
});
test("errors: stack, cause, further properties", () => {
  shows(withStack(new Error("why")), "Error: why\n    at f (a.js:1:2)");
  shows([withStack(new TypeError("why"))], "[\n  TypeError: why\n      at f (a.js:1:2)\n]");
  shows(Object.assign(withStack(new Error("why")), { code: "E" }), "Error: why\n    at f (a.js:1:2) {\n  code: 'E'\n}");
  shows(withStack(new Error("why", { cause: 5 })), "Error: why\n    at f (a.js:1:2) {\n  [cause]: 5\n}");
  shows(Object.defineProperty(new Error("why"), "stack", { value: undefined }), "[Error: why]");
  ok(inspect(new RangeError("own")).startsWith("RangeError: own\n    at "), "the beginning");
  ok(inspect(new DOMException("why", "AbortError")).startsWith("DOMException [AbortError]: why\n    at "), "the beginning");
  class Own extends Error {}
  shows(withStack(new Own("why")), "Own [Error]: why\n    at f (a.js:1:2)");
});
test("lines are broken at 72 to 80 columns", () => {
  const short = { first: "x".repeat(22), second: "y".repeat(22) };
  shows(short, `{ first: '${"x".repeat(22)}', second: '${"y".repeat(22)}' }`);
  shows({ ...short, third: 1 }, `{\n  first: '${"x".repeat(22)}',\n  second: '${"y".repeat(22)}',\n  third: 1\n}`);
  shows({ a: { b: { c: {} } } }, "{ a: { b: { c: {} } } }");
  shows({ a: { b: { c: { d: 1 } } } }, "{\n  a: { b: { c: { d: 1 } } }\n}", { depth: 3 });
  shows({ a: 1, b: { c: 2 } }, "{\n  a: 1,\n  b: { c: 2 }\n}", { breakLength: 20 });
  shows({ a: 1 }, "{\n  a: 1\n}", { compact: false });
});
test("custom inspection", () => {
  const custom = Symbol.for("nodejs.util.inspect.custom");
  equal(inspect.custom, custom);
  shows({ a: { [custom]: (depth, options, own) => `${depth} ${typeof options.stylize} ${own === inspect}` } }, "{ a: 1 function true }");
  shows({ [custom]: () => ({ other: 1 }) }, "{ other: 1 }");
  shows({ a: { [custom]: () => "two\nlines" } }, "{\n  a: two\n  lines\n}");
});
test("web objects", () => {
  shows(new URLSearchParams("a=1&b=2"), "URLSearchParams { 'a' => '1', 'b' => '2' }");
  ok(inspect(new URL("http://h/p")).startsWith("URL {\n  href: 'http://h/p',\n  origin: 'http://h',"), "the beginning");
});

test("format: %s", () => {
  for (const [value, expected] of [["a", "a"], [1, "1"], [-0, "-0"], [5n, "5n"], [null, "null"], [undefined, "undefined"], [Symbol("x"), "Symbol(x)"],
    [{ a: { b: 1 } }, "{ a: [Object] }"], [[1, [2]], "[ 1, [Array] ]"], [{ toString: () => "own" }, "own"], [new (class A { toString() { return "A!"; } })(), "A!"]]) equal(format("%s", value), expected);
});
test("format: numbers", () => {
  equal(format("%d %d %d %d", "4.5", {}, 5n, Symbol("s")), "4.5 NaN 5n NaN");
  equal(format("%i %i %i", "4.9", "x", 7n), "4 NaN 7n");
  equal(format("%f %f", "4.5x", Symbol("s")), "4.5 NaN");
});
test("format: %j, %o, %O, %c, %%", () => {
  const circular = {};
  circular.self = circular;
  equal(format("%j %j %j", { a: [1] }, undefined, circular), '{"a":[1]} undefined [Circular]');
  equal(format("%O", { a: { b: { c: { d: 1 } } } }), "{ a: { b: { c: [Object] } } }");
  equal(format("%o", [1]), "[ 1, [length]: 1 ]");
  equal(format("%cstyled%c", "color: red", ""), "styled");
  equal(format("100%% %s", "x"), "100% x");
});
test("format: too many, too few, no format", () => {
  equal(format("%s %s", "a"), "a %s");
  equal(format("a", "b", { c: 1 }, "d"), "a b { c: 1 } d");
  equal(format({ a: 1 }, "%s", "x"), "{ a: 1 } %s x");
  equal(format("%x %", 1), "%x % 1");
  equal(format("%%"), "%%");
  equal(format(), "");
});
