// structuredClone: HTML sections 2.7 (serialisation, transfer) and 2.7.10 (the method).
//
// In two steps, as there: values become records (`serialize`), buffers are transferred, records
// become values (`deserialize`). A primitive is its own record.
"use strict";
const { classOf } = require("web/class_of");
const idl = require("web/idl");

const { defineProperty, getOwnPropertyDescriptor, getPrototypeOf, hasOwn, keys } = Object;
const TypedArray = getPrototypeOf(Uint8Array);
const getter = (prototype, name) => {
  const { get } = getOwnPropertyDescriptor(prototype, name);
  return (value) => Reflect.apply(get, value, []);
};
const method = (prototype, name) => {
  const own = prototype[name];
  return (value, ...rest) => Reflect.apply(own, value, rest);
};

const boxes = { Boolean, Number, String, BigInt };
const unbox = Object.fromEntries(keys(boxes).map((name) => [name, method(boxes[name].prototype, "valueOf")]));
const timeOf = method(Date.prototype, "getTime");
const sourceOf = getter(RegExp.prototype, "source");
const flagsOf = getter(RegExp.prototype, "flags");
const entriesOf = method(Map.prototype, "entries");
const membersOf = method(Set.prototype, "values");

const buffers = ArrayBuffer.prototype;
const bufferLength = getter(buffers, "byteLength");
const maxLengthOf = getter(buffers, "maxByteLength");
const isResizable = getter(buffers, "resizable");
const isDetached = getter(buffers, "detached");
const sliceBuffer = method(buffers, "slice");
const transferBuffer = method(buffers, "transfer");
const resizeBuffer = method(buffers, "resize");

const views = (prototype) => ({
  buffer: getter(prototype, "buffer"),
  offset: getter(prototype, "byteOffset"),
  length: getter(prototype, "byteLength"),
});
const typedViews = { ...views(TypedArray.prototype), at: method(TypedArray.prototype, "at") };
const dataViews = views(DataView.prototype);
const viewTypes = {
  Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array,
  BigInt64Array, BigUint64Array, Float32Array, Float64Array, DataView,
};
if (typeof Float16Array === "function") viewTypes.Float16Array = Float16Array;

const errors = { Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };

const failure = (message) => {
  const { DOMException } = require("web/dom_exception");
  return new DOMException(message, "DataCloneError");
};
const refused = (what) => failure(`${what} could not be cloned.`);
const describe = (value) => {
  if (typeof value === "symbol") return String(value);
  if (typeof value === "function") return Function.prototype.toString.call(value);
  return `#<${classOf(value)}>`;
};

// The interface of a platform object, from which it or a superclass of it is.
const interfaceOf = (value) => {
  for (let prototype = getPrototypeOf(value); prototype !== null; prototype = getPrototypeOf(prototype)) {
    if (prototype === Object.prototype) return undefined;
    if (idl.isInterface(prototype)) return prototype;
  }
  return undefined;
};

// Platform objects that can be cloned: what to keep of them, and how to make them again.
const serializable = {
  // Web Cryptography section 13.5. What is inside of a key never changes; to read of it shows that it is one.
  CryptoKey: {
    keep: (read, key) => read("type") && key,
    make(key) {
      const { keyFrom, slotsOf } = require("web/crypto");
      return keyFrom(slotsOf(key));
    },
  },
  Blob: {
    keep: (read, blob) => [blob, read("size"), read("type")],
    make: ([blob, ...rest]) => require("web/blob").Blob.prototype.slice.call(blob, 0, ...rest),
  },
  File: {
    keep: (read, file) => [file, read("name"), { type: read("type"), lastModified: read("lastModified") }],
    make: ([file, ...rest]) => new (require("web/blob").File)([file], ...rest),
  },
  DOMException: {
    keep: (read) => [read("message"), read("name")],
    make: (kept) => new (require("web/dom_exception").DOMException)(...kept),
  },
  QuotaExceededError: {
    keep: (read) => [read("message"), {
      quota: read("quota") ?? undefined, requested: read("requested") ?? undefined,
    }],
    make: (kept) => new (require("web/dom_exception").QuotaExceededError)(...kept),
  },
};

// Whether a view is as long as its buffer, whatever that becomes: seen when that changes by as much
// as an element, and back.
const isTracking = (buffer, length, of) => {
  if (!isResizable(buffer)) return false;
  const size = bufferLength(buffer);
  const grown = Math.min(size + 8, maxLengthOf(buffer));
  if (grown - size >= 8) {
    resizeBuffer(buffer, grown);
    const tracks = of() !== length;
    resizeBuffer(buffer, size);
    return tracks;
  }
  const cut = Math.max(size - 8, 0);
  const end = new Uint8Array(buffer, cut).slice();
  resizeBuffer(buffer, cut);
  let tracks;
  try { tracks = of() !== 0 && of() !== length; } catch { tracks = false; }
  resizeBuffer(buffer, size);
  new Uint8Array(buffer).set(end, cut);
  return tracks;
};

const serializeView = (value, type, memory) => {
  const of = type === "DataView" ? dataViews : typedViews;
  let length;
  try {
    if (of.at) of.at(value, 0);
    length = of.length(value);
  } catch {
    throw refused("A view outside of its buffer");
  }
  const buffer = of.buffer(value);
  const inner = serialize(buffer, memory);
  const tracks = classOf(buffer) === "ArrayBuffer" && isTracking(buffer, length, () => of.length(value));
  return { kind: "view", type, buffer: inner, offset: of.offset(value), length: tracks ? undefined : length };
};

const serializeBuffer = (value) => {
  if (isDetached(value)) throw refused("A detached ArrayBuffer");
  return {
    kind: "buffer",
    bytes: sliceBuffer(value, 0),
    max: isResizable(value) ? maxLengthOf(value) : undefined,
  };
};

const serializeError = (value, memory) => {
  const name = value.name;
  const text = getOwnPropertyDescriptor(value, "message");
  const record = {
    kind: "error",
    name: typeof name === "string" && hasOwn(errors, name) ? name : "Error",
    message: text && "value" in text ? `${text.value}` : undefined,
  };
  memory.set(value, record);
  const stack = getOwnPropertyDescriptor(value, "stack");
  if (typeof stack?.value === "string") record.stack = stack.value;
  const cause = getOwnPropertyDescriptor(value, "cause");
  if (cause && "value" in cause) record.cause = [serialize(cause.value, memory)];
  return record;
};

const serializePlatform = (value, prototype, memory) => {
  const name = prototype[Symbol.toStringTag];
  if (!hasOwn(serializable, name)) throw refused(`#<${name}>`);
  const record = { kind: "platform", name, kept: undefined };
  try {
    // By the interface's own accessors: an instance, or a class on top, may have others.
    record.kept = serializable[name].keep((key) => Reflect.get(prototype, key, value), value);
  } catch {
    throw refused(`#<${name}>`);
  }
  const stack = getOwnPropertyDescriptor(value, "stack");
  if (typeof stack?.value === "string") record.stack = stack.value;
  memory.set(value, record);
  return record;
};

function serialize(value, memory) {
  if (typeof value === "symbol" || typeof value === "function") throw refused(describe(value));
  if (typeof value !== "object" || value === null) return value;
  const known = memory.get(value);
  if (known) return known;

  const type = classOf(value);
  let record;
  if (type === "Object" || type === "Error") {
    const prototype = getPrototypeOf(value) === Object.prototype ? undefined : interfaceOf(value);
    if (prototype) return serializePlatform(value, prototype, memory);
    if (type === "Error") return serializeError(value, memory);
    record = { kind: "object", properties: [] };
  } else if (hasOwn(boxes, type)) {
    record = { kind: "box", value: unbox[type](value) };
  } else if (type === "Date") {
    record = { kind: "date", time: timeOf(value) };
  } else if (type === "RegExp") {
    record = { kind: "regexp", source: sourceOf(value), flags: flagsOf(value) };
  } else if (type === "ArrayBuffer") {
    record = serializeBuffer(value);
  } else if (hasOwn(viewTypes, type)) {
    record = serializeView(value, type, memory);
  } else if (type === "Map" || type === "Set") {
    record = { kind: type === "Map" ? "map" : "set", items: [] };
  } else if (type === "Array") {
    record = { kind: "array", length: value.length, properties: [] };
  } else if (type === "Arguments") {
    record = { kind: "object", properties: [] };
  } else {
    throw refused(describe(value));
  }
  memory.set(value, record);
  if (record.kind === "map") {
    for (const [key, item] of [...entriesOf(value)]) {
      record.items.push([serialize(key, memory), serialize(item, memory)]);
    }
  } else if (record.kind === "set") {
    for (const item of [...membersOf(value)]) record.items.push(serialize(item, memory));
  } else if (record.properties) {
    for (const key of keys(value)) {
      if (hasOwn(value, key)) record.properties.push(key, serialize(value[key], memory));
    }
  }
  return record;
}

const property = (target, key, value, enumerable) =>
  defineProperty(target, key, { value, writable: true, enumerable, configurable: true });

const makers = {
  box: ({ value }) => Object(value),
  date: ({ time }) => new Date(time),
  regexp: ({ source, flags }) => new RegExp(source, flags),
  transfer: ({ object }) => object,
  buffer({ bytes, max }) {
    if (max === undefined) return bytes;
    const buffer = new ArrayBuffer(bytes.byteLength, { maxByteLength: max });
    new Uint8Array(buffer).set(new Uint8Array(bytes));
    return buffer;
  },
  view({ type, buffer, offset, length }) {
    const of = viewTypes[type];
    const size = length === undefined || type === "DataView" ? length : length / of.BYTES_PER_ELEMENT;
    return new of(deserialize(buffer), offset, size);
  },
  error: ({ name }) => new errors[name](),
  platform: ({ name, kept }) => serializable[name].make(kept),
  object: () => ({}),
  array: ({ length }) => new Array(length),
  map: () => new Map(),
  set: () => new Set(),
};

function deserialize(record) {
  if (typeof record !== "object" || record === null) return record;
  if (record.made) return record.made;
  const value = makers[record.kind](record);
  record.made = value;
  if (record.message !== undefined) property(value, "message", record.message, false);
  if (record.stack !== undefined) property(value, "stack", record.stack, false);
  if (record.cause) property(value, "cause", deserialize(record.cause[0]), false);
  if (record.kind === "map") {
    for (const [key, item] of record.items) value.set(deserialize(key), deserialize(item));
  } else if (record.kind === "set") {
    for (const item of record.items) value.add(deserialize(item));
  } else if (record.properties) {
    for (let i = 0; i < record.properties.length; i += 2) {
      property(value, record.properties[i], deserialize(record.properties[i + 1]), true);
    }
  }
  return value;
}

// sequence<object>, which `what` was given as `transfer`.
const transferList = (transfer, what) => {
  if (transfer === undefined) return [];
  if (!idl.isObject(transfer) || typeof transfer[Symbol.iterator] !== "function") {
    throw new TypeError(`${what}: expected transfer to be a list of objects`);
  }
  return Array.from(transfer, (item) => {
    if (!idl.isObject(item)) throw new TypeError(`${what}: expected transfer to be a list of objects, found ${typeof item} in it`);
    return item;
  });
};

// How a transferred object goes: what it becomes, after it is left behind.
const transfers = {
  buffer(item) {
    if (isDetached(item)) throw failure("An ArrayBuffer in transfer is detached.");
    return transferBuffer(item);
  },
  port: (item) => require("web/message_channel").transferPort(item),
};
const transferKind = (item) => {
  if (classOf(item) === "ArrayBuffer") return "buffer";
  return interfaceOf(item)?.[Symbol.toStringTag] === "MessagePort" ? "port" : undefined;
};

// A copy of `value` to which the objects of the list `transfer` have gone over, and what became of these.
const cloneAndTransfer = (value, transfer) => {
  const memory = new Map();
  for (const item of transfer) {
    const way = transferKind(item);
    if (!way) throw failure("A value in transfer is no ArrayBuffer or MessagePort: nothing else can be transferred.");
    if (memory.has(item)) throw failure("An object is twice in transfer.");
    memory.set(item, { kind: "transfer", way, object: item });
  }
  const transferred = [...memory.values()];
  const record = serialize(value, memory);
  for (const each of transferred) each.object = transfers[each.way](each.object);
  return { value: deserialize(record), transferred: transferred.map(deserialize) };
};

const { structuredClone } = {
  structuredClone(value, options = {}) {
    idl.requireArguments(arguments.length, 1, "structuredClone");
    const { transfer } = idl.dictionary(options, "structuredClone's options");
    return cloneAndTransfer(value, transferList(transfer, "structuredClone")).value;
  },
};
module.exports = { structuredClone, cloneAndTransfer, transferList };
