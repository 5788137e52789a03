// Streams Standard section 4 (readable streams), 7 (queuing strategies).
const turns = async (count = 20) => { for (let i = 0; i < count; i++) await undefined; };
const of = (...chunks) => new ReadableStream({
  start(controller) {
    for (const chunk of chunks) controller.enqueue(chunk);
    controller.close();
  },
});
const all = async (stream) => {
  const reader = stream.getReader();
  const seen = [];
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return seen;
    seen.push(value);
  }
};
const controlled = (source = {}, strategy) => {
  let controller;
  const stream = new ReadableStream({ ...source, start(given) { controller = given; return source.start?.(given); } }, strategy);
  return [stream, controller];
};

test("chunks come in order, then the end", async () => {
  const reader = of("a", "b").getReader();
  same(await reader.read(), { value: "a", done: false });
  same(await reader.read(), { value: "b", done: false });
  const end = await reader.read();
  same([end.done, end.value, "value" in end], [true, undefined, true]);
  equal(await reader.closed, undefined);
});
test("results are plain objects", async () => {
  const result = await of("a").getReader().read();
  equal(Object.getPrototypeOf(result), Object.prototype);
  same(Object.getOwnPropertyNames(result), ["value", "done"]);
});
test("a source need not be given, but it is no null, and its members are functions", () => {
  new ReadableStream();
  new ReadableStream(undefined);
  new ReadableStream({}, null);
  throws(() => new ReadableStream(null), TypeError);
  throws(() => new ReadableStream("text"), TypeError);
  for (const member of ["start", "pull", "cancel"]) {
    throws(() => new ReadableStream({ [member]: 1 }), TypeError);
    throws(() => new ReadableStream({ [member]: null }), TypeError);
  }
  throws(() => new ReadableStream({ type: "other" }), TypeError);
  throws(() => new ReadableStream({ type: null }), TypeError);
  throws(() => ReadableStream(), TypeError);
});
test("what start throws is thrown by the constructor; what it rejects errors the stream", async () => {
  throws(() => new ReadableStream({ start() { throw new RangeError("x"); } }), RangeError);
  const reader = new ReadableStream({ start: () => Promise.reject(new RangeError("x")) }).getReader();
  await rejects(reader.closed, RangeError);
  await rejects(reader.read(), RangeError);
});
test("the source is `this` of its functions, and they are read once", async () => {
  const seen = [];
  const source = {
    start() { seen.push(this === source); },
    pull(controller) { seen.push(this === source); controller.close(); },
  };
  await all(new ReadableStream(source));
  same(seen, [true, true]);
  const order = [];
  new ReadableStream(new Proxy({}, { get: (_, name) => { order.push(name); } }));
  same(order, ["autoAllocateChunkSize", "cancel", "pull", "start", "type"]);
});
test("a strategy's highWaterMark is a number, not negative", () => {
  for (const wrong of [-1, NaN, "x"]) throws(() => new ReadableStream({}, { highWaterMark: wrong }), RangeError);
  equal(controlled({}, { highWaterMark: Infinity })[1].desiredSize, Infinity);
  equal(controlled({}, { highWaterMark: "5" })[1].desiredSize, 5);
  equal(controlled({}, {})[1].desiredSize, 1);
  throws(() => new ReadableStream({}, { size: 1 }), TypeError);
  throws(() => new ReadableStream({}, 5), TypeError);
});
test("desiredSize falls with what is queued", () => {
  const [, controller] = controlled({}, { highWaterMark: 10, size: (chunk) => chunk.length });
  equal(controller.desiredSize, 10);
  controller.enqueue("abcd");
  equal(controller.desiredSize, 6);
  controller.enqueue("abcdefgh");
  equal(controller.desiredSize, -2);
  controller.close();
  equal(controller.desiredSize, -2);
  const [, closed] = controlled();
  closed.close();
  equal(closed.desiredSize, 0);
  const [, errored] = controlled();
  errored.error(1);
  equal(errored.desiredSize, null);
});
test("a size that throws or makes no sense errors the stream", async () => {
  const [stream, controller] = controlled({}, { size() { throw new EvalError("x"); } });
  throws(() => controller.enqueue(1), EvalError);
  await rejects(stream.getReader().closed, EvalError);
  for (const size of [NaN, -1, Infinity]) {
    const [other, of] = controlled({}, { size: () => size });
    throws(() => of.enqueue(1), RangeError);
    await rejects(other.getReader().read(), RangeError);
  }
});
test("pull is called when there is room, one at a time", async () => {
  let pulls = 0;
  let release;
  const [stream, controller] = controlled({ pull: () => { pulls++; return new Promise((resolve) => { release = resolve; }); } });
  equal(pulls, 0);
  await turns();
  equal(pulls, 1);
  controller.enqueue(1);
  await turns();
  equal(pulls, 1);
  release();
  await turns();
  equal(pulls, 1);
  await stream.getReader().read();
  await turns();
  equal(pulls, 2);
});
test("a highWaterMark of 0 pulls only when something is read", async () => {
  let pulls = 0;
  const stream = new ReadableStream({ pull(controller) { controller.enqueue(++pulls); } }, { highWaterMark: 0 });
  await turns();
  equal(pulls, 0);
  same(await stream.getReader().read(), { value: 1, done: false });
  await turns();
  equal(pulls, 1);
});
test("pull waits for start", async () => {
  let begin;
  let pulls = 0;
  new ReadableStream({ start: () => new Promise((resolve) => { begin = resolve; }), pull() { pulls++; } });
  await turns();
  equal(pulls, 0);
  begin();
  await turns();
  equal(pulls, 1);
});
test("what pull throws or rejects errors the stream", async () => {
  await rejects(new ReadableStream({ pull() { throw new RangeError("x"); } }).getReader().read(), RangeError);
  await rejects(new ReadableStream({ pull: async () => { throw new RangeError("x"); } }).getReader().closed, RangeError);
});
test("the controller refuses what comes after the end", () => {
  const [, controller] = controlled();
  controller.close();
  throws(() => controller.close(), TypeError);
  throws(() => controller.enqueue(1), TypeError);
  controller.error(1);
  const [, broken] = controlled();
  equal(broken.error(1), undefined);
  throws(() => broken.close(), TypeError);
  throws(() => broken.enqueue(1), TypeError);
});
test("queued chunks are read before the close, but not after an error", async () => {
  const [stream, controller] = controlled();
  controller.enqueue("a");
  controller.close();
  same(await all(stream), ["a"]);
  const [broken, other] = controlled();
  other.enqueue("a");
  other.error(new RangeError("x"));
  await rejects(broken.getReader().read(), RangeError);
});
test("undefined is an error too", async () => {
  const [stream, controller] = controlled();
  controller.error();
  let caught = "nothing";
  await stream.getReader().closed.catch((error) => { caught = error; });
  equal(caught, undefined);
});
test("one reader at a time", () => {
  const stream = of("a");
  equal(stream.locked, false);
  const reader = stream.getReader();
  equal(stream.locked, true);
  throws(() => stream.getReader(), TypeError);
  throws(() => new ReadableStreamDefaultReader(stream), TypeError);
  equal(reader.releaseLock(), undefined);
  equal(stream.locked, false);
  new ReadableStreamDefaultReader(stream);
  equal(stream.locked, true);
});
test("a released reader reads no more", async () => {
  const [stream] = controlled();
  const reader = stream.getReader();
  const [pending, closed] = [reader.read(), reader.closed];
  reader.releaseLock();
  await rejects(pending, TypeError);
  await rejects(closed, TypeError);
  await rejects(reader.read(), TypeError);
  await rejects(reader.closed, TypeError);
  await rejects(reader.cancel(), TypeError);
  reader.releaseLock();
});
test("chunks after a release go to the next reader", async () => {
  const [stream, controller] = controlled();
  const first = stream.getReader();
  first.read().catch(() => {});
  first.closed.catch(() => {});
  first.releaseLock();
  controller.enqueue("a");
  same(await stream.getReader().read(), { value: "a", done: false });
});
test("getReader's options", () => {
  throws(() => new ReadableStream().getReader({ mode: "byob" }), TypeError);
  throws(() => new ReadableStream().getReader({ mode: "other" }), TypeError);
  throws(() => new ReadableStream().getReader({ mode: null }), TypeError);
  throws(() => new ReadableStream().getReader("byob"), TypeError);
  new ReadableStream().getReader(null);
  new ReadableStream().getReader({ mode: undefined });
});
test("cancel gives the reason to the source, and closes", async () => {
  let reason;
  const stream = new ReadableStream({ cancel(given) { reason = given; return "ignored"; } });
  const reader = stream.getReader();
  equal(await reader.cancel("why"), undefined);
  equal(reason, "why");
  equal((await reader.read()).done, true);
  await reader.closed;
});
test("cancel drops what is queued", async () => {
  const stream = of("a", "b");
  await stream.cancel();
  same(await all(stream), []);
});
test("cancel settles by what the source does", async () => {
  await rejects(new ReadableStream({ cancel() { throw new RangeError("x"); } }).cancel(), RangeError);
  await rejects(new ReadableStream({ cancel: async () => { throw new RangeError("x"); } }).cancel(), RangeError);
  const [closed, controller] = controlled({ cancel() { fail("it is closed already"); } });
  controller.close();
  await closed.cancel();
  const [broken, other] = controlled();
  other.error(new RangeError("x"));
  await rejects(broken.cancel(), RangeError);
});
test("a locked stream cannot be cancelled but through its reader", async () => {
  const stream = of("a");
  stream.getReader();
  await rejects(stream.cancel(), TypeError);
});
test("a pull after a cancel is not called", async () => {
  let pulls = 0;
  const stream = new ReadableStream({ pull() { pulls++; } });
  await stream.cancel();
  await turns();
  equal(pulls, 0);
});

test("iteration", async () => {
  const seen = [];
  for await (const chunk of of("a", "b")) seen.push(chunk);
  same(seen, ["a", "b"]);
});
test("leaving the iteration cancels, with preventCancel it does not", async () => {
  let reason = "none";
  const stream = new ReadableStream({ pull(controller) { controller.enqueue("a"); }, cancel(given) { reason = given; } });
  for await (const _ of stream) break;
  equal(reason, undefined);
  equal(stream.locked, false);
  const kept = of("a", "b");
  for await (const _ of kept.values({ preventCancel: true })) break;
  equal(kept.locked, false);
  same(await all(kept), ["b"]);
});
test("an exception in the iteration cancels and goes on its way", async () => {
  let cancelled = false;
  const stream = new ReadableStream({ pull(controller) { controller.enqueue("a"); }, cancel() { cancelled = true; } });
  await rejects((async () => { for await (const _ of stream) throw new RangeError("x"); })(), RangeError);
  equal(cancelled, true);
});
test("an error ends the iteration", async () => {
  const [stream, controller] = controlled();
  controller.enqueue("a");
  const seen = [];
  await rejects((async () => {
    for await (const chunk of stream) { seen.push(chunk); controller.error(new RangeError("x")); }
  })(), RangeError);
  same(seen, ["a"]);
  equal(stream.locked, false);
});
test("calls of next wait for one another", async () => {
  const iterator = of(1, 2)[Symbol.asyncIterator]();
  same(await Promise.all([iterator.next(), iterator.next(), iterator.next(), iterator.next()]),
    [{ value: 1, done: false }, { value: 2, done: false }, { done: true }, { done: true }]);
});
test("return gives its argument, and ends", async () => {
  let reason;
  const iterator = new ReadableStream({ cancel(given) { reason = given; } }).values();
  same(await iterator.return("x"), { value: "x", done: true });
  equal(reason, "x");
  same(await iterator.next(), { done: true });
  same(await iterator.return("y"), { value: "y", done: true });
});
test("the iterator is as Web IDL says", () => {
  const iterator = new ReadableStream().values();
  const prototype = Object.getPrototypeOf(iterator);
  const AsyncIteratorPrototype = Object.getPrototypeOf(Object.getPrototypeOf((async function* () {}).prototype));
  equal(Object.getPrototypeOf(prototype), AsyncIteratorPrototype);
  same(Object.getOwnPropertyNames(prototype).sort(), ["next", "return"]);
  equal(Object.hasOwn(prototype, Symbol.asyncIterator), false);
  for (const [name, length] of [["next", 0], ["return", 1]]) {
    const { value, enumerable, writable, configurable } = Object.getOwnPropertyDescriptor(prototype, name);
    same([value.name, value.length, enumerable, writable, configurable], [name, length, true, true, true]);
  }
  equal(iterator[Symbol.asyncIterator](), iterator);
  equal(Object.getPrototypeOf(new ReadableStream().values()), prototype);
  equal(ReadableStream.prototype[Symbol.asyncIterator], ReadableStream.prototype.values);
  equal(Object.getOwnPropertyDescriptor(ReadableStream.prototype, Symbol.asyncIterator).enumerable, false);
});
test("next and return are of stream iterators only", async () => {
  const { next, return: end } = new ReadableStream().values();
  await rejects(next.call({}), TypeError);
  await rejects(end.call(undefined), TypeError);
  await rejects(next.call(of(1)), TypeError);
});
test("a locked stream cannot be iterated over", () => {
  const stream = of("a");
  stream.getReader();
  throws(() => stream.values(), TypeError);
});

test("from: anything that can be iterated over", async () => {
  same(await all(ReadableStream.from(["a", "b"])), ["a", "b"]);
  same(await all(ReadableStream.from(new Set([1, 2]))), [1, 2]);
  same(await all(ReadableStream.from([Promise.resolve(1), 2])), [1, 2]);
  same(await all(ReadableStream.from((function* () { yield 1; })())), [1]);
  same(await all(ReadableStream.from((async function* () { yield 1; yield 2; })())), [1, 2]);
  same(await all(ReadableStream.from(of(1, 2))), [1, 2]);
  same(await all(ReadableStream.from({ [Symbol.asyncIterator]: null, [Symbol.iterator]: () => [1][Symbol.iterator]() })), [1]);
  ok(ReadableStream.from([]) instanceof ReadableStream);
});
test("from: what cannot", () => {
  for (const wrong of [null, undefined, 0, "ab", true, Symbol(), {}, () => {}, { [Symbol.iterator]: 1 }, { [Symbol.asyncIterator]: 1 }]) {
    throws(() => ReadableStream.from(wrong), TypeError);
  }
  throws(() => ReadableStream.from(), TypeError);
  throws(() => ReadableStream.from({ [Symbol.asyncIterator]: () => 1 }), TypeError);
});
test("from: the iterator's errors are the stream's", async () => {
  await rejects(all(ReadableStream.from((async function* () { throw new RangeError("x"); })())), RangeError);
  await rejects(all(ReadableStream.from({ [Symbol.asyncIterator]: () => ({ next: () => 1 }) })), TypeError);
});
test("from: cancel returns", async () => {
  const seen = [];
  const iterable = {
    [Symbol.asyncIterator]: () => iterable,
    next: async () => ({ value: 1, done: false }),
    return: async (reason) => { seen.push(reason); return {}; },
  };
  await ReadableStream.from(iterable).cancel("why");
  same(seen, ["why"]);
  await ReadableStream.from({ [Symbol.asyncIterator]: () => ({ next() {} }) }).cancel();
  await rejects(ReadableStream.from({ [Symbol.asyncIterator]: () => ({ next() {}, return: () => 1 }) }).cancel(), TypeError);
});
test("from: nothing is asked for before it is read", async () => {
  let asked = 0;
  const stream = ReadableStream.from({ [Symbol.asyncIterator]: () => ({ next: async () => { asked++; return { done: true }; } }) });
  await turns();
  equal(asked, 0);
  await all(stream);
  equal(asked, 1);
});

test("tee: both get every chunk, the same", async () => {
  const chunk = {};
  const stream = of(chunk, "b");
  const branches = stream.tee();
  equal(Array.isArray(branches), true);
  equal(branches.length, 2);
  equal(stream.locked, true);
  const [left, right] = await Promise.all(branches.map(all));
  equal(left[0], chunk);
  equal(right[0], chunk);
  same([left.length, right.length], [2, 2]);
});
test("tee: the source is cancelled when both are, with both reasons", async () => {
  let reason;
  const stream = new ReadableStream({ cancel(given) { reason = given; } });
  const [left, right] = stream.tee();
  const first = left.cancel("a");
  await turns();
  equal(reason, undefined);
  await Promise.all([first, right.cancel("b")]);
  same(reason, ["a", "b"]);
});
test("tee: an error reaches both; a locked stream cannot", async () => {
  const [stream, controller] = controlled();
  const [left, right] = stream.tee();
  controller.error(new RangeError("x"));
  await rejects(left.getReader().read(), RangeError);
  await rejects(right.getReader().closed, RangeError);
  throws(() => stream.tee(), TypeError);
});
test("tee: one branch cancelled, the other reads on", async () => {
  const [left, right] = of("a", "b").tee();
  left.cancel();
  same(await all(right), ["a", "b"]);
});

const sink = (more = {}) => {
  const seen = [];
  const stream = new WritableStream({
    write(chunk) { seen.push(chunk); },
    close() { seen.push("close"); },
    abort(reason) { seen.push("abort", reason); },
    ...more,
  });
  return [stream, seen];
};
test("pipeTo: everything, then close", async () => {
  const [stream, seen] = sink();
  const source = of("a", "b");
  const piped = source.pipeTo(stream);
  same([source.locked, stream.locked], [true, true]);
  equal(await piped, undefined);
  same(seen, ["a", "b", "close"]);
  same([source.locked, stream.locked], [false, false]);
});
test("pipeTo: preventClose, preventAbort, preventCancel", async () => {
  const [open, seen] = sink();
  await of("a").pipeTo(open, { preventClose: true });
  same(seen, ["a"]);
  const [kept, events] = sink();
  await rejects(new ReadableStream({ start() { return Promise.reject(new RangeError("x")); } }).pipeTo(kept, { preventAbort: true }), RangeError);
  same(events, []);
  let cancelled = false;
  const source = new ReadableStream({ cancel() { cancelled = true; } });
  await rejects(source.pipeTo(new WritableStream({ start() { return Promise.reject(new EvalError("x")); } }), { preventCancel: true }), EvalError);
  equal(cancelled, false);
});
test("pipeTo: errors go forward as abort, backward as cancel", async () => {
  const error = new RangeError("x");
  const [stream, seen] = sink();
  await rejects(new ReadableStream({ start: () => Promise.reject(error) }).pipeTo(stream), RangeError);
  equal(seen[0], "abort");
  equal(seen[1], error);
  let reason;
  const source = new ReadableStream({ pull(controller) { controller.enqueue(1); }, cancel(given) { reason = given; } });
  await rejects(source.pipeTo(new WritableStream({ write: () => Promise.reject(error) })), RangeError);
  equal(reason, error);
});
test("pipeTo: a closed destination cancels the source", async () => {
  const destination = new WritableStream();
  await destination.close();
  let reason;
  await rejects(new ReadableStream({ cancel(given) { reason = given; } }).pipeTo(destination), TypeError);
  ok(reason instanceof TypeError);
});
test("pipeTo: bad arguments reject", async () => {
  await rejects(of(1).pipeTo(), TypeError);
  await rejects(of(1).pipeTo({}), TypeError);
  for (const signal of [null, "x", {}, Object.create(AbortSignal.prototype)]) {
    await rejects(of(1).pipeTo(new WritableStream(), { signal }), TypeError);
  }
  await rejects(ReadableStream.prototype.pipeTo.call({}, new WritableStream()), TypeError);
  const locked = of(1);
  locked.getReader();
  await rejects(locked.pipeTo(new WritableStream()), TypeError);
  const busy = new WritableStream();
  busy.getWriter();
  await rejects(of(1).pipeTo(busy), TypeError);
});
test("pipeTo: a signal aborts both ends", async () => {
  const controller = new AbortController();
  const [stream, seen] = sink();
  let reason;
  const source = new ReadableStream({ cancel(given) { reason = given; } });
  const piped = source.pipeTo(stream, { signal: controller.signal });
  await turns();
  controller.abort();
  await rejects(piped, "AbortError");
  equal(seen[0], "abort");
  equal(seen[1], controller.signal.reason);
  equal(reason, controller.signal.reason);
});
test("pipeTo: an aborted signal, with a reason", async () => {
  const [stream, seen] = sink();
  await rejects(of("a").pipeTo(stream, { signal: AbortSignal.abort(new RangeError("x")) }), RangeError);
  equal(seen[0], "abort");
});
test("pipeTo waits for the destination", async () => {
  let release;
  const source = controlled({}, { highWaterMark: 5 });
  for (const chunk of ["a", "b", "c"]) source[1].enqueue(chunk);
  const written = [];
  source[0].pipeTo(new WritableStream({
    write(chunk) { written.push(chunk); return new Promise((resolve) => { release = resolve; }); },
  }));
  await turns();
  same(written, ["a"]);
  equal(source[1].desiredSize, 3);
  release();
  await turns();
  same(written, ["a", "b"]);
});
test("pipeThrough gives the readable end", async () => {
  const transform = new TransformStream({ transform(chunk, controller) { controller.enqueue(chunk * 2); } });
  const out = of(1, 2).pipeThrough(transform);
  equal(out, transform.readable);
  same(await all(out), [2, 4]);
});
test("pipeThrough's arguments", () => {
  throws(() => of(1).pipeThrough(), TypeError);
  throws(() => of(1).pipeThrough({}), TypeError);
  throws(() => of(1).pipeThrough({ readable: new ReadableStream(), writable: {} }), TypeError);
  throws(() => of(1).pipeThrough({ readable: {}, writable: new WritableStream() }), TypeError);
  throws(() => of(1).pipeThrough(new TransformStream(), { signal: 1 }), TypeError);
  const locked = of(1);
  locked.getReader();
  throws(() => locked.pipeThrough(new TransformStream()), TypeError);
});

test("queuing strategies", () => {
  const count = new CountQueuingStrategy({ highWaterMark: 3 });
  const bytes = new ByteLengthQueuingStrategy({ highWaterMark: "4" });
  same([count.highWaterMark, count.size("anything"), bytes.highWaterMark, bytes.size(new Uint8Array(7))], [3, 1, 4, 7]);
  equal(new CountQueuingStrategy({ highWaterMark: 1 }).size, count.size);
  equal(new ByteLengthQueuingStrategy({ highWaterMark: 1 }).size, bytes.size);
  same([count.size.name, count.size.length, bytes.size.name, bytes.size.length], ["size", 0, "size", 1]);
  for (const type of [CountQueuingStrategy, ByteLengthQueuingStrategy]) {
    throws(() => new type(), TypeError);
    throws(() => new type({}), TypeError);
    throws(() => new type(1), TypeError);
    throws(() => type({ highWaterMark: 1 }), TypeError);
    throws(() => Object.getOwnPropertyDescriptor(type.prototype, "highWaterMark").get.call({}), TypeError);
    equal(new type({ highWaterMark: -1 }).highWaterMark, -1);
    ok(Number.isNaN(new type({ highWaterMark: NaN }).highWaterMark));
    equal(type.length, 1);
  }
  equal(bytes.size({ byteLength: "x" }), "x");
  throws(() => bytes.size(), TypeError);
});
test("the shape of the interfaces", () => {
  const shapes = [
    [ReadableStream, 0, { locked: "get", cancel: 0, getReader: 0, pipeThrough: 1, pipeTo: 1, tee: 0, values: 0 }],
    [ReadableStreamDefaultReader, 1, { closed: "get", cancel: 0, read: 0, releaseLock: 0 }],
    [ReadableStreamDefaultController, 0, { desiredSize: "get", close: 0, enqueue: 0, error: 0 }],
  ];
  for (const [type, length, members] of shapes) {
    equal(type.length, length, type.name);
    equal(type.prototype[Symbol.toStringTag], type.name);
    same(Object.keys(type.prototype).sort(), Object.keys(members).sort());
    for (const name of Object.keys(members)) {
      const { get, value, writable } = Object.getOwnPropertyDescriptor(type.prototype, name);
      if (members[name] === "get") equal(get.name, `get ${name}`);
      else same([value.name, value.length, writable], [name, members[name], true]);
    }
  }
  equal(ReadableStream.from.length, 1);
  same(Object.keys(ReadableStream), ["from"]);
  throws(() => new ReadableStreamDefaultController(), TypeError);
  throws(() => new ReadableStreamDefaultReader(), TypeError);
  throws(() => new ReadableStreamDefaultReader({}), TypeError);
});
test("members are of their class only", async () => {
  const get = (type, name) => Object.getOwnPropertyDescriptor(type.prototype, name).get;
  throws(() => get(ReadableStream, "locked").call({}), TypeError);
  throws(() => get(ReadableStreamDefaultController, "desiredSize").call({}), TypeError);
  for (const name of ["getReader", "tee", "values"]) throws(() => ReadableStream.prototype[name].call({}), TypeError);
  for (const name of ["close", "enqueue", "error"]) throws(() => ReadableStreamDefaultController.prototype[name].call({}), TypeError);
  throws(() => ReadableStreamDefaultReader.prototype.releaseLock.call({}), TypeError);
  await rejects(ReadableStream.prototype.cancel.call({}), TypeError);
  await rejects(ReadableStreamDefaultReader.prototype.read.call({}), TypeError);
  await rejects(ReadableStreamDefaultReader.prototype.cancel.call({}), TypeError);
  await rejects(get(ReadableStreamDefaultReader, "closed").call({}), TypeError);
});
test("nothing of the inside is listed", async () => {
  const stream = new ReadableStream({ start(controller) { same(Object.keys(controller), []); } });
  const reader = stream.getReader();
  reader.read();
  await turns();
  same([Object.keys(stream), Object.keys(reader), JSON.stringify(stream)], [[], [], "{}"]);
  same(Object.keys(of(1).values()), []);
  same(Object.keys(new CountQueuingStrategy({ highWaterMark: 1 })), []);
  same(Object.keys(new ByteLengthQueuingStrategy({ highWaterMark: 1 })), []);
});
test("a then on Object.prototype is not consulted where the standard does not", async () => {
  const seen = [];
  Object.defineProperty(Object.prototype, "then", { configurable: true, get() { seen.push(1); return undefined; } });
  try {
    await of("a").pipeTo(new WritableStream());
    const before = seen.length;
    of("b").tee();
    await turns();
    same([before, seen.length], [0, 0]);
  } finally {
    delete Object.prototype.then;
  }
});
test("many chunks", async () => {
  let left = 5000;
  const stream = new ReadableStream({ pull(controller) { if (left-- > 0) controller.enqueue(left); else controller.close(); } });
  let count = 0;
  for await (const _ of stream) count++;
  equal(count, 5000);
});
