// node:util/types (Node.js documentation, "util.types").
"use strict";
// Whether `read` accepts `value`: an internal slot, not a tag, decides.
const accepts = (read) => (value) => {
  if (value === null || (typeof value !== "object" && typeof value !== "function")) return false;
  try { read.call(value); return true; } catch { return false; }
};
const getter = (prototype, name) => Object.getOwnPropertyDescriptor(prototype, name).get;
const tagOf = (value) => Object.prototype.toString.call(value).slice(8, -1);
const tagged = (...tags) => (value) => typeof value === "object" && value !== null && tags.includes(tagOf(value));
const typedArrayName = getter(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag);
const generators = ["GeneratorFunction", "AsyncGeneratorFunction"];

const types = {
  isDate: accepts(Date.prototype.getTime),
  isRegExp: accepts(getter(RegExp.prototype, "source")),
  isMap: accepts(getter(Map.prototype, "size")),
  isSet: accepts(getter(Set.prototype, "size")),
  isWeakMap: accepts(function () { WeakMap.prototype.has.call(this, {}); }),
  isWeakSet: accepts(function () { WeakSet.prototype.has.call(this, {}); }),
  isPromise: (value) => value instanceof Promise || tagged("Promise")(value),
  isArrayBuffer: accepts(getter(ArrayBuffer.prototype, "byteLength")),
  isSharedArrayBuffer: typeof SharedArrayBuffer === "function"
    ? accepts(getter(SharedArrayBuffer.prototype, "byteLength")) : () => false,
  isDataView: accepts(getter(DataView.prototype, "buffer")),
  isNumberObject: (value) => typeof value === "object" && accepts(Number.prototype.valueOf)(value),
  isStringObject: (value) => typeof value === "object" && accepts(String.prototype.valueOf)(value),
  isBooleanObject: (value) => typeof value === "object" && accepts(Boolean.prototype.valueOf)(value),
  isBigIntObject: (value) => typeof value === "object" && accepts(BigInt.prototype.valueOf)(value),
  isSymbolObject: (value) => typeof value === "object" && accepts(Symbol.prototype.valueOf)(value),
  isNativeError: (value) => value instanceof Error || (typeof Error.isError === "function" && Error.isError(value)),
  isAsyncFunction: (value) => typeof value === "function" && ["AsyncFunction", "AsyncGeneratorFunction"].includes(tagOf(value)),
  isGeneratorFunction: (value) => typeof value === "function" && generators.includes(tagOf(value)),
  isGeneratorObject: tagged("Generator", "AsyncGenerator"),
  isMapIterator: tagged("Map Iterator"),
  isSetIterator: tagged("Set Iterator"),
  isModuleNamespaceObject: tagged("Module"),
  isArgumentsObject: (value) => tagged("Arguments")(value) && !Object.hasOwn(value, Symbol.toStringTag),
  isProxy: () => false, // The engine does not tell.
  isExternal: () => false,
  isArrayBufferView: (value) => ArrayBuffer.isView(value),
  isTypedArray: (value) => typedArrayName.call(value) !== undefined,
  isKeyObject: (value) => value instanceof require("node/crypto").KeyObject,
  isCryptoKey: (value) => typeof CryptoKey === "function" && value instanceof CryptoKey,
};
types.isAnyArrayBuffer = (value) => types.isArrayBuffer(value) || types.isSharedArrayBuffer(value);
types.isBoxedPrimitive = (value) => types.isNumberObject(value) || types.isStringObject(value) ||
  types.isBooleanObject(value) || types.isBigIntObject(value) || types.isSymbolObject(value);
for (const name of ["Int8Array", "Uint8Array", "Uint8ClampedArray", "Int16Array", "Uint16Array", "Int32Array", "Uint32Array",
  "Float32Array", "Float64Array", "BigInt64Array", "BigUint64Array"]) {
  types[`is${name}`] = (value) => typedArrayName.call(value) === name;
}
module.exports = types;
