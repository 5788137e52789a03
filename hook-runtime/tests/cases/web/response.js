// Fetch section 5.5, Response.
test("a response has the defaults of the standard", () => {
  const response = new Response();
  same([response.type, response.url, response.redirected, response.status, response.ok, response.statusText, response.body, response.bodyUsed],
    ["default", "", false, 200, true, "", null, false]);
  same([...response.headers], []);
  equal(new Response(undefined).body, null);
  equal(new Response(null).body, null);
  ok(new Response("").body !== null);
});
test("status and its text are checked", () => {
  for (const status of [200, 201, 299, 300, 404, 599, "418", 65536 + 200]) {
    const response = new Response(null, { status });
    equal(response.status, Number(status) % 65536);
    equal(response.ok, response.status < 300);
  }
  for (const status of [0, 100, 101, 199, 600, 1000, -200, NaN, "x", null]) throws(() => new Response(null, { status }), RangeError);
  equal(new Response(null, { statusText: "\tgood \u00e9" }).statusText, "\tgood \u00e9");
  for (const statusText of ["\n", "\r", "a\u0000", "\u007f", "\u0100"]) throws(() => new Response(null, { statusText }), TypeError);
  throws(() => Response(), TypeError);
  for (const init of [1, "a", true]) throws(() => new Response(null, init), TypeError);
});
test("some statuses have no body", () => {
  for (const status of [204, 205, 304]) {
    equal(new Response(null, { status }).body, null);
    for (const body of ["", "a", new Blob(), new Uint8Array(0)]) throws(() => new Response(body, { status }), TypeError);
  }
});
test("members are read in lexicographical order, the status is checked before the headers", () => {
  const log = [];
  new Response(null, new Proxy({}, { get: (_, name) => { log.push(name); } }));
  same(log, ["headers", "status", "statusText"]);
  throws(() => new Response(null, { status: 0, headers: { "a b": "c" } }), RangeError);
  throws(() => new Response(null, { status: 0, headers: 1 }), TypeError);
  throws(() => new Response({ toString() { throw new EvalError("first"); } }, { status: 0 }), EvalError);
});
test("headers can be changed, set-cookie too", () => {
  const response = new Response(null, { headers: [["set-cookie", "a"], ["set-cookie", "b"], ["x", "y"]] });
  same(response.headers.getSetCookie(), ["a", "b"]);
  response.headers.append("x", "z");
  equal(response.headers.get("x"), "y, z");
  equal(response.headers, response.headers);
});
test("Response.error is a network error", () => {
  const response = Response.error();
  same([response.type, response.status, response.statusText, response.ok, response.url, response.body], ["error", 0, "", false, "", null]);
  throws(() => response.headers.append("a", "b"), TypeError);
  throws(() => response.headers.set("a", "b"), TypeError);
  throws(() => response.headers.delete("a"), TypeError);
  throws(() => response.clone().headers.append("a", "b"), TypeError);
  equal(response.clone().type, "error");
});
test("Response.redirect has a location", () => {
  for (const status of [301, 302, 303, 307, 308, undefined]) {
    const response = Response.redirect("http://x.test/a b#c", status);
    same([response.type, response.status, response.ok, response.redirected, response.headers.get("location"), response.body],
      ["default", status ?? 302, false, false, "http://x.test/a%20b#c", null]);
    throws(() => response.headers.append("a", "b"), TypeError);
  }
  for (const status of [200, 300, 304, 309, 400, 0]) throws(() => Response.redirect("http://x.test/", status), RangeError);
  for (const bad of ["", "/a", "http://"]) throws(() => Response.redirect(bad), TypeError);
  throws(() => Response.redirect("/a", 200), TypeError);
  throws(() => Response.redirect(), TypeError);
});
test("Response.json writes JSON", async () => {
  const response = Response.json({ a: [1, "ü"] }, { status: 201, statusText: "x", headers: { b: "2" } });
  same([response.status, response.statusText, response.type, response.headers.get("content-type"), response.headers.get("b")],
    [201, "x", "default", "application/json", "2"]);
  same(await response.json(), { a: [1, "ü"] });
  equal(await Response.json(null).text(), "null");
  equal(await Response.json("a").text(), '"a"');
  equal(Response.json(1, { headers: { "Content-Type": "a/b" } }).headers.get("content-type"), "a/b");
  equal(await Response.json({ toJSON: () => 5 }).text(), "5");
  const circular = {};
  circular.self = circular;
  for (const bad of [undefined, () => {}, Symbol("a"), circular, 1n]) throws(() => Response.json(bad), TypeError);
  throws(() => Response.json(), TypeError);
  for (const status of [204, 205, 304]) throws(() => Response.json(1, { status }), TypeError);
  throws(() => Response.json({ get a() { throw new EvalError("own"); } }), EvalError);
});
test("a clone is as its original", async () => {
  const response = new Response("ab", { status: 202, statusText: "x", headers: { a: "1" } });
  const clone = response.clone();
  same([clone.status, clone.statusText, clone.headers.get("a"), clone.type], [202, "x", "1", "default"]);
  clone.headers.set("a", "2");
  equal(response.headers.get("a"), "1");
  equal(await response.text() + await clone.text(), "abab");
});
test("the interface has the shape that Web IDL says", () => {
  equal(Object.prototype.toString.call(new Response()), "[object Response]");
  same([Response.length, Response.error.length, Response.json.length, Response.redirect.length], [0, 0, 1, 1]);
  for (const name of ["error", "json", "redirect"]) equal(Object.getOwnPropertyDescriptor(Response, name).enumerable, true, name);
  for (const name of ["type", "url", "redirected", "status", "ok", "statusText", "headers", "clone", "body", "text"]) {
    equal(Object.getOwnPropertyDescriptor(Response.prototype, name).enumerable, true, name);
    throws(() => { const found = Object.getOwnPropertyDescriptor(Response.prototype, name); if (found.get) found.get.call({}); else if (name === "clone") found.value.call({}); else throw new TypeError(name); }, TypeError);
  }
  class Mine extends Response {}
  ok(new Mine("a") instanceof Response);
  same(Object.keys(new Response()), []);
});
test("printed, it shows what it is, without being read", () => {
  const { inspect } = require("node:util");
  const response = new Response("a", { status: 404, headers: [["a", "1"], ["set-cookie", "b"], ["set-cookie", "c"]] });
  const shown = inspect(response);
  for (const part of ["Response {", "status: 404", "Headers {", "a: '1'", "bodyUsed: false"]) ok(shown.includes(part), `${part} in ${shown}`);
  ok(inspect(response.headers).includes("'set-cookie': [ 'b', 'c' ]"));
  ok(inspect(new Request("http://x.test/")).includes("method: 'GET'"));
  equal(inspect(new Blob(["abc"], { type: "a/b" })), "Blob { size: 3, type: 'a/b' }");
  ok(inspect(new File(["abc"], "n", { lastModified: 5 })).startsWith("File {"));
  const form = new FormData();
  form.append("a", "1");
  equal(inspect(form), "FormData [ { name: 'a', value: '1' } ]");
  equal(inspect({ deep: { deeper: { response } } }, { depth: 1 }).includes("404"), false);
  inspect(Response.prototype);
});
