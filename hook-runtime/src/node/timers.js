// node:timers (Node.js documentation, "Timers"): the global functions.
"use strict";
const names = ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "setImmediate", "clearImmediate"];
for (const name of names) {
  Object.defineProperty(exports, name, {
    configurable: true, enumerable: true, get: () => globalThis[name],
    set(value) { Object.defineProperty(exports, name, { value, writable: true, configurable: true, enumerable: true }); },
  });
}
Object.defineProperty(exports, "promises", { configurable: true, enumerable: true, get: () => require("node/timers/promises") });
