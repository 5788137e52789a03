// Streams Standard sections 4.5 (BYOB readers), 4.7 (byte stream controllers), 4.8 (BYOB requests).
const turns = async (count = 20) => { for (let i = 0; i < count; i++) await undefined; };
const bytes = (...values) => new Uint8Array(values);
const controlled = (source = {}, strategy) => {
  let controller;
  const stream = new ReadableStream({ ...source, type: "bytes", start(given) { controller = given; return source.start?.(given); } }, strategy);
  return [stream, controller];
};
const filled = (...chunks) => {
  const [stream, controller] = controlled();
  for (const chunk of chunks) controller.enqueue(chunk);
  controller.close();
  return stream;
};

test("a default reader gets Uint8Arrays", async () => {
  const reader = filled(bytes(1, 2), new Uint16Array([0x0403])).getReader();
  const first = await reader.read();
  ok(first.value.constructor === Uint8Array);
  same([[...first.value], first.done], [[1, 2], false]);
  same([...(await reader.read()).value], [3, 4]);
  equal((await reader.read()).done, true);
  await reader.closed;
});
test("enqueue takes the memory away", () => {
  const [, controller] = controlled();
  const chunk = bytes(1, 2, 3);
  controller.enqueue(chunk);
  same([chunk.byteLength, chunk.buffer.byteLength], [0, 0]);
});
test("enqueue refuses what has no bytes", () => {
  const [, controller] = controlled();
  for (const wrong of [undefined, null, 1, "text", {}, new ArrayBuffer(1), [1]]) throws(() => controller.enqueue(wrong), TypeError);
  throws(() => controller.enqueue(new Uint8Array(0)), TypeError);
  throws(() => controller.enqueue(new Uint8Array(new ArrayBuffer(4), 4)), TypeError);
  throws(() => controller.enqueue(), TypeError);
  const gone = bytes(1);
  gone.buffer.transfer();
  throws(() => controller.enqueue(gone), TypeError);
});
test("a byte stream's strategy has no size; its mark is 0", () => {
  throws(() => new ReadableStream({ type: "bytes" }, { size: () => 1 }), RangeError);
  throws(() => new ReadableStream({ type: "bytes" }, new CountQueuingStrategy({ highWaterMark: 1 })), RangeError);
  equal(controlled()[1].desiredSize, 0);
  const [, controller] = controlled({}, { highWaterMark: 8 });
  equal(controller.desiredSize, 8);
  controller.enqueue(bytes(1, 2, 3));
  equal(controller.desiredSize, 5);
});
test("autoAllocateChunkSize is a positive integer", () => {
  throws(() => new ReadableStream({ type: "bytes", autoAllocateChunkSize: 0 }), TypeError);
  for (const wrong of [-1, NaN, Infinity]) throws(() => new ReadableStream({ type: "bytes", autoAllocateChunkSize: wrong }), TypeError);
  throws(() => new ReadableStream({ autoAllocateChunkSize: -1 }), TypeError);
  new ReadableStream({ type: "bytes", autoAllocateChunkSize: "7" });
});
test("the type is a string", () => {
  const type = { toString: () => "bytes" };
  new ReadableStream({ type }).getReader({ mode: "byob" });
});
test("a BYOB reader fills the view that it is given", async () => {
  const reader = filled(bytes(1, 2, 3)).getReader({ mode: "byob" });
  ok(reader instanceof ReadableStreamBYOBReader);
  const view = new Uint8Array(2);
  const { value, done } = await reader.read(view);
  same([[...value], done, value.buffer.byteLength, view.byteLength], [[1, 2], false, 2, 0]);
  const second = await reader.read(new Uint8Array(5));
  same([[...second.value], second.value.buffer.byteLength, second.value.byteOffset], [[3], 5, 0]);
  const end = await reader.read(new Uint8Array(3));
  same([end.done, end.value.byteLength, end.value.buffer.byteLength], [true, 0, 3]);
});
test("the view's class and place are kept", async () => {
  const reader = filled(bytes(1, 2, 3, 4, 5)).getReader({ mode: "byob" });
  const { value } = await reader.read(new Uint16Array(new ArrayBuffer(8), 2, 2));
  ok(value instanceof Uint16Array);
  same([value.length, value.byteOffset, value.buffer.byteLength], [2, 2, 8]);
  const rest = await reader.read(new DataView(new ArrayBuffer(4), 1));
  ok(rest.value instanceof DataView);
  same([rest.value.byteLength, rest.value.byteOffset, rest.value.getUint8(0)], [1, 1, 5]);
});
test("an element that is cut in two is an error", async () => {
  const [stream, controller] = controlled();
  const reader = stream.getReader({ mode: "byob" });
  const read = reader.read(new Uint16Array(1));
  controller.enqueue(bytes(1));
  throws(() => controller.close(), TypeError);
  await rejects(read, TypeError);
  await rejects(reader.closed, TypeError);
});
test("read wants a view of some bytes", async () => {
  const reader = new ReadableStream({ type: "bytes" }).getReader({ mode: "byob" });
  for (const wrong of [undefined, null, {}, 1, new ArrayBuffer(1), new Uint8Array(0), new Uint8Array(new ArrayBuffer(4), 4)]) {
    await rejects(reader.read(wrong), TypeError);
  }
  await rejects(reader.read(), TypeError);
  const gone = bytes(1);
  gone.buffer.transfer();
  await rejects(reader.read(gone), TypeError);
});
test("min: as many elements at least", async () => {
  const [stream, controller] = controlled();
  const reader = stream.getReader({ mode: "byob" });
  let result;
  const read = reader.read(new Uint8Array(4), { min: 3 }).then((got) => { result = got; });
  controller.enqueue(bytes(1, 2));
  await turns();
  equal(result, undefined);
  controller.enqueue(bytes(3));
  await read;
  same([...result.value], [1, 2, 3]);
});
test("min: bounds", async () => {
  const reader = new ReadableStream({ type: "bytes" }).getReader({ mode: "byob" });
  await rejects(reader.read(new Uint8Array(2), { min: 0 }), TypeError);
  await rejects(reader.read(new Uint8Array(2), { min: -1 }), TypeError);
  await rejects(reader.read(new Uint8Array(2), { min: 3 }), RangeError);
  await rejects(reader.read(new Uint16Array(1), { min: 2 }), RangeError);
  await rejects(reader.read(new DataView(new ArrayBuffer(1)), { min: 2 }), RangeError);
});
test("min: the end comes before", async () => {
  const [stream, controller] = controlled();
  const reader = stream.getReader({ mode: "byob" });
  const read = reader.read(new Uint8Array(4), { min: 3 });
  controller.enqueue(bytes(1, 2));
  controller.close();
  controller.byobRequest.respond(0);
  const { value, done } = await read;
  same([[...value], done], [[1, 2], true]);
});
test("byobRequest: the source writes into the reader's memory", async () => {
  const seen = [];
  const stream = new ReadableStream({
    type: "bytes",
    pull(controller) {
      const request = controller.byobRequest;
      seen.push(request instanceof ReadableStreamBYOBRequest, request === controller.byobRequest, request.view.byteLength, request.view.byteOffset);
      request.view[0] = 7;
      request.view[1] = 8;
      request.respond(2);
      seen.push(controller.byobRequest, request.view);
    },
  });
  const { value } = await stream.getReader({ mode: "byob" }).read(new Uint8Array(new ArrayBuffer(6), 1, 4));
  same([...value], [7, 8]);
  same(seen, [true, true, 4, 1, null, null]);
});
test("byobRequest: there is none without a BYOB read", async () => {
  const [stream, controller] = controlled();
  equal(controller.byobRequest, null);
  stream.getReader().read();
  equal(controller.byobRequest, null);
});
test("autoAllocateChunkSize gives a request to default reads", async () => {
  let length;
  const stream = new ReadableStream({
    type: "bytes",
    autoAllocateChunkSize: 16,
    pull(controller) {
      length = controller.byobRequest.view.byteLength;
      controller.byobRequest.view[0] = 1;
      controller.byobRequest.respond(1);
    },
  });
  const { value } = await stream.getReader().read();
  same([length, [...value]], [16, [1]]);
});
test("respond: too much, or nothing while readable", async () => {
  const [stream, controller] = controlled();
  const read = stream.getReader({ mode: "byob" }).read(new Uint8Array(2));
  const request = controller.byobRequest;
  throws(() => request.respond(3), RangeError);
  throws(() => request.respond(0), TypeError);
  throws(() => request.respond(-1), TypeError);
  throws(() => request.respond(), TypeError);
  request.respond(1);
  throws(() => request.respond(1), TypeError);
  equal((await read).value.byteLength, 1);
});
test("respondWithNewView", async () => {
  const [stream, controller] = controlled();
  const reader = stream.getReader({ mode: "byob" });
  const read = reader.read(new Uint8Array(4));
  const request = controller.byobRequest;
  throws(() => request.respondWithNewView(), TypeError);
  throws(() => request.respondWithNewView({}), TypeError);
  throws(() => request.respondWithNewView(new Uint8Array(2)), RangeError);
  const view = new Uint8Array(request.view.buffer.transfer(), 0, 2);
  view.set([5, 6]);
  request.respondWithNewView(view);
  same([...(await read).value], [5, 6]);
});
test("close with a pending read waits for the request's answer", async () => {
  const [stream, controller] = controlled();
  const reader = stream.getReader({ mode: "byob" });
  const read = reader.read(new Uint8Array(4));
  controller.close();
  throws(() => controller.byobRequest.respond(1), TypeError);
  controller.byobRequest.respond(0);
  const { value, done } = await read;
  same([value.byteLength, done], [0, true]);
});
test("cancel gives pending reads no view", async () => {
  const stream = new ReadableStream({ type: "bytes" });
  const reader = stream.getReader({ mode: "byob" });
  const read = reader.read(new Uint8Array(4));
  await reader.cancel();
  const { value, done } = await read;
  same([value, done], [undefined, true]);
});
test("error", async () => {
  const [stream, controller] = controlled();
  const reader = stream.getReader({ mode: "byob" });
  const read = reader.read(new Uint8Array(1));
  controller.error(new RangeError("x"));
  await rejects(read, RangeError);
  await rejects(reader.closed, RangeError);
  equal(controller.desiredSize, null);
  throws(() => controller.enqueue(bytes(1)), TypeError);
  throws(() => controller.close(), TypeError);
});
test("a released BYOB reader's read is refused; its bytes go to the next reader", async () => {
  const [stream, controller] = controlled();
  const first = stream.getReader({ mode: "byob" });
  const read = first.read(new Uint8Array(3));
  first.closed.catch(() => {});
  const request = controller.byobRequest;
  first.releaseLock();
  await rejects(read, TypeError);
  const next = stream.getReader({ mode: "byob" }).read(new Uint8Array(2));
  request.view[0] = 9;
  request.respond(1);
  same([...(await next).value], [9]);
});
test("only byte streams have BYOB readers", () => {
  throws(() => new ReadableStream().getReader({ mode: "byob" }), TypeError);
  throws(() => new ReadableStreamBYOBReader(new ReadableStream()), TypeError);
  throws(() => new ReadableStreamBYOBReader(), TypeError);
  const stream = new ReadableStream({ type: "bytes" });
  new ReadableStreamBYOBReader(stream);
  throws(() => stream.getReader({ mode: "byob" }), TypeError);
});
test("tee copies, and the branches are byte streams", async () => {
  const [left, right] = filled(bytes(1, 2, 3)).tee();
  const [a, b] = await Promise.all([
    left.getReader().read(),
    right.getReader({ mode: "byob" }).read(new Uint8Array(8)),
  ]);
  same([[...a.value], [...b.value]], [[1, 2, 3], [1, 2, 3]]);
  ok(a.value.buffer !== b.value.buffer);
});
test("iteration and pipes", async () => {
  const seen = [];
  for await (const chunk of filled(bytes(1), bytes(2, 3))) seen.push(...chunk);
  same(seen, [1, 2, 3]);
  const written = [];
  await filled(bytes(1), bytes(2)).pipeTo(new WritableStream({ write(chunk) { written.push(...chunk); } }));
  same(written, [1, 2]);
});
test("pull is asked for what is read, and its errors are the stream's", async () => {
  let pulls = 0;
  const stream = new ReadableStream({ type: "bytes", pull(controller) { pulls++; controller.enqueue(bytes(pulls)); } });
  await turns();
  equal(pulls, 0);
  const reader = stream.getReader();
  await reader.read();
  equal(pulls, 1);
  await rejects(new ReadableStream({ type: "bytes", pull() { throw new RangeError("x"); } }).getReader().read(), RangeError);
});
test("the shape of the interfaces", async () => {
  const shapes = [
    [ReadableByteStreamController, 0, { byobRequest: "get", desiredSize: "get", close: 0, enqueue: 1, error: 0 }],
    [ReadableStreamBYOBRequest, 0, { view: "get", respond: 1, respondWithNewView: 1 }],
    [ReadableStreamBYOBReader, 1, { closed: "get", cancel: 0, read: 1, releaseLock: 0 }],
  ];
  for (const [type, length, members] of shapes) {
    equal(type.length, length, type.name);
    equal(type.prototype[Symbol.toStringTag], type.name);
    same(Object.keys(type.prototype).sort(), Object.keys(members).sort());
    for (const name of Object.keys(members)) {
      const { get, value } = Object.getOwnPropertyDescriptor(type.prototype, name);
      if (members[name] === "get") {
        equal(get.name, `get ${name}`);
        if (name === "closed") await rejects(get.call({}), TypeError);
        else throws(() => get.call({}), TypeError);
      } else {
        same([value.name, value.length], [name, members[name]]);
        if (name === "cancel" || name === "read") await rejects(value.call({}, bytes(1)), TypeError);
        else throws(() => value.call({}, bytes(1)), TypeError);
      }
    }
  }
  throws(() => new ReadableByteStreamController(), TypeError);
  throws(() => new ReadableStreamBYOBRequest(), TypeError);
});
test("nothing of the inside is listed", async () => {
  const [stream, controller] = controlled();
  const reader = stream.getReader({ mode: "byob" });
  reader.read(new Uint8Array(1));
  same([Object.keys(stream), Object.keys(controller), Object.keys(reader), Object.keys(controller.byobRequest)], [[], [], [], []]);
});
