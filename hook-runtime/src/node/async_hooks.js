// node:async_hooks (Node.js documentation, "Asynchronous context tracking"): AsyncLocalStorage and
// AsyncResource. Hooks on every asynchronous operation are none: createHook gives one that is never called.
"use strict";
const { frame, enter, set, within } = require("internal/async_context");
const { needFunction, needString } = require("internal/errors");

class AsyncLocalStorage {
  #isEnabled = true;
  static bind(run) {
    needFunction(run, "fn");
    return AsyncResource.bind(run);
  }
  static snapshot() { return AsyncResource.bind((run, ...values) => run(...values)); }
  disable() { this.#isEnabled = false; }
  getStore() { return this.#isEnabled ? frame()?.get(this) : undefined; }
  enterWith(store) {
    this.#isEnabled = true;
    set(new Map(frame()).set(this, store));
  }
  run(store, run, ...values) {
    this.#isEnabled = true;
    return enter(new Map(frame()).set(this, store), run, undefined, values);
  }
  exit(run, ...values) {
    const without = new Map(frame());
    without.delete(this);
    return enter(without, run, undefined, values);
  }
}

let last = 1;
class AsyncResource {
  #id = ++last;
  #trigger;
  #frame = frame();
  constructor(type, options) {
    needString(type, "type");
    this.#trigger = typeof options === "number" ? options : options?.triggerAsyncId ?? 1;
  }
  static bind(run, _type, receiver) {
    needFunction(run, "fn");
    const captured = frame();
    return function (...values) { return within(captured, run, receiver === undefined ? this : receiver, values); };
  }
  runInAsyncScope(run, receiver, ...values) { return within(this.#frame, run, receiver, values); }
  emitDestroy() { return this; }
  asyncId() { return this.#id; }
  triggerAsyncId() { return this.#trigger; }
  bind(run, receiver) {
    needFunction(run, "fn");
    return this.runInAsyncScope(() => AsyncResource.bind(run, undefined, receiver));
  }
}
Object.assign(exports, {
  AsyncLocalStorage, AsyncResource,
  createHook: () => ({ enable() { return this; }, disable() { return this; } }),
  executionAsyncId: () => 1, triggerAsyncId: () => 0, executionAsyncResource: () => ({}),
  asyncWrapProviders: Object.freeze({ __proto__: null, NONE: 0 }),
});
