// node:worker_threads: loadable; hooks have no threads.
"use strict";
const { unavailable } = require("internal/unavailable");
module.exports = unavailable("worker_threads",
  "Worker moveMessagePortToContext postMessageToThread setEnvironmentData", {
  isMainThread: true, parentPort: null, workerData: null, threadId: 0, resourceLimits: {}, SHARE_ENV: Symbol.for("nodejs.worker_threads.SHARE_ENV"), markAsUntransferable() {}, markAsUncloneable() {}, isMarkedAsUntransferable: () => false, receiveMessageOnPort: () => undefined, getEnvironmentData: () => undefined,
});
for (const name of ["MessageChannel", "MessagePort", "BroadcastChannel"]) {
  Object.defineProperty(module.exports, name, { configurable: true, enumerable: true, get: () => globalThis[name] });
}
