// node:timers/promises (Node.js documentation, "Timers Promises API").
"use strict";
const { aborted, invalidArgType } = require("internal/errors");

// `start(done)` gives what `stop` takes.
const wait = (start, stop, value, options = {}) => {
  if (options === null || typeof options !== "object") return Promise.reject(invalidArgType("options", "of type object", options));
  const { signal } = options;
  if (signal !== undefined && (signal === null || typeof signal !== "object" || !("aborted" in signal))) {
    return Promise.reject(invalidArgType("options.signal", "an instance of AbortSignal", signal));
  }
  if (signal?.aborted) return Promise.reject(aborted(signal));
  return new Promise((resolve, reject) => {
    const abort = () => { stop(timer); reject(aborted(signal)); };
    const timer = start(() => {
      signal?.removeEventListener("abort", abort);
      resolve(value);
    });
    signal?.addEventListener("abort", abort, { once: true });
  });
};
const timeout = (delay, value, options) =>
  wait((done) => globalThis.setTimeout(done, delay), globalThis.clearTimeout, value, options);

exports.setTimeout = function setTimeout(delay, value, options) { return timeout(delay, value, options); };
exports.setImmediate = function setImmediate(value, options) {
  return wait((done) => globalThis.setImmediate(done), globalThis.clearImmediate, value, options);
};
exports.setInterval = async function* setInterval(delay, value, options) {
  for (;;) yield await timeout(delay, value, options);
};
exports.scheduler = {
  wait: (delay, options) => timeout(delay, undefined, options),
  yield: () => exports.setImmediate(),
};
