// URL Standard sections 5 (application/x-www-form-urlencoded) and 6.2 (URLSearchParams).
const list = (init) => [...new URLSearchParams(init)];
test("text is parsed as a form", () => {
  same(list("a=b&c"), [["a", "b"], ["c", ""]]);
  same(list("?a=b&?c=d"), [["a", "b"], ["?c", "d"]]);
  same(list("&&a&&=b&="), [["a", ""], ["", "b"], ["", ""]]);
  same(list("a=b=c"), [["a", "b=c"]]);
  same(list("a+b=c%20d%2Be"), [["a b", "c d+e"]]);
  same(list("%zz=%4&%c3%28"), [["%zz", "%4"], ["\ufffd(", ""]]);
  same(list("id=0&value=%ef%bb%bftest%ef%bb%bf"), [["id", "0"], ["value", "\ufefftest\ufeff"]]);
  same(list("é=\ud83d\ude00"), [["é", "😀"]]);
});
test("it is made of nothing, undefined, null, numbers", () => {
  equal(new URLSearchParams().toString(), "");
  equal(new URLSearchParams(undefined).toString(), "");
  equal(new URLSearchParams(null).toString(), "null=");
  equal(new URLSearchParams(5).toString(), "5=");
});
test("it is made of pairs", () => {
  same(list([["a", "b"], ["a", 1]]), [["a", "b"], ["a", "1"]]);
  same(list(new Map([["a", "b"]])), [["a", "b"]]);
  same(list([new Set(["a", "b"]), "cd"].slice(0, 1)), [["a", "b"]]);
  same(list((function* () { yield ["x", "y"]; })()), [["x", "y"]]);
  same(list([]), []);
  throws(() => new URLSearchParams([["a"]]), TypeError);
  throws(() => new URLSearchParams([["a", "b", "c"]]), TypeError);
  throws(() => new URLSearchParams(["ab"]), TypeError);
  throws(() => new URLSearchParams([1]), TypeError);
  throws(() => new URLSearchParams({ [Symbol.iterator]: 5 }), TypeError);
});
test("it is made of another, or of a form", () => {
  const first = new URLSearchParams("a=b");
  const second = new URLSearchParams(first);
  second.append("c", "d");
  equal(`${first}`, "a=b");
  first[Symbol.iterator] = function* () { yield ["own", "way"]; };
  equal(`${new URLSearchParams(first)}`, "own=way");
});
test("it is made of a record", () => {
  same(list({ a: 1, b: undefined, c: [1, 2] }), [["a", "1"], ["b", "undefined"], ["c", "1,2"]]);
  same(list({ "a\ud800": "x", b: "y", "a\ufffd": "z" }), [["a\ufffd", "z"], ["b", "y"]]);
  throws(() => new URLSearchParams({ [Symbol("s")]: "x" }), TypeError);
  same(list(Object.defineProperty({ a: 1 }, "hidden", { value: 1 })), [["a", "1"]]);
  const run = () => {};
  run.a = "b";
  same(list(run), [["a", "b"]]);
});
test("append, get, getAll, has, set, delete", () => {
  const params = new URLSearchParams("a=1&b=2&a=3");
  equal(params.get("a"), "1");
  equal(params.get("x"), null);
  same(params.getAll("a"), ["1", "3"]);
  same(params.getAll("x"), []);
  equal(params.has("a"), true);
  equal(params.has("a", "3"), true);
  equal(params.has("a", "2"), false);
  equal(params.has("a", undefined), true);
  params.set("a", "9");
  equal(`${params}`, "a=9&b=2");
  params.set("c", null);
  params.append("c", "\ud800");
  equal(`${params}`, "a=9&b=2&c=null&c=%EF%BF%BD");
  params.delete("c", "null");
  params.delete("b", undefined);
  equal(`${params}`, "a=9&c=%EF%BF%BD");
  equal(params.size, 2);
});
test("it is written as a form", () => {
  equal(`${new URLSearchParams([["a b*-._~!'()", "é\u0000&=+%"]])}`, "a+b*-._%7E%21%27%28%29=%C3%A9%00%26%3D%2B%25");
});
test("sort is stable, and by code units", () => {
  const params = new URLSearchParams("z=1&\ufb03=2&a=2&\u{1f308}=3&z=0&a=1&=x");
  params.sort();
  same([...params], [["", "x"], ["a", "2"], ["a", "1"], ["z", "1"], ["z", "0"], ["\u{1f308}", "3"], ["\ufb03", "2"]]);
});
test("iterators are live, and of their own kind", () => {
  const params = new URLSearchParams("a=1&b=2&c=3");
  const seen = [];
  for (const [name] of params) {
    seen.push(name);
    if (name === "a") params.delete("a");
  }
  same(seen, ["a", "c"]);
  const iterator = params.keys();
  const prototype = Object.getPrototypeOf(iterator);
  equal(prototype[Symbol.toStringTag], "URLSearchParams Iterator");
  equal(Object.getPrototypeOf(prototype), Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]())));
  same([...iterator], ["b", "c"]);
  same([...params.values()], ["2", "3"]);
  same([...params.entries()], [["b", "2"], ["c", "3"]]);
  equal(URLSearchParams.prototype[Symbol.iterator], URLSearchParams.prototype.entries);
  same(Object.keys(prototype), ["next"]);
  throws(() => iterator.next.call({}), TypeError);
});
test("forEach", () => {
  const params = new URLSearchParams("a=1&b=2");
  const seen = [];
  params.forEach(function (value, name, whole) { seen.push([name, value, whole === params, this.own]); }, { own: 1 });
  same(seen, [["a", "1", true, 1], ["b", "2", true, 1]]);
  throws(() => params.forEach(), TypeError);
  throws(() => params.forEach({}), TypeError);
});
test("the interface is that of Web IDL", () => {
  equal(URLSearchParams.length, 0);
  same(["append", "delete", "get", "getAll", "has", "set", "sort", "forEach"].map((name) => URLSearchParams.prototype[name].length), [2, 1, 1, 1, 1, 2, 0, 1]);
  equal(Object.prototype.toString.call(new URLSearchParams()), "[object URLSearchParams]");
  equal(Object.getOwnPropertyDescriptor(URLSearchParams.prototype, "size").enumerable, true);
  for (const name of ["append", "set"]) throws(() => new URLSearchParams()[name]("a"), TypeError);
  for (const name of ["get", "getAll", "has", "delete"]) throws(() => new URLSearchParams()[name](), TypeError);
  throws(() => URLSearchParams(), TypeError);
  throws(() => URLSearchParams.prototype.get.call({}, "a"), TypeError);
});
test("many parameters", () => {
  const params = new URLSearchParams();
  for (let i = 0; i < 2000; i++) params.append("k", `${i}`);
  equal(new URLSearchParams(params.toString()).size, 2000);
});
