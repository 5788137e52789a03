// node:events (Node.js documentation, "Events").
"use strict";
const { coded, invalidArgType, outOfRange, aborted, needFunction } = require("internal/errors");

const captureSymbol = Symbol.for("nodejs.rejection");
const errorMonitor = Symbol("events.errorMonitor");
const captures = Symbol("kCapture");
let defaultMaxListeners = 10;

// A function, not a class: packages of old call it on objects of their own.
function EventEmitter(options) { EventEmitter.init.call(this, options); }
EventEmitter.prototype._events = undefined;
EventEmitter.prototype._eventsCount = 0;
EventEmitter.prototype._maxListeners = undefined;

EventEmitter.init = function (options) {
  if (this._events === undefined || this._events === Object.getPrototypeOf(this)._events) {
    this._events = Object.create(null);
    this._eventsCount = 0;
  }
  this._maxListeners = this._maxListeners || undefined;
  if (options?.captureRejections !== undefined) {
    if (typeof options.captureRejections !== "boolean") {
      throw invalidArgType("options.captureRejections", "of type boolean", options.captureRejections);
    }
    this[captures] = options.captureRejections;
  } else if (EventEmitter.captureRejections) {
    this[captures] = true;
  }
};

const needListener = (listener) => needFunction(listener, "listener");
const needCount = (value, name) => {
  if (typeof value !== "number" || value < 0 || Number.isNaN(value)) {
    if (typeof value !== "number") throw invalidArgType(name, "of type number", value);
    throw outOfRange(name, ">= 0", value);
  }
};
const methods = {
  setMaxListeners(n) {
    needCount(n, "setMaxListeners");
    this._maxListeners = n;
    return this;
  },
  getMaxListeners() { return maxOf(this); },
  emit(type, ...values) {
    const events = this._events;
    const handler = events?.[type];
    if (type === "error") {
      if (events?.[errorMonitor] !== undefined) this.emit(errorMonitor, ...values);
      if (handler === undefined) throw unhandled(values[0]);
    }
    if (handler === undefined) return false;
    if (typeof handler === "function") {
      watch(this, handler.apply(this, values), type, values);
    } else {
      for (const listener of [...handler]) watch(this, listener.apply(this, values), type, values);
    }
    return true;
  },
  addListener(type, listener) { return add(this, type, listener, false); },
  on(type, listener) { return add(this, type, listener, false); },
  prependListener(type, listener) { return add(this, type, listener, true); },
  once(type, listener) {
    needListener(listener);
    return this.on(type, onceWrap(this, type, listener));
  },
  prependOnceListener(type, listener) {
    needListener(listener);
    return this.prependListener(type, onceWrap(this, type, listener));
  },
  removeListener(type, listener) {
    needListener(listener);
    const events = this._events;
    const list = events?.[type];
    if (list === undefined) return this;
    if (list === listener || list.listener === listener) {
      this._eventsCount -= 1;
      if (this._eventsCount === 0) this._events = Object.create(null);
      else delete events[type];
      if (events.removeListener) this.emit("removeListener", type, list.listener || listener);
      return this;
    }
    if (typeof list === "function") return this;
    const at = list.findLastIndex((other) => other === listener || other.listener === listener);
    if (at < 0) return this;
    const left = list.toSpliced(at, 1);
    left.warned = list.warned;
    events[type] = left.length === 1 ? left[0] : left;
    if (events.removeListener !== undefined) this.emit("removeListener", type, listener);
    return this;
  },
  off(type, listener) { return this.removeListener(type, listener); },
  removeAllListeners(...which) {
    const events = this._events;
    if (events === undefined) return this;
    const [type] = which;
    if (events.removeListener === undefined) {
      if (which.length === 0) {
        this._events = Object.create(null);
        this._eventsCount = 0;
      } else if (events[type] !== undefined) {
        this._eventsCount -= 1;
        if (this._eventsCount === 0) this._events = Object.create(null);
        else delete events[type];
      }
      return this;
    }
    if (which.length === 0) {
      for (const key of Reflect.ownKeys(events)) {
        if (key !== "removeListener") this.removeAllListeners(key);
      }
      this.removeAllListeners("removeListener");
      this._events = Object.create(null);
      this._eventsCount = 0;
      return this;
    }
    const listeners = events[type];
    if (typeof listeners === "function") this.removeListener(type, listeners);
    else if (listeners) for (const listener of [...listeners].reverse()) this.removeListener(type, listener);
    return this;
  },
  listeners(type) { return listed(this, type).map((listener) => listener.listener || listener); },
  rawListeners(type) { return listed(this, type); },
  listenerCount(type, listener) {
    const all = listed(this, type);
    if (listener == null) return all.length;
    return all.filter((other) => other === listener || other.listener === listener).length;
  },
  eventNames() { return this._eventsCount > 0 ? Reflect.ownKeys(this._events) : []; },
};
Object.assign(EventEmitter.prototype, methods);

const maxOf = (emitter) => emitter._maxListeners === undefined ? defaultMaxListeners : emitter._maxListeners;
const listed = (emitter, type) => {
  const list = emitter._events?.[type];
  if (list === undefined) return [];
  return typeof list === "function" ? [list] : [...list];
};
const unhandled = (error) => {
  if (error instanceof Error) return error;
  const text = typeof error === "string" ? `'${error}'` : require("internal/inspect").inspect(error);
  return coded(Error, "ERR_UNHANDLED_ERROR", `Unhandled error. (${text})`, { context: error });
};
const add = (emitter, type, listener, first) => {
  needListener(listener);
  let events = emitter._events;
  if (events === undefined) {
    events = emitter._events = Object.create(null);
    emitter._eventsCount = 0;
  } else if (events.newListener !== undefined) {
    emitter.emit("newListener", type, listener.listener ?? listener);
    events = emitter._events;
  }
  const existing = events[type];
  if (existing === undefined) {
    events[type] = listener;
    emitter._eventsCount += 1;
    return emitter;
  }
  const list = typeof existing === "function" ? [existing] : existing;
  if (first) list.unshift(listener);
  else list.push(listener);
  events[type] = list;
  const most = maxOf(emitter);
  if (most > 0 && list.length > most && !list.warned) {
    list.warned = true;
    require("node/process").emitWarning(`Possible EventEmitter memory leak detected. ${list.length} ${
      String(type)} listeners added. Use emitter.setMaxListeners() to increase limit`, "MaxListenersExceededWarning");
  }
  return emitter;
};
const onceWrap = (emitter, type, listener) => {
  let fired = false;
  const wrapped = function (...values) {
    if (fired) return undefined;
    fired = true;
    emitter.removeListener(type, wrapped);
    return listener.apply(emitter, values);
  };
  wrapped.listener = listener;
  return wrapped;
};
// captureRejections: a listener's rejected promise is an "error" event.
const watch = (emitter, result, type, values) => {
  if (!emitter[captures] || typeof result?.then !== "function") return;
  result.then(undefined, (error) => require("node/process").nextTick(() => {
    if (typeof emitter[captureSymbol] === "function") emitter[captureSymbol](error, type, ...values);
    else {
      const before = emitter[captures];
      emitter[captures] = false;
      try { emitter.emit("error", error); } finally { emitter[captures] = before; }
    }
  }));
};

const isTarget = (value) => typeof value?.addEventListener === "function";
const listen = (emitter, type, listener, options) => {
  if (typeof emitter?.on === "function") {
    if (options?.once) emitter.once(type, listener);
    else emitter.on(type, listener);
  } else if (isTarget(emitter)) emitter.addEventListener(type, listener, options);
  else throw invalidArgType("emitter", "an instance of EventEmitter", emitter);
};
const unlisten = (emitter, type, listener) => {
  if (typeof emitter.removeListener === "function") emitter.removeListener(type, listener);
  else emitter.removeEventListener(type, listener);
};
const checkSignal = (signal) => {
  if (signal !== undefined && (signal === null || typeof signal !== "object" || !("aborted" in signal))) {
    throw invalidArgType("options.signal", "an instance of AbortSignal", signal);
  }
};

async function once(emitter, name, options = {}) {
  const { signal } = options ?? {};
  checkSignal(signal);
  if (signal?.aborted) throw aborted(signal);
  return new Promise((resolve, reject) => {
    const clean = () => {
      unlisten(emitter, name, resolver);
      if (!isTarget(emitter) || typeof emitter.on === "function") unlisten(emitter, "error", failed);
      signal?.removeEventListener("abort", stop);
    };
    const failed = (error) => { clean(); reject(error); };
    const resolver = (...values) => { clean(); resolve(values); };
    const stop = () => { clean(); reject(aborted(signal)); };
    listen(emitter, name, resolver, { once: true });
    if (name !== "error" && typeof emitter.once === "function") emitter.once("error", failed);
    signal?.addEventListener("abort", stop, { once: true });
  });
}

function on(emitter, event, options = {}) {
  const { signal, close = [] } = options ?? {};
  checkSignal(signal);
  if (signal?.aborted) throw aborted(signal);
  const values = [];
  const waiting = [];
  let error = null;
  let finished = false;
  const take = (...args) => {
    if (waiting.length) waiting.shift().resolve({ value: args, done: false });
    else values.push(args);
  };
  const failed = (reason) => {
    if (waiting.length) waiting.shift().reject(reason);
    else error = reason;
    end();
  };
  const stop = () => failed(aborted(signal));
  const end = () => {
    unlisten(emitter, event, take);
    if (event !== "error") unlisten(emitter, "error", failed);
    for (const name of close) unlisten(emitter, name, end);
    signal?.removeEventListener("abort", stop);
    finished = true;
    for (const { resolve } of waiting.splice(0)) resolve({ value: undefined, done: true });
    return Promise.resolve({ value: undefined, done: true });
  };
  const iterator = Object.setPrototypeOf({
    next() {
      if (values.length) return Promise.resolve({ value: values.shift(), done: false });
      if (error) {
        const rejection = Promise.reject(error);
        error = null;
        return rejection;
      }
      if (finished) return Promise.resolve({ value: undefined, done: true });
      return new Promise((resolve, reject) => { waiting.push({ resolve, reject }); });
    },
    return() { return end(); },
    throw(reason) {
      if (!(reason instanceof Error)) throw invalidArgType("EventEmitter.AsyncIterator", "an instance of Error", reason);
      failed(reason);
    },
    [Symbol.asyncIterator]() { return this; },
  }, Object.getPrototypeOf(Object.getPrototypeOf(async function* () {}).prototype));
  listen(emitter, event, take);
  if (event !== "error" && typeof emitter.on === "function") emitter.on("error", failed);
  for (const name of close) listen(emitter, name, end);
  signal?.addEventListener("abort", stop, { once: true });
  return iterator;
}

EventEmitter.once = once;
EventEmitter.on = on;
EventEmitter.getEventListeners = (emitter, type) =>
  typeof emitter.listeners === "function" ? emitter.listeners(type) : [];
EventEmitter.getMaxListeners = (emitter) =>
  typeof emitter.getMaxListeners === "function" ? emitter.getMaxListeners() : defaultMaxListeners;
EventEmitter.setMaxListeners = (n = defaultMaxListeners, ...targets) => {
  needCount(n, "setMaxListeners");
  if (targets.length === 0) defaultMaxListeners = n;
  for (const target of targets) target.setMaxListeners?.(n);
};
EventEmitter.listenerCount = (emitter, type) => emitter.listenerCount(type);
EventEmitter.addAbortListener = (signal, listener) => {
  if (signal === undefined) throw invalidArgType("signal", "an instance of AbortSignal", signal);
  checkSignal(signal);
  needListener(listener);
  if (signal.aborted) queueMicrotask(() => listener());
  else signal.addEventListener("abort", listener, { once: true });
  return { [Symbol.dispose ?? Symbol.for("Symbol.dispose")]() { signal.removeEventListener("abort", listener); } };
};
EventEmitter.captureRejections = false;
EventEmitter.captureRejectionSymbol = captureSymbol;
EventEmitter.errorMonitor = errorMonitor;
EventEmitter.usingDomains = false;
Object.defineProperty(EventEmitter, "defaultMaxListeners", {
  enumerable: true,
  get: () => defaultMaxListeners,
  set(n) { needCount(n, "defaultMaxListeners"); defaultMaxListeners = n; },
});
EventEmitter.EventEmitter = EventEmitter;
module.exports = EventEmitter;
