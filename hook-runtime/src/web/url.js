// URL and URLSearchParams: URL Standard sections 6 and 5 (application/x-www-form-urlencoded).
"use strict";
const idl = require("web/idl");
const inspectCustom = Symbol.for("nodejs.util.inspect.custom");

// Indexes of what native.urlParse and native.urlSet give.
const [HREF, ORIGIN, PROTOCOL, USERNAME, PASSWORD, HOST, HOSTNAME, PORT, PATHNAME, SEARCH, HASH] =
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

const invalid = (input, base) => {
  const error = new TypeError("Invalid URL");
  Object.assign(error, { code: "ERR_INVALID_URL", input });
  if (base !== undefined) error.base = base;
  return error;
};

// name, value, name, value… as [[name, value]…]
const pairsOf = (flat) => {
  const pairs = [];
  for (let i = 0; i < flat.length; i += 2) pairs.push([flat[i], flat[i + 1]]);
  return pairs;
};
const parseForm = (text) => (text === "" ? [] : pairsOf(native.formParse(text)));

let newQuery; // (URL, params): params have changed
let makeParams; // (URL, query): the params of a URL
let replaceParams; // (params, query): the URL's query has changed

class URL {
  #parts;
  #params;
  constructor(url, base = undefined) {
    idl.requireArguments(arguments.length, 1, "URL");
    const input = idl.USVString(url);
    const against = base === undefined ? undefined : idl.USVString(base);
    const parts = native.urlParse(input, against);
    if (parts === null) throw invalid(input, against);
    this.#parts = parts;
  }
  static parse(url, base = undefined) {
    idl.requireArguments(arguments.length, 1, "URL.parse");
    const parts = native.urlParse(idl.USVString(url), base === undefined ? undefined : idl.USVString(base));
    return parts === null ? null : new URL(parts[HREF]);
  }
  static canParse(url, base = undefined) {
    idl.requireArguments(arguments.length, 1, "URL.canParse");
    return native.urlParse(idl.USVString(url), base === undefined ? undefined : idl.USVString(base)) !== null;
  }
  // File API section 8.4.
  static createObjectURL(object) {
    idl.requireArguments(arguments.length, 1, "URL.createObjectURL");
    return require("web/blob").createObjectURL(object);
  }
  static revokeObjectURL(url) {
    idl.requireArguments(arguments.length, 1, "URL.revokeObjectURL");
    require("web/blob").revokeObjectURL(idl.USVString(url));
  }
  #set(name, value) {
    const parts = native.urlSet(this.#parts[HREF], name, idl.USVString(value));
    this.#parts = parts;
    return parts;
  }
  get href() { return this.#parts[HREF]; }
  set href(value) {
    this.#parts;
    const input = idl.USVString(value);
    const parts = native.urlParse(input);
    if (parts === null) throw invalid(input);
    this.#parts = parts;
    if (this.#params) replaceParams(this.#params, parts[SEARCH]);
  }
  get origin() { return this.#parts[ORIGIN]; }
  get protocol() { return this.#parts[PROTOCOL]; }
  set protocol(value) { this.#set("protocol", value); }
  get username() { return this.#parts[USERNAME]; }
  set username(value) { this.#set("username", value); }
  get password() { return this.#parts[PASSWORD]; }
  set password(value) { this.#set("password", value); }
  get host() { return this.#parts[HOST]; }
  set host(value) { this.#set("host", value); }
  get hostname() { return this.#parts[HOSTNAME]; }
  set hostname(value) { this.#set("hostname", value); }
  get port() { return this.#parts[PORT]; }
  set port(value) { this.#set("port", value); }
  get pathname() { return this.#parts[PATHNAME]; }
  set pathname(value) { this.#set("pathname", value); }
  get search() { return this.#parts[SEARCH]; }
  set search(value) {
    const parts = this.#set("search", value);
    if (this.#params) replaceParams(this.#params, parts[SEARCH]);
  }
  get searchParams() {
    this.#params ??= makeParams(this, this.#parts[SEARCH]);
    return this.#params;
  }
  get hash() { return this.#parts[HASH]; }
  set hash(value) { this.#set("hash", value); }
  toJSON() { return this.#parts[HREF]; }
  toString() { return this.#parts[HREF]; }

  static {
    newQuery = (url, query) => { url.#parts = native.urlSetQuery(url.#parts[HREF], query); };
    Object.defineProperty(URL.prototype, inspectCustom, {
      value: inspectUrl, writable: true, enumerable: false, configurable: true,
    });
  }
}

class URLSearchParams {
  #list = [];
  #url = null;
  constructor(init = "") {
    if (idl.isObject(init)) {
      const iterate = init[Symbol.iterator];
      if (iterate === undefined || iterate === null) this.#list = fromRecord(init);
      else this.#list = fromSequence(init, iterate);
    } else {
      const text = idl.USVString(init);
      this.#list = parseForm(text[0] === "?" ? text.slice(1) : text);
    }
  }
  #update() {
    if (!this.#url) return;
    const text = serialize(this.#list);
    newQuery(this.#url, text === "" ? null : text);
  }
  get size() { return this.#list.length; }
  append(name, value) {
    this.#list;
    idl.requireArguments(arguments.length, 2, "URLSearchParams.append");
    this.#list.push([idl.USVString(name), idl.USVString(value)]);
    this.#update();
  }
  delete(name, value = undefined) {
    this.#list;
    idl.requireArguments(arguments.length, 1, "URLSearchParams.delete");
    const key = idl.USVString(name);
    const only = value === undefined ? undefined : idl.USVString(value);
    this.#list = this.#list.filter((pair) => pair[0] !== key || (only !== undefined && pair[1] !== only));
    this.#update();
  }
  get(name) {
    this.#list;
    idl.requireArguments(arguments.length, 1, "URLSearchParams.get");
    const key = idl.USVString(name);
    const pair = this.#list.find((each) => each[0] === key);
    return pair ? pair[1] : null;
  }
  getAll(name) {
    this.#list;
    idl.requireArguments(arguments.length, 1, "URLSearchParams.getAll");
    const key = idl.USVString(name);
    return this.#list.filter((pair) => pair[0] === key).map((pair) => pair[1]);
  }
  has(name, value = undefined) {
    this.#list;
    idl.requireArguments(arguments.length, 1, "URLSearchParams.has");
    const key = idl.USVString(name);
    const only = value === undefined ? undefined : idl.USVString(value);
    return this.#list.some((pair) => pair[0] === key && (only === undefined || pair[1] === only));
  }
  set(name, value) {
    this.#list;
    idl.requireArguments(arguments.length, 2, "URLSearchParams.set");
    const key = idl.USVString(name);
    const text = idl.USVString(value);
    const first = this.#list.findIndex((pair) => pair[0] === key);
    if (first < 0) {
      this.#list.push([key, text]);
    } else {
      this.#list = this.#list.filter((pair, index) => index === first || pair[0] !== key);
      this.#list[first] = [key, text];
    }
    this.#update();
  }
  sort() {
    this.#list.sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0));
    this.#update();
  }
  toString() { return serialize(this.#list); }

  static {
    makeParams = (url, query) => {
      const params = new URLSearchParams(query);
      params.#url = url;
      return params;
    };
    replaceParams = (params, query) => { params.#list = parseForm(query.slice(1)); };
    idl.iterable(URLSearchParams, (params) => params.#list);
    Object.defineProperty(URLSearchParams.prototype, inspectCustom, {
      value: inspectParams, writable: true, enumerable: false, configurable: true,
    });
  }
}
idl.interfaces(URL, URLSearchParams);

function serialize(list) {
  return list.length === 0 ? "" : native.formSerialize(list.flat());
}

// sequence<sequence<USVString>>
function fromSequence(init, iterate) {
  const pairs = [];
  for (const item of { [Symbol.iterator]: () => begin(iterate, init) }) {
    if (!idl.isObject(item)) throw new TypeError("URLSearchParams: expected pairs [name, value]");
    const pair = [];
    const inner = item[Symbol.iterator];
    if (inner === undefined || inner === null) {
      throw new TypeError("URLSearchParams: expected pairs [name, value], found something that cannot be iterated over");
    }
    for (const value of { [Symbol.iterator]: () => begin(inner, item) }) pair.push(idl.USVString(value));
    if (pair.length !== 2) {
      throw new TypeError(`URLSearchParams: expected pairs [name, value], found a list of ${pair.length}`);
    }
    pairs.push(pair);
  }
  return pairs;
}

function begin(iterate, target) {
  if (typeof iterate !== "function") throw new TypeError("URLSearchParams: expected an iterable");
  return Reflect.apply(iterate, target, []);
}

// record<USVString, USVString>
function fromRecord(init) {
  const record = new Map();
  for (const key of Reflect.ownKeys(init)) {
    const descriptor = Reflect.getOwnPropertyDescriptor(init, key);
    if (descriptor?.enumerable) record.set(idl.USVString(key), idl.USVString(init[key]));
  }
  return [...record];
}

// As Node shows them.
function inspectUrl(depth, options, inspect) {
  if (typeof depth === "number" && depth < 0) return this;
  const shown = {};
  for (const name of ["href", "origin", "protocol", "username", "password", "host", "hostname", "port",
    "pathname", "search", "searchParams", "hash"]) shown[name] = this[name];
  return `${this.constructor?.name ?? "URL"} ${inspect(shown, options)}`;
}

function inspectParams(depth, options, inspect) {
  if (typeof depth === "number" && depth < 0) return "[Object]";
  const inner = { ...options, depth: options.depth === null ? null : options.depth - 1 };
  const pairs = [...this].map(([name, value]) => `${inspect(name, inner)} => ${inspect(value, inner)}`);
  if (pairs.length === 0) return "URLSearchParams {}";
  const width = pairs.reduce((sum, pair) => sum + pair.length + 2, 0);
  return width > options.breakLength
    ? `URLSearchParams {\n  ${pairs.join(",\n  ")} }`
    : `URLSearchParams { ${pairs.join(", ")} }`;
}

module.exports = { URL, URLSearchParams };
