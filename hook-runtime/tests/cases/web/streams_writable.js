// Streams Standard section 5 (writable streams).
const turns = async (count = 20) => { for (let i = 0; i < count; i++) await undefined; };
const gate = () => {
  const made = {};
  made.promise = new Promise((resolve, reject) => { made.open = resolve; made.shut = reject; });
  return made;
};
const controlled = (sink = {}, strategy) => {
  let controller;
  const stream = new WritableStream({ ...sink, start(given) { controller = given; return sink.start?.(given); } }, strategy);
  return [stream, controller];
};

test("chunks are written in order, then closed", async () => {
  const seen = [];
  const sink = {
    start(controller) { seen.push("start", this === sink, controller instanceof WritableStreamDefaultController); },
    write(chunk, controller) { seen.push(chunk, this === sink, controller instanceof WritableStreamDefaultController); },
    close() { seen.push("close", arguments.length); },
  };
  const writer = new WritableStream(sink).getWriter();
  writer.write("a");
  equal(await writer.write("b"), undefined);
  equal(await writer.close(), undefined);
  equal(await writer.closed, undefined);
  same(seen, ["start", true, true, "a", true, true, "b", true, true, "close", 0]);
});
test("a sink need not be given; type must not be", () => {
  new WritableStream();
  new WritableStream(undefined, undefined);
  new WritableStream({}, null);
  throws(() => new WritableStream(null), TypeError);
  throws(() => new WritableStream("text"), TypeError);
  for (const type of [null, "", "bytes", 1]) throws(() => new WritableStream({ type }), RangeError);
  new WritableStream({ type: undefined });
  for (const member of ["start", "write", "close", "abort"]) {
    throws(() => new WritableStream({ [member]: null }), TypeError);
    throws(() => new WritableStream({ [member]: 1 }), TypeError);
  }
  throws(() => WritableStream(), TypeError);
  throws(() => new WritableStream({}, { highWaterMark: -1 }), RangeError);
  throws(() => new WritableStream({}, { highWaterMark: NaN }), RangeError);
  throws(() => new WritableStream({}, { size: 1 }), TypeError);
  const order = [];
  new WritableStream(new Proxy({}, { get: (_, name) => { order.push(name); } }));
  same(order, ["abort", "close", "start", "type", "write"]);
});
test("start: what it throws is thrown, what it rejects errors the stream", async () => {
  throws(() => new WritableStream({ start() { throw new RangeError("x"); } }), RangeError);
  const writer = new WritableStream({ start: () => Promise.reject(new RangeError("x")) }).getWriter();
  await rejects(writer.closed, RangeError);
  await rejects(writer.ready, RangeError);
  await rejects(writer.write("a"), RangeError);
});
test("writes wait for start, and for one another", async () => {
  const [begin, first] = [gate(), gate()];
  const seen = [];
  const writer = new WritableStream({
    start: () => begin.promise,
    write(chunk) { seen.push(chunk); return first.promise; },
  }).getWriter();
  writer.write("a");
  writer.write("b");
  await turns();
  same(seen, []);
  begin.open();
  await turns();
  same(seen, ["a"]);
  first.open();
  await turns();
  same(seen, ["a", "b"]);
});
test("desiredSize and ready say whether there is room", async () => {
  const open = gate();
  const writer = new WritableStream({ write: () => open.promise }, { highWaterMark: 2 }).getWriter();
  equal(writer.desiredSize, 2);
  await writer.ready;
  writer.write("a");
  equal(writer.desiredSize, 1);
  writer.write("b");
  equal(writer.desiredSize, 0);
  let ready = false;
  writer.ready.then(() => { ready = true; });
  await turns();
  equal(ready, false);
  open.open();
  await turns();
  equal(ready, true);
  equal(writer.desiredSize, 2);
});
test("desiredSize of the closed, the broken, the released", async () => {
  const closed = new WritableStream().getWriter();
  await closed.close();
  equal(closed.desiredSize, 0);
  const [stream, controller] = controlled();
  const broken = stream.getWriter();
  broken.closed.catch(() => {});
  controller.error(1);
  await turns();
  equal(broken.desiredSize, null);
  broken.ready.catch(() => {});
  broken.releaseLock();
  throws(() => broken.desiredSize, TypeError);
});
test("size counts chunks; what it throws errors the stream", async () => {
  const writer = new WritableStream({ write: () => new Promise(() => {}) }, { highWaterMark: 10, size: (chunk) => chunk.length }).getWriter();
  writer.write("abcd");
  equal(writer.desiredSize, 6);
  const bad = new WritableStream({}, { size() { throw new RangeError("x"); } }).getWriter();
  await rejects(bad.write("a"), RangeError);
  await rejects(bad.closed, RangeError);
  for (const size of [NaN, -1, Infinity]) {
    const other = new WritableStream({}, { size: () => size }).getWriter();
    await rejects(other.write("a"), RangeError);
    await rejects(other.closed, RangeError);
  }
});
test("a write that fails errors the stream, and those that follow", async () => {
  const writer = new WritableStream({ write: () => Promise.reject(new RangeError("x")) }).getWriter();
  const [first, second] = [writer.write("a"), writer.write("b")];
  await rejects(first, RangeError);
  await rejects(second, RangeError);
  await rejects(writer.closed, RangeError);
  await rejects(writer.ready, RangeError);
  await rejects(writer.close(), TypeError);
});
test("close", async () => {
  const done = gate();
  const [stream] = controlled({ close: () => done.promise });
  const writer = stream.getWriter();
  const closing = writer.close();
  await rejects(writer.write("a"), TypeError);
  await rejects(writer.close(), TypeError);
  let closed = false;
  writer.closed.then(() => { closed = true; });
  await turns();
  equal(closed, false);
  done.open();
  await closing;
  await turns();
  equal(closed, true);
  await rejects(writer.close(), TypeError);
  await rejects(writer.write("a"), TypeError);
});
test("close that fails", async () => {
  const writer = new WritableStream({ close() { throw new RangeError("x"); } }).getWriter();
  await rejects(writer.close(), RangeError);
  await rejects(writer.closed, RangeError);
});
test("close of a stream without a writer", async () => {
  let closed = 0;
  const stream = new WritableStream({ close() { closed++; } });
  await stream.close();
  equal(closed, 1);
  await rejects(stream.close(), TypeError);
  const locked = new WritableStream();
  locked.getWriter();
  await rejects(locked.close(), TypeError);
  await rejects(locked.abort(), TypeError);
});
test("abort: the sink hears why, and what waits is refused", async () => {
  const reasons = [];
  const writer = new WritableStream({ write: () => new Promise(() => {}).constructor.resolve(), abort(reason) { reasons.push(reason); } }).getWriter();
  const error = new RangeError("why");
  await writer.ready;
  const [first, second] = [writer.write("a"), writer.write("b")];
  const aborted = writer.abort(error);
  await first;
  await rejects(second, RangeError);
  equal(await aborted, undefined);
  same(reasons.map((reason) => reason === error), [true]);
  await rejects(writer.closed, RangeError);
  await rejects(writer.write("c"), RangeError);
});
test("abort waits for the write that is going on", async () => {
  const open = gate();
  const seen = [];
  const writer = new WritableStream({ async write() { await open.promise; seen.push("written"); }, abort() { seen.push("aborted"); } }).getWriter();
  await writer.ready;
  writer.write("a");
  await turns();
  const aborted = writer.abort();
  writer.closed.catch(() => {});
  await turns();
  same(seen, []);
  open.open();
  await aborted;
  same(seen, ["written", "aborted"]);
});
test("abort twice is one abort; after close none", async () => {
  let aborts = 0;
  const stream = new WritableStream({ abort() { aborts++; } });
  await Promise.all([stream.abort(), stream.abort()]);
  await stream.abort();
  equal(aborts, 1);
  const closed = new WritableStream({ abort() { aborts++; } });
  await closed.close();
  equal(await closed.abort(), undefined);
  equal(aborts, 1);
});
test("abort that fails", async () => {
  await rejects(new WritableStream({ abort() { throw new RangeError("x"); } }).abort(), RangeError);
});
test("the controller's signal tells of an abort at once", async () => {
  const [stream, controller] = controlled({ write: () => new Promise(() => {}) });
  ok(controller.signal instanceof AbortSignal);
  equal(controller.signal, controller.signal);
  const writer = stream.getWriter();
  writer.closed.catch(() => {});
  writer.write("a").catch(() => {});
  await turns();
  let heard = false;
  controller.signal.addEventListener("abort", () => { heard = true; });
  writer.abort("why");
  same([heard, controller.signal.aborted, controller.signal.reason], [true, true, "why"]);
});
test("the controller's signal stays quiet on errors and on close", async () => {
  const [stream, controller] = controlled();
  await turns();
  controller.error(1);
  await stream.abort();
  equal(controller.signal.aborted, false);
  const [closed, other] = controlled();
  await closed.close();
  await closed.abort();
  equal(other.signal.aborted, false);
});
test("the controller errors the stream", async () => {
  const [stream, controller] = controlled();
  const writer = stream.getWriter();
  equal(controller.error(new RangeError("x")), undefined);
  controller.error(new EvalError("y"));
  await rejects(writer.closed, RangeError);
  await rejects(writer.write("a"), RangeError);
  await rejects(writer.abort().then(() => writer.closed), RangeError);
});
test("one writer at a time", async () => {
  const stream = new WritableStream();
  equal(stream.locked, false);
  const writer = stream.getWriter();
  equal(stream.locked, true);
  throws(() => stream.getWriter(), TypeError);
  throws(() => new WritableStreamDefaultWriter(stream), TypeError);
  equal(writer.releaseLock(), undefined);
  equal(stream.locked, false);
  writer.releaseLock();
  for (const name of ["write", "close", "abort"]) await rejects(writer[name](), TypeError);
  await rejects(writer.closed, TypeError);
  await rejects(writer.ready, TypeError);
  await stream.getWriter().write("a");
});
test("the shape of the interfaces", () => {
  const shapes = [
    [WritableStream, 0, { locked: "get", abort: 0, close: 0, getWriter: 0 }],
    [WritableStreamDefaultWriter, 1, { closed: "get", desiredSize: "get", ready: "get", abort: 0, close: 0, releaseLock: 0, write: 0 }],
    [WritableStreamDefaultController, 0, { signal: "get", error: 0 }],
  ];
  for (const [type, length, members] of shapes) {
    equal(type.length, length, type.name);
    equal(type.prototype[Symbol.toStringTag], type.name);
    same(Object.keys(type.prototype).sort(), Object.keys(members).sort());
    for (const name of Object.keys(members)) {
      const { get, value } = Object.getOwnPropertyDescriptor(type.prototype, name);
      if (members[name] === "get") equal(get.name, `get ${name}`);
      else same([value.name, value.length], [name, members[name]]);
    }
  }
  throws(() => new WritableStreamDefaultController(), TypeError);
  throws(() => new WritableStreamDefaultWriter({}), TypeError);
});
test("members are of their class only", async () => {
  const get = (type, name) => Object.getOwnPropertyDescriptor(type.prototype, name).get;
  throws(() => get(WritableStream, "locked").call({}), TypeError);
  throws(() => WritableStream.prototype.getWriter.call({}), TypeError);
  throws(() => get(WritableStreamDefaultWriter, "desiredSize").call({}), TypeError);
  throws(() => get(WritableStreamDefaultController, "signal").call({}), TypeError);
  throws(() => WritableStreamDefaultController.prototype.error.call({}), TypeError);
  throws(() => WritableStreamDefaultWriter.prototype.releaseLock.call({}), TypeError);
  for (const name of ["abort", "close"]) await rejects(WritableStream.prototype[name].call({}), TypeError);
  for (const name of ["abort", "close", "write"]) await rejects(WritableStreamDefaultWriter.prototype[name].call({}), TypeError);
  for (const name of ["closed", "ready"]) await rejects(get(WritableStreamDefaultWriter, name).call({}), TypeError);
});
test("nothing of the inside is listed", async () => {
  const [stream, controller] = controlled();
  const writer = stream.getWriter();
  writer.write("a");
  await turns();
  same([Object.keys(stream), Object.keys(controller), Object.keys(writer)], [[], [], []]);
});
