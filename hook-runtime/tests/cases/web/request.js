// Fetch section 5.4, Request.
const url = "http://x.test/";

test("a request has the defaults of the standard", () => {
  const request = new Request(url);
  same([request.method, request.url, request.destination, request.referrer, request.referrerPolicy, request.mode,
    request.credentials, request.cache, request.redirect, request.integrity, request.keepalive,
    request.isReloadNavigation, request.isHistoryNavigation, request.duplex, request.body, request.bodyUsed],
  ["GET", url, "", "about:client", "", "cors", "same-origin", "default", "follow", "", false, false, false, "half", null, false]);
  same([...request.headers], []);
  ok(request.signal instanceof AbortSignal);
  equal(request.signal, request.signal);
  equal(request.signal.aborted, false);
});
test("URLs are parsed, with their fragment; relative ones and credentials are errors", () => {
  equal(new Request("HTTP://X.test:80/a/../ü?ä#f").url, "http://x.test/%C3%BC?%C3%A4#f");
  equal(new Request(new URL("http://x.test")).url, url);
  equal(new Request({ toString: () => url }).url, url);
  equal(new Request("mailto:a@b").url, "mailto:a@b");
  for (const bad of ["", "/a", "a", "//x.test", "http://", "http://u@x.test", "http://:p@x.test", "http://u:p@x.test", undefined, null]) {
    throws(() => new Request(bad), TypeError);
  }
  throws(() => new Request(), TypeError);
  throws(() => Request(url), TypeError);
  throws(() => new Request(Symbol("a")), TypeError);
});
test("known methods are put into upper case, others stay", () => {
  for (const method of ["get", "Post", "pUT", "delete", "head", "options"]) {
    equal(new Request(url, { method }).method, method.toUpperCase());
  }
  for (const method of ["patch", "PATCH", "foo", "M-SEARCH", "propfind"]) equal(new Request(url, { method }).method, method);
  for (const method of ["", "a b", "é", "GET\n", "connect", "TRACE", "Track", "\u0100"]) throws(() => new Request(url, { method }), TypeError);
});
test("members are taken as they are given", () => {
  const init = {
    method: "POST", referrerPolicy: "origin", mode: "same-origin", credentials: "include", cache: "no-store",
    redirect: "manual", integrity: "sha256-x", keepalive: 1, headers: { a: "1" },
  };
  const request = new Request(url, init);
  for (const name of ["method", "referrerPolicy", "mode", "credentials", "cache", "redirect", "integrity"]) equal(request[name], init[name], name);
  equal(request.keepalive, true);
  equal(request.headers.get("a"), "1");
  equal(new Request(url, { mode: "same-origin", cache: "only-if-cached" }).cache, "only-if-cached");
  equal(new Request(url, { window: null }).url, url);
  new Request(url, { window: undefined, mode: undefined, method: undefined });
  new Request(url, null);
});
test("members that are none of the values are errors", () => {
  for (const init of [
    { mode: "x" }, { mode: "navigate" }, { mode: "websocket" }, { mode: null }, { credentials: "x" }, { cache: "x" },
    { redirect: "x" }, { referrerPolicy: "x" }, { priority: "x" }, { duplex: "full" }, { window: {} }, { window: "" },
    { cache: "only-if-cached" }, { cache: "only-if-cached", mode: "cors" }, { mode: "no-cors", method: "PUT" },
    { signal: {} }, { signal: 1 }, { headers: null }, { headers: "a" }, { headers: { "a b": "c" } }, { referrer: "http://:99999" },
  ]) throws(() => new Request(url, init), TypeError);
  for (const init of [1, "a", true]) throws(() => new Request(url, init), TypeError);
});
test("members are read in lexicographical order", () => {
  const log = [];
  new Request(url, new Proxy({}, { get: (_, name) => { log.push(name); } }));
  same(log, [...log].sort());
  same(log.slice(0, 5), ["body", "cache", "credentials", "duplex", "headers"]);
  equal(log.at(-1), "window");
});
test("referrers are none or the client", () => {
  equal(new Request(url, { referrer: "" }).referrer, "");
  equal(new Request(url, { referrer: "about:client" }).referrer, "about:client");
  equal(new Request(url, { referrer: "http://other.test/a" }).referrer, "about:client");
  throws(() => new Request(url, { referrer: "relative" }), TypeError);
});
test("headers are of any kind, and checked", () => {
  equal(new Request(url, { headers: [["a", "1"]] }).headers.get("a"), "1");
  equal(new Request(url, { headers: new Headers({ a: "1" }) }).headers.get("a"), "1");
  const request = new Request(url, { headers: { cookie: "a=1", "user-agent": "x", origin: "y" } });
  // As on other servers: nothing is forbidden.
  same([...request.headers], [["cookie", "a=1"], ["origin", "y"], ["user-agent", "x"]]);
  equal(request.headers, request.headers);
});
test("GET and HEAD have no body", () => {
  for (const method of ["GET", "HEAD", "get"]) throws(() => new Request(url, { method, body: "" }), TypeError);
  throws(() => new Request(url, { body: "a" }), TypeError);
  equal(new Request(url, { body: null }).body, null);
  throws(() => new Request(new Request(url, { method: "POST", body: "a" }), { method: "GET" }), TypeError);
});
test("a stream wants duplex, and a mode in which it can be sent", () => {
  const stream = () => new ReadableStream({});
  throws(() => new Request(url, { method: "POST", body: stream() }), TypeError);
  throws(() => new Request(url, { method: "POST", body: stream(), duplex: "half", keepalive: true }), TypeError);
  throws(() => new Request(url, { method: "POST", body: stream(), duplex: "half", mode: "no-cors" }), TypeError);
  const body = stream();
  const request = new Request(url, { method: "POST", body, duplex: "half" });
  equal(request.body, body);
  new Request(request);
});
test("a request from a request has all of it, and takes its body", async () => {
  const first = new Request(`${url}a#b`, { method: "POST", body: "x", headers: { a: "1" }, mode: "same-origin", redirect: "error", keepalive: true });
  const second = new Request(first);
  same([second.url, second.method, second.mode, second.redirect, second.keepalive], [`${url}a#b`, "POST", "same-origin", "error", true]);
  equal(first.bodyUsed, true);
  equal(second.bodyUsed, false);
  equal(second.headers.get("content-type"), "text/plain;charset=UTF-8");
  ok(second.headers !== first.headers);
  second.headers.set("a", "2");
  equal(first.headers.get("a"), "1");
  equal(await second.text(), "x");
  throws(() => new Request(first), TypeError);
  throws(() => new Request(second), TypeError);
  equal(await new Request(first, { body: "y" }).text(), "y");
});
test("a request from a request can be changed", async () => {
  const first = new Request(url, { method: "POST", body: "x", headers: { a: "1" }, referrer: "", referrerPolicy: "origin" });
  equal(new Request(new Request(first.clone())).referrer, "");
  const second = new Request(first, { headers: { b: "2" }, method: "PUT" });
  equal(second.headers.get("a"), null);
  equal(second.headers.get("b"), "2");
  equal(second.method, "PUT");
  equal(second.referrer, "about:client");
  equal(second.referrerPolicy, "");
  equal(await second.text(), "x");
  const bodiless = new Request(url, { method: "POST" });
  equal(await new Request(bodiless, { body: "z" }).text(), "z");
  equal(bodiless.bodyUsed, false);
});
test("a failed constructor leaves the body alone", () => {
  const first = new Request(url, { method: "POST", body: "x" });
  throws(() => new Request(first, { method: "GET" }), TypeError);
  throws(() => new Request(first, { mode: "navigate" }), TypeError);
  equal(first.bodyUsed, false);
});
test("a body whose stream is taken makes no other request", async () => {
  const locked = new Request(url, { method: "POST", body: "x" });
  const reader = locked.body.getReader();
  throws(() => new Request(locked), TypeError);
  new Request(locked, { body: "y" });
  reader.releaseLock();
  const taken = new Request(locked);
  equal(locked.bodyUsed, true);
  equal(locked.body.locked, true);
  equal(await taken.text(), "x");
  const own = new Request(url, { method: "POST", duplex: "half", body: new ReadableStream({
    start(controller) { controller.enqueue(new Uint8Array([97])); controller.close(); },
  }) });
  const next = new Request(own);
  equal(own.bodyUsed, true);
  equal(await next.text(), "a");
});
test("the signal follows the one that was given", () => {
  const controller = new AbortController();
  const request = new Request(url, { signal: controller.signal });
  ok(request.signal !== controller.signal);
  const [copy, clone, without, other] = [new Request(request), request.clone(), new Request(request, { signal: null }), new Request(url)];
  let heard = 0;
  copy.signal.addEventListener("abort", () => heard++);
  controller.abort("why");
  for (const one of [request, copy, clone]) {
    equal(one.signal.aborted, true);
    equal(one.signal.reason, "why");
  }
  equal(heard, 1);
  equal(without.signal.aborted, false);
  equal(other.signal.aborted, false);
  equal(new Request(url, { signal: AbortSignal.abort(1) }).signal.reason, 1);
});
test("relative URLs are those of a location, where a script brings one", () => {
  globalThis.location = { href: "http://home.test/a/b" };
  try {
    equal(new Request("c?d").url, "http://home.test/a/c?d");
    equal(new Request(url, { referrer: "e" }).referrer, "http://home.test/a/e");
    equal(new Request(url, { referrer: url }).referrer, "about:client");
  } finally {
    delete globalThis.location;
  }
});
test("the interface has the shape that Web IDL says", () => {
  equal(Object.prototype.toString.call(new Request(url)), "[object Request]");
  equal(Request.length, 1);
  for (const name of ["method", "url", "headers", "signal", "duplex", "clone", "body", "text"]) {
    equal(Object.getOwnPropertyDescriptor(Request.prototype, name).enumerable, true, name);
  }
  const request = new Request(url);
  for (const name of ["method", "url", "headers", "mode", "bodyUsed"]) {
    equal(Object.getOwnPropertyDescriptor(Request.prototype, name).set, undefined, name);
    throws(() => Object.getOwnPropertyDescriptor(Request.prototype, name).get.call({}), TypeError);
  }
  same(Object.keys(request), []);
});
