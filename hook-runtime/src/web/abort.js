// AbortController and AbortSignal: DOM section 3; AbortSignal.timeout: HTML section 8.7.
"use strict";
const idl = require("web/idl");
const { EventTarget, Event, fire, handler, hasListeners, watch } = require("web/events");

const OURS = Symbol("made by this module");
let stateOf;

class AbortSignal extends EventTarget {
  #state;
  static { stateOf = (signal) => signal.#state; }
  constructor() {
    if (arguments[0] !== OURS) throw new TypeError("an AbortSignal comes from an AbortController, AbortSignal.abort, any or timeout");
    super();
    this.#state = {
      reason: undefined, // undefined while not aborted
      algorithms: new Set(),
      dependent: false,
      sources: new Set(),
      dependents: new Set(),
      wait: undefined, // of AbortSignal.timeout, milliseconds; undefined when that is over
      deadline: undefined,
      timer: undefined,
      young: false, // still in the task that made it
    };
    watch(this, () => observe(this));
  }
  static abort(reason = undefined) {
    const signal = newSignal();
    stateOf(signal).reason = reason === undefined ? failure("this operation was aborted", "AbortError") : reason;
    return signal;
  }
  static timeout(milliseconds) {
    idl.requireArguments(arguments.length, 1, "AbortSignal.timeout");
    const wait = idl.unsignedLongLong(milliseconds, "enforce", "the time of AbortSignal.timeout");
    const signal = newSignal();
    const state = stateOf(signal);
    Object.assign(state, { wait, deadline: native.now() + wait, young: true });
    native.setTimeout(() => { state.young = false; }, 0);
    return signal;
  }
  static any(signals) {
    idl.requireArguments(arguments.length, 1, "AbortSignal.any");
    if (!idl.isObject(signals)) throw new TypeError("AbortSignal.any: expected a list of AbortSignals");
    const list = [...signals];
    for (const signal of list) {
      if (!isAbortSignal(signal)) throw new TypeError("AbortSignal.any: the list has something that is no AbortSignal");
    }
    return dependentSignal(list);
  }
  get aborted() { return isAborted(this); }
  get reason() {
    expire(this);
    return this.#state.reason;
  }
  throwIfAborted() { if (isAborted(this)) throw this.#state.reason; }
}
handler(AbortSignal, "abort");
idl.interfaces(AbortSignal);

class AbortController {
  #signal = newSignal();
  get signal() { return this.#signal; }
  abort(reason = undefined) { signalAbort(this.#signal, reason); }
}
idl.interfaces(AbortController);

function failure(message, name) {
  const { DOMException } = require("web/dom_exception");
  return new DOMException(message, name);
}

function newSignal() { return new AbortSignal(OURS); }

function isAbortSignal(value) {
  try {
    return stateOf(value) !== undefined;
  } catch {
    return false;
  }
}

function isAborted(signal) {
  expire(signal);
  return stateOf(signal).reason !== undefined;
}

// "Signal abort": what depends on a signal is aborted with it, before anybody hears of it.
function signalAbort(signal, reason) {
  if (isAborted(signal)) return;
  const state = stateOf(signal);
  state.reason = reason === undefined ? failure("this operation was aborted", "AbortError") : reason;
  const also = [...state.dependents].filter((dependent) => stateOf(dependent).reason === undefined);
  for (const dependent of also) stateOf(dependent).reason = state.reason;
  for (const one of [signal, ...also]) runSteps(one);
}

function runSteps(signal) {
  const state = stateOf(signal);
  for (const algorithm of state.algorithms) algorithm(state.reason);
  state.algorithms.clear();
  fire(signal, new Event("abort"));
  for (const source of state.sources) stateOf(source).dependents.delete(signal);
  state.sources.clear();
  state.dependents.clear();
  disarm(state);
}

// "Create a dependent abort signal".
function dependentSignal(signals) {
  const result = newSignal();
  const state = stateOf(result);
  const aborted = signals.find(isAborted);
  if (aborted) {
    state.reason = stateOf(aborted).reason;
    return result;
  }
  state.dependent = true;
  for (const signal of signals) {
    for (const source of stateOf(signal).dependent ? stateOf(signal).sources : [signal]) {
      state.sources.add(source);
      stateOf(source).dependents.add(result);
    }
  }
  return result;
}

// The timer of AbortSignal.timeout runs only while somebody would hear of it: a fetch that is done
// must not keep an invocation alive until its timeout. Who asks learns of it by the clock, though
// never in the task that made the signal.
const observed = (signal) => {
  const { algorithms, dependents } = stateOf(signal);
  return algorithms.size > 0 || hasListeners(signal, "abort") || [...dependents].some(observed);
};
function observe(signal) {
  const state = stateOf(signal);
  for (const source of state.sources) observe(source);
  if (state.wait === undefined || state.reason !== undefined) return;
  if (!observed(signal)) return disarm(state);
  // The whole time where it has just begun: so equal times end in their order.
  const wait = state.young ? state.wait : Math.max(state.deadline - native.now(), 0);
  state.timer ??= native.setTimeout(() => timedOut(signal), wait);
}
function disarm(state) {
  if (state.timer !== undefined) native.clearTimeout(state.timer);
  state.timer = undefined;
}
function timedOut(signal) {
  Object.assign(stateOf(signal), { timer: undefined, wait: undefined });
  signalAbort(signal, failure("the operation was aborted due to timeout", "TimeoutError"));
}
function expire(signal) {
  const { reason, sources } = stateOf(signal);
  if (reason !== undefined) return;
  for (const one of [signal, ...sources]) {
    const { wait, deadline, timer, young } = stateOf(one);
    if (wait !== undefined && timer === undefined && !young && native.now() >= deadline) timedOut(one);
  }
}

// For other modules: `algorithm(reason)` runs when `signal` is aborted, before its listeners; not at
// all when it is aborted already.
function addAbortAlgorithm(signal, algorithm) {
  if (isAborted(signal)) return;
  stateOf(signal).algorithms.add(algorithm);
  observe(signal);
}
function removeAbortAlgorithm(signal, algorithm) {
  if (stateOf(signal).algorithms.delete(algorithm)) observe(signal);
}

Object.assign(exports, {
  AbortController, AbortSignal, addAbortAlgorithm, removeAbortAlgorithm, dependentSignal, isAborted,
  isAbortSignal,
});
