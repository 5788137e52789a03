// The client of node:http and node:https (Node.js documentation, "HTTP": http.Agent, http.ClientRequest)
// over native.http: a call is sent whole, when the request ends, and its answer comes whole. Redirects
// are not followed and bodies not decoded, as in Node.
"use strict";
const { coded, invalidArgType, aborted } = require("internal/errors");
const { refuse } = require("internal/unavailable");
const { OutgoingMessage, IncomingMessage, TOKEN } = require("internal/http_messages");
const EventEmitter = require("node/events");
const { Buffer } = require("node/buffer");
const { nextTick } = require("node/process");
const { bind } = require("internal/async_context");

// What is the connection's business, and the host's.
const OWN = new Set(["host", "connection", "keep-alive", "proxy-connection", "transfer-encoding", "content-length", "expect", "te", "trailer", "upgrade"]);

function Agent(options) {
  if (!(this instanceof Agent)) return new Agent(options);
  EventEmitter.call(this);
  this.options = { __proto__: null, noDelay: true, path: null, ...options };
  const { keepAliveMsecs = 1000, keepAlive = false, maxSockets = Infinity, maxFreeSockets = 256, scheduling = "lifo", maxTotalSockets = Infinity } = this.options;
  Object.assign(this, {
    defaultPort: 80, protocol: "http:", requests: { __proto__: null }, sockets: { __proto__: null }, freeSockets: { __proto__: null },
    keepAliveMsecs, keepAlive, maxSockets, maxFreeSockets, scheduling, maxTotalSockets, totalSocketCount: 0,
  });
  return undefined;
}
Object.setPrototypeOf(Agent.prototype, EventEmitter.prototype);
Object.setPrototypeOf(Agent, EventEmitter);
Agent.defaultMaxSockets = Infinity;
Object.assign(Agent.prototype, {
  createConnection() { throw refuse("http", "http.Agent.createConnection"); },
  createSocket() { throw refuse("http", "http.Agent.createSocket"); },
  addRequest(request) { request.onSocket(makeSocket(request)); },
  getName(options = {}) {
    const family = options.family === 4 || options.family === 6 ? `:${options.family}` : "";
    return `${options.host || "localhost"}:${options.port || ""}:${options.localAddress || ""}${family}${options.socketPath ? `:${options.socketPath}` : ""}`;
  },
  keepSocketAlive() { return true; },
  reuseSocket() {},
  destroy() {},
});
function SecureAgent(options) {
  if (!(this instanceof SecureAgent)) return new SecureAgent(options);
  Agent.call(this, options);
  this.defaultPort = 443;
  this.protocol = "https:";
  this.maxCachedSessions = this.options.maxCachedSessions ?? 100;
  return undefined;
}
Object.setPrototypeOf(SecureAgent.prototype, Agent.prototype);
Object.setPrototypeOf(SecureAgent, Agent);

// What packages look at of a connection: it is open, and its time is the request's.
const makeSocket = (request) => {
  const secure = request.protocol === "https:";
  const chained = (method) => function (...values) { method?.(...values); return this; };
  return Object.assign(new EventEmitter(), {
    connecting: false, pending: false, destroyed: false, readable: true, writable: true, readyState: "open", timeout: 0,
    encrypted: secure, authorized: secure, authorizationError: null, alpnProtocol: false, servername: request.host,
    bytesRead: 0, bytesWritten: 0, remoteAddress: undefined, remotePort: request._port, remoteFamily: "IPv4", localAddress: "127.0.0.1", localPort: 0,
    _httpMessage: request,
    setTimeout: chained((delay, done) => request.setTimeout(delay, done)),
    setKeepAlive: chained(), setNoDelay: chained(), ref: chained(), unref: chained(), pause: chained(), resume: chained(), cork() {}, uncork() {},
    address: () => ({}), getPeerCertificate: () => ({}), getCipher: () => ({}), getProtocol: () => (secure ? "TLSv1.3" : null), isSessionReused: () => false,
    getSession: () => undefined, write: () => true, end: chained(),
    destroy(error) {
      if (!this.destroyed) {
        this.destroyed = true;
        request.destroy(error);
      }
      return this;
    },
  });
};

// Node's arguments, as one object.
const optionsOf = (input, options) => {
  if (typeof input === "string") return { ...require("node/url").urlToHttpOptions(new URL(input)), ...options };
  if (typeof URL === "function" && input instanceof URL) return { ...require("node/url").urlToHttpOptions(input), ...options };
  return { ...input };
};

function ClientRequest(input, options, done) {
  if (!(this instanceof ClientRequest)) return new ClientRequest(input, options, done);
  if (typeof options === "function") [done, options] = [options, undefined];
  if (typeof input === "object" && input !== null && !(typeof URL === "function" && input instanceof URL)) {
    if (typeof options === "object" && options !== null) input = { ...input, ...options };
  }
  const settings = optionsOf(input, options);
  OutgoingMessage.call(this);
  let { agent } = settings;
  const usual = settings._defaultAgent ?? exports.globalAgent;
  if (agent === false) agent = new usual.constructor();
  else if (agent === null || agent === undefined) agent = usual;
  else if (typeof agent.addRequest !== "function") throw invalidArgType("options.agent", "an instance of Agent-like Object, undefined, or false", agent);
  this.agent = agent;
  const protocol = settings.protocol || usual.protocol;
  if (settings.path !== undefined && settings.path !== null && /[^\u0021-\u00ff]/.test(String(settings.path))) {
    throw coded(TypeError, "ERR_UNESCAPED_CHARACTERS", "Request path contains unescaped characters");
  }
  const expected = agent.protocol || usual.protocol;
  if (protocol !== expected) throw coded(TypeError, "ERR_INVALID_PROTOCOL", `Protocol "${protocol}" not supported. Expected "${expected}"`);
  if (settings.socketPath) throw refuse("http", "the option socketPath");
  for (const name of ["hostname", "host"]) {
    if (settings[name] !== undefined && settings[name] !== null && typeof settings[name] !== "string") {
      throw invalidArgType(`options.${name}`, "of type string or one of undefined or null", settings[name]);
    }
  }
  const method = settings.method;
  if (method !== undefined && method !== null && typeof method !== "string") throw invalidArgType("options.method", "of type string", method);
  this.method = (method || "GET").toUpperCase();
  if (!TOKEN.test(this.method)) throw coded(TypeError, "ERR_INVALID_HTTP_TOKEN", `Method must be a valid HTTP token ["${method}"]`);
  const defaultPort = settings.defaultPort || agent.defaultPort || usual.defaultPort;
  Object.assign(this, {
    path: settings.path || "/", protocol, host: settings.hostname || settings.host || "localhost", aborted: false, timeoutCb: null, res: null,
    reusedSocket: false, maxHeaderSize: settings.maxHeaderSize, parser: null, socket: null, _ended: false, upgradeOrConnect: false,
    socketPath: undefined, timeout: undefined,
  });
  const port = Number(settings.port || defaultPort);
  for (const [name, value] of Object.entries({
    _port: port, _body: [], _cancel: undefined, _timer: undefined, _closed: false, _failed: false, _continued: false,
  })) Object.defineProperty(this, name, { value, writable: true, configurable: true, enumerable: false });
  if (Array.isArray(settings.headers)) {
    const list = Array.isArray(settings.headers[0]) ? settings.headers.flat() : settings.headers;
    for (let i = 0; i + 1 < list.length; i += 2) this.appendHeader(list[i], list[i + 1]);
  } else if (settings.headers) {
    for (const name of Object.keys(settings.headers)) this.setHeader(name, settings.headers[name]);
  }
  if (this.host && !this.hasHeader("host") && settings.setHost !== false && !Array.isArray(settings.headers)) {
    const named = this.host.includes(":") && !this.host.startsWith("[") ? `[${this.host}]` : this.host;
    this.setHeader("Host", port === Number(defaultPort) ? named : `${named}:${port}`);
  }
  if (settings.auth && !this.hasHeader("authorization")) this.setHeader("Authorization", `Basic ${Buffer.from(settings.auth).toString("base64")}`);
  if (done) this.once("response", done);
  const { signal } = settings;
  if (signal) {
    const stop = () => this.destroy(aborted(signal));
    if (signal.aborted) nextTick(stop);
    else {
      signal.addEventListener("abort", stop, { once: true });
      this.once("close", () => signal.removeEventListener("abort", stop));
    }
  }
  const delay = settings.timeout ?? agent.options?.timeout;
  if (delay !== undefined && delay !== null) this.setTimeout(delay);
  nextTick(() => {
    if (this.destroyed) return;
    // Agents of packages that make connections of their own have none to make here.
    this.onSocket(makeSocket(this));
    if (/^100-continue$/i.test(this.getHeader("expect") ?? "")) this._continue();
  });
  return undefined;
}
Object.setPrototypeOf(ClientRequest.prototype, OutgoingMessage.prototype);
Object.setPrototypeOf(ClientRequest, OutgoingMessage);

const methods = {
  onSocket(socket) {
    if (this._closed || this.socket) return;
    this.socket = socket;
    this.emit("socket", socket);
  },
  // Who waits to be asked for the body is asked.
  _continue() {
    if (this._continued) return;
    this._continued = true;
    this.emit("continue");
  },
  _implicitHeader() { this._header ??= `${this.method} ${this.path} HTTP/1.1\r\n\r\n`; },
  flushHeaders() { this._implicitHeader(); },
  _write(chunk, encoding, done) {
    this._implicitHeader();
    this._body.push(typeof chunk === "string" ? Buffer.from(chunk, encoding) : Buffer.from(chunk));
    done();
  },
  _final(done) {
    this._implicitHeader();
    done();
    this.finished = true;
    // What is set on it in the same turn still counts, as does an abort.
    nextTick(() => { if (!this.destroyed) this._send(); });
  },
  end(chunk, encoding, done) {
    OutgoingMessage.prototype.end.call(this, chunk, encoding, done);
    this.finished = true;
    return this;
  },
  _send() {
    const headers = [];
    for (const [name, [, value]] of this._lines) {
      if (OWN.has(name)) continue;
      for (const item of [].concat(value)) headers.push([name, `${item}`]);
    }
    const port = this._port === (this.protocol === "https:" ? 443 : 80) ? "" : `:${this._port}`;
    const host = this.host.includes(":") && !this.host.startsWith("[") ? `[${this.host}]` : this.host;
    const body = this._body.length ? Buffer.concat(this._body) : null;
    this._body = [];
    const url = /^https?:\/\//i.test(this.path) ? this.path : `${this.protocol}//${host}${port}${this.path}`;
    this._startTimer();
    this._cancel = native.http({ method: this.method, url, headers, body }, bind((message, response) => {
      this._cancel = undefined;
      if (this.destroyed) return;
      if (message !== undefined) this.destroy(failure(message, this));
      else this._receive(response);
    }));
  },
  _receive(response) {
    const message = new IncomingMessage(this.socket);
    Object.assign(message, {
      statusCode: response.status, statusMessage: require("web/reason_phrases")[response.status] ?? "", rawHeaders: response.headers.flat(), req: this,
    });
    this.res = message;
    this._stopTimer();
    message.once("close", () => this._close());
    const handled = this.emit("response", message);
    if (message.destroyed) return;
    const body = Buffer.from(response.body);
    for (let at = 0; at < body.length; at += 65536) message.push(body.subarray(at, at + 65536));
    message.complete = true;
    message.push(null);
    if (!handled) message.resume();
  },
  setTimeout(delay, done) {
    if (typeof delay !== "number") {
      if (Number.isNaN(Number(delay))) throw invalidArgType("msecs", "of type number", delay);
      delay = Number(delay);
    }
    if (done !== undefined && typeof done !== "function") throw invalidArgType("callback", "of type function", done);
    if (done) this.once("timeout", done);
    this.timeout = delay;
    this._stopTimer();
    if (this._cancel) this._startTimer();
    return this;
  },
  _startTimer() {
    if (!(this.timeout > 0)) return;
    this._timer = native.setTimeout(() => {
      this._timer = undefined;
      this.emit("timeout");
      this.socket?.emit("timeout");
    }, this.timeout);
  },
  _stopTimer() {
    if (this._timer !== undefined) native.clearTimeout(this._timer);
    this._timer = undefined;
  },
  abort() {
    if (this.aborted) return;
    this.aborted = true;
    nextTick(() => this.emit("abort"));
    this.destroy();
  },
  destroy(error) {
    if (this.destroyed) return this;
    this._destroyed = true;
    this._stopTimer();
    this._cancel?.();
    this._cancel = undefined;
    if (this.socket) this.socket.destroyed = true;
    if (this.res && !this.res.readableEnded) {
      this.res.complete = false;
      this.res.destroy(error ?? coded(Error, "ECONNRESET", "aborted"));
    }
    // As the documentation has it: nothing was given up when abort comes before the socket.
    if (!this.res && !error && (this.socket || !this.aborted)) error = coded(Error, "ECONNRESET", "socket hang up");
    nextTick(() => {
      if (error && !this.res && !this._failed) {
        this._failed = true;
        this.emit("error", error);
      }
      this._close();
    });
    return this;
  },
  _close() {
    if (this._closed) return;
    this._closed = true;
    this._destroyed = true;
    if (this.socket) this.socket.destroyed = true;
    this.emit("close");
    this.socket?.emit("close", false);
  },
  setNoDelay() {},
  setSocketKeepAlive() {},
  clearTimeout(done) { if (done) this.off("timeout", done); return this.setTimeout(0); },
};
for (const name of Object.keys(methods)) {
  Object.defineProperty(ClientRequest.prototype, name, { value: methods[name], writable: true, configurable: true, enumerable: true });
}
ClientRequest.prototype._destroyed = false;
Object.defineProperty(ClientRequest.prototype, "destroyed", {
  configurable: true, enumerable: true, get() { return this._destroyed; }, set(value) { this._destroyed = value; },
});
Object.defineProperty(ClientRequest.prototype, "closed", { configurable: true, enumerable: true, get() { return this._closed; } });

// The host's words as an error with the code that packages know.
const failure = (message, request) => {
  const code = /time/i.test(message) ? "ETIMEDOUT" : /resolv|dns|not found|unknown host/i.test(message) ? "ENOTFOUND"
    : /reset|closed/i.test(message) ? "ECONNRESET" : "ECONNREFUSED";
  const error = new Error(message);
  return Object.assign(error, { code, errno: code, syscall: code === "ENOTFOUND" ? "getaddrinfo" : "connect", hostname: request.host, address: request.host, port: request._port });
};

Object.assign(exports, { Agent, SecureAgent, ClientRequest, globalAgent: new Agent({ keepAlive: true, scheduling: "lifo", timeout: undefined }) });
exports.secureGlobalAgent = new SecureAgent({ keepAlive: true, scheduling: "lifo", timeout: undefined });
