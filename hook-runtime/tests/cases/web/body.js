// Fetch sections 5.2 and 5.3, the Body mixin: what bodies are made from, and how they are read.
const bytesOf = async (body) => [...new Uint8Array(await new Response(body).arrayBuffer())];
const streamOf = (...chunks) => new ReadableStream({
  start(controller) {
    for (const chunk of chunks) controller.enqueue(chunk);
    controller.close();
  },
});
const utf8 = (text) => new TextEncoder().encode(text);
const request = (body, more) => new Request("http://x.test/", { method: "POST", body, ...more });

test("a body is made of text, bytes, a blob, a form, a query, a stream", async () => {
  const form = new FormData();
  for (const [body, bytes, type] of [
    ["ü\ud800", [0xc3, 0xbc, 0xef, 0xbf, 0xbd], "text/plain;charset=UTF-8"],
    ["", [], "text/plain;charset=UTF-8"],
    [12, [49, 50], "text/plain;charset=UTF-8"],
    [{}, [...utf8("[object Object]")], "text/plain;charset=UTF-8"],
    [new Uint8Array([1, 2]).buffer, [1, 2], null],
    [new Uint8Array([1, 2, 3]).subarray(1), [2, 3], null],
    [new DataView(new ArrayBuffer(4), 1, 2), [0, 0], null],
    [new Blob(["a"]), [97], null],
    [new Blob(["a"], { type: "A/b" }), [97], "a/b"],
    [new URLSearchParams({ a: "ü &" }), [...utf8("a=%C3%BC+%26")], "application/x-www-form-urlencoded;charset=UTF-8"],
    [streamOf(utf8("ab"), utf8("c")), [97, 98, 99], null],
  ]) {
    equal(new Response(body).headers.get("content-type"), type, "the type");
    if (!(body instanceof ReadableStream)) equal(request(body).headers.get("content-type"), type, "the type");
    same(await bytesOf(body), bytes);
  }
  ok(request(form).headers.get("content-type").startsWith("multipart/form-data; boundary="));
});
test("a content-type that is given stays", () => {
  equal(new Response("a", { headers: { "Content-Type": "x/y" } }).headers.get("content-type"), "x/y");
  equal(request("a", { headers: { "Content-Type": "x/y" } }).headers.get("content-type"), "x/y");
  equal(new Response(null).headers.get("content-type"), null);
});
test("bytes are taken when the body is made", async () => {
  const bytes = new Uint8Array([1]);
  const response = new Response(bytes);
  bytes[0] = 2;
  same([...await response.bytes()], [1]);
});
test("Node's streams and other asynchronous iterables are read", async () => {
  const response = new Response({ async *[Symbol.asyncIterator]() { yield utf8("a"); yield utf8("b"); } });
  equal(await response.text(), "ab");
});
for (const [name, make] of [["Response", (body, type) => new Response(body, { headers: type ? { "content-type": type } : {} })],
  ["Request", (body, type) => new Request("http://x.test/", { method: "POST", body, duplex: "half", headers: type ? { "content-type": type } : {} })]]) {
  test(`${name}: text, json, arrayBuffer, bytes, blob`, async () => {
    equal(await make("\ufeffa\u00fc").text(), "a\u00fc");
    equal(await make(new Uint8Array([0xff, 0x61])).text(), "\ufffda");
    same(await make('\ufeff{"a":[1]}').json(), { a: [1] });
    equal(await make("null").json(), null);
    await rejects(make("{").json(), SyntaxError);
    await rejects(make("").json(), SyntaxError);
    const buffer = await make("ab").arrayBuffer();
    ok(buffer instanceof ArrayBuffer);
    equal(buffer.byteLength, 2);
    ok(await make("ab").bytes() instanceof Uint8Array);
    const blob = await make("ab", "Text/HTML;Charset=x").blob();
    equal(blob.type, "text/html;charset=x");
    equal(await blob.text(), "ab");
    equal((await make("ab", "").blob()).type, "text/plain;charset=utf-8");
    equal((await make(new Uint8Array(1)).blob()).type, "");
    equal((await make("ab", "nonsense").blob()).type, "");
  });
  test(`${name}: without a body everything is empty, again and again`, async () => {
    const empty = make(null);
    equal(empty.body, null);
    equal(await empty.text(), "");
    equal(await empty.text(), "");
    equal((await empty.arrayBuffer()).byteLength, 0);
    equal((await empty.bytes()).length, 0);
    equal((await empty.blob()).size, 0);
    await rejects(empty.json(), SyntaxError);
    await rejects(empty.formData(), TypeError);
    equal(empty.bodyUsed, false);
    equal([...await make(null, "application/x-www-form-urlencoded").formData()].length, 0);
  });
  test(`${name}: a body is read once`, async () => {
    for (const how of ["text", "json", "arrayBuffer", "bytes", "blob", "formData"]) {
      const read = make("1");
      equal(read.bodyUsed, false);
      const first = read[how]().catch(() => {});
      equal(read.bodyUsed, true);
      await rejects(read.text(), TypeError);
      await first;
      throws(() => read.clone(), TypeError);
      equal(read.bodyUsed, true);
      equal(read.body.locked, true);
      throws(() => read.body.getReader(), TypeError);
    }
    const empty = make("");
    await empty.text();
    equal(empty.bodyUsed, true);
    await rejects(empty.text(), TypeError);
  });
  test(`${name}: body is one stream of bytes`, async () => {
    const read = make("hello");
    equal(read.body, read.body);
    ok(read.body instanceof ReadableStream);
    equal(read.bodyUsed, false);
    const reader = read.body.getReader();
    equal(read.bodyUsed, false);
    await rejects(read.text(), TypeError);
    throws(() => read.clone(), TypeError);
    same([...(await reader.read()).value], [...utf8("hello")]);
    equal(read.bodyUsed, true);
    equal((await reader.read()).done, true);
    reader.releaseLock();
    await rejects(read.text(), TypeError);
    const byob = make("hello").body.getReader({ mode: "byob" });
    same([...(await byob.read(new Uint8Array(2))).value], [104, 101]);
  });
  test(`${name}: a stream that was looked at but not read can be read`, async () => {
    const read = make("hello");
    read.body.getReader().releaseLock();
    equal(await read.text(), "hello");
    const cancelled = make("hello");
    await cancelled.body.cancel();
    equal(cancelled.bodyUsed, true);
    await rejects(cancelled.text(), TypeError);
  });
  test(`${name}: a stream of one's own is the body, and its errors are the reader's`, async () => {
    const stream = streamOf(utf8("a"));
    const read = make(stream);
    equal(read.body, stream);
    equal(await read.text(), "a");
    equal(stream.locked, true);
    const failing = make(new ReadableStream({ pull() { throw new RangeError("no"); } }));
    await rejects(failing.text(), RangeError);
    for (const chunk of ["a", 1, new ArrayBuffer(1), null, new Uint16Array(1)]) await rejects(make(streamOf(chunk)).text(), TypeError);
    same([...await make(streamOf(utf8("a"), new Uint8Array(0), utf8("b"))).bytes()], [97, 98]);
  });
  test(`${name}: streams that are locked or read from make no body`, async () => {
    const locked = streamOf(utf8("a"));
    const reader = locked.getReader();
    throws(() => make(locked), TypeError);
    await reader.read();
    reader.releaseLock();
    throws(() => make(locked), TypeError);
  });
  test(`${name}: a clone has the same to read`, async () => {
    const first = make("ab", "x/y");
    const second = first.clone();
    const third = first.clone();
    equal(await first.text(), "ab");
    equal(second.bodyUsed, false);
    equal(await second.text(), "ab");
    equal(third.headers.get("content-type"), "x/y");
    third.headers.set("content-type", "z");
    equal(first.headers.get("content-type"), "x/y");
    equal((await third.arrayBuffer()).byteLength, 2);
    equal(make(null).clone().body, null);
  });
  test(`${name}: a clone of a stream has chunks of its own`, async () => {
    const chunk = utf8("ab");
    const first = make(streamOf(chunk));
    const before = first.body;
    const second = first.clone();
    ok(first.body !== before);
    const [one, two] = await Promise.all([first.body.getReader().read(), second.body.getReader().read()]);
    equal(one.value, chunk);
    same([...two.value], [97, 98]);
    ok(two.value.buffer !== chunk.buffer);
    const looked = make("ab");
    looked.body;
    const copy = looked.clone();
    equal(await looked.text() + await copy.text(), "abab");
  });
  test(`${name}: another receiver is a rejection, for attributes an exception`, async () => {
    const type = make(null).constructor;
    for (const how of ["text", "json", "arrayBuffer", "bytes", "blob", "formData"]) await rejects(type.prototype[how].call({}), TypeError);
    for (const what of ["body", "bodyUsed"]) {
      throws(() => Object.getOwnPropertyDescriptor(type.prototype, what).get.call({}), TypeError);
      equal(Object.getOwnPropertyDescriptor(type.prototype, what).enumerable, true);
    }
  });
}
test("a type that changes before the body is read counts", async () => {
  const response = new Response("", { headers: { "content-type": "a/b" } });
  response.headers.set("content-type", "c/d");
  equal((await response.blob()).type, "c/d");
});
test("what all objects are given as `then` does not change what is read", async () => {
  const reads = ["text", "json"].map((how) => new Response(streamOf(utf8("1")))[how]());
  const whole = new Response("1").text();
  Object.prototype.then = (done) => done("broken");
  let seen;
  try {
    seen = [await reads[0], await reads[1], await whole];
  } finally {
    delete Object.prototype.then;
  }
  same(seen, ["1", 1, "1"]);
});
test("Node's streams and buffers are bodies", async () => {
  const { Readable } = require("node:stream");
  equal(await new Response(Readable.from([Buffer.from("a"), Buffer.from("b")])).text(), "ab");
  equal(await new Response(Buffer.from("xyz").subarray(1)).text(), "yz");
});
test("a body is iterated over and piped as any stream, and is used from then on", async () => {
  let text = "";
  for await (const chunk of new Response("hello").body) text += new TextDecoder().decode(chunk);
  equal(text, "hello");
  const piped = new Response("abc");
  const through = piped.body.pipeThrough(new TransformStream());
  equal(piped.bodyUsed, true);
  await rejects(piped.text(), TypeError);
  equal(await new Response(through).text(), "abc");
  const teed = new Response("x");
  teed.body.tee();
  equal(teed.bodyUsed, false);
  await rejects(teed.text(), TypeError);
});
test("what all objects are given is no member of options", async () => {
  for (const name of ["type", "size", "highWaterMark", "start", "status", "headers", "signal", "endings"]) {
    Object.defineProperty(Object.prototype, name, { get() { throw new Error(`${name} was read`); }, configurable: true });
    try {
      new Request("http://x.test/");
      new Blob([]);
      await new Response().text();
      await new Response(new Uint8Array([64])).text();
      await fetch("data:,a");
      await new Response("a").body.getReader().read();
      await new Blob(["a"]).stream().getReader().read();
    } finally {
      delete Object.prototype[name];
    }
  }
});
test("textStream gives the text in parts, as UTF-8, and uses the body", async () => {
  const collected = async (stream) => {
    const parts = [];
    for await (const part of stream) parts.push(part);
    equal(parts.every((part) => typeof part === "string"), true);
    return parts.join("");
  };
  for (const made of [new Response("a\u00e9\u{1f600}"), request("a\u00e9\u{1f600}")]) {
    const stream = made.textStream();
    equal(stream instanceof ReadableStream, true);
    equal(made.bodyUsed, true);
    equal(await collected(stream), "a\u00e9\u{1f600}");
    throws(() => made.textStream(), TypeError);
  }
  const parts = utf8("\u00e9");
  equal(await collected(new Response(streamOf(parts.slice(0, 1), parts.slice(1))).textStream()), "\u00e9");
  const latin1 = { headers: { "content-type": "text/plain;charset=iso-8859-1" } };
  equal(await collected(new Response(parts, latin1).textStream()), "\u00e9");
  equal(await collected(new Response("").textStream()), "");
  const none = new Response();
  equal(await collected(none.textStream()), "");
  equal(none.bodyUsed, false);
  const locked = new Response("a");
  locked.body.getReader();
  throws(() => locked.textStream(), TypeError);
  throws(() => Response.prototype.textStream.call({}), TypeError);
});
