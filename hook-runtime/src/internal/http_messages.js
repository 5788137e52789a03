// What node:http and node:https send and receive (Node.js documentation, "HTTP": http.OutgoingMessage,
// http.IncomingMessage).
"use strict";
const { coded, invalidArgType, needString } = require("internal/errors");
const { Readable, Writable } = require("node/stream");

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
// eslint-disable-next-line no-control-regex
const BAD_VALUE = /[^\t\x20-\x7e\x80-\xff]/;
const validateHeaderName = (name, label) => {
  if (typeof name !== "string" || !TOKEN.test(name)) {
    throw coded(TypeError, "ERR_INVALID_HTTP_TOKEN", `${label || "Header name"} must be a valid HTTP token ["${name}"]`);
  }
};
const validateHeaderValue = (name, value) => {
  if (value === undefined) throw coded(TypeError, "ERR_HTTP_INVALID_HEADER_VALUE", `Invalid value "${value}" for header "${name}"`);
  if (BAD_VALUE.test(`${value}`)) throw coded(TypeError, "ERR_INVALID_CHAR", `Invalid character in header content ["${name}"]`);
};

// The headers of something that is sent, by lower-case name: [name as given, value].
function OutgoingMessage(options) {
  if (!(this instanceof OutgoingMessage)) return new OutgoingMessage(options);
  // It closes when the exchange is over, not when all is written.
  Writable.call(this, { ...options, autoDestroy: false, emitClose: false, decodeStrings: true });
  Object.defineProperty(this, "_lines", { value: new Map(), enumerable: false });
  Object.assign(this, { _header: null, finished: false, sendDate: false, shouldKeepAlive: true, chunkedEncoding: false, useChunkedEncodingByDefault: true, maxHeadersCount: null });
  return undefined;
}
Object.setPrototypeOf(OutgoingMessage.prototype, Writable.prototype);
Object.setPrototypeOf(OutgoingMessage, Writable);
const unsent = (message, what) => {
  if (message._header) throw coded(Error, "ERR_HTTP_HEADERS_SENT", `Cannot ${what} headers after they are sent to the client`);
};
const key = (name) => { needString(name, "name"); return name.toLowerCase(); };
const outgoing = {
  setHeader(name, value) {
    unsent(this, "set");
    validateHeaderName(name);
    if (Array.isArray(value)) for (const item of value) validateHeaderValue(name, item);
    else validateHeaderValue(name, value);
    this._lines.set(name.toLowerCase(), [name, value]);
    return this;
  },
  setHeaders(headers) {
    unsent(this, "set");
    if (!headers || Array.isArray(headers) || typeof headers.keys !== "function" || typeof headers.get !== "function") {
      throw invalidArgType("headers", "an instance of Headers or Map", headers);
    }
    for (const name of headers.keys()) this.setHeader(name, headers.get(name));
    return this;
  },
  appendHeader(name, value) {
    unsent(this, "append");
    validateHeaderName(name);
    const before = this._lines.get(name.toLowerCase());
    return this.setHeader(before?.[0] ?? name, before ? [].concat(before[1], value) : value);
  },
  getHeader(name) { return this._lines.get(key(name))?.[1]; },
  getHeaderNames() { return [...this._lines.keys()]; },
  getRawHeaderNames() { return [...this._lines.values()].map(([name]) => name); },
  getHeaders() {
    const headers = { __proto__: null };
    for (const [name, [, value]] of this._lines) headers[name] = value;
    return headers;
  },
  hasHeader(name) { return this._lines.has(key(name)); },
  removeHeader(name) {
    needString(name, "name");
    unsent(this, "remove");
    this._lines.delete(name.toLowerCase());
  },
  addTrailers() {},
  flushHeaders() {},
  setTimeout(_delay, done) { if (done) this.once("timeout", done); return this; },
};
for (const name of Object.keys(outgoing)) {
  Object.defineProperty(OutgoingMessage.prototype, name, { value: outgoing[name], writable: true, configurable: true, enumerable: true });
}
const accessor = (prototype, name, get, set) => Object.defineProperty(prototype, name, { configurable: true, enumerable: true, get, set });
accessor(OutgoingMessage.prototype, "headersSent", function () { return Boolean(this._header); });
accessor(OutgoingMessage.prototype, "connection", function () { return this.socket; }, function (socket) { this.socket = socket; });
accessor(OutgoingMessage.prototype, "_headers", function () { return this.getHeaders(); });
accessor(OutgoingMessage.prototype, "_headerNames", function () {
  return Object.fromEntries([...this._lines].map(([name, [given]]) => [name, given]));
});

// Headers of which only the first counts (Node.js documentation, message.headers).
const SINGLE = new Set(["age", "authorization", "content-length", "content-type", "etag", "expires", "from", "host", "if-modified-since",
  "if-unmodified-since", "last-modified", "location", "max-forwards", "proxy-authorization", "referer", "retry-after", "server", "user-agent"]);

function IncomingMessage(socket) {
  if (!(this instanceof IncomingMessage)) return new IncomingMessage(socket);
  Readable.call(this, { highWaterMark: socket?.readableHighWaterMark });
  Object.assign(this, {
    httpVersionMajor: 1, httpVersionMinor: 1, httpVersion: "1.1", complete: false, rawHeaders: [], rawTrailers: [], joinDuplicateHeaders: undefined,
    aborted: false, upgrade: null, url: "", method: null, statusCode: null, statusMessage: null, client: socket, socket, trailers: {}, trailersDistinct: {},
  });
  return undefined;
}
Object.setPrototypeOf(IncomingMessage.prototype, Readable.prototype);
Object.setPrototypeOf(IncomingMessage, Readable);
IncomingMessage.prototype._read = function _read() {};
IncomingMessage.prototype._destroy = function _destroy(error, done) {
  if (!this.readableEnded || !this.complete) {
    this.aborted = true;
    this.emit("aborted");
  }
  // An error goes to those who listen; nobody has to.
  require("node/process").nextTick(() => done(this.listenerCount("error") === 0 ? null : error));
};
IncomingMessage.prototype.setTimeout = function setTimeout(delay, done) { this.socket?.setTimeout(delay, done); return this; };
IncomingMessage.prototype._addHeaderLine = function _addHeaderLine(name, value, headers) {
  const lower = name.toLowerCase();
  if (lower === "set-cookie") {
    if (headers[lower] === undefined) headers[lower] = [value];
    else headers[lower].push(value);
  } else if (headers[lower] === undefined) headers[lower] = value;
  else if (!SINGLE.has(lower)) headers[lower] += (lower === "cookie" ? "; " : ", ") + value;
};
const pairs = function* (raw) { for (let i = 0; i + 1 < raw.length; i += 2) yield [raw[i], raw[i + 1]]; };
const cached = (name, make) => accessor(IncomingMessage.prototype, name, function () {
  const value = make(this);
  Object.defineProperty(this, name, { value, writable: true, configurable: true, enumerable: true });
  return value;
}, function (value) { Object.defineProperty(this, name, { value, writable: true, configurable: true, enumerable: true }); });
cached("headers", (message) => {
  const headers = {};
  for (const [name, value] of pairs(message.rawHeaders)) message._addHeaderLine(name, value, headers);
  return headers;
});
cached("headersDistinct", (message) => {
  const headers = { __proto__: null };
  for (const [name, value] of pairs(message.rawHeaders)) (headers[name.toLowerCase()] ??= []).push(value);
  return headers;
});
accessor(IncomingMessage.prototype, "connection", function () { return this.socket; }, function (socket) { this.socket = socket; });

module.exports = { OutgoingMessage, IncomingMessage, validateHeaderName, validateHeaderValue, TOKEN };
