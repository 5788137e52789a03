// node:util, from Node.js documentation, "Util".
const util = require("util");

test("promisify", async () => {
  equal(await util.promisify((a, done) => done(null, a + 1))(1), 2);
  equal((await rejects(util.promisify((done) => done(new RangeError("x")))(), RangeError)).message, "x");
  const own = () => {};
  own[util.promisify.custom] = () => Promise.resolve("own");
  equal(await util.promisify(own)(), "own");
  equal(util.promisify(own), own[util.promisify.custom]);
  equal(util.promisify.custom, Symbol.for("nodejs.util.promisify.custom"));
  const target = { value: 5, read(done) { done(null, this.value); } };
  target.readAsync = util.promisify(target.read);
  equal(await target.readAsync(), 5);
  equal(await util.promisify(setTimeout)(1, "value"), "value");
  equal(throws(() => util.promisify(1), TypeError).code, "ERR_INVALID_ARG_TYPE");
});
test("callbackify", async () => {
  const call = (run) => new Promise((resolve) => { util.callbackify(run)((...values) => resolve(values)); });
  same(await call(async () => "hello"), [null, "hello"]);
  const [error] = await call(() => Promise.reject(null));
  equal(error.code, "ERR_FALSY_VALUE_REJECTION");
  equal(error.reason, null);
});
test("inherits", () => {
  function Base() {}
  Base.prototype.hello = () => "hello";
  function Derived() {}
  util.inherits(Derived, Base);
  equal(new Derived().hello(), "hello");
  equal(Derived.super_, Base);
  throws(() => util.inherits(Derived, null), TypeError);
});
test("deprecate warns once and works", () => {
  const old = util.deprecate((a) => a * 2, "old() is deprecated", "CASE0001");
  same([old(1), old(2)], [2, 4]);
});
test("isDeepStrictEqual", () => {
  const same = [[{ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }], [new Map([[{ a: 1 }, 2]]), new Map([[{ a: 1 }, 2]])], [new Set([1, { a: 1 }]), new Set([{ a: 1 }, 1])],
    [new Date(1), new Date(1)], [/a/g, /a/g], [NaN, NaN], [Buffer.from("a"), Buffer.from("a")], [new Error("a"), new Error("a")], [Object(1), Object(1)]];
  for (const [left, right] of same) equal(util.isDeepStrictEqual(left, right), true, util.inspect(left));
  const other = [[{ a: 1 }, { a: "1" }], [[1, 2], [2, 1]], [0, -0], [new Date(1), new Date(2)], [/a/g, /a/i], [[], {}], [new Error("a"), new Error("b")], [Object(1), Object(2)],
    [new Set([1]), new Set([2])], [{ a: undefined }, {}], [Buffer.from("a"), new Uint8Array([97])], [null, undefined], [new Map([[1, 2]]), new Map([[1, 3]])],
    [Object.create(null), {}], [new Float32Array([0]), new Float32Array([-0])]];
  for (const [left, right] of other) equal(util.isDeepStrictEqual(left, right), false, util.inspect(left));
  const [one, two] = [{ x: 1 }, { x: 1 }];
  one.self = one;
  two.self = two;
  equal(util.isDeepStrictEqual(one, two), true);
});
test("types", () => {
  const { types } = util;
  const expectations = [["isDate", new Date(), {}], ["isRegExp", /a/, {}], ["isMap", new Map(), new Set()], ["isSet", new Set(), new Map()], ["isPromise", Promise.resolve(), { then() {} }],
    ["isUint8Array", Buffer.alloc(1), new Int8Array(1)], ["isTypedArray", new Int8Array(1), new DataView(new ArrayBuffer(1))], ["isArrayBuffer", new ArrayBuffer(1), {}],
    ["isAnyArrayBuffer", new ArrayBuffer(1), {}], ["isArrayBufferView", new DataView(new ArrayBuffer(1)), new ArrayBuffer(1)], ["isAsyncFunction", async () => {}, () => {}],
    ["isGeneratorFunction", function* () {}, () => {}], ["isNativeError", new TypeError(), { message: "" }], ["isBoxedPrimitive", Object(1n), 1n], ["isStringObject", Object("a"), "a"],
    ["isSymbolObject", Object(Symbol()), Symbol()], ["isWeakMap", new WeakMap(), new Map()], ["isDataView", new DataView(new ArrayBuffer(1)), Buffer.alloc(1)],
    ["isGeneratorObject", (function* () {})(), function* () {}], ["isMapIterator", new Map().keys(), [][Symbol.iterator]()], ["isArgumentsObject", (function () { return arguments; })(), []]];
  for (const [name, yes, no] of expectations) {
    equal(types[name](yes), true, name);
    equal(types[name](no), false, name);
  }
  equal(types, require("util/types"));
});
test("format and inspect", () => {
  equal(util.format("%s is %d years and %j %%", "Ann", 42, { a: 1 }), 'Ann is 42 years and {"a":1} %');
  equal(util.format("a", "b", { c: 1 }), "a b { c: 1 }");
  equal(util.inspect({ a: [1, "x"] }), "{ a: [ 1, 'x' ] }");
});
test("the rest", () => {
  equal(util.stripVTControlCharacters("\u001B[31mvalue\u001B[39m"), "value");
  equal(util.toUSVString("a\ud800"), "a\ufffd");
  equal(util.TextEncoder, TextEncoder);
  equal(util.styleText("red", "x", { validateStream: false }), "\u001b[31mx\u001b[39m");
  equal(util.debuglog("case").enabled, false);
  same(util.parseArgs({ args: ["-f", "--bar", "b", "pos"], options: { foo: { type: "boolean", short: "f" }, bar: { type: "string" } }, allowPositionals: true }),
    { values: { foo: true, bar: "b" }, positionals: ["pos"] });
  equal(throws(() => util.parseArgs({ args: ["--x"], options: {} })).code, "ERR_PARSE_ARGS_UNKNOWN_OPTION");
  equal(util.getSystemErrorName(-2), "ENOENT");
  ok(util.isArray([]));
  equal(require("sys"), util);
});
