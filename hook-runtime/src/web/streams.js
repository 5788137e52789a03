// The Streams Standard: the package web-streams-polyfill, which follows it section by section, made to
// look as the standard says where its own means are seen; and what fetch asks of a stream.
"use strict";
const idl = require("web/idl");
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

// What the inside of the package does without anything that a script may have replaced.
const { getReader, pipeTo } = ReadableStream.prototype;
const { releaseLock, cancel } = streams.ReadableStreamDefaultReader.prototype;
const then = Promise.prototype.then;
const PULL_STEPS = getOwnPropertySymbols(ReadableStreamDefaultController.prototype)
  .find((symbol) => symbol.description === "[[PullSteps]]");
// "ReadableStreamDefaultReaderRead", for the reader that the stream has.
const ask = (stream, request) => {
  stream._disturbed = true;
  if (stream._state === "closed") request._closeSteps();
  else if (stream._state === "errored") request._errorSteps(stream._storedError);
  else stream._readableStreamController[PULL_STEPS](request);
};
const isReadableStream = (value) => typeof value === "object" && value !== null && Object.hasOwn(value, "_readableStreamController");

// Iteration: Web IDL section 3.7.10, as an engine has it (the package's own takes other turns).
const END = Symbol("end of iteration");
class StreamIterator {
  #stream;
  #reader;
  #preventCancel;
  #ongoing = null;
  #finished = false;
  constructor(stream, preventCancel) {
    this.#stream = stream;
    this.#reader = getReader.call(stream);
    this.#preventCancel = preventCancel;
  }
  static next(iterator) {
    const steps = () => iterator.#next();
    return iterator.#ongoing = iterator.#ongoing ? then.call(iterator.#ongoing, steps, steps) : steps();
  }
  static return(iterator, value) {
    const steps = () => iterator.#return(value);
    iterator.#ongoing = iterator.#ongoing ? then.call(iterator.#ongoing, steps, steps) : steps();
    return then.call(iterator.#ongoing, () => ({ value, done: true }));
  }
  static is(value) { return typeof value === "object" && value !== null && #ongoing in value; }
  #next() {
    if (this.#finished) return Promise.resolve({ value: undefined, done: true });
    const next = new Promise((resolve, reject) => ask(this.#stream, {
      _chunkSteps: resolve,
      _closeSteps: () => { releaseLock.call(this.#reader); resolve(END); },
      _errorSteps: (error) => { releaseLock.call(this.#reader); reject(error); },
    }));
    return then.call(next, (value) => {
      this.#ongoing = null;
      if (value !== END) return { value, done: false };
      this.#finished = true;
      return { value: undefined, done: true };
    }, (error) => {
      this.#ongoing = null;
      this.#finished = true;
      throw error;
    });
  }
  #return(value) {
    if (this.#finished) return Promise.resolve({ value, done: true });
    this.#finished = true;
    const cancelled = this.#preventCancel ? Promise.resolve() : cancel.call(this.#reader, value);
    releaseLock.call(this.#reader);
    return cancelled;
  }
}
const refused = (method) => Promise.reject(new TypeError(`${method}: this is no iterator of a ReadableStream`));
const methods = {
  next() { return StreamIterator.is(this) ? StreamIterator.next(this) : refused("next"); },
  return(value) { return StreamIterator.is(this) ? StreamIterator.return(this, value) : refused("return"); },
};
delete StreamIterator.prototype.constructor;
setPrototypeOf(StreamIterator.prototype, getPrototypeOf(getPrototypeOf((async function* () {}).prototype)));
Object.assign(StreamIterator.prototype, methods);
defineProperty(StreamIterator.prototype, Symbol.toStringTag, { value: "ReadableStream AsyncIterator", configurable: true });

const { values } = {
  values(options = {}) {
    if (!isReadableStream(this)) throw new TypeError("values: this is no ReadableStream");
    const { preventCancel } = idl.dictionary(options, "the options of ReadableStream.values");
    return new StreamIterator(this, Boolean(preventCancel));
  },
};
defineProperty(ReadableStream.prototype, "values", { value: values });
defineProperty(ReadableStream.prototype, Symbol.asyncIterator, { value: values });

// Web IDL's async_sequence: since July 2026 a string is none.
const { from } = ReadableStream;
defineProperty(ReadableStream, "from", {
  value: {
    from(asyncIterable) {
      if (!idl.isObject(asyncIterable)) throw new TypeError(`ReadableStream.from: expected an object, found ${typeof asyncIterable}`);
      return from(asyncIterable);
    },
  }.from,
});

// The package rejects with a string when nothing is given.
defineProperty(ReadableStream.prototype, "pipeTo", {
  value: { pipeTo(destination, options = {}) { return pipeTo.call(this, destination ?? null, options); } }.pipeTo,
});

// The package takes anything for a transformer.
const Unchecked = streams.TransformStream;
function TransformStream(transformer = undefined, writableStrategy = undefined, readableStrategy = undefined) {
  if (!new.target) throw new TypeError("TransformStream must be called with new");
  if (transformer !== undefined && !idl.isObject(transformer)) {
    throw new TypeError(`TransformStream: expected an object, found ${transformer === null ? "null" : typeof transformer}`);
  }
  return Reflect.construct(Unchecked, [transformer, writableStrategy, readableStrategy], new.target);
}
defineProperty(TransformStream, "prototype", { value: Unchecked.prototype, writable: false });
defineProperty(TransformStream.prototype, "constructor", { value: TransformStream });

// For fetch: of streams only.
const isLocked = (stream) => stream._reader !== undefined;
const isDisturbed = (stream) => stream._disturbed;
// Whoever reads it: a promise, as of the stream's own `cancel`.
const cancelStream = (stream, reason) => (stream._reader ?? stream).cancel(reason);

// "Read all bytes": calls done(Uint8Array) or failed(error). The stream must not be locked, and is
// from then on. Without promises, whose `then` a script may have replaced.
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
      ask(stream, request);
    } while (again);
    asking = false;
  };
  read();
};

idl.areInterfaces(...Object.values(streams).filter((value) => value.prototype?.[Symbol.toStringTag] !== undefined));

module.exports = { ...streams, TransformStream, cancelStream, isDisturbed, isLocked, isReadableStream, readAllBytes };
