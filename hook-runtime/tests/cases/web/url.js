// URL Standard section 6 (URL), with the parser of section 4 and the hosts of section 3.
const parts = (input, base) => {
  const url = new URL(input, base);
  return ["href", "origin", "protocol", "username", "password", "host", "hostname", "port", "pathname", "search", "hash"]
    .map((name) => url[name]);
};
const hrefs = (list) => {
  for (const [input, expected, base] of list) equal(new URL(input, base).href, expected, JSON.stringify([input, base]));
};
const refused = (list) => {
  for (const [input, base] of list) {
    equal(URL.canParse(input, base), false, JSON.stringify([input, base]));
    equal(URL.parse(input, base), null, JSON.stringify([input, base]));
    throws(() => new URL(input, base), TypeError);
  }
};
const changed = (list) => {
  for (const [href, name, value, expected] of list) {
    const url = new URL(href);
    url[name] = value;
    equal(url.href, expected, `${href} with ${name} ${JSON.stringify(value)}`);
  }
};

test("a URL has all its parts", () => {
  same(parts("HTTPS://us%65r:pa%20ss@EXAMPLE.com:8080/a/./b/../c?q=1&r#frag"), [
    "https://us%65r:pa%20ss@example.com:8080/a/c?q=1&r#frag", "https://example.com:8080", "https:", "us%65r", "pa%20ss",
    "example.com:8080", "example.com", "8080", "/a/c", "?q=1&r", "#frag",
  ]);
});
test("a URL without a host has empty parts, and an opaque origin", () => {
  same(parts("mailto:x@example.com"), ["mailto:x@example.com", "null", "mailto:", "", "", "", "", "", "x@example.com", "", ""]);
});
test("relative references are resolved against the base", () => {
  hrefs([
    ["c", "http://h/a/c", "http://h/a/b"], ["../c", "http://h/c", "http://h/a/b"], ["/c", "http://h/c", "http://h/a/b"],
    ["//o/c", "http://o/c", "http://h/a/b"], ["?q", "http://h/a/b?q", "http://h/a/b?z#f"], ["#f", "http://h/a/b?z#f", "http://h/a/b?z"],
    ["", "http://h/a/b?z", "http://h/a/b?z#f"], ["http:c", "http://h/a/c", "http://h/a/b"], ["https:c", "https://c/", "http://h/a/b"],
    ["\\\\o\\c", "http://o/c", "http://h/a/b"], ["#f", "mailto:x#f", "mailto:x"], ["..", "file:///C:/", "file:///C:/a"],
  ]);
});
test("what has no scheme needs a base that has a path", () => {
  refused([["/a"], [""], ["a", "mailto:x"], ["a", "not a url"], ["http://h", "nor this"]]);
});
test("blanks around, and tabs and newlines within, are dropped", () => {
  hrefs([["  \n http://h/ \u0000", "http://h/"], ["ht\ntp://h\t/a\r\nb", "http://h/ab"]]);
});
test("default ports are left out, others are kept", () => {
  hrefs([["http://h:80/", "http://h/"], ["https://h:443", "https://h/"], ["https://h:80", "https://h:80/"], ["ws://h:080", "ws://h/"],
    ["http://h:", "http://h/"], ["http://h:00000000000000000000080/", "http://h/"], ["x://h:80", "x://h:80"]]);
  refused([["http://h:65536"], ["http://h:8a"], ["http://h:-1"], ["http://:80"]]);
});
test("hosts: names in ASCII, percent-decoded, in lower case", () => {
  hrefs([["http://ex%41mple.com", "http://example.com/"], ["http://faß.de", "http://xn--fa-hia.de/"], ["http://日本語.JP", "http://xn--wgv71a119e.jp/"],
    ["http://a\u00adb", "http://ab/"], ["http://xn--zca.xn--zca", "http://xn--zca.xn--zca/"], ["http://x..y", "http://x..y/"], ["http://aa--", "http://aa--/"],
    ["http://\uFF25xample", "http://example/"], ["http://\u064A.", "http://xn--mhb./"]]);
  refused([["http://a b"], ["http://a%00b"], ["http://a<b"], ["http://a^b"], ["http://a%b"], ["http://xn--a.ß"], ["http://\u200D.example"],
    ["http://\uFFFD.com"], ["http://\u064Aa"], ["http://%zz"], ["http://\u00ad"]]);
});
test("hosts: what is ASCII already is taken as it is, in lower case", () => {
  hrefs([["http://XN--A.example", "http://xn--a.example/"], ["http://xn--", "http://xn--/"], ["http://%78n--a-yoc:80", "http://xn--a-yoc/"],
    ["http://1.xn--mgbb.", "http://1.xn--mgbb./"], ["http://xn--fa-hia", "http://xn--fa-hia/"], ["file://xn--a/b", "file://xn--a/b"]]);
  refused([["http://xn--a.1"], ["http://xn--a<b"], ["http://xn--a%2541"], ["http://xn--a b"]]);
  const url = new URL("http://h");
  url.hostname = "xn--0.com";
  equal(url.href, "http://xn--0.com/");
});
test("hosts: IPv4 in all its forms", () => {
  hrefs([["http://127.1", "http://127.0.0.1/"], ["http://0x7f.0.0.1", "http://127.0.0.1/"], ["http://017700000001", "http://127.0.0.1/"],
    ["http://4294967295", "http://255.255.255.255/"], ["http://1.2.3.4.", "http://1.2.3.4/"], ["http://0x", "http://0.0.0.0/"],
    ["http://%31%32%37.1", "http://127.0.0.1/"], ["http://1.2.3.4.5x", "http://1.2.3.4.5x/"]]);
  refused([["http://256.1"], ["http://1.2.3.256"], ["http://4294967296"], ["http://1.2.3.4.5"], ["http://a.08"], ["http://1.2.3.09"], ["http://0x.0x.0x.0x.0"]]);
});
test("hosts: IPv6, compressed", () => {
  hrefs([["http://[::1]:80", "http://[::1]/"], ["http://[1:0:0:2:0:0:0:3]", "http://[1:0:0:2::3]/"], ["http://[::FFFF:1.2.3.4]", "http://[::ffff:102:304]/"],
    ["http://[2001:DB8::]", "http://[2001:db8::]/"], ["x://[::1]", "x://[::1]"]]);
  refused([["http://[::1"], ["http://[:1]"], ["http://[::1%25eth0]"], ["http://[1:2]"], ["http://[::1.2.3]"], ["http://[g::]"], ["http://::1]"]]);
});
test("hosts of other schemes are opaque", () => {
  hrefs([["x://EXample/", "x://EXample/"], ["x://%41é/", "x://%41%C3%A9/"], ["x://", "x://"], ["x:///p", "x:///p"]]);
  refused([["x://a b"], ["x://a^b"], ["x://a|b"], ["x://a\\b"]]);
});
test("credentials: the last @ counts, what is special is escaped", () => {
  hrefs([["http://a@b@c/", "http://a%40b@c/"], ["http://a:b:c@d/", "http://a:b%3Ac@d/"], ["http://@h/", "http://h/"], ["http://:p@h/", "http://:p@h/"],
    ["http://u:@h/", "http://u@h/"], ["http://u^|[]@h/", "http://u%5E%7C%5B%5D@h/"]]);
  refused([["http://u@"], ["http://u:p@/x"]]);
});
test("paths: dots, also escaped ones, and what is percent-encoded", () => {
  hrefs([["http://h/a/%2e%2E/b", "http://h/b"], ["http://h/a/.%2e", "http://h/"], ["http://h/%2e", "http://h/"], ["http://h/...", "http://h/..."],
    ["http://h/ \"<>^`{}é", "http://h/%20%22%3C%3E%5E%60%7B%7D%C3%A9"], ["http://h/a%zz%41", "http://h/a%zz%41"], ["http://h\\a\\b", "http://h/a/b"],
    ["x://h/a\\b", "x://h/a\\b"], ["http://h//a//", "http://h//a//"], ["x:/..//p", "x:/.//p"], ["x:/.//p", "x:/.//p"], ["http://h/|[]", "http://h/|[]"]]);
  equal(new URL("x:/.//p").pathname, "//p");
});
test("opaque paths keep their blanks, but for one before what follows", () => {
  hrefs([["data:a b", "data:a b"], ["data:a  ?q", "data:a %20?q"], ["data:a #f", "data:a%20#f"], ["data:é", "data:%C3%A9"], ["javascript:alert('a b')", "javascript:alert('a b')"]]);
});
test("queries and fragments have their own characters to escape", () => {
  hrefs([["http://h/?a'b\"<>` é^", "http://h/?a%27b%22%3C%3E`%20%C3%A9^"], ["x:/?a'b", "x:/?a'b"], ["http://h/#a'b\"<>` ^", "http://h/#a'b%22%3C%3E%60%20^"], ["http://h/?", "http://h/?"], ["http://h/#", "http://h/#"]]);
  equal(new URL("http://h/?#").search, "");
  equal(new URL("http://h/?#").hash, "");
});
test("lone surrogates become U+FFFD", () => equal(new URL("http://h/\ud800?\udc00").href, "http://h/%EF%BF%BD?%EF%BF%BD"));
test("file: hosts, drive letters, slashes", () => {
  hrefs([["file:a", "file:///a"], ["file://localhost/a", "file:///a"], ["file://h/a", "file://h/a"], ["file:///C|/a/../..", "file:///C:/"],
    ["file:C|\\a", "file:///C:/a"], ["file://C:/a", "file:///C:/a"], ["file:////one/two", "file:////one/two"], ["file://h/C:/", "file://h/C:/"],
    ["C|/", "file://host/C:/", "file://host/dir/file"], ["/a", "file:///C:/a", "file:///C:/x/y"], ["//h/x", "file://h/x", "file:///C:/"]]);
  refused([["file://h:80/"], ["file://a b/"]]);
});
test("blob: URLs have the origin of what they point to, if that is of the web", () => {
  equal(new URL("blob:https://h:8443/id").origin, "https://h:8443");
  equal(new URL("blob:ftp://h/id").origin, "null");
  equal(new URL("blob:x").origin, "null");
  equal(new URL("file:///a").origin, "null");
});

test("the protocol changes among special schemes, and among others", () => {
  changed([["http://h/", "protocol", "https", "https://h/"], ["http://h:443/", "protocol", "https:rest", "https://h/"], ["http://h/", "protocol", "x", "http://h/"],
    ["x://h/", "protocol", "y+z", "y+z://h/"], ["x://h/", "protocol", "http", "x://h/"], ["http://h/", "protocol", "", "http://h/"], ["http://h/", "protocol", "1a", "http://h/"],
    ["http://u@h/", "protocol", "file", "http://u@h/"], ["http://h:8080/", "protocol", "file", "http://h:8080/"], ["file:///a", "protocol", "http", "file:///a"], ["http://h/", "protocol", "ht\ttps", "https://h/"]]);
});
test("username and password are escaped, and only where a host is", () => {
  changed([["http://h/", "username", "a:b@/", "http://a%3Ab%40%2F@h/"], ["http://u:p@h/", "password", "", "http://u@h/"], ["http://u@h/", "username", "", "http://h/"],
    ["file:///a", "username", "u", "file:///a"], ["mailto:x", "password", "p", "mailto:x"], ["http://h/", "password", "p", "http://:p@h/"]]);
});
test("host and hostname", () => {
  changed([["http://h:80/a", "host", "o:8080", "http://o:8080/a"], ["http://h:8080/", "host", "o", "http://o:8080/"], ["http://h:8080/", "hostname", "o:90", "http://h:8080/"],
    ["http://h/", "host", "o:99999", "http://o/"], ["http://h/", "host", "o:80x", "http://o/"], ["http://h/", "host", "", "http://h/"], ["http://h/", "host", "a b", "http://h/"], ["http://h/", "host", "a/b", "http://a/"],
    ["x://h/", "host", "", "x:///"], ["x://u@h/", "host", "", "x://u@h/"], ["x://h:1/", "hostname", "", "x://h:1/"], ["mailto:x", "host", "h", "mailto:x"],
    ["file:///a", "host", "h", "file://h/a"], ["file://h/a", "host", "localhost", "file:///a"], ["file://h/a", "hostname", "x:1", "file://h/a"], ["x:/.//p", "host", "h", "x://h//p"], ["http://h/", "host", "[::1]:9", "http://[::1]:9/"]]);
});
test("port", () => {
  changed([["http://h/", "port", "8080", "http://h:8080/"], ["http://h:8080/", "port", "80", "http://h/"], ["http://h:8080/", "port", "", "http://h/"], ["http://h/", "port", "90x", "http://h:90/"],
    ["http://h:9/", "port", "x90", "http://h:9/"], ["http://h/", "port", "65536", "http://h/"], ["http://h/", "port", "65535", "http://h:65535/"], ["file:///", "port", "9", "file:///"], ["mailto:x", "port", "9", "mailto:x"], ["http://h:9/", "port", "9\t1", "http://h:91/"], ["http://h/", "port", 81, "http://h:81/"]]);
});
test("pathname", () => {
  changed([["http://h/a", "pathname", "b?c#d", "http://h/b%3Fc%23d"], ["http://h/a", "pathname", "", "http://h/"], ["http://h/a", "pathname", "\\x\\..\\y", "http://h/y"], ["mailto:x", "pathname", "y", "mailto:x"],
    ["x://h/a", "pathname", "", "x://h"], ["x:/a", "pathname", "//p", "x:/.//p"], ["x:/a", "pathname", "", "x:/"], ["file:///a", "pathname", "C|/b", "file:///C:/b"], ["http://h/a", "pathname", "b^", "http://h/b%5E"]]);
});
test("search and hash", () => {
  changed([["http://h/?a", "search", "b c#d", "http://h/?b%20c%23d"], ["http://h/?a", "search", "?b", "http://h/?b"], ["http://h/?a", "search", "??b", "http://h/??b"], ["http://h/?a#f", "search", "", "http://h/#f"], ["http://h/", "search", "?", "http://h/?"],
    ["http://h/#a", "hash", "#b c`", "http://h/#b%20c%60"], ["http://h/#a", "hash", "", "http://h/"], ["http://h/", "hash", "#", "http://h/#"], ["data:a  #f", "hash", "", "data:a %20"], ["x:/", "search", "a'b", "x:/?a'b"], ["http://h/", "search", "a'b", "http://h/?a%27b"]]);
});
test("href is replaced whole, or not at all", () => {
  const url = new URL("http://h/?a=1");
  const params = url.searchParams;
  url.href = "https://o/?b=2";
  equal(url.searchParams, params);
  equal(`${params}`, "b=2");
  throws(() => { url.href = "no url"; }, TypeError);
  equal(url.href, "https://o/?b=2");
});
test("searchParams and search show the same thing", () => {
  const url = new URL("http://h/?a=1&b=%20");
  url.searchParams.append("c", "d e");
  equal(url.href, "http://h/?a=1&b=+&c=d+e");
  url.search = "?x=1";
  same([...url.searchParams], [["x", "1"]]);
  url.searchParams.delete("x");
  equal(url.href, "http://h/");
  url.search = "?";
  url.searchParams.sort();
  equal(url.href, "http://h/");
  url.searchParams.set("q", "\ud800&=");
  equal(url.search, "?q=%EF%BF%BD%26%3D");
  equal(url.searchParams, url.searchParams);
});
test("parse and canParse", () => {
  ok(URL.parse("b", "http://h/a") instanceof URL);
  equal(URL.parse("b", "http://h/a").href, "http://h/b");
  equal(URL.canParse("b", "http://h/a"), true);
  equal(URL.canParse(undefined, "http://h/"), true);
  throws(() => URL.canParse(), TypeError);
  throws(() => URL.parse(), TypeError);
});
test("a URL as JSON and as text is its href", () => {
  const url = new URL("http://h/é");
  equal(JSON.stringify({ url }), '{"url":"http://h/%C3%A9"}');
  equal(`${url}`, "http://h/%C3%A9");
});
test("the interface is that of Web IDL", () => {
  equal(URL.length, 1);
  equal(URL.parse.length, 1);
  equal(Object.prototype.toString.call(new URL("x:")), "[object URL]");
  for (const name of ["href", "searchParams", "toJSON", "toString"]) {
    const descriptor = Object.getOwnPropertyDescriptor(URL.prototype, name);
    ok(descriptor.enumerable && descriptor.configurable, name);
  }
  for (const name of ["origin", "searchParams"]) equal(Object.getOwnPropertyDescriptor(URL.prototype, name).set, undefined);
  const { enumerable, writable } = Object.getOwnPropertyDescriptor(globalThis, "URL");
  same([enumerable, writable], [false, true]);
  same(Object.keys(new URL("http://h/")), []);
  throws(() => URL("http://h/"), TypeError);
  throws(() => new URL(), TypeError);
  throws(() => Object.getOwnPropertyDescriptor(URL.prototype, "href").get.call({}), TypeError);
  throws(() => { "use strict"; new URL("http://h/").searchParams = ""; }, TypeError);
  equal(throws(() => new URL("no url"), TypeError).code, "ERR_INVALID_URL");
});
