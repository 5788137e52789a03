// node:querystring, from Node.js documentation, "Query string".
const qs = require("querystring");
test("parse", () => {
  same(qs.parse("foo=bar&abc=xyz&abc=123"), { foo: "bar", abc: ["xyz", "123"] });
  same(qs.parse("a=%20b+c&d&=e&&f=g=h"), { a: " b c", d: "", "": "e", f: "g=h" });
  same(qs.parse("foo:bar;baz:qux", ";", ":"), { foo: "bar", baz: "qux" });
  same(qs.parse("a=1&b=2&c=3", null, null, { maxKeys: 2 }), { a: "1", b: "2" });
  same(qs.parse("a=%E9&b=%"), { a: "\ufffd", b: "%" });
  equal(Object.getPrototypeOf(qs.parse("a=b")), null);
  same(qs.parse("__proto__=1"), JSON.parse('{"__proto__":"1"}'));
  same(qs.parse(""), {});
  same(qs.parse("w=%D6%D0", null, null, { decodeURIComponent: (text) => `<${text}>` })["<w>"], "<%D6%D0>");
});
test("stringify", () => {
  equal(qs.stringify({ foo: "bar", baz: ["qux", "quux"], corge: "" }), "foo=bar&baz=qux&baz=quux&corge=");
  equal(qs.stringify({ foo: "bar", baz: "qux" }, ";", ":"), "foo:bar;baz:qux");
  equal(qs.stringify({ a: 1, b: true, c: null, d: undefined, e: {}, f: NaN, g: 2n }), "a=1&b=true&c=&d=&e=&f=&g=2");
  equal(qs.stringify({ "a b": "ü&" }), "a%20b=%C3%BC%26");
  equal(qs.stringify("x"), "");
  equal(throws(() => qs.stringify({ a: "\ud800" }), URIError).code, "ERR_INVALID_URI");
});
test("escape and unescape", () => {
  equal(qs.escape("a b'()*!~"), "a%20b'()*!~");
  equal(qs.unescape("a%20b%zz"), "a b%zz");
  equal(qs.encode, qs.stringify);
  equal(qs.decode, qs.parse);
});
