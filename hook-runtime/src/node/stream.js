// node:stream (Node.js documentation, "Stream"): Node's own streams from the package readable-stream, and
// what joins them to the web's.
"use strict";
const Stream = require("packages/readable-stream");
const { invalidArgType, aborted } = require("internal/errors");

const isReadable = (value) => typeof value?.read === "function" && typeof value?.on === "function";
const isWritable = (value) => typeof value?.write === "function" && typeof value?.on === "function";

// node readable → ReadableStream
const toWebReadable = (stream, { strategy } = {}) => {
  if (!isReadable(stream)) throw invalidArgType("streamReadable", "an stream.Readable", stream);
  const objects = stream.readableObjectMode;
  let over = false;
  return new ReadableStream({
    start(controller) {
      stream.pause();
      stream.on("data", (chunk) => {
        if (over) return;
        controller.enqueue(typeof chunk === "string" || objects ? chunk : new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength));
        if (controller.desiredSize <= 0) stream.pause();
      });
      Stream.finished(stream, { writable: false }, (error) => {
        if (over) return;
        over = true;
        if (error) controller.error(error);
        else controller.close();
      });
    },
    pull() { stream.resume(); },
    cancel(reason) { over = true; stream.destroy(reason instanceof Error ? reason : undefined); },
  }, strategy ?? new CountQueuingStrategy({ highWaterMark: objects ? stream.readableHighWaterMark : 1 }));
};
const fromWebReadable = (readable, options = {}) => {
  if (typeof readable?.getReader !== "function") throw invalidArgType("readableStream", "an instance of ReadableStream", readable);
  const reader = readable.getReader();
  let closed = false;
  const stream = new Stream.Readable({
    ...options,
    read() {
      reader.read().then(({ done, value }) => {
        if (done) closed = true;
        stream.push(done ? null : ArrayBuffer.isView(value) && !options.objectMode
          ? require("node/buffer").Buffer.from(value.buffer, value.byteOffset, value.byteLength) : value);
      }, (error) => { closed = true; stream.destroy(error); });
    },
    destroy(error, done) {
      if (closed) { done(error); return; }
      closed = true;
      reader.cancel(error).then(() => done(error), () => done(error));
    },
  });
  return stream;
};
const toWebWritable = (stream) => {
  if (!isWritable(stream)) throw invalidArgType("streamWritable", "an stream.Writable", stream);
  return new WritableStream({
    start(controller) { stream.on("error", (error) => controller.error(error)); },
    write: (chunk) => new Promise((resolve, reject) => {
      stream.write(chunk, (error) => (error ? reject(error) : resolve()));
    }),
    close: () => new Promise((resolve, reject) => {
      Stream.finished(stream, { readable: false }, (error) => (error ? reject(error) : resolve()));
      stream.end();
    }),
    abort(reason) { stream.destroy(reason instanceof Error ? reason : aborted()); },
  }, { highWaterMark: stream.writableHighWaterMark || 1, size: stream.writableObjectMode ? () => 1 : (chunk) => chunk?.byteLength ?? chunk?.length ?? 1 });
};
const fromWebWritable = (writable, options = {}) => {
  if (typeof writable?.getWriter !== "function") throw invalidArgType("writableStream", "an instance of WritableStream", writable);
  const writer = writable.getWriter();
  const settle = (promise, done) => promise.then(() => done(), (error) => done(error));
  return new Stream.Writable({
    ...options,
    write(chunk, _encoding, done) { settle(writer.ready.then(() => writer.write(chunk)), done); },
    final(done) { settle(writer.close(), done); },
    destroy(error, done) {
      if (error) writer.abort(error).then(() => done(error), () => done(error));
      else done(null);
    },
  });
};
const { Readable, Writable, Duplex } = Stream;
Readable.toWeb = toWebReadable;
Readable.fromWeb = fromWebReadable;
Writable.toWeb = toWebWritable;
Writable.fromWeb = fromWebWritable;
Duplex.toWeb = (duplex) => ({ readable: toWebReadable(duplex), writable: toWebWritable(duplex) });
Duplex.fromWeb = (pair, options = {}) => Duplex.from({
  readable: fromWebReadable(pair.readable, options), writable: fromWebWritable(pair.writable, options),
});

module.exports = Stream;
