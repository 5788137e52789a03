// What every web interface shares: Web IDL, "JavaScript binding" (conversions 3.2, interfaces 3.7).
"use strict";
const { defineProperty, getOwnPropertyDescriptor, getPrototypeOf } = Object;
const { ownKeys } = Reflect;
const IteratorPrototype = getPrototypeOf(getPrototypeOf([][Symbol.iterator]()));
const TypedArray = getPrototypeOf(Uint8Array);
const toStringTag = Symbol.toStringTag;

// TypeError when fewer than `required` arguments were `given` to `name` ("Headers.append").
exports.requireArguments = (given, required, name) => {
  if (given < required) {
    throw new TypeError(`${name} needs ${required} argument${required === 1 ? "" : "s"}, but was given ${given}`);
  }
};

// Strings. A template literal is ToString: symbols are TypeErrors.
exports.DOMString = (value) => `${value}`;
exports.USVString = (value) => `${value}`.toWellFormed();
exports.ByteString = (value, what = "the value") => {
  const text = `${value}`;
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) > 0xff) throw new TypeError(`${what} has a character beyond U+00FF at index ${i}`);
  }
  return text;
};

exports.boolean = (value) => Boolean(value);

exports.unrestrictedDouble = (value) => +value;
exports.double = (value, what = "the value") => {
  const number = +value;
  if (!Number.isFinite(number)) throw new TypeError(`${what} is ${number}, expected a finite number`);
  return number;
};

// Integers, section 3.2.4.9 (ConvertToInt). `mode`: undefined wraps around, "clamp" is [Clamp],
// "enforce" is [EnforceRange].
const integer = (bits, signed) => {
  const span = 2 ** bits;
  // 64-bit types are limited to what a Number holds exactly.
  const highest = bits === 64 ? 2 ** 53 - 1 : signed ? span / 2 - 1 : span - 1;
  const lowest = !signed ? 0 : bits === 64 ? -(2 ** 53) + 1 : -span / 2;
  return (value, mode, what = "the value") => {
    let number = +value;
    if (mode === "enforce") {
      if (!Number.isFinite(number)) throw new TypeError(`${what} is ${number}, expected an integer`);
      number = Math.trunc(number) + 0;
      if (number < lowest || number > highest) {
        throw new TypeError(`${what} is ${number}, expected ${lowest} to ${highest}`);
      }
      return number;
    }
    if (mode === "clamp" && !Number.isNaN(number)) {
      number = Math.min(Math.max(number, lowest), highest);
      // Halves go to the even neighbour.
      const down = Math.floor(number);
      const part = number - down;
      return (part < 0.5 || (part === 0.5 && down % 2 === 0) ? down : down + 1) + 0;
    }
    if (!Number.isFinite(number) || number === 0) return 0;
    number = Math.trunc(number) % span;
    // Not for negative numbers of a signed type: near 2⁶⁴ a Number is not exact.
    if (number < (signed ? -span / 2 : 0)) number += span;
    return (signed && number >= span / 2 ? number - span : number) + 0;
  };
};
exports.octet = integer(8, false);
exports.short = integer(16, true);
exports.unsignedShort = integer(16, false);
exports.long = integer(32, true);
exports.unsignedLong = integer(32, false);
exports.longLong = integer(64, true);
exports.unsignedLongLong = integer(64, false);

exports.isObject = (value) => (typeof value === "object" && value !== null) || typeof value === "function";

// A dictionary as an object to read members from (in lexicographical order, undefined is absent).
exports.dictionary = (value, what = "the options") => {
  // Without a prototype: what all objects inherit is no member.
  if (value === undefined || value === null) return Object.create(null);
  if (!exports.isObject(value)) throw new TypeError(`${what}: expected an object, found ${typeof value}`);
  return value;
};

exports.callback = (value, what = "the callback") => {
  if (typeof value !== "function") throw new TypeError(`${what}: expected a function, found ${typeof value}`);
  return value;
};

exports.enumeration = (value, allowed, what = "the value") => {
  const text = `${value}`;
  if (!allowed.includes(text)) throw new TypeError(`${what} is "${text}", expected one of "${allowed.join('", "')}"`);
  return text;
};

const getter = (prototype, name) => getOwnPropertyDescriptor(prototype, name).get;
const bufferLength = getter(ArrayBuffer.prototype, "byteLength");
const dataView = ["buffer", "byteOffset", "byteLength"].map((name) => getter(DataView.prototype, name));
const typedArray = ["buffer", "byteOffset", "byteLength"].map((name) => getter(TypedArray.prototype, name));
exports.isArrayBuffer = (value) => {
  try { bufferLength.call(value); return true; } catch { return false; }
};
// The bytes of a BufferSource (ArrayBuffer, typed array or DataView) as a Uint8Array over the same
// memory; undefined when it is none. What a script overwrites (`byteLength`…) is not asked.
exports.bytesOf = (value) => {
  if (ArrayBuffer.isView(value)) {
    const [buffer, offset, length] = value instanceof DataView ? dataView : typedArray;
    try {
      return new Uint8Array(buffer.call(value), offset.call(value), length.call(value));
    } catch {
      return new Uint8Array(0); // detached, or no longer inside a buffer that shrank
    }
  }
  if (!exports.isArrayBuffer(value)) return undefined;
  return value.detached ? new Uint8Array(0) : new Uint8Array(value);
};
exports.bufferSource = (value, what = "the value") => {
  const bytes = exports.bytesOf(value);
  if (!bytes) throw new TypeError(`${what}: expected an ArrayBuffer or a view of one, found ${typeof value}`);
  return bytes;
};

const interfacePrototypes = new WeakSet();
// Whether `prototype` is that of an interface of ours.
exports.isInterface = (prototype) => interfacePrototypes.has(prototype);
// Classes that have the shape of interfaces already.
exports.areInterfaces = (...classes) => {
  for (const type of classes) interfacePrototypes.add(type.prototype);
};

// Gives classes the shape of interfaces: members enumerable, and a toStringTag (sections 3.7.3 to 3.7.7).
exports.interfaces = (...classes) => {
  exports.areInterfaces(...classes);
  for (const type of classes) {
    for (const key of ownKeys(type)) {
      if (typeof key === "string" && !["length", "name", "prototype"].includes(key)) {
        defineProperty(type, key, { enumerable: true });
      }
    }
    for (const key of ownKeys(type.prototype)) {
      if (typeof key === "string" && key !== "constructor") {
        defineProperty(type.prototype, key, { enumerable: true });
      }
    }
    defineProperty(type.prototype, toStringTag, {
      value: type.name, writable: false, enumerable: false, configurable: true,
    });
  }
};

// Constants of an interface, on the class and on its prototype (section 3.7.5).
exports.constants = (type, values) => {
  for (const name of ownKeys(values)) {
    const descriptor = { value: values[name], writable: false, enumerable: true, configurable: false };
    defineProperty(type, name, descriptor);
    defineProperty(type.prototype, name, descriptor);
  }
};

// iterable<K, V> (section 3.7.9): adds entries, keys, values, forEach and @@iterator to a class.
// `pairs(object)` gives the present [key, value] list of `object`, and throws a TypeError when that is
// of another class. Call it before `interfaces`, or after: the members are enumerable already.
exports.iterable = (type, pairs) => {
  const iterators = new WeakMap();
  const prototype = Object.create(IteratorPrototype);
  const member = (target, key, value, enumerable) =>
    defineProperty(target, key, { value, writable: true, enumerable, configurable: true });
  const { next } = {
    next() {
      const state = iterators.get(this);
      if (!state) throw new TypeError(`next: this is no ${type.name} Iterator`);
      const list = pairs(state.target);
      if (state.index >= list.length) return { value: undefined, done: true };
      const [key, value] = list[state.index++];
      const kind = state.kind;
      return { value: kind === "keys" ? key : kind === "values" ? value : [key, value], done: false };
    },
  };
  member(prototype, "next", next, true);
  defineProperty(prototype, toStringTag, {
    value: `${type.name} Iterator`, writable: false, enumerable: false, configurable: true,
  });
  const iterate = (target, kind) => {
    pairs(target);
    const iterator = Object.create(prototype);
    iterators.set(iterator, { target, kind, index: 0 });
    return iterator;
  };
  const methods = {
    entries() { return iterate(this, "entries"); },
    keys() { return iterate(this, "keys"); },
    values() { return iterate(this, "values"); },
    forEach(callback, thisArg = undefined) {
      let list = pairs(this);
      exports.requireArguments(arguments.length, 1, `${type.name}.forEach`);
      exports.callback(callback, `${type.name}.forEach`);
      for (let i = 0; i < list.length; i++) {
        const [key, value] = list[i];
        callback.call(thisArg, value, key, this);
        list = pairs(this);
      }
    },
  };
  for (const name of ownKeys(methods)) member(type.prototype, name, methods[name], true);
  member(type.prototype, Symbol.iterator, methods.entries, false);
};
