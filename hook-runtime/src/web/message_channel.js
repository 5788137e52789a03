// MessageChannel and MessagePort: HTML section 9.4 (channel messaging). Both ends of a channel are in
// the same invocation; a port that waits for messages does not keep the invocation alive.
"use strict";
const idl = require("web/idl");
const { Event, EventTarget, fire, handler } = require("web/events");
const { cloneAndTransfer, transferList } = require("web/structured_clone");

const OURS = {};
const task = (run) => { native.setTimeout(run, 0); };
const failure = (message) => {
  const { DOMException } = require("web/dom_exception");
  return new DOMException(message, "DataCloneError");
};

// An end of a channel: what moves on to another MessagePort when a port is transferred.
const newEnd = () => ({ port: null, other: null, messages: [], enabled: false });
const deliver = (end) => {
  if (!end.enabled || end.messages.length === 0) return;
  const { value, ports } = end.messages.shift();
  const { MessageEvent } = require("web/html_events");
  fire(end.port, new MessageEvent("message", { data: value, ports }));
};
const enable = (end) => {
  if (end.enabled) return;
  end.enabled = true;
  for (let i = 0; i < end.messages.length; i++) task(() => deliver(end));
};

let isPort;
let endOf;
let moveEnd;

class MessagePort extends EventTarget {
  #end; // null once the port was transferred
  constructor(made = undefined, end = undefined) {
    if (made !== OURS) throw new TypeError("Illegal constructor");
    super();
    this.#end = end;
    end.port = this;
  }
  static {
    isPort = (object) => #end in object;
    endOf = (port) => port.#end;
    moveEnd = (port) => {
      const end = port.#end;
      if (end === null) throw failure("A MessagePort in transfer is detached.");
      port.#end = null;
      end.enabled = false;
      return new MessagePort(OURS, end);
    };
  }
  postMessage(message, options = undefined) {
    const end = this.#end;
    idl.requireArguments(arguments.length, 1, "MessagePort.postMessage");
    const transfer = transferOf(options);
    if (transfer.includes(this)) throw failure("A MessagePort cannot be sent through itself.");
    const target = end?.other;
    const doomed = target ? transfer.includes(target.port) : false;
    const { value, transferred } = cloneAndTransfer(message, transfer);
    if (!target || doomed) return;
    target.messages.push({ value, ports: transferred.filter(isPort) });
    if (target.enabled) task(() => deliver(target));
  }
  start() {
    const end = this.#end;
    if (end) enable(end);
  }
  close() {
    const end = this.#end;
    const other = end?.other;
    if (!other) return;
    end.other = other.other = null;
    task(() => fire(other.port, new Event("close")));
  }
}
for (const name of ["message", "messageerror", "close"]) handler(MessagePort, name);

// To set `onmessage` is to start the port.
const { get, set } = Object.getOwnPropertyDescriptor(MessagePort.prototype, "onmessage");
Object.defineProperty(MessagePort.prototype, "onmessage", {
  get,
  set: Object.getOwnPropertyDescriptor({
    set onmessage(value) {
      const end = endOf(this);
      Reflect.apply(set, this, [value]);
      if (end) enable(end);
    },
  }, "onmessage").set,
});

// (sequence<object> or StructuredSerializeOptions)
function transferOf(options) {
  const listed = idl.isObject(options) && options[Symbol.iterator] !== undefined && options[Symbol.iterator] !== null;
  const transfer = listed ? options : idl.dictionary(options, "MessagePort.postMessage's options").transfer;
  return transferList(transfer, "MessagePort.postMessage");
}

class MessageChannel {
  #port1;
  #port2;
  constructor() {
    const [one, two] = [newEnd(), newEnd()];
    [one.other, two.other] = [two, one];
    this.#port1 = new MessagePort(OURS, one);
    this.#port2 = new MessagePort(OURS, two);
  }
  get port1() { return this.#port1; }
  get port2() { return this.#port2; }
}
idl.interfaces(MessagePort, MessageChannel);

module.exports = { MessagePort, MessageChannel, transferPort: (port) => moveEnd(port) };
