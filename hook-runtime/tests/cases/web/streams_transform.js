// Streams Standard section 6 (transform streams).
const turns = async (count = 20) => { for (let i = 0; i < count; i++) await undefined; };
const all = async (stream) => {
  const seen = [];
  for await (const chunk of stream) seen.push(chunk);
  return seen;
};
const controlled = (transformer = {}, ...strategies) => {
  let controller;
  const stream = new TransformStream({ ...transformer, start(given) { controller = given; return transformer.start?.(given); } }, ...strategies);
  return [stream, controller];
};

test("without a transformer chunks go through", async () => {
  const { readable, writable } = new TransformStream();
  const writer = writable.getWriter();
  const seen = all(readable);
  writer.write("a");
  writer.write("b");
  await writer.close();
  same(await seen, ["a", "b"]);
});
test("transform and flush enqueue", async () => {
  const calls = [];
  const transformer = {
    start(controller) { calls.push(this === transformer); controller.enqueue("start"); },
    transform(chunk, controller) { calls.push(this === transformer); controller.enqueue(chunk.toUpperCase()); },
    flush(controller) { calls.push(this === transformer, arguments.length); controller.enqueue("end"); },
  };
  const { readable, writable } = new TransformStream(transformer);
  const writer = writable.getWriter();
  writer.write("a");
  writer.close();
  same(await all(readable), ["start", "A", "end"]);
  same(calls, [true, true, true, 1]);
});
test("asynchronous transformers", async () => {
  const { readable, writable } = new TransformStream({
    async transform(chunk, controller) {
      await turns();
      controller.enqueue(chunk);
      controller.enqueue(chunk);
    },
    async flush(controller) { await turns(); controller.enqueue("end"); },
  });
  const writer = writable.getWriter();
  writer.write(1);
  writer.write(2);
  writer.close();
  same(await all(readable), [1, 1, 2, 2, "end"]);
});
test("both ends are what they are", () => {
  const stream = new TransformStream();
  ok(stream.readable instanceof ReadableStream);
  ok(stream.writable instanceof WritableStream);
  equal(stream.readable, stream.readable);
  equal(stream.writable, stream.writable);
});
test("arguments", () => {
  throws(() => new TransformStream(null), TypeError);
  throws(() => new TransformStream("text"), TypeError);
  for (const member of ["start", "transform", "flush", "cancel"]) {
    throws(() => new TransformStream({ [member]: null }), TypeError);
    throws(() => new TransformStream({ [member]: 1 }), TypeError);
  }
  throws(() => new TransformStream({ readableType: "bytes" }), RangeError);
  throws(() => new TransformStream({ writableType: "bytes" }), RangeError);
  throws(() => new TransformStream({ readableType: null }), RangeError);
  throws(() => new TransformStream({}, { highWaterMark: -1 }), RangeError);
  throws(() => new TransformStream({}, {}, { highWaterMark: NaN }), RangeError);
  throws(() => TransformStream(), TypeError);
  throws(() => new TransformStream({ start() { throw new EvalError("x"); } }), EvalError);
  const order = [];
  new TransformStream(new Proxy({}, { get: (_, name) => { order.push(name); } }));
  same(order, ["cancel", "flush", "readableType", "start", "transform", "writableType"]);
});
test("the readable end's default mark is 0: a write waits until somebody reads", async () => {
  const [{ readable, writable }, controller] = controlled();
  equal(controller.desiredSize, 0);
  const writer = writable.getWriter();
  equal(writer.desiredSize, 1);
  let written = false;
  writer.write("a").then(() => { written = true; });
  await turns();
  equal(written, false);
  same(await readable.getReader().read(), { value: "a", done: false });
  await turns();
  equal(written, true);
});
test("strategies", async () => {
  const [{ writable }, controller] = controlled({}, { highWaterMark: 5 }, { highWaterMark: 7, size: (chunk) => chunk.length });
  equal(writable.getWriter().desiredSize, 5);
  equal(controller.desiredSize, 7);
  controller.enqueue("abc");
  equal(controller.desiredSize, 4);
});
test("an error in transform breaks both ends", async () => {
  const { readable, writable } = new TransformStream({ transform() { throw new RangeError("x"); } });
  const [writer, reader] = [writable.getWriter(), readable.getReader()];
  const read = reader.read();
  await rejects(writer.write("a"), RangeError);
  await rejects(read, RangeError);
  await rejects(writer.closed, RangeError);
  await rejects(reader.closed, RangeError);
});
test("an error in flush breaks both ends", async () => {
  const { readable, writable } = new TransformStream({ flush: async () => { throw new RangeError("x"); } });
  const writer = writable.getWriter();
  const closing = writer.close();
  await rejects(readable.getReader().read(), RangeError);
  await rejects(closing, RangeError);
});
test("an error in start breaks both ends", async () => {
  const { readable, writable } = new TransformStream({ start: async () => { throw new RangeError("x"); } });
  await rejects(readable.getReader().closed, RangeError);
  await rejects(writable.getWriter().closed, RangeError);
});
test("the controller's error breaks both ends", async () => {
  const [{ readable, writable }, controller] = controlled();
  equal(controller.error(new RangeError("x")), undefined);
  await rejects(readable.getReader().closed, RangeError);
  await rejects(writable.getWriter().closed, RangeError);
  equal(controller.desiredSize, null);
  throws(() => controller.enqueue(1), TypeError);
});
test("terminate closes the readable and breaks the writable end", async () => {
  const [{ readable, writable }, controller] = controlled();
  const writer = writable.getWriter();
  controller.enqueue("a");
  equal(controller.terminate(), undefined);
  same(await all(readable), ["a"]);
  await rejects(writer.closed, TypeError);
  await rejects(writer.write("b"), TypeError);
  throws(() => controller.enqueue("c"), TypeError);
  controller.terminate();
});
test("abort of the writable end breaks the readable, cancel hears of it", async () => {
  let reason;
  const { readable, writable } = new TransformStream({ cancel(given) { reason = given; }, flush() { fail("flush was called"); } });
  const error = new RangeError("x");
  await writable.abort(error);
  equal(reason, error);
  await rejects(readable.getReader().read(), RangeError);
});
test("cancel of the readable end breaks the writable, cancel hears of it", async () => {
  let reason;
  const { readable, writable } = new TransformStream({ cancel(given) { reason = given; }, flush() { fail("flush was called"); } });
  const error = new RangeError("x");
  equal(await readable.cancel(error), undefined);
  equal(reason, error);
  await rejects(writable.getWriter().write("a"), RangeError);
});
test("a cancel that fails", async () => {
  const { readable, writable } = new TransformStream({ cancel() { throw new EvalError("x"); } });
  await rejects(readable.cancel(new RangeError("y")), EvalError);
  await rejects(writable.getWriter().closed, EvalError);
});
test("cancel is called once", async () => {
  let calls = 0;
  const { readable, writable } = new TransformStream({ cancel() { calls++; } });
  await Promise.allSettled([readable.cancel("a"), writable.abort("b")]);
  equal(calls, 1);
});
test("pipes of transforms", async () => {
  const add = (n) => new TransformStream({ transform(chunk, controller) { controller.enqueue(chunk + n); } });
  same(await all(ReadableStream.from([1, 2, 3]).pipeThrough(add(1)).pipeThrough(add(10))), [12, 13, 14]);
});
test("the shape of the interfaces", () => {
  const shapes = [
    [TransformStream, 0, { readable: "get", writable: "get" }],
    [TransformStreamDefaultController, 0, { desiredSize: "get", enqueue: 0, error: 0, terminate: 0 }],
  ];
  for (const [type, length, members] of shapes) {
    equal(type.length, length, type.name);
    equal(type.prototype[Symbol.toStringTag], type.name);
    same(Object.keys(type.prototype).sort(), Object.keys(members).sort());
    for (const name of Object.keys(members)) {
      const { get, value } = Object.getOwnPropertyDescriptor(type.prototype, name);
      if (members[name] === "get") throws(() => get.call({}), TypeError);
      else {
        same([value.name, value.length], [name, members[name]]);
        throws(() => value.call({}), TypeError);
      }
    }
  }
  throws(() => new TransformStreamDefaultController(), TypeError);
});
test("nothing of the inside is listed", async () => {
  const [stream, controller] = controlled();
  const writing = stream.writable.getWriter().write("a");
  await stream.readable.getReader().read();
  await writing;
  same([Object.keys(stream), Object.keys(controller)], [[], []]);
});
