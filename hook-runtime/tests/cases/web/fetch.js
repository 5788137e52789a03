// Fetch sections 4 to 6 without a network: data: URLs, what cannot be fetched, aborting. With calls that are
// answered: tests/fetch.rs.
const url = "http://x.test/";
const bytesOf = async (url) => [...new Uint8Array(await (await fetch(url)).arrayBuffer())];

test("a data: URL is fetched without a call", async () => {
  const response = await fetch("data:text/plain;charset=utf-8,a%20b%C3%BC%zz#f");
  same([response.url, response.status, response.statusText, response.type, response.ok, response.redirected],
    ["data:text/plain;charset=utf-8,a%20b%C3%BC%zz", 200, "OK", "basic", true, false]);
  equal(response.headers.get("content-type"), "text/plain;charset=utf-8");
  equal(await response.text(), "a bü%zz");
  throws(() => response.headers.set("a", "b"), TypeError);
});
for (const [given, type, text] of [
  ["data:,x", "text/plain;charset=US-ASCII", "x"],
  ["data:;charset=x,x", "text/plain;charset=x", "x"],
  ["data:nonsense,x", "text/plain;charset=US-ASCII", "x"],
  ["data: Text/HTML ;a=b,x", "text/html;a=b", "x"],
  ["data:a/b;c=\"d;e\",x", "a/b;c=\"d;e\"", "x"],
  ["data:;base64,YQ==", "text/plain;charset=US-ASCII", "a"],
  ["data:;base64,YQ", "text/plain;charset=US-ASCII", "a"],
  ["data:a/b; BASE64,Y%20%0AWJj", "a/b", "abc"],
  ["data:a/b;base64;c=d,YQ", "a/b;base64;c=d".replace(";base64", ""), "YQ"],
  ["data:a/b;x=y;base64,", "a/b;x=y", ""],
]) test(`the type and content of ${given}`, async () => {
  const response = await fetch(given);
  equal(response.headers.get("content-type"), type);
  equal(await response.text(), text);
});
test("data: URLs have bytes", async () => {
  same(await bytesOf("data:,%00%ff%FF%"), [0, 255, 255, 37]);
  same(await bytesOf("data:;base64,AP/+"), [0, 255, 254]);
});
test("data: URLs that are none are network errors", async () => {
  for (const bad of ["data:x", "data:;base64,a", "data:;base64,YQ=", "data:;base64,Y=Q=", "data:;base64,-_-_", "data:;base64,Y\u00fc=="]) {
    const error = await rejects(fetch(bad), TypeError);
    equal(error.message, "fetch failed");
    ok(error.cause instanceof Error);
  }
});
test("methods matter little to a data: URL", async () => {
  equal(await (await fetch("data:,a", { method: "POST", body: "b" })).text(), "a");
  const response = await fetch("data:,a", { method: "HEAD" });
  equal(response.body, null);
  equal(await response.text(), "");
});
test("integrity is checked", async () => {
  const right = "sha256-ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLs=";
  equal(await (await fetch("data:,a", { integrity: right })).text(), "a");
  equal(await (await fetch("data:,a", { integrity: `sha256-AAAA ${right}?x` })).text(), "a");
  equal(await (await fetch("data:,a", { integrity: right.replace(/=+$/, "") })).text(), "a");
  const url = right.slice("sha256-".length).replace(/\+/g, "-").replace(/\//g, "_");
  equal(await (await fetch("data:,a", { integrity: `sha256-${url}` })).text(), "a");
  equal(await (await fetch("data:,a", { integrity: "md5-x nonsense" })).text(), "a");
  await rejects(fetch("data:,b", { integrity: right }), TypeError);
  await rejects(fetch("data:,a", { integrity: right, method: "HEAD" }), TypeError);
  await rejects(fetch("data:,a", { integrity: `${right} sha512-AAAA` }), TypeError);
});
test("arguments that make no request are rejections", async () => {
  for (const args of [[], ["/a"], [""], ["http://u:p@x.test/"], [url, { method: "TRACE" }], [url, { body: "a" }], [url, { headers: { "a b": "c" } }], [url, 1]]) {
    let promise;
    try { promise = fetch(...args); } catch (error) { throw new Error(`it threw ${error}`); }
    ok(promise instanceof Promise);
    await rejects(promise, TypeError);
  }
});
test("only http, https and data are fetched", async () => {
  for (const other of ["blob:x", "file:///a", "ftp://x.test/", "about:blank", "mailto:a@b", "ws://x.test", "javascript:1"]) {
    const error = await rejects(fetch(other), TypeError);
    equal(error.message, "fetch failed");
  }
});
test("ports of other protocols are not called", async () => {
  for (const port of [22, 25, 6000]) equal((await rejects(fetch(`http://x.test:${port}/`), TypeError)).cause.message, "bad port");
});
test("no network is a TypeError, and its cause says what the host said", async () => {
  const error = await rejects(fetch(url), TypeError);
  equal(error.message, "fetch failed");
  // What runs the cases natively has no network at all, the filter no such host.
  ok(/there is no network here|x\.test is not in `egress`/.test(error.cause.message), error.cause.message);
  await rejects(fetch(new Request(url)), TypeError);
  await rejects(fetch(new URL(url)), TypeError);
});
test("an aborted signal rejects at once, with its reason, and sends nothing", async () => {
  const log = [];
  const reason = {};
  await Promise.all([
    fetch(url, { signal: AbortSignal.abort(reason) }).catch((error) => { equal(error, reason); log.push("fetch"); }),
    Promise.resolve().then(() => log.push("next")),
  ]);
  same(log, ["fetch", "next"]);
  await rejects(fetch(url, { signal: AbortSignal.abort() }), "AbortError");
  await rejects(fetch(new Request(url, { signal: AbortSignal.abort() })), "AbortError");
  await rejects(fetch("data:,a", { signal: AbortSignal.abort() }), "AbortError");
  await rejects(fetch(url, { signal: AbortSignal.abort(), method: "x y" }), TypeError);
});
test("a request that was aborted is used all the same", async () => {
  const request = new Request(url, { method: "POST", body: "a", signal: AbortSignal.abort() });
  await rejects(fetch(request), "AbortError");
  equal(request.bodyUsed, true);
});
test("a stream that was to be sent is cancelled at once", async () => {
  let cancelled;
  const body = new ReadableStream({ pull(controller) { controller.enqueue(new Uint8Array(1)); }, cancel(reason) { cancelled = reason; } });
  const promise = fetch(url, { method: "POST", body, duplex: "half", signal: AbortSignal.abort() });
  equal(cancelled.name, "AbortError");
  equal(await rejects(promise, "AbortError"), cancelled);
});
test("aborting while it goes on rejects with the reason", async () => {
  const controller = new AbortController();
  const promise = fetch(url, { signal: controller.signal });
  controller.abort(new RangeError("enough"));
  await rejects(promise, RangeError);
  controller.abort();
});
test("a stream that is being read for a request is cancelled too", async () => {
  let cancelled;
  const controller = new AbortController();
  const body = new ReadableStream({ cancel(reason) { cancelled = reason; } });
  const promise = fetch(url, { method: "POST", body, duplex: "half", signal: controller.signal });
  controller.abort("why");
  equal(await promise.catch((error) => error), "why");
  equal(cancelled, "why");
});
test("what was aborted after the answer cannot be read", async () => {
  for (const how of ["text", "json", "arrayBuffer", "blob", "bytes", "formData"]) {
    const controller = new AbortController();
    const response = await fetch("data:,1", { signal: controller.signal });
    const clone = response.clone();
    controller.abort();
    const log = [];
    const promise = response[how]();
    await Promise.all([promise.catch(() => log.push("read")), Promise.resolve().then(() => log.push("next"))]);
    await rejects(promise, "AbortError");
    same(log, ["read", "next"]);
    await rejects(response[how](), "AbortError");
    await rejects(clone[how](), "AbortError");
  }
});
test("a stream of what was aborted fails; an empty one was over before", async () => {
  const controller = new AbortController();
  const reader = (await fetch("data:,1", { signal: controller.signal })).body.getReader();
  const empty = (await fetch("data:,", { signal: controller.signal })).body.getReader();
  controller.abort();
  await rejects(reader.read(), "AbortError");
  await rejects(reader.closed, "AbortError");
  equal((await empty.read()).done, true);
});
test("what was read before it was aborted stays", async () => {
  const controller = new AbortController();
  const response = await fetch("data:,1", { signal: controller.signal });
  equal(await response.text(), "1");
  controller.abort();
  await rejects(response.text(), TypeError);
});
test("a timeout of a fetch that is done holds nothing up", async () => {
  equal(await (await fetch("data:,1", { signal: AbortSignal.timeout(50_000) })).text(), "1");
  await rejects(fetch("data:,1", { signal: AbortSignal.timeout(0) }).then(async (response) => { await later(5); return response.text(); }), "TimeoutError");
});
test("a stream whose chunks are no bytes is a TypeError", async () => {
  const send = (start) => fetch(url, { method: "POST", duplex: "half", body: new ReadableStream({ start }) });
  equal((await rejects(send((controller) => controller.enqueue("a")), TypeError)).message, "fetch failed");
  const error = await rejects(send((controller) => controller.error(new RangeError("mine"))), TypeError);
  ok(error.cause instanceof RangeError);
});
test("fetch is a function of one argument, and no class", () => {
  same([fetch.length, fetch.name], [1, "fetch"]);
  throws(() => new fetch(url), TypeError);
});

// File API section 8 and Fetch section 4.2, blob: URLs.
test("a blob: URL stands for its blob until it is revoked", async () => {
  const url = URL.createObjectURL(new Blob(["one ", "two"], { type: "Text/Plain" }));
  ok(/^blob:null\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(url), url);
  const response = await fetch(`${url}#part`);
  same([response.status, response.statusText, response.type, response.url], [200, "OK", "basic", url]);
  same([...response.headers], [["content-length", "7"], ["content-type", "text/plain"]]);
  equal(await response.text(), "one two");
  URL.revokeObjectURL(`${url}#part`);
  const before = new Request(url);
  URL.revokeObjectURL(url);
  equal(await (await fetch(before.clone())).text(), "one two");
  equal(await (await fetch(before)).text(), "one two");
  await rejects(fetch(url), TypeError);
  URL.revokeObjectURL("no url");
  throws(() => URL.createObjectURL({}), TypeError);
  throws(() => URL.createObjectURL(), TypeError);
  throws(() => URL.revokeObjectURL(), TypeError);
});
test("blob: URLs are fetched with GET, and exactly as they are", async () => {
  const url = URL.createObjectURL(new File(["a"], "a.txt"));
  for (const method of ["HEAD", "POST", "OPTIONS", "CUSTOM"]) await rejects(fetch(url, { method }), TypeError);
  for (const more of ["?a", "/a"]) await rejects(fetch(url + more), TypeError);
  await rejects(fetch("blob:http://x.test/"), TypeError);
  equal((await fetch(url)).headers.get("content-type"), "");
});
test("a part of a blob is asked for with a range", async () => {
  const url = URL.createObjectURL(new Blob(["0123456789"], { type: "text/plain" }));
  const parts = { "bytes=2-4": ["234", "2-4"], "bytes=7-": ["789", "7-9"], "bytes=-3": ["789", "7-9"], "bytes=8-10000": ["89", "8-9"],
    "bytes=-20": ["0123456789", "0-9"], "bytes \t= 1 -\t1": ["1", "1-1"] };
  for (const [range, [text, place]] of Object.entries(parts)) {
    const response = await fetch(url, { headers: { range } });
    same([response.status, response.statusText], [206, "Partial Content"]);
    equal(response.headers.get("content-range"), `bytes ${place}/10`);
    equal(response.headers.get("content-length"), `${text.length}`);
    equal(await response.text(), text);
  }
  for (const range of ["", "bytes=-", "bytes=4-2", "bytes=10-", "bytes=1-2,4-5", "bytes=a-2", "bytes=2", "bytes 2-", "2-", "Bytes=1-2"]) {
    await rejects(fetch(url, { headers: { range } }), TypeError);
  }
});
