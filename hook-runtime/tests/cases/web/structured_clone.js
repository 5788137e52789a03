// HTML sections 2.7 (safe passing of structured data) and 2.7.10 (structuredClone).
const refuses = (value, options) => equal(throws(() => structuredClone(value, options), "DataCloneError").code, 25);

test("primitives are themselves", () => {
  for (const value of [undefined, null, true, 0, -0, NaN, Infinity, "a\ud800", "", 10n]) equal(structuredClone(value), value);
});
test("wrapped primitives stay wrapped", () => {
  for (const value of [true, 5, "abc", 7n]) {
    const copy = structuredClone(Object(value));
    equal(typeof copy, "object");
    equal(Object.getPrototypeOf(copy), Object.getPrototypeOf(Object(value)));
    equal(copy.valueOf(), value);
  }
});
test("dates and regular expressions", () => {
  equal(structuredClone(new Date(5)).getTime(), 5);
  ok(Number.isNaN(structuredClone(new Date(NaN)).getTime()));
  const pattern = /a\/(?<n>b)/giu;
  pattern.lastIndex = 2;
  const copy = structuredClone(pattern);
  same([copy.source, copy.flags, copy.lastIndex], [pattern.source, "giu", 0]);
});
test("objects: own enumerable string keys, in their order, as plain data", () => {
  const value = Object.create({ inherited: 1 }, { hidden: { value: 1 }, get: { enumerable: true, get: () => "got" } });
  value[2] = "two";
  value.__own = 1;
  value[Symbol("s")] = 1;
  const copy = structuredClone(value);
  equal(Object.getPrototypeOf(copy), Object.prototype);
  same(Reflect.ownKeys(copy), ["2", "get", "__own"]);
  same(Object.getOwnPropertyDescriptor(copy, "get"), { value: "got", writable: true, enumerable: true, configurable: true });
  const named = structuredClone(JSON.parse('{"__proto__":{"a":1}}'));
  ok(Object.hasOwn(named, "__proto__"));
  equal(Object.getPrototypeOf(structuredClone(Object.freeze({ a: 1 }))), Object.prototype);
  ok(!Object.isFrozen(structuredClone(Object.freeze({ a: 1 }))));
});
test("instances of a script's classes become plain objects", () => {
  class Own { #hidden = 1; shown = 2; get hidden() { return this.#hidden; } }
  const copy = structuredClone(new Own());
  equal(Object.getPrototypeOf(copy), Object.prototype);
  same(Object.keys(copy), ["shown"]);
});
test("properties that vanish while others are read are left out", () => {
  const value = { get a() { delete this.b; return 1; }, b: 2 };
  same(Object.keys(structuredClone(value)), ["a"]);
  const error = new Error("of the getter");
  try {
    structuredClone({ get a() { throw error; } });
    fail("nothing was thrown");
  } catch (thrown) { equal(thrown, error); }
});
test("arrays keep length, holes and further properties", () => {
  const value = [1, , 3];
  value.length = 5;
  value.extra = { a: 1 };
  const copy = structuredClone(value);
  equal(copy.length, 5);
  same(Object.keys(copy), ["0", "2", "extra"]);
  ok(!(1 in copy));
  class List extends Array {}
  equal(Object.getPrototypeOf(structuredClone(new List())), Array.prototype);
});
test("maps and sets, with what they hold", () => {
  const key = { k: 1 };
  const copy = structuredClone(new Map([[key, key], ["a", new Set([key, NaN])]]));
  const [[first, second], [, inner]] = [...copy];
  equal(first, second);
  ok(first !== key);
  equal([...inner][0], first);
  ok(inner.has(NaN));
  const map = new Map();
  map.extra = 1;
  equal(structuredClone(map).extra, undefined);
});
test("cycles and shared references stay what they are", () => {
  const value = { list: [] };
  value.self = value;
  value.list.push(value, value.list);
  const copy = structuredClone(value);
  equal(copy.self, copy);
  equal(copy.list[0], copy);
  equal(copy.list[1], copy.list);
  ok(copy !== value);
});
test("buffers and all views, over the same buffer", () => {
  const buffer = Uint8Array.from({ length: 16 }, (_, i) => i).buffer;
  const types = [Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array, Float32Array, Float64Array, BigInt64Array, BigUint64Array];
  const copies = structuredClone([buffer, ...types.map((type) => new type(buffer, 8, 1)), new DataView(buffer, 3, 5)]);
  equal(copies[0].byteLength, 16);
  types.forEach((type, i) => {
    const copy = copies[i + 1];
    equal(Object.getPrototypeOf(copy), type.prototype);
    equal(copy.buffer, copies[0]);
    same([copy.byteOffset, copy.length], [8, 1]);
    equal(copy[0], new type(buffer, 8, 1)[0]);
  });
  same([copies.at(-1).byteOffset, copies.at(-1).byteLength, copies.at(-1).getUint8(0)], [3, 5, 3]);
  new Uint8Array(buffer)[0] = 99;
  equal(new Uint8Array(copies[0])[0], 0);
});
test("resizable buffers, and views that follow them", () => {
  for (const size of [8, 16]) {
    const buffer = new ArrayBuffer(size, { maxByteLength: 16 });
    new Uint8Array(buffer).fill(7);
    const [following, fixed, view] = structuredClone([new Uint8Array(buffer), new Uint8Array(buffer, 0, 8), new DataView(buffer)]);
    same([following.buffer.resizable, following.buffer.maxByteLength, buffer.byteLength], [true, 16, size]);
    ok([...following].every((byte) => byte === 7) && [...new Uint8Array(buffer)].every((byte) => byte === 7));
    following.buffer.resize(12);
    same([following.length, fixed.length, view.byteLength], [12, 8, 12]);
  }
});
test("views outside of their buffer, and detached buffers, are refused", () => {
  const buffer = new ArrayBuffer(16, { maxByteLength: 16 });
  const [array, view] = [new Uint8Array(buffer, 8, 8), new DataView(buffer, 8, 8)];
  buffer.resize(4);
  refuses(array);
  refuses(view);
  const gone = new Uint8Array(4);
  gone.buffer.transfer();
  refuses(gone);
  refuses(gone.buffer);
});
test("errors keep class, message, stack and cause", () => {
  for (const type of [Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError]) {
    const error = new type("why", { cause: { a: 1 } });
    error.extra = 1;
    const copy = structuredClone(error);
    equal(Object.getPrototypeOf(copy), type.prototype);
    same([copy.message, copy.stack, copy.cause.a, copy.extra], ["why", error.stack, 1, undefined]);
    same(Object.keys(copy), []);
  }
});
test("errors of other names are Errors", () => {
  class Own extends RangeError { name = "Own"; }
  equal(Object.getPrototypeOf(structuredClone(new Own())), Error.prototype);
  const named = new Error("m");
  named.name = "TypeError";
  equal(Object.getPrototypeOf(structuredClone(named)), TypeError.prototype);
  const silent = new Error();
  ok(!Object.hasOwn(structuredClone(silent), "message"));
  Object.defineProperty(silent, "message", { get: () => "no data" });
  ok(!Object.hasOwn(structuredClone(silent), "message"));
  const circular = new Error("c");
  circular.cause = circular;
  const copy = structuredClone(circular);
  equal(copy.cause, copy);
});
test("DOMExceptions", () => {
  const copy = structuredClone(new DOMException("why", "AbortError"));
  ok(copy instanceof DOMException);
  same([copy.name, copy.message, copy.code], ["AbortError", "why", 20]);
  class Own extends DOMException {}
  equal(Object.getPrototypeOf(structuredClone(new Own("m"))), DOMException.prototype);
});
test("blobs and files", async () => {
  const blob = structuredClone(new Blob(["abc"], { type: "text/plain" }));
  same([blob instanceof Blob, blob.type, await blob.text()], [true, "text/plain", "abc"]);
  const file = structuredClone(new File(["abc"], "n.txt", { type: "a/b", lastModified: 5 }));
  same([file instanceof File, file.name, file.type, file.lastModified, file.size], [true, "n.txt", "a/b", 5, 3]);
});
test("what cannot be cloned is refused, wherever it is", () => {
  const values = [() => {}, class {}, Symbol("s"), Object(Symbol("s")), new WeakMap(), new WeakSet(), new WeakRef({}), Promise.resolve(), new Proxy({}, {}),
    [][Symbol.iterator](), new Map().keys(), (function* () {})(), new SharedArrayBuffer(1), new URL("x:"), new Headers(), new Event("e")];
  for (const value of values) {
    refuses(value);
    refuses({ a: [value] });
    refuses(new Map([[1, value]]));
  }
});
test("arguments are cloned as objects", () => {
  same(structuredClone((function () { return arguments; })(1, "b")), { 0: 1, 1: "b" });
});
test("transferred buffers are detached, and keep their bytes", () => {
  const buffer = new Uint8Array([1, 2, 3]).buffer;
  const copy = structuredClone({ view: new Uint8Array(buffer, 1), buffer }, { transfer: [buffer] });
  same([buffer.detached, buffer.byteLength], [true, 0]);
  equal(copy.view.buffer, copy.buffer);
  same([...copy.view], [2, 3]);
  const resizable = new ArrayBuffer(2, { maxByteLength: 4 });
  equal(structuredClone(resizable, { transfer: [resizable] }).maxByteLength, 4);
  const unused = new ArrayBuffer(1);
  structuredClone(null, { transfer: [unused] });
  ok(unused.detached);
});
test("what cannot be transferred is refused, and nothing is detached", () => {
  const buffer = new ArrayBuffer(1);
  refuses(1, { transfer: [buffer, buffer] });
  refuses(() => {}, { transfer: [buffer] });
  refuses(1, { transfer: [buffer, new Blob()] });
  refuses(1, { transfer: [new Uint8Array(1)] });
  refuses(1, { transfer: [new ReadableStream()] });
  refuses(new ReadableStream());
  refuses({ a: new WritableStream().getWriter() });
  ok(!buffer.detached);
  structuredClone(buffer, { transfer: [buffer] });
  refuses(1, { transfer: [buffer] });
});
test("its arguments are those of Web IDL", () => {
  equal(structuredClone.length, 1);
  throws(() => structuredClone(), TypeError);
  throws(() => structuredClone(1, 5), TypeError);
  throws(() => structuredClone(1, { transfer: 5 }), TypeError);
  throws(() => structuredClone(1, { transfer: [5] }), TypeError);
  equal(structuredClone(1, null), 1);
  equal(structuredClone(1, { transfer: new Set() }), 1);
});
