// The Streams Standard: the package web-streams-polyfill, which follows it section by section, made to
// look as the standard says where its own means are seen; and what fetch asks of a stream.
"use strict";
const streams = require("packages/web-streams");
const { defineProperty, getOwnPropertySymbols, getPrototypeOf, setPrototypeOf } = Object;
const { ReadableStream, ReadableStreamDefaultController, WritableStreamDefaultController } = streams;

// The package keeps "internal slots" as properties whose names begin with _. Each becomes one that is
// not enumerable when it is first set, so that who lists or prints a stream sees none of them.
const SLOTS = {
  ReadableStream: "state reader storedError disturbed readableStreamController",
  ReadableStreamDefaultController:
    "controlledReadableStream queue queueTotalSize started closeRequested pullAgain pulling strategySizeAlgorithm strategyHWM pullAlgorithm cancelAlgorithm",
  ReadableByteStreamController:
    "controlledReadableByteStream pullAgain pulling byobRequest queueTotalSize queue closeRequested started strategyHWM pullAlgorithm cancelAlgorithm autoAllocateChunkSize pendingPullIntos",
  ReadableStreamBYOBRequest: "associatedReadableByteStreamController view",
  ReadableStreamDefaultReader: "ownerReadableStream closedPromise_resolve closedPromise_reject closedPromise readRequests",
  ReadableStreamBYOBReader: "ownerReadableStream closedPromise_resolve closedPromise_reject closedPromise readIntoRequests",
  WritableStream:
    "state storedError writer writableStreamController writeRequests inFlightWriteRequest closeRequest inFlightCloseRequest pendingAbortRequest backpressure",
  WritableStreamDefaultController:
    "controlledWritableStream queue queueTotalSize abortReason abortController started strategySizeAlgorithm strategyHWM writeAlgorithm closeAlgorithm abortAlgorithm",
  WritableStreamDefaultWriter:
    "ownerWritableStream readyPromise_resolve readyPromise_reject readyPromise readyPromiseState closedPromise_resolve closedPromise_reject closedPromiseState closedPromise",
  TransformStream: "writable readable backpressure backpressureChangePromise backpressureChangePromise_resolve transformStreamController",
  TransformStreamDefaultController:
    "controlledTransformStream transformAlgorithm flushAlgorithm cancelAlgorithm finishPromise finishPromise_resolve finishPromise_reject",
  CountQueuingStrategy: "countQueuingStrategyHighWaterMark",
  ByteLengthQueuingStrategy: "byteLengthQueuingStrategyHighWaterMark",
};
const hide = (prototype, names) => {
  for (const name of names) {
    const slot = `_${name}`;
    defineProperty(prototype, slot, {
      get: undefined,
      set(value) { defineProperty(this, slot, { value, writable: true, enumerable: false, configurable: false }); },
      enumerable: false,
      configurable: false,
    });
  }
};
for (const name of Object.keys(SLOTS)) hide(streams[name].prototype, SLOTS[name].split(" "));

// An attribute of an earlier standard.
delete WritableStreamDefaultController.prototype.abortReason;

// The package makes do without an engine's %AsyncIteratorPrototype%.
const AsyncIteratorPrototype = getPrototypeOf(getPrototypeOf((async function* () {}).prototype));
const original = ReadableStream.prototype.values;
const { values } = {
  values(options = undefined) {
    const iterator = original.call(this, options);
    const prototype = getPrototypeOf(iterator);
    if (getPrototypeOf(prototype) !== AsyncIteratorPrototype) {
      setPrototypeOf(prototype, AsyncIteratorPrototype);
      delete prototype[Symbol.asyncIterator];
    }
    return defineProperty(iterator, "_asyncIteratorImpl", { enumerable: false });
  },
};
defineProperty(ReadableStream.prototype, "values", { value: values });
defineProperty(ReadableStream.prototype, Symbol.asyncIterator, { value: values });

// For fetch: of streams only, and nothing that a script may have replaced is called.
const isReadableStream = (value) => typeof value === "object" && value !== null && Object.hasOwn(value, "_readableStreamController");
const isLocked = (stream) => stream._reader !== undefined;
const isDisturbed = (stream) => stream._disturbed;

// "Read all bytes": calls done(Uint8Array) or failed(error). The stream must not be locked, and is
// from then on. Without promises, whose `then` a script may have replaced.
const { getReader } = ReadableStream.prototype;
const PULL_STEPS = getOwnPropertySymbols(ReadableStreamDefaultController.prototype)
  .find((symbol) => symbol.description === "[[PullSteps]]");
const readAllBytes = (stream, done, failed) => {
  getReader.call(stream);
  const chunks = [];
  let length = 0;
  let asking = false;
  let again = false; // the chunk was there when it was asked for: many such make no deep stack
  const request = {
    _chunkSteps(chunk) {
      if (!(chunk instanceof Uint8Array)) {
        failed(new TypeError("a chunk of the stream is no Uint8Array"));
        return;
      }
      chunks.push(new Uint8Array(chunk));
      length += chunk.byteLength;
      if (asking) again = true;
      else read();
    },
    _closeSteps() {
      const bytes = new Uint8Array(length);
      let at = 0;
      for (const chunk of chunks) {
        bytes.set(chunk, at);
        at += chunk.byteLength;
      }
      done(bytes);
    },
    _errorSteps: failed,
  };
  const read = () => {
    asking = true;
    do {
      again = false;
      stream._disturbed = true;
      if (stream._state === "closed") request._closeSteps();
      else if (stream._state === "errored") failed(stream._storedError);
      else stream._readableStreamController[PULL_STEPS](request);
    } while (again);
    asking = false;
  };
  read();
};

module.exports = { ...streams, isDisturbed, isLocked, isReadableStream, readAllBytes };
