// ErrorEvent (HTML section 8.1.4.7) and MessageEvent (HTML section 9.1).
"use strict";
const idl = require("web/idl");
const { Event } = require("web/events");

class ErrorEvent extends Event {
  #init;
  constructor(type, eventInitDict = {}) {
    idl.requireArguments(arguments.length, 1, "ErrorEvent");
    super(type, eventInitDict);
    const { colno = 0, error, filename = "", lineno = 0, message = "" } = eventInitDict ?? {};
    this.#init = {
      colno: idl.unsignedLong(colno), error, filename: idl.USVString(filename),
      lineno: idl.unsignedLong(lineno), message: idl.DOMString(message),
    };
  }
  get message() { return this.#init.message; }
  get filename() { return this.#init.filename; }
  get lineno() { return this.#init.lineno; }
  get colno() { return this.#init.colno; }
  get error() { return this.#init.error; }
}

class MessageEvent extends Event {
  #init;
  constructor(type, eventInitDict = {}) {
    idl.requireArguments(arguments.length, 1, "MessageEvent");
    super(type, eventInitDict);
    const { data = null, lastEventId = "", origin = "", ports = [], source = null } = eventInitDict ?? {};
    this.#init = {
      data, lastEventId: idl.DOMString(lastEventId), origin: idl.USVString(origin), ports: Object.freeze([...ports]),
      source,
    };
  }
  get data() { return this.#init.data; }
  get origin() { return this.#init.origin; }
  get lastEventId() { return this.#init.lastEventId; }
  get source() { return this.#init.source; }
  get ports() { return this.#init.ports; }
  initMessageEvent(type, bubbles = false, cancelable = false, data = null, origin = "", lastEventId = "", source = null, ports = []) {
    const init = this.#init;
    idl.requireArguments(arguments.length, 1, "MessageEvent.initMessageEvent");
    const given = {
      data, origin: idl.USVString(origin), lastEventId: idl.DOMString(lastEventId), source,
      ports: Object.freeze([...ports]),
    };
    if (this.eventPhase !== Event.NONE) return;
    this.initEvent(type, bubbles, cancelable);
    Object.assign(init, given);
  }
}
idl.interfaces(ErrorEvent, MessageEvent);

module.exports = { ErrorEvent, MessageEvent };
