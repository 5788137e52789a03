// node:url, from Node.js documentation, "URL" (the legacy API too).
const url = require("url");

test("parse takes an address apart", () => {
  const parsed = url.parse("https://user:pass@sub.example.com:8080/p/a/t/h?query=string#hash");
  same({ ...parsed }, {
    protocol: "https:", slashes: true, auth: "user:pass", host: "sub.example.com:8080", port: "8080", hostname: "sub.example.com", hash: "#hash",
    search: "?query=string", query: "query=string", pathname: "/p/a/t/h", path: "/p/a/t/h?query=string",
    href: "https://user:pass@sub.example.com:8080/p/a/t/h?query=string#hash",
  });
  ok(parsed instanceof url.Url);
});
const table = {
  "//some_path": { pathname: "//some_path", path: "//some_path", href: "//some_path" },
  "http:\\\\evil-phish\\foo.html": { hostname: "evil-phish", pathname: "/foo.html", href: "http://evil-phish/foo.html" },
  "HTTP://www.example.com": { protocol: "http:", hostname: "www.example.com", pathname: "/", href: "http://www.example.com/" },
  "http://x.com/path?that's#all, folks": { search: "?that%27s", hash: "#all,%20folks", href: "http://x.com/path?that%27s#all,%20folks" },
  "http://user:pass@mt0.google.com/vt?x": { auth: "user:pass", host: "mt0.google.com", path: "/vt?x" },
  "mailto:foo@bar.com?subject=hello": { protocol: "mailto:", auth: "foo", host: "bar.com", search: "?subject=hello", href: "mailto:foo@bar.com?subject=hello" },
  "javascript:alert('hello');": { protocol: "javascript:", pathname: "alert('hello');", host: null },
  "http://[fe80::1]:81/": { hostname: "fe80::1", port: "81", host: "[fe80::1]:81" },
  "x": { pathname: "x", path: "x", href: "x" },
  "/a?b#c": { pathname: "/a", search: "?b", hash: "#c" },
  "http://a@b@c/": { auth: "a@b", host: "c", href: "http://a%40b@c/" },
  "http://a.com:/": { port: null, host: "a.com" },
  "file:///etc/passwd": { protocol: "file:", slashes: true, host: "", pathname: "/etc/passwd", href: "file:///etc/passwd" },
  "http://bücher.example/": { hostname: "xn--bcher-kva.example" },
  "  http://x.y/z  ": { href: "http://x.y/z" },
  "?a=b": { search: "?a=b", query: "a=b", path: "?a=b", pathname: null },
  "git+http://user:pass@ex.com/path": { protocol: "git+http:", auth: "user:pass", hostname: "ex.com" },
};
for (const [input, expected] of Object.entries(table)) {
  test(`parse ${input}`, () => {
    const parsed = url.parse(input);
    for (const key of Object.keys(expected)) equal(parsed[key], expected[key], key);
  });
}
test("parse with a query, and with a host after slashes", () => {
  same(url.parse("/x?a=1&a=2", true).query, { a: ["1", "2"] });
  same(url.parse("/x", true).query, {});
  equal(url.parse("//host/path", false, true).host, "host");
  equal(throws(() => url.parse(1), TypeError).code, "ERR_INVALID_ARG_TYPE");
});
test("format", () => {
  equal(url.format({ protocol: "https", hostname: "example.com", pathname: "/some/path", query: { page: 1, format: "json" } }),
    "https://example.com/some/path?page=1&format=json");
  equal(url.format({ host: "x.com", pathname: "a#?b" }), "x.coma%23%3Fb");
  equal(url.format({ protocol: "http:", host: "x.com", pathname: "a#?b", slashes: true }), "http://x.com/a%23%3Fb");
  equal(url.format({ protocol: "mailto", auth: "a", hostname: "b.c" }), "mailto:a@b.c");
  equal(url.format({ hostname: "::1", port: 80, protocol: "http" }), "http://[::1]:80");
  equal(url.format("http://x.y"), "http://x.y/");
  const made = new URL("https://a:b@測試.example/path?abc#foo");
  equal(url.format(made, { fragment: false, unicode: true, auth: false }), "https://測試.example/path?abc");
});
test("resolve", () => {
  for (const [source, relative, expected] of [
    ["/one/two/three", "four", "/one/two/four"], ["http://example.com/", "/one", "http://example.com/one"],
    ["http://example.com/one", "/two", "http://example.com/two"], [".", "#hash1", "#hash1"], ["/foo", ".", "/"], ["/foo", "..", "/"],
    ["/foo/", ".", "/foo/"], ["/foo/", "..", "/"], ["/foo/bar", "../../../bar", "/bar"], ["foo/bar", "../../../bar", "../../bar"],
    ["http://example.com/b//c//d;p?q#blarg", "http:#hash#a=b?c", "http://example.com/b//c//d;p?q#hash#a=b?c"],
    ["/foo/bar/baz", "/../etc/passwd", "/etc/passwd"], ["http://localhost", "file://foo/Users", "file://foo/Users"],
    ["https://a.com/x", "//b.com/y?z", "https://b.com/y?z"], ["http://a.com/b?c", "?d", "http://a.com/b?d"], ["", "/x", "/x"],
    ["http://u:p@a.com/b", "//c.com/d", "http://c.com/d"],
  ]) equal(url.resolve(source, relative), expected, `${source} + ${relative}`);
});
test("files", () => {
  equal(url.fileURLToPath("file:///hello world"), "/hello world");
  equal(url.fileURLToPath("file:///%E4%BD%A0.txt"), "/你.txt");
  equal(url.pathToFileURL("/foo#1").href, "file:///foo%231");
  equal(url.pathToFileURL("/some/path%.c").href, "file:///some/path%25.c");
  equal(throws(() => url.fileURLToPath("http://x/"), TypeError).code, "ERR_INVALID_URL_SCHEME");
});
test("domains", () => {
  equal(url.domainToASCII("español.com"), "xn--espaol-zwa.com");
  equal(url.domainToASCII("xn--iñvalid.com"), "");
  equal(url.domainToUnicode("xn--fiq228c.com"), "中文.com");
});
test("urlToHttpOptions", () => {
  const options = url.urlToHttpOptions(new URL("https://a:b@測試.example:81/path?abc#foo"));
  const { protocol, hostname, port, path, auth, hash } = options;
  same([protocol, hostname, port, path, auth, hash], ["https:", "xn--g6w251d.example", 81, "/path?abc", "a:b", "#foo"]);
});
test("the classes are the global ones", () => {
  equal(url.URL, URL);
  equal(url.URLSearchParams, URLSearchParams);
});
