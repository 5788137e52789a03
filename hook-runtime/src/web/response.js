// Response: Fetch section 5.5.
"use strict";
const { convert, extract, mixin } = require("web/body");
const headersOf = require("web/headers");
const idl = require("web/idl");

const NULL_BODY = [101, 103, 204, 205, 304];
const REDIRECT = [301, 302, 303, 307, 308];
const REASON = /^[\t\x20-\x7e\x80-\xff]*$/;

// All of a Response; scripts cannot make one, so the constructor knows what it was given.
class State {
  type = "default";
  url = "";
  redirected = false;
  status = 200;
  statusText = "";
  headers;
  body = null;
  constructor(fields) { Object.assign(this, fields); }
}

let inside;

class Response {
  #state;

  static {
    inside = (value) => value.#state;
  }

  static error() {
    return new Response(new State({ type: "error", status: 0, headers: headersOf.made([], { immutable: true }) }));
  }
  static json(data, init = undefined) {
    idl.requireArguments(arguments.length, 1, "Response.json");
    const given = members(init);
    const text = JSON.stringify(data);
    if (text === undefined) throw new TypeError(`Response.json: ${typeof data} cannot be written as JSON`);
    return new Response(made(given, { body: extract(text).body, type: "application/json" }));
  }
  static redirect(url, status = 302) {
    idl.requireArguments(arguments.length, 1, "Response.redirect");
    const text = idl.USVString(url);
    const code = idl.unsignedShort(status);
    const location = native.urlParse(text, require("web/request").baseUrl());
    if (location === null) throw new TypeError(`Failed to parse URL from ${text}: expected an absolute URL`);
    if (!REDIRECT.includes(code)) throw new RangeError(`the status of a redirect is one of ${REDIRECT.join(", ")}, found ${code}`);
    const headers = headersOf.made([["location", location[0]]], { immutable: true });
    return new Response(new State({ status: code, headers }));
  }

  constructor(body = null, init = undefined) {
    if (body instanceof State) {
      this.#state = body;
      return;
    }
    const given = body === null ? null : convert(body);
    const options = members(init);
    this.#state = made(options, given === null ? null : extract(given));
  }
  get type() { return this.#state.type; }
  get url() { return this.#state.url; }
  get redirected() { return this.#state.redirected; }
  get status() { return this.#state.status; }
  get ok() { return this.#state.status >= 200 && this.#state.status <= 299; }
  get statusText() { return this.#state.statusText; }
  get headers() { return this.#state.headers; }
  clone() {
    const { body, headers, ...fields } = this.#state;
    if (body?.isUnusable) throw new TypeError("Response.clone: its body was read already, or its stream is locked");
    return new Response(new State({
      ...fields,
      headers: headersOf.copy(headers),
      body: body && body.clone(),
    }));
  }
}
mixin(Response, (response) => inside(response));
idl.interfaces(Response);
require("web/inspectable")(Response, ({ status, statusText, headers, bodyUsed, ok, redirected, type, url }) =>
  ({ status, statusText, headers, bodyUsed, ok, redirected, type, url }));

// ResponseInit, in lexicographical order.
const members = (init) => {
  const given = idl.dictionary(init, "ResponseInit");
  const { headers } = given;
  const list = headers === undefined ? [] : headersOf.convert(headers);
  const { status } = given;
  const code = status === undefined ? 200 : idl.unsignedShort(status);
  const { statusText } = given;
  return { headers: list, status: code, statusText: statusText === undefined ? "" : idl.ByteString(statusText, "statusText") };
};

// "Initialize a response"; `content` is { body, type } or null.
const made = ({ headers, status, statusText }, content) => {
  if (status < 200 || status > 599) throw new RangeError(`a response's status is 200 to 599, found ${status}`);
  if (!REASON.test(statusText)) throw new TypeError(`${JSON.stringify(statusText)} is no statusText`);
  const state = new State({ status, statusText, headers: headersOf.made([]) });
  headersOf.fill(state.headers, headers);
  if (!content) return state;
  if (NULL_BODY.includes(status)) throw new TypeError(`a response with status ${status} has no body`);
  state.body = content.body;
  if (content.type !== null && headersOf.get(headersOf.list(state.headers), "content-type") === null) {
    headersOf.fill(state.headers, [["content-type", content.type]]);
  }
  return state;
};

module.exports = { Response, NULL_BODY, REDIRECT, makeResponse: (fields) => new Response(new State(fields)) };
