// The stream side of node:crypto's classes: most scripts never touch it, so the stream is made when
// one of its members is first used.
"use strict";
const { hide } = require("internal/errors");

const MEMBERS = [
  "on", "once", "off", "addListener", "removeListener", "removeAllListeners", "prependListener", "emit",
  "listeners", "listenerCount", "eventNames", "setMaxListeners", "write", "end", "read", "pipe", "unpipe",
  "pause", "resume", "isPaused", "setEncoding", "destroy", "cork", "uncork",
];
const STATE = [
  "readable", "writable", "destroyed", "readableEnded", "writableEnded", "writableFinished", "_readableState",
  "_writableState", "closed", "errored",
];
const streams = new WeakMap();

// `transform(object, chunk, encoding)` and `flush(object)` give bytes to pass on, or undefined.
module.exports = (type, transform, flush) => {
  const streamOf = (object) => {
    const known = streams.get(object);
    if (known) return known;
    const { Transform } = require("node/stream");
    const passing = (run) => (...given) => {
      const callback = given.pop();
      let bytes;
      try { bytes = run(object, ...given); } catch (error) {
        callback(error);
        return;
      }
      if (bytes !== undefined) stream.push(bytes);
      callback();
    };
    const stream = new Transform({ ...object._options, transform: passing(transform), flush: passing(flush) });
    streams.set(object, stream);
    return stream;
  };
  for (const name of MEMBERS) {
    hide(type.prototype, name, function (...given) {
      const stream = streamOf(this);
      const result = stream[name](...given);
      return result === stream ? this : result;
    });
  }
  for (const name of STATE) {
    Object.defineProperty(type.prototype, name, {
      configurable: true, enumerable: false, get() { return streamOf(this)[name]; },
    });
  }
  hide(type.prototype, Symbol.asyncIterator, function () { return streamOf(this)[Symbol.asyncIterator](); });
};
