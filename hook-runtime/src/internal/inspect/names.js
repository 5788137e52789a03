// What `util.inspect` writes in front of an object (Node's util): its class, what it extends, its tag.
"use strict";
const { getOwnPropertyDescriptor, getPrototypeOf, hasOwn } = Object;

// The constructors of the language itself.
const builtins = new Set(("Object Function Array Number Boolean String Symbol BigInt Date Promise RegExp Error " +
  "AggregateError EvalError RangeError ReferenceError SyntaxError TypeError URIError ArrayBuffer SharedArrayBuffer " +
  "Uint8Array Int8Array Uint16Array Int16Array Uint32Array Int32Array Float16Array Float32Array Float64Array " +
  "Uint8ClampedArray BigUint64Array BigInt64Array DataView Map Set WeakMap WeakSet WeakRef Proxy Iterator " +
  "FinalizationRegistry").split(" ").map((name) => globalThis[name]));
exports.isBuiltinConstructor = (value) => builtins.has(value);

const isInstance = (value, constructor) => {
  try { return value instanceof constructor; } catch { return false; }
};

// The name of the constructor, through all prototypes; null when there is no prototype.
exports.constructorName = (value, context, depth, inspect) => {
  const first = getPrototypeOf(value);
  for (let object = value; object !== null; object = getPrototypeOf(object)) {
    const constructor = getOwnPropertyDescriptor(object, "constructor")?.value;
    if (typeof constructor === "function" && constructor.name !== "" && isInstance(value, constructor)) {
      return `${constructor.name}`;
    }
  }
  if (first === null) return null;
  const kind = typeof value === "function" ? "Function" : Array.isArray(value) ? "Array" : "Object";
  if (depth > context.depth && context.depth !== null) return `${kind} <Complex prototype>`;
  const inner = exports.constructorName(first, context, depth + 1, inspect);
  if (inner !== null) return `${kind} <${inner}>`;
  return `${kind} <${inspect(first, { ...context.userOptions, customInspect: false, depth: -1 })}>`;
};

// "Name(size) [tag] "
exports.prefixOf = (name, tag, fallback, size = "") => {
  if (name === null) {
    const shown = `[${fallback}${size}: null prototype] `;
    return tag !== "" && fallback !== tag ? `${shown}[${tag}] ` : shown;
  }
  return tag !== "" && name !== tag ? `${name}${size} [${tag}] ` : `${name}${size} `;
};

const sourceOf = (value) => Function.prototype.toString.call(value);
const AsyncFunction = getPrototypeOf(async function () {}).constructor;
const GeneratorFunction = getPrototypeOf(function* () {}).constructor;
const AsyncGeneratorFunction = getPrototypeOf(async function* () {}).constructor;

const isClass = (value) => {
  const source = sourceOf(value);
  return source.startsWith("class") && source.endsWith("}") && /^class(?![\w$])/.test(source);
};

exports.formatFunction = (value, constructor, tag) => {
  const tagged = tag !== "" && constructor !== tag ? ` [${tag}]` : "";
  if (isClass(value)) {
    let base = `class ${(hasOwn(value, "name") && value.name) || "(anonymous)"}`;
    if (constructor !== "Function" && constructor !== null) base += ` [${constructor}]`;
    base += tagged;
    if (constructor === null) base += " extends null";
    else if (getPrototypeOf(value)?.name) base += ` extends ${getPrototypeOf(value).name}`;
    return `[${base}]`;
  }
  const kind = value instanceof AsyncGeneratorFunction ? "AsyncGeneratorFunction"
    : value instanceof AsyncFunction ? "AsyncFunction"
      : value instanceof GeneratorFunction ? "GeneratorFunction" : "Function";
  let base = `[${kind}`;
  if (constructor === null) base += " (null prototype)";
  base += value.name === "" ? " (anonymous)]" : `: ${typeof value.name === "string" ? value.name : "(anonymous)"}]`;
  if (constructor !== kind && constructor !== null) base += ` ${constructor}`;
  return base + tagged;
};
