// Request: Fetch section 5.4.
"use strict";
const { convert, extract, mixin } = require("web/body");
const headersOf = require("web/headers");
const idl = require("web/idl");
const { TOKEN } = require("web/mime");

const [HREF, ORIGIN, PROTOCOL, USERNAME, PASSWORD, PATHNAME] = [0, 1, 2, 3, 4, 8];

// What a request is beside its `headers` and `body`.
const DEFAULTS = {
  method: "GET", url: "", referrer: "about:client", referrerPolicy: "", mode: "cors", credentials: "same-origin",
  cache: "default", redirect: "follow", integrity: "", keepalive: false,
};

// All of a Request; scripts cannot make one, so the constructor knows what it was given.
class State {
  headers;
  body = null;
  // What its blob: URL stood for when it was made.
  blob;
  // The signal that was given; the one that scripts see depends on it, and is made when they look.
  signal = null;
  #own = null;
  constructor(fields) { Object.assign(this, DEFAULTS, fields); }
  get ownSignal() {
    const { dependentSignal } = require("web/abort");
    return this.#own ??= dependentSignal(this.signal ? [this.signal] : []);
  }
}

let inside;

class Request {
  #state;

  static {
    inside = (value) => value.#state;
  }

  constructor(input, init = undefined) {
    if (input instanceof State) {
      this.#state = input;
      return;
    }
    idl.requireArguments(arguments.length, 1, "Request");
    const from = idl.isObject(input) && #state in input ? input.#state : undefined;
    this.#state = made(from, from ? undefined : idl.USVString(input), members(init));
  }
  get method() { return this.#state.method; }
  get url() { return this.#state.url; }
  get headers() { return this.#state.headers; }
  get destination() { this.#state; return ""; }
  get referrer() { return this.#state.referrer; }
  get referrerPolicy() { return this.#state.referrerPolicy; }
  get mode() { return this.#state.mode; }
  get credentials() { return this.#state.credentials; }
  get cache() { return this.#state.cache; }
  get redirect() { return this.#state.redirect; }
  get integrity() { return this.#state.integrity; }
  get keepalive() { return this.#state.keepalive; }
  get isReloadNavigation() { this.#state; return false; }
  get isHistoryNavigation() { this.#state; return false; }
  get signal() { return this.#state.ownSignal; }
  get duplex() { this.#state; return "half"; }
  clone() {
    const { body, headers } = this.#state;
    if (body?.isUnusable) throw new TypeError("Request.clone: its body was read already, or its stream is locked");
    const copy = copied(this.#state);
    copy.headers = headersOf.copy(headers);
    copy.body = body && body.clone();
    return new Request(copy);
  }
}
mixin(Request, (request) => inside(request));
idl.interfaces(Request);
require("web/inspectable")(Request, ({ method, url, headers, bodyUsed, mode, credentials, cache, redirect, referrer, integrity, keepalive }) =>
  ({ method, url, headers, bodyUsed, mode, credentials, cache, redirect, referrer, integrity, keepalive }));

// RequestInit, in lexicographical order.
const MEMBERS = {
  body: (value) => value === null ? null : convert(value),
  cache: ["default", "no-store", "reload", "no-cache", "force-cache", "only-if-cached"],
  credentials: ["omit", "same-origin", "include"],
  duplex: ["half"],
  headers: (value) => headersOf.convert(value),
  integrity: idl.DOMString,
  keepalive: idl.boolean,
  method: idl.ByteString,
  mode: ["navigate", "same-origin", "no-cors", "cors"],
  priority: ["high", "low", "auto"],
  redirect: ["follow", "error", "manual"],
  referrer: idl.USVString,
  referrerPolicy: ["", "no-referrer", "no-referrer-when-downgrade", "same-origin", "origin", "strict-origin",
    "origin-when-cross-origin", "strict-origin-when-cross-origin", "unsafe-url"],
  signal: (value) => {
    if (value === null || require("web/abort").isAbortSignal(value)) return value;
    throw new TypeError("signal: expected an AbortSignal");
  },
  window: (value) => value,
};
const members = (init) => {
  const given = idl.dictionary(init, "RequestInit");
  const found = Object.create(null);
  for (const name of Object.keys(MEMBERS)) {
    const value = given[name];
    if (value === undefined) continue;
    const read = MEMBERS[name];
    found[name] = typeof read === "function" ? read(value, name) : idl.enumeration(value, read, name);
  }
  return found;
};

// Relative URLs are resolved where a script says that it is at home; by itself it is nowhere.
const baseUrl = () => {
  const href = globalThis.location?.href;
  return typeof href === "string" ? href : undefined;
};

// The origin of that; undefined where there is none.
const ownOrigin = () => {
  const base = baseUrl();
  return base === undefined ? undefined : native.urlParse(base)?.[ORIGIN];
};

const copied = ({ headers, body, ...fields }) => new State(fields);

// The constructor's steps. `from`: the state of the Request that was given, else `url`.
const made = (from, url, init) => {
  const state = from ? copied(from) : new State(parsed(url));
  if (init.window !== undefined && init.window !== null) throw new TypeError("window: expected null");
  const isChanged = Object.keys(init).length > 0;
  if (isChanged) Object.assign(state, { referrer: "about:client", referrerPolicy: "" });
  if (init.referrer !== undefined) state.referrer = referrer(init.referrer);
  if (init.mode === "navigate") throw new TypeError('mode: "navigate" is only for browsers');
  for (const name of ["referrerPolicy", "mode", "credentials", "cache", "redirect", "integrity", "keepalive", "signal"]) {
    if (init[name] !== undefined) state[name] = init[name];
  }
  if (state.cache === "only-if-cached" && state.mode !== "same-origin") {
    throw new TypeError(`cache: "only-if-cached" needs the mode "same-origin", found "${state.mode}"`);
  }
  if (init.method !== undefined) state.method = method(init.method);
  if (state.mode === "no-cors" && !["GET", "HEAD", "POST"].includes(state.method)) {
    throw new TypeError(`the mode "no-cors" allows GET, HEAD and POST, found ${state.method}`);
  }
  state.headers = headersOf.made(from && !init.headers ? [...headersOf.list(from.headers)] : []);
  if (init.headers) headersOf.fill(state.headers, init.headers);
  state.body = body(from?.body ?? null, init, state);
  return state;
};

const parsed = (text) => {
  const url = native.urlParse(text, baseUrl());
  if (url === null) throw new TypeError(`Failed to parse URL from ${text}: expected an absolute URL`);
  if (url[USERNAME] !== "" || url[PASSWORD] !== "") {
    throw new TypeError("a request's URL cannot have a user name and password; expected an authorization header");
  }
  const href = url[HREF];
  return { url: href, blob: url[PROTOCOL] === "blob:" ? require("web/blob").contentOfUrl(href) : undefined };
};

const referrer = (text) => {
  if (text === "") return "";
  const url = native.urlParse(text, baseUrl());
  if (url === null) throw new TypeError(`referrer: ${text} is no URL`);
  const isClient = url[PROTOCOL] === "about:" && url[PATHNAME] === "client";
  return isClient || url[ORIGIN] !== ownOrigin() ? "about:client" : url[HREF];
};

const method = (text) => {
  if (!TOKEN.test(text)) throw new TypeError(`${JSON.stringify(text)} is no HTTP method`);
  const upper = text.toUpperCase();
  if (["CONNECT", "TRACE", "TRACK"].includes(upper)) throw new TypeError(`the method ${text} is not allowed`);
  return ["DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"].includes(upper) ? upper : text;
};

const body = (input, init, { method, headers, mode, keepalive }) => {
  const given = init.body ?? null;
  if ((given !== null || input) && (method === "GET" || method === "HEAD")) {
    throw new TypeError(`Request with GET/HEAD method cannot have body: found ${method} and a body`);
  }
  let own = null;
  if (given !== null) {
    const { body, type } = extract(given, keepalive);
    own = body;
    const list = headersOf.list(headers);
    if (type !== null && headersOf.get(list, "content-type") === null) headersOf.fill(headers, [["content-type", type]]);
  }
  const either = own ?? input;
  if (either && either.bytes === null) {
    if (own && init.duplex === undefined) {
      throw new TypeError('duplex: expected "half", for the body is a stream');
    }
    if (mode !== "same-origin" && mode !== "cors") throw new TypeError(`a body that is a stream cannot be sent in mode "${mode}"`);
  }
  if (own || !input) return own;
  if (input.isUnusable) throw new TypeError("Cannot construct a Request with a Request object that has already been used");
  return input.handOver();
};

module.exports = { Request, baseUrl, ownOrigin, stateOf: (request) => inside(request) };
