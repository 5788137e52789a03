// Event, CustomEvent, EventTarget and reportError: DOM sections 2.2 to 2.10, for targets that are in no
// tree (so an event's path is its target); HTML section 8.1.8 for `on…` handlers.
"use strict";
const idl = require("web/idl");
const { defineProperty } = Object;

// Legacy: the only way of an event's phase, as there is no tree.
const NONE = 0;
const AT_TARGET = 2;

let stateOf; // what an Event knows of itself
let targetOf; // what an EventTarget knows of itself

// [LegacyUnforgeable]: each event has its own property, all with the same getter.
const isTrusted = Object.getOwnPropertyDescriptor({ get isTrusted() { return stateOf(this).trusted; } }, "isTrusted").get;

class Event {
  #state;
  static { stateOf = (event) => event.#state; }
  constructor(type, eventInitDict = {}) {
    idl.requireArguments(arguments.length, 1, "Event");
    const name = idl.DOMString(type);
    const { bubbles, cancelable, composed } = idl.dictionary(eventInitDict, "Event's options");
    this.#state = {
      type: name, bubbles: Boolean(bubbles), cancelable: Boolean(cancelable), composed: Boolean(composed),
      target: null, current: null, phase: NONE, trusted: false, time: native.now(),
      dispatched: false, stopped: false, stoppedAtOnce: false, canceled: false, passive: false,
    };
    defineProperty(this, "isTrusted", { get: isTrusted, set: undefined, enumerable: true, configurable: false });
  }
  get type() { return this.#state.type; }
  get target() { return this.#state.target; }
  get srcElement() { return this.#state.target; }
  get currentTarget() { return this.#state.current; }
  composedPath() { return this.#state.current === null ? [] : [this.#state.current]; }
  get eventPhase() { return this.#state.phase; }
  stopPropagation() { this.#state.stopped = true; }
  get cancelBubble() { return this.#state.stopped; }
  set cancelBubble(value) {
    const state = this.#state;
    if (value) state.stopped = true;
  }
  stopImmediatePropagation() { this.#state.stopped = this.#state.stoppedAtOnce = true; }
  get bubbles() { return this.#state.bubbles; }
  get cancelable() { return this.#state.cancelable; }
  get returnValue() { return !this.#state.canceled; }
  set returnValue(value) {
    const state = this.#state;
    if (!value) cancel(state);
  }
  preventDefault() { cancel(this.#state); }
  get defaultPrevented() { return this.#state.canceled; }
  get composed() { return this.#state.composed; }
  get timeStamp() { return this.#state.time; }
  initEvent(type, bubbles = false, cancelable = false) {
    const state = this.#state;
    idl.requireArguments(arguments.length, 1, "Event.initEvent");
    initialize(state, type, bubbles, cancelable);
  }
}
idl.interfaces(Event);
idl.constants(Event, { NONE, CAPTURING_PHASE: 1, AT_TARGET, BUBBLING_PHASE: 3 });

function cancel(state) {
  if (state.cancelable && !state.passive) state.canceled = true;
}

function initialize(state, type, bubbles, cancelable) {
  const name = idl.DOMString(type);
  if (state.dispatched) return false;
  Object.assign(state, {
    type: name, bubbles: Boolean(bubbles), cancelable: Boolean(cancelable),
    stopped: false, stoppedAtOnce: false, canceled: false, trusted: false, target: null,
  });
  return true;
}

class CustomEvent extends Event {
  #detail;
  constructor(type, eventInitDict = {}) {
    idl.requireArguments(arguments.length, 1, "CustomEvent");
    super(type, eventInitDict);
    const { detail } = eventInitDict ?? {};
    this.#detail = detail === undefined ? null : detail;
  }
  get detail() { return this.#detail; }
  initCustomEvent(type, bubbles = false, cancelable = false, detail = null) {
    this.#detail;
    idl.requireArguments(arguments.length, 1, "CustomEvent.initCustomEvent");
    if (initialize(stateOf(this), type, bubbles, cancelable)) this.#detail = detail;
  }
}
idl.interfaces(CustomEvent);

// (EventListenerOptions or boolean), null being a dictionary without members.
const isDictionary = (options) => options === undefined || options === null || idl.isObject(options);
const capture = (options) => isDictionary(options) ? Boolean(options?.capture) : Boolean(options);

const listenerOf = (callback) => {
  if (callback === null || callback === undefined) return null;
  if (!idl.isObject(callback)) throw new TypeError(`an event listener is a function or an object, not ${typeof callback}`);
  return callback;
};

class EventTarget {
  // listeners: { type, callback, capture, once, passive, removed, forget? }; handlers: see `handler`;
  // changed: see `watch`.
  #state = { listeners: [], handlers: null, changed: null };
  static { targetOf = (target) => target.#state; }
  addEventListener(type, callback, options = {}) {
    const state = this.#state;
    idl.requireArguments(arguments.length, 2, "EventTarget.addEventListener");
    const listener = { type: idl.DOMString(type), callback: listenerOf(callback), capture: capture(options), once: false, passive: false, removed: false };
    let signal;
    if (isDictionary(options)) {
      listener.once = Boolean(options?.once);
      listener.passive = Boolean(options?.passive);
      signal = options?.signal;
    }
    if (signal !== undefined) {
      const { isAbortSignal, isAborted } = require("web/abort");
      if (!isAbortSignal(signal)) throw new TypeError("the signal of an event listener is no AbortSignal");
      if (isAborted(signal)) return;
    }
    if (listener.callback === null) return;
    if (find(state, listener.type, listener.callback, listener.capture)) return;
    add(state, listener);
    if (signal !== undefined) {
      const { addAbortAlgorithm, removeAbortAlgorithm } = require("web/abort");
      const stop = () => remove(state, listener);
      listener.forget = () => removeAbortAlgorithm(signal, stop);
      addAbortAlgorithm(signal, stop);
    }
  }
  removeEventListener(type, callback, options = {}) {
    const state = this.#state;
    idl.requireArguments(arguments.length, 2, "EventTarget.removeEventListener");
    const listener = find(state, idl.DOMString(type), listenerOf(callback), capture(options));
    if (listener) remove(state, listener);
  }
  dispatchEvent(event) {
    this.#state;
    idl.requireArguments(arguments.length, 1, "EventTarget.dispatchEvent");
    if (!idl.isObject(event)) throw new TypeError("EventTarget.dispatchEvent: expected an Event");
    const state = stateOf(event);
    if (state.dispatched) {
      const { DOMException } = require("web/dom_exception");
      throw new DOMException("the event is being dispatched already", "InvalidStateError");
    }
    state.trusted = false;
    return dispatch(this, event);
  }
}
idl.interfaces(EventTarget);

function find(state, type, callback, capturing) {
  return state.listeners.find((one) => one.type === type && one.callback === callback && one.capture === capturing);
}
function add(state, listener) {
  state.listeners.push(listener);
  state.changed?.();
}
function remove(state, listener) {
  listener.removed = true;
  const index = state.listeners.indexOf(listener);
  if (index < 0) return;
  state.listeners.splice(index, 1);
  listener.forget?.();
  state.changed?.();
}

function dispatch(target, event) {
  const state = stateOf(event);
  state.dispatched = true;
  state.target = target;
  state.phase = AT_TARGET;
  for (const capturing of [true, false]) {
    if (state.stopped) break;
    state.current = target;
    invoke(targetOf(target), event, state, capturing);
  }
  state.phase = NONE;
  state.current = null;
  state.dispatched = state.stopped = state.stoppedAtOnce = false;
  return !state.canceled;
}

// "Inner invoke": the listeners that are there now, without those which another one removes meanwhile.
function invoke(targetState, event, state, capturing) {
  for (const listener of [...targetState.listeners]) {
    if (listener.removed || listener.type !== state.type || listener.capture !== capturing) continue;
    if (listener.once) remove(targetState, listener);
    state.passive = listener.passive;
    const { callback } = listener;
    try {
      if (typeof callback === "function") {
        callback.call(state.current, event);
      } else {
        const { handleEvent } = callback;
        if (typeof handleEvent !== "function") throw new TypeError("the event listener has no function handleEvent");
        handleEvent.call(callback, event);
      }
    } catch (error) {
      report(error);
    }
    state.passive = false;
    if (state.stoppedAtOnce) return;
  }
}

// "Report an exception": there is no window whose `error` event could be fired, so it is printed.
function report(error) {
  let text;
  try {
    text = error instanceof Error && error.stack ? `${error}\n${error.stack}` : `${String(error)}`;
  } catch {
    text = "an exception that cannot be shown";
  }
  native.print(3, `Uncaught ${text}`.toWellFormed());
}
function reportError(e) {
  idl.requireArguments(arguments.length, 1, "reportError");
  report(e);
}

// "Fire an event": a trusted one, of our own making.
function fire(target, event) {
  stateOf(event).trusted = true;
  return dispatch(target, event);
}

// Gives the class `type` the event handler attribute `on${name}`.
function handler(type, name) {
  const attribute = `on${name}`;
  const { get, set } = Object.getOwnPropertyDescriptor({
    get [attribute]() { return targetOf(this).handlers?.get(name)?.value ?? null; },
    set [attribute](value) {
      const state = targetOf(this);
      const found = state.handlers?.get(name);
      if (!idl.isObject(value)) {
        if (!found) return;
        remove(state, found.listener);
        state.handlers.delete(name);
      } else if (found) {
        found.value = value;
      } else {
        // Its place among the listeners is where it was set first.
        const entry = { value, listener: undefined };
        entry.listener = { type: name, callback: run, capture: false, once: false, passive: false, removed: false };
        function run(event) {
          if (typeof entry.value === "function" && entry.value.call(event.currentTarget, event) === false) {
            cancel(stateOf(event));
          }
        }
        (state.handlers ??= new Map()).set(name, entry);
        add(state, entry.listener);
      }
    },
  }, attribute);
  defineProperty(type.prototype, attribute, { get, set, enumerable: true, configurable: true });
}

// `changed` is called whenever a listener of `target` came or went.
function watch(target, changed) { targetOf(target).changed = changed; }
function hasListeners(target, type) { return targetOf(target).listeners.some((one) => one.type === type); }

Object.assign(exports, { Event, CustomEvent, EventTarget, reportError, fire, handler, hasListeners, watch });
