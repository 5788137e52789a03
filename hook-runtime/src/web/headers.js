// Headers: Fetch section 5.1, over header lists as in section 2.2.2. Names are kept in lower case: that is
// how scripts see them and how they are sent. As in other runtimes on servers, scripts may set what
// browsers forbid (`cookie`, `origin`); what would break the message itself, `web/fetch` leaves out.
"use strict";
const idl = require("web/idl");
const { TOKEN, trim } = require("web/mime");

// Reaches into an object; set where the private fields can be seen.
let inside;

class Headers {
  #list = [];
  #immutable = false;
  // The list as scripts iterate over it, until it changes.
  #sorted = null;

  static {
    inside = {
      list: (headers) => headers.#list,
      fill: (headers, pairs) => { for (const [name, value] of pairs) headers.#append(name, value); },
      replace: (headers, list) => { headers.#list = list; headers.#sorted = null; },
      isImmutable: (headers) => headers.#immutable,
      seal: (headers) => { headers.#immutable = true; },
      sorted: (headers) => headers.#sorted ??= sortAndCombine(headers.#list),
    };
  }

  constructor(init = undefined) {
    if (init !== undefined) inside.fill(this, convert(init));
  }
  append(name, value) {
    this.#list;
    idl.requireArguments(arguments.length, 2, "Headers.append");
    this.#append(byteString(name, "the name"), byteString(value, "the value"));
  }
  delete(name) {
    this.#list;
    idl.requireArguments(arguments.length, 1, "Headers.delete");
    const key = validName(byteString(name, "the name"));
    this.#changes();
    this.#list = this.#list.filter((header) => header[0] !== key);
  }
  get(name) {
    this.#list;
    idl.requireArguments(arguments.length, 1, "Headers.get");
    return get(this.#list, validName(byteString(name, "the name")));
  }
  getSetCookie() {
    return this.#list.filter((header) => header[0] === "set-cookie").map((header) => header[1]);
  }
  has(name) {
    this.#list;
    idl.requireArguments(arguments.length, 1, "Headers.has");
    const key = validName(byteString(name, "the name"));
    return this.#list.some((header) => header[0] === key);
  }
  set(name, value) {
    this.#list;
    idl.requireArguments(arguments.length, 2, "Headers.set");
    const header = valid(byteString(name, "the name"), byteString(value, "the value"));
    this.#changes();
    set(this.#list, ...header);
  }
  #append(name, value) {
    const header = valid(name, value);
    this.#changes();
    this.#list.push(header);
  }
  #changes() {
    if (this.#immutable) throw new TypeError("these headers cannot be changed: they are of a response that was received or made whole");
    this.#sorted = null;
  }
}
idl.iterable(Headers, (headers) => inside.sorted(headers));
idl.interfaces(Headers);
require("web/inspectable")(Headers, (headers) => Object.fromEntries(inside.sorted(headers).map(
  ([name]) => [name, name === "set-cookie" ? headers.getSetCookie() : get(inside.list(headers), name)])));

const byteString = (value, what) => idl.ByteString(value, `${what} of a header`);
const validName = (name) => {
  if (!TOKEN.test(name)) throw new TypeError(`${JSON.stringify(name)} is no name of a header`);
  return name.toLowerCase();
};
const valid = (name, value) => {
  const key = validName(name);
  const text = trim(value);
  if (/[\0\r\n]/.test(text)) throw new TypeError(`the value of the header ${key} has a line break or NUL in it`);
  return [key, text];
};

const get = (list, key) => {
  let value = null;
  for (const header of list) {
    if (header[0] === key) value = value === null ? header[1] : `${value}, ${header[1]}`;
  }
  return value;
};
const set = (list, key, value) => {
  const first = list.findIndex((header) => header[0] === key);
  if (first < 0) {
    list.push([key, value]);
    return;
  }
  list[first] = [key, value];
  for (let i = list.length - 1; i > first; i--) if (list[i][0] === key) list.splice(i, 1);
};

const sortAndCombine = (list) => {
  const combined = new Map();
  const cookies = [];
  for (const [name, value] of list) {
    if (name === "set-cookie") cookies.push([name, value]);
    else combined.set(name, combined.has(name) ? `${combined.get(name)}, ${value}` : value);
  }
  return [...combined, ...cookies].sort(([left], [right]) => left < right ? -1 : left > right ? 1 : 0);
};

// HeadersInit, a sequence of pairs or a record, as a list of [name, value] that is not checked yet.
const convert = (init) => {
  if (!idl.isObject(init)) {
    throw new TypeError(`headers: expected an object or a list of pairs, found ${init === null ? "null" : typeof init}`);
  }
  const iterator = init[Symbol.iterator];
  if (iterator !== undefined && iterator !== null) {
    return Array.from(iterate(init, iterator), (pair) => {
      const of = idl.isObject(pair) ? pair[Symbol.iterator] : undefined;
      if (of === undefined || of === null) throw new TypeError("headers: expected a list of [name, value] pairs");
      const values = Array.from(iterate(pair, of), (value) => byteString(value, "a name or value"));
      if (values.length !== 2) {
        throw new TypeError(`headers: expected [name, value], found a list of ${values.length}`);
      }
      return values;
    });
  }
  const pairs = [];
  for (const key of Reflect.ownKeys(init)) {
    if (!Reflect.getOwnPropertyDescriptor(init, key)?.enumerable) continue;
    const name = byteString(key, "the name");
    pairs.push([name, byteString(init[key], "the value")]);
  }
  return pairs;
};
// The iterator's method was read before, once.
const iterate = (target, method) => ({
  [Symbol.iterator]() {
    if (typeof method !== "function") throw new TypeError("headers: they cannot be iterated over");
    return method.call(target);
  },
});

// Headers over a list of [name in lower case, value], which is not copied.
const made = (list, { immutable = false } = {}) => {
  const headers = new Headers();
  inside.replace(headers, list);
  if (immutable) inside.seal(headers);
  return headers;
};

// The same once more, changeable or not as it is.
const copy = (headers) => made([...inside.list(headers)], { immutable: inside.isImmutable(headers) });

module.exports = { Headers, convert, copy, fill: inside.fill, get, list: inside.list, made, set };
