// Fetch section 5.1, Headers; section 2.2.2, header lists.
const pairs = (headers) => [...headers];

test("headers come from an object, a list of pairs, a Map, other headers", () => {
  for (const init of [{ A: "1", b: "2" }, [["a", "1"], ["B", "2"]], new Map([["a", "1"], ["b", "2"]]), new Headers({ a: "1", b: "2" })]) {
    same(pairs(new Headers(init)), [["a", "1"], ["b", "2"]]);
  }
  same(pairs(new Headers()), []);
  same(pairs(new Headers(undefined)), []);
  same(pairs(new Headers({})), []);
  same(pairs(new Headers(function () {})), []);
});
test("nothing else makes headers", () => {
  for (const init of [null, 1, "a", true, 1n, Symbol("a"), [["a"]], [["a", "b", "c"]], ["ab"], [[]], [null], { a: "\u0100" }, { "\u0100": "a" }]) {
    throws(() => new Headers(init), TypeError);
  }
  throws(() => Headers(), TypeError);
});
test("an iterator that is no function is an error, none or null is a record", () => {
  throws(() => new Headers({ [Symbol.iterator]: 1 }), TypeError);
  const record = Object.defineProperty({ a: "1" }, Symbol.iterator, { value: null });
  same(pairs(new Headers(record)), [["a", "1"]]);
  throws(() => new Headers({ a: "1", [Symbol.iterator]: null }), TypeError);
  // An inherited method counts.
  const made = Object.create({ *[Symbol.iterator]() { yield ["x", "y"]; } });
  same(pairs(new Headers(made)), [["x", "y"]]);
});
test("a record is read property by property: descriptor, name, value", () => {
  const log = [];
  const target = { a: "1", c: "3" };
  Object.defineProperty(target, "b", { value: "2", enumerable: false });
  new Headers(new Proxy(target, {
    get: (object, key) => { log.push(`get ${String(key)}`); return object[key]; },
    ownKeys: (object) => { log.push("keys"); return Reflect.ownKeys(object); },
    getOwnPropertyDescriptor: (object, key) => { log.push(`descriptor ${key}`); return Reflect.getOwnPropertyDescriptor(object, key); },
  }));
  same(log, ["get Symbol(Symbol.iterator)", "keys", "descriptor a", "get a", "descriptor c", "get c", "descriptor b"]);
});
test("a symbol among the keys of a record is an error, if it is enumerable", () => {
  throws(() => new Headers({ [Symbol("x")]: "1" }), TypeError);
  const hidden = Object.defineProperty({ a: "1" }, Symbol("x"), { value: "1", enumerable: false });
  same(pairs(new Headers(hidden)), [["a", "1"]]);
});
test("names are not case-sensitive and come back in lower case", () => {
  const headers = new Headers({ "Content-TYPE": "a" });
  equal(headers.get("content-Type"), "a");
  equal(headers.has("CONTENT-TYPE"), true);
  same([...headers.keys()], ["content-type"]);
  headers.delete("CONTENT-type");
  equal(headers.get("content-type"), null);
});
test("values are converted to strings and freed of whitespace around them", () => {
  const headers = new Headers({ a: 1, b: null, c: undefined, d: " \t\r\nx y\n\r\t ", e: "\u00ff", f: "" });
  same(pairs(headers), [["a", "1"], ["b", "null"], ["c", "undefined"], ["d", "x y"], ["e", "\u00ff"], ["f", ""]]);
  headers.append("g", "  z  ");
  headers.set("h", "\tz\t");
  equal(headers.get("g") + headers.get("h"), "zz");
  // Only these four are whitespace.
  equal(new Headers({ a: "\u000bx\u000c\u00a0" }).get("a"), "\u000bx\u000c\u00a0");
});
test("append combines, set replaces, each at the first place", () => {
  const headers = new Headers([["a", "1"], ["b", "2"], ["A", "3"]]);
  equal(headers.get("a"), "1, 3");
  headers.append("a", "");
  equal(headers.get("a"), "1, 3, ");
  headers.set("a", "4");
  equal(headers.get("a"), "4");
  same(pairs(headers), [["a", "4"], ["b", "2"]]);
  headers.set("c", "5");
  equal(headers.get("c"), "5");
});
test("names and values that cannot be sent are errors", () => {
  const headers = new Headers();
  for (const name of ["", " ", "a b", "a:", "é", "a\n", "(", "a\u0000", "\u0100"]) {
    for (const run of [
      () => headers.append(name, "x"), () => headers.set(name, "x"), () => headers.get(name),
      () => headers.has(name), () => headers.delete(name), () => new Headers([[name, "x"]]),
    ]) throws(run, TypeError);
  }
  for (const value of ["a\u0000b", "a\nb", "a\rb", "\u0100", "\ud83d\ude00"]) {
    throws(() => headers.append("a", value), TypeError);
    throws(() => headers.set("a", value), TypeError);
    throws(() => new Headers({ a: value }), TypeError);
  }
  for (const value of ["\u0001", "\u007f", "a\tb", "!#$%&'*+-.^_`|~"]) headers.set("a", value);
  headers.set("!#$%&'*+-.^_`|~09azAZ", "x");
  throws(() => headers.append("a", Symbol("x")), TypeError);
});
test("too few arguments are errors", () => {
  const headers = new Headers();
  for (const run of [
    () => headers.append(), () => headers.append("a"), () => headers.set("a"), () => headers.get(),
    () => headers.has(), () => headers.delete(), () => headers.forEach(), () => headers.forEach({}),
  ]) throws(run, TypeError);
});
test("iteration is sorted and combined, set-cookie stays apart", () => {
  const headers = new Headers([["x", "1"], ["set-cookie", "z=1"], ["b", "2"], ["a", "3"], ["Set-Cookie", "a=2"], ["b", "4"]]);
  same(pairs(headers), [["a", "3"], ["b", "2, 4"], ["set-cookie", "z=1"], ["set-cookie", "a=2"], ["x", "1"]]);
  same([...headers.values()], ["3", "2, 4", "z=1", "a=2", "1"]);
  same(headers.getSetCookie(), ["z=1", "a=2"]);
  equal(headers.get("set-cookie"), "z=1, a=2");
  same(new Headers().getSetCookie(), []);
  same(new Headers([["set-cookie2", "x"], ["set-cookie2", "y"]]).getSetCookie(), []);
  same(pairs(new Headers([["set-cookie2", "x"], ["set-cookie2", "y"]])), [["set-cookie2", "x, y"]]);
  headers.set("set-cookie", "only");
  same(headers.getSetCookie(), ["only"]);
});
test("iterators see what changes meanwhile", () => {
  const headers = new Headers([["fizz", "buzz"], ["x-header", "test"]]);
  const iterator = headers[Symbol.iterator]();
  same(iterator.next().value, ["fizz", "buzz"]);
  headers.append("Set-Cookie", "a=b");
  same(iterator.next().value, ["set-cookie", "a=b"]);
  headers.append("Accept", "text/html");
  same(iterator.next().value, ["set-cookie", "a=b"]);
  headers.delete("accept");
  equal(iterator.next().done, true);
  same(iterator.next(), { done: true });
});
test("forEach gives value, name and the headers, and sees what is added", () => {
  const headers = new Headers({ b: "1" });
  const seen = [];
  const self = {};
  headers.forEach(function (value, name, object) {
    equal(this, self);
    equal(object, headers);
    seen.push([name, value]);
    if (seen.length === 1) headers.append("c", "2");
  }, self);
  same(seen, [["b", "1"], ["c", "2"]]);
});
test("the interface has the shape that Web IDL says", () => {
  equal(Object.prototype.toString.call(new Headers()), "[object Headers]");
  equal(Object.prototype.toString.call(new Headers().entries()), "[object Headers Iterator]");
  equal(Headers.prototype[Symbol.iterator], Headers.prototype.entries);
  equal(Headers.length, 0);
  same(["append", "delete", "get", "getSetCookie", "has", "set", "forEach", "keys", "values", "entries"]
    .map((name) => [Headers.prototype[name].length, Object.getOwnPropertyDescriptor(Headers.prototype, name).enumerable]),
  [[2, true], [1, true], [1, true], [0, true], [1, true], [2, true], [1, true], [0, true], [0, true], [0, true]]);
  equal(Object.getOwnPropertyDescriptor(Headers, "prototype").writable, false);
  same(Object.keys(new Headers({ a: "1" })), []);
  throws(() => Headers.prototype.get.call({}, "a"), TypeError);
  throws(() => Headers.prototype.entries.call({}), TypeError);
  throws(() => new Headers().keys().next.call({}), TypeError);
  class Mine extends Headers {}
  equal(new Mine({ a: "1" }).get("a"), "1");
  ok(new Mine() instanceof Headers);
});
