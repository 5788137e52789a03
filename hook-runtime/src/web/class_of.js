// Of which built-in class an object is, whatever its prototype and its Symbol.toStringTag say: what
// ECMAScript tells by internal slots. The engine numbers its classes; samples give the names.
"use strict";

const samples = {
  Object: {}, Array: [], Error: new Error(), Boolean: Object(true), Number: Object(0), String: Object(""),
  Symbol: Object(Symbol()), BigInt: Object(0n), Date: new Date(0), RegExp: /./,
  Map: new Map(), Set: new Set(), WeakMap: new WeakMap(), WeakSet: new WeakSet(), WeakRef: new WeakRef({}),
  FinalizationRegistry: new FinalizationRegistry(() => {}), Promise: Promise.resolve(),
  "Map Iterator": new Map().keys(), "Set Iterator": new Set().keys(), "Array Iterator": [].keys(),
  "String Iterator": ""[Symbol.iterator](), "RegExp String Iterator": "".matchAll(/./g),
  Generator: (function* () {})(), AsyncGenerator: (async function* () {})(),
  ArrayBuffer: new ArrayBuffer(0), SharedArrayBuffer: new SharedArrayBuffer(0), DataView: new DataView(new ArrayBuffer(0)),
};
for (const type of [Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array,
  BigInt64Array, BigUint64Array, Float16Array, Float32Array, Float64Array]) samples[type.name] = new type(0);

const names = new Map([[0, "Proxy"]]);
for (const name of Object.keys(samples)) names.set(native.classNumber(samples[name]), name);
names.set(native.classNumber((function () { return arguments; })()), "Arguments");
names.set(native.classNumber(Function("return arguments")()), "Arguments");

// The name of an object's class: "Object" also for instances of classes that scripts define,
// "Function" for all that can be called, "Proxy", "Other" for those that have no name here.
// undefined for primitives.
exports.classOf = (value) => {
  if (typeof value === "function") return native.classNumber(value) === 0 ? "Proxy" : "Function";
  const number = native.classNumber(value);
  return number === null ? undefined : names.get(number) ?? "Other";
};
