// `util.inspect` (Node's util): values of every kind as text that a person reads.
"use strict";
const { classOf } = require("web/class_of");
const { arranged } = require("internal/inspect/layout");
const { formatError } = require("internal/inspect/errors");
const { constructorName, formatFunction, isBuiltinConstructor, prefixOf } = require("internal/inspect/names");
const text = require("internal/inspect/text");

const { getOwnPropertyDescriptor, getOwnPropertyNames, getOwnPropertySymbols, getPrototypeOf, hasOwn } = Object;
const isEnumerable = (value, key) => Object.prototype.propertyIsEnumerable.call(value, key);

const custom = Symbol.for("nodejs.util.inspect.custom");

// What a context begins with: options that callers may change for all (`util.inspect.defaultOptions`).
const defaults = {
  showHidden: false, depth: 2, colors: false, customInspect: true, showProxy: false, maxArrayLength: 100,
  maxStringLength: 10000, breakLength: 80, compact: 3, sorted: false, getters: false, numericSeparator: false,
};

function newContext(options) {
  const context = {
    ...defaults, userOptions: options, seen: [], circular: undefined, indentation: 0, deepest: 0, stylize: text.plain,
  };
  for (const key of Object.keys(options ?? {})) {
    if (hasOwn(defaults, key) || key === "stylize") context[key] = options[key];
  }
  if (context.colors) context.stylize = text.colored;
  if (context.maxArrayLength === null) context.maxArrayLength = Infinity;
  if (context.maxStringLength === null) context.maxStringLength = Infinity;
  return context;
}

// inspect(value, options), or as it was: inspect(value, showHidden, depth, colors).
function inspect(value, options, ...old) {
  let given = options;
  if (typeof options === "boolean" || old.length > 0) {
    given = typeof options === "object" && options !== null ? { ...options } : { showHidden: options ?? false };
    if (old[0] !== undefined) given.depth = old[0];
    if (old[1] !== undefined) given.colors = old[1];
  }
  return formatValue(newContext(given), value, 0);
}

const more = (count, what) => `... ${count} more ${what}${count > 1 ? "s" : ""}`;

// Runs `run` two columns further to the right.
const indented = (context, run, by = 2) => {
  context.indentation += by;
  try { return run(); } finally { context.indentation -= by; }
};

function formatPrimitive(context, value) {
  const { stylize } = context;
  switch (typeof value) {
    case "string": return formatString(context, value);
    case "number": return stylize(text.number(value, context.numericSeparator), "number");
    case "bigint": return stylize(text.bigint(value, context.numericSeparator), "bigint");
    case "boolean": return stylize(`${value}`, "boolean");
    case "undefined": return stylize("undefined", "undefined");
    case "symbol": return stylize(text.escapedSymbol(value), "symbol");
    default: return stylize("null", "null");
  }
}

function formatString(context, value) {
  let [shown, rest] = [value, ""];
  if (value.length > context.maxStringLength) {
    shown = value.slice(0, context.maxStringLength);
    rest = more(value.length - context.maxStringLength, "character");
  }
  const quoted = (part) => context.stylize(text.quoted(part), "string");
  // Long text with lines: one of them a line.
  if (context.compact !== true && shown.length > 16 && shown.length > context.breakLength - context.indentation - 4) {
    return shown.split(/(?<=\n)/).map(quoted).join(` +\n${" ".repeat(context.indentation + 2)}`) + rest;
  }
  return quoted(shown) + rest;
}

function formatValue(context, value, depth, inBuffer = false) {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) {
    return formatPrimitive(context, value);
  }
  const parts = native.proxyParts(value);
  let shown = value;
  if (parts !== null) {
    if (context.showProxy) return formatProxy(context, parts, depth);
    if (parts[0] === null) return context.stylize("<Revoked Proxy>", "special");
    let inner = parts;
    while (inner !== null && inner[0] !== null) [shown, inner] = [inner[0], native.proxyParts(inner[0])];
  }
  if (context.customInspect) {
    const own = shown[custom];
    if (typeof own === "function" && own !== inspect && !(shown.constructor && shown.constructor.prototype === shown)) {
      const left = context.depth === null ? null : context.depth - depth;
      const options = {};
      for (const key of Object.keys(defaults)) options[key] = context[key];
      Object.assign(options, { stylize: context.stylize }, context.userOptions);
      const result = Reflect.apply(own, value, [left, options, inspect]);
      if (result !== value) {
        if (typeof result !== "object" || result === null) return `${String(result)}`.replaceAll("\n", `\n${" ".repeat(context.indentation)}`);
        return formatValue(context, result, depth);
      }
    }
  }
  if (context.seen.includes(shown)) {
    context.circular ??= new Map();
    const known = context.circular.get(shown) ?? context.circular.size + 1;
    context.circular.set(shown, known);
    return context.stylize(`[Circular *${known}]`, "special");
  }
  return formatObject(context, shown, depth, inBuffer);
}

function formatProxy(context, parts, depth) {
  if (depth > context.depth && context.depth !== null) return context.stylize("Proxy [Array]", "special");
  context.deepest = depth + 1;
  if (parts[0] === null) return context.stylize("<Revoked Proxy>", "special");
  const shown = indented(context, () => parts.map((part) => formatValue(context, part, depth + 1)));
  return arranged(context, shown, "", ["Proxy [", "]"], true, depth + 1);
}

function keysOf(context, value) {
  let keys;
  const symbols = getOwnPropertySymbols(value);
  if (context.showHidden) return [...getOwnPropertyNames(value), ...symbols];
  try {
    keys = Object.keys(value);
  } catch {
    keys = getOwnPropertyNames(value); // a module whose exports are not there yet
  }
  return symbols.length === 0 ? keys : [...keys, ...symbols.filter((key) => isEnumerable(value, key))];
}

const isIndex = (key) => typeof key === "string" && /^(0|[1-9][0-9]{0,9})$/.test(key) && Number(key) < 4294967295;
const withoutIndexes = (keys) => keys.filter((key) => !isIndex(key));

const boxed = { Number, String, Boolean, BigInt, Symbol };
const timeOf = Date.prototype.getTime;
const none = () => [];

// How an object of this class is written: { base, braces, items, keys, isList, whole }; `whole` is all
// there is to say (`alone`: that can be so, since nothing is inherited that must be written).
function plan(context, value, depth, type, name, tag, keys, inBuffer, alone) {
  const prefix = (fallback, size) => prefixOf(name, tag, fallback, size);
  if (type === "Array") {
    const begin = name !== "Array" || tag !== "" ? prefix("Array", `(${value.length})`) : "";
    const rest = withoutIndexes(keys);
    if (alone && value.length === 0 && rest.length === 0) return { whole: `${begin}[]` };
    return { braces: [`${begin}[`, "]"], items: formatArray, keys: rest, isList: true };
  }
  if (type === "Set" || type === "Map") {
    const size = getOwnPropertyDescriptor((type === "Set" ? Set : Map).prototype, "size").get.call(value);
    const begin = prefix(type, `(${size})`);
    if (alone && size === 0 && keys.length === 0) return { whole: `${begin}{}` };
    return { braces: [`${begin}{`, "}"], items: type === "Set" ? formatSet : formatMap };
  }
  if (ArrayBuffer.isView(value) && type !== "DataView") {
    const begin = prefixOf(name, tag, name === null ? type : "", `(${value.length})`);
    const rest = withoutIndexes(keys);
    if (value.length === 0 && rest.length === 0 && !context.showHidden) return { whole: `${begin}[]` };
    return { braces: [`${begin}[`, "]"], items: formatTypedArray, keys: rest, isList: true };
  }
  switch (type) {
    case "Function":
      return leaf(context, keys, formatFunction(value, name, tag), "special");
    case "Arguments":
      return keys.length === 0 ? { whole: "[Arguments] {}" } : { braces: ["[Arguments] {", "}"] };
    case "RegExp": {
      const begin = prefix("RegExp");
      const base = RegExp.prototype.toString.call(name === null ? new RegExp(value) : value);
      const shown = leaf(context, keys, `${begin === "RegExp " ? "" : begin}${base}`, "regexp");
      return depth > context.depth && context.depth !== null ? { whole: shown.base ?? shown.whole } : shown;
    }
    case "Date": {
      const begin = prefix("Date");
      const time = timeOf.call(value);
      const base = Number.isNaN(time) ? "Invalid Date" : new Date(time).toISOString();
      return leaf(context, keys, `${begin === "Date " ? "" : begin}${base}`, "date");
    }
    case "Error": {
      const rest = [...keys];
      const base = formatError(value, name, tag, context, rest);
      return rest.length === 0 ? { whole: base } : { base, braces: ["{", "}"], keys: rest };
    }
    case "ArrayBuffer":
    case "SharedArrayBuffer": {
      const begin = prefix(type);
      if (inBuffer && keys.length === 0) {
        return { whole: `${begin}{ byteLength: ${formatPrimitive(context, value.byteLength)} }` };
      }
      return { braces: [`${begin}{`, "}"], items: inBuffer ? none : formatArrayBuffer, keys: ["byteLength", ...keys] };
    }
    case "DataView":
      return { braces: [`${prefix("DataView")}{`, "}"], keys: ["byteLength", "byteOffset", "buffer", ...keys] };
    case "Promise":
      return { braces: [`${prefix("Promise")}{`, "}"], items: formatPromise };
    case "WeakSet":
    case "WeakMap":
      return { braces: [`${prefix(type)}{`, "}"], items: () => [context.stylize("<items unknown>", "special")] };
    default:
  }
  if (hasOwn(boxed, type)) {
    const inner = Reflect.apply(boxed[type].prototype.valueOf, value, []);
    // The characters of a string are properties, too.
    const rest = type === "String" ? keys.slice(inner.length) : keys;
    let base = `[${type}`;
    if (name !== type) base += name === null ? " (null prototype)" : ` (${name})`;
    base += `: ${formatPrimitive({ ...context, stylize: text.plain }, inner)}]`;
    if (tag !== "" && tag !== name) base += ` [${tag}]`;
    return { ...leaf(context, rest, base, type.toLowerCase()), keys: rest };
  }
  if (tag === "Module" && name === null) return { braces: ["[Module: null prototype] {", "}"] };
  const begin = name === "Object" && tag === "" ? "" : prefix("Object");
  return alone && keys.length === 0 ? { whole: `${begin}{}` } : { braces: [`${begin}{`, "}"] };
}

// What has a text of its own, with braces only for properties on top.
const leaf = (context, keys, base, style) => {
  const shown = context.stylize(base, style);
  return keys.length === 0 ? { whole: shown } : { base: keys.length === 0 ? shown : base, braces: ["{", "}"] };
};

function formatObject(context, value, depth, inBuffer) {
  const name = constructorName(value, context, depth, inspect);
  let tag = value[Symbol.toStringTag];
  // An own tag is written among the properties.
  if (typeof tag !== "string" || (tag !== "" &&
    (context.showHidden ? hasOwn(value, Symbol.toStringTag) : isEnumerable(value, Symbol.toStringTag)))) tag = "";
  const type = classOf(value);
  const keys = keysOf(context, value);
  const inherited = prototypeProperties(context, value, depth);
  const plans = plan(context, value, depth, type, name, tag, keys, inBuffer, inherited.size === 0);
  if (plans.whole !== undefined) return plans.whole;

  const { braces, items = none, isList = false } = plans;
  let base = plans.base ?? "";
  if (depth > context.depth && context.depth !== null) {
    const short = prefixOf(name, tag, type === "Array" ? "Array" : "Object").slice(0, -1);
    return context.stylize(name === null ? short : `[${short}]`, "special");
  }
  context.seen.push(value);
  context.deepest = depth + 1;
  let output;
  try {
    output = items(context, value, depth + 1);
    for (const key of plans.keys ?? keys) {
      output.push(formatProperty(context, value, depth + 1, key, isList ? "list" : "object"));
    }
    for (const [key, descriptor] of inherited) {
      const line = formatProperty(context, value, depth + 1, key, "object", descriptor);
      output.push(context.colors ? `\u001b[2m${line}\u001b[22m` : line);
    }
  } finally {
    context.seen.pop();
  }
  const number = context.circular?.get(value);
  if (number !== undefined) {
    const reference = context.stylize(`<ref *${number}>`, "special");
    if (context.compact !== true) base = base === "" ? reference : `${reference} ${base}`;
    else braces[0] = `${reference} ${braces[0]}`;
  }
  if (context.sorted) {
    const by = context.sorted === true ? undefined : context.sorted;
    if (!isList) output.sort(by);
    else if (plans.keys.length > 1) output.push(...output.splice(output.length - plans.keys.length).sort(by));
  }
  return arranged(context, output, base, braces, isList, depth + 1, isList ? value : undefined);
}

// With showHidden, what the prototypes of a script's own classes define: [[key, descriptor]…].
function prototypeProperties(context, value, depth) {
  const found = new Map();
  if (!context.showHidden || (depth > context.depth && context.depth !== null)) return found;
  let prototype = getPrototypeOf(value);
  for (let level = 0; prototype !== null && level < 3; level++, prototype = getPrototypeOf(prototype)) {
    const constructor = getOwnPropertyDescriptor(prototype, "constructor")?.value;
    if (typeof constructor === "function" && isBuiltinConstructor(constructor)) break;
    for (const key of Reflect.ownKeys(prototype)) {
      const descriptor = getOwnPropertyDescriptor(prototype, key);
      if (key === "constructor" || hasOwn(value, key) || found.has(key) || typeof descriptor.value === "function") continue;
      found.set(key, descriptor);
    }
  }
  return found;
}

// `kind`: "item" of an array (no name), "list" and "object" for properties of one.
function formatProperty(context, value, depth, key, kind, given) {
  const descriptor = given ?? getOwnPropertyDescriptor(value, key) ??
    { value: value[key], configurable: true, enumerable: true };
  let [shown, space] = ["", " "];
  if (descriptor.value !== undefined) {
    const by = context.compact !== true || kind !== "object" ? 2 : 3;
    shown = indented(context, () => formatValue(context, descriptor.value, depth), by);
    if (by === 3 && context.breakLength < text.width(shown, context.colors)) space = `\n${" ".repeat(context.indentation + by)}`;
  } else if (descriptor.get !== undefined) {
    shown = formatGetter(context, value, descriptor, depth);
  } else {
    shown = context.stylize(descriptor.set !== undefined ? "[Setter]" : "undefined", descriptor.set !== undefined ? "special" : "undefined");
  }
  if (kind === "item") return shown;
  return `${formatKey(context, key, descriptor)}:${space}${shown}`;
}

function formatKey(context, key, descriptor) {
  if (typeof key === "symbol") return `[${context.stylize(text.escapedSymbol(key), "symbol")}]`;
  if (key === "__proto__") return "['__proto__']";
  if (descriptor.enumerable === false) return `[${text.quoted(key).slice(1, -1)}]`;
  if (/^[a-zA-Z_][a-zA-Z_0-9]*$/.test(key)) return context.stylize(key, "name");
  return context.stylize(text.quoted(key), "string");
}

function formatGetter(context, value, descriptor, depth) {
  const label = descriptor.set !== undefined ? "Getter/Setter" : "Getter";
  const special = (shown) => context.stylize(shown, "special");
  const wanted = context.getters === true || (context.getters === "get" && descriptor.set === undefined) ||
    (context.getters === "set" && descriptor.set !== undefined);
  if (!wanted) return special(`[${label}]`);
  try {
    const got = Reflect.apply(descriptor.get, value, []);
    const shown = indented(context, () => (got === null ? formatPrimitive(context, got)
      : typeof got === "object" ? ` ${formatValue(context, got, depth)}` : formatPrimitive(context, got)));
    return typeof got === "object" && got !== null
      ? `${special(`[${label}]`)}${shown}` : `${special(`[${label}:`)} ${shown}${special("]")}`;
  } catch (error) {
    return special(`[${label}: <Inspection threw (${error?.message})>]`);
  }
}

function formatArray(context, value, depth) {
  const output = [];
  const most = Math.max(context.maxArrayLength, 0);
  const { length } = value;
  let index = 0;
  while (index < length && output.length < most) {
    if (hasOwn(value, index)) {
      output.push(formatProperty(context, value, depth, index, "item"));
      index++;
      continue;
    }
    const begin = index;
    index = nextIndex(value, index);
    const holes = index - begin;
    output.push(context.stylize(`<${holes} empty item${holes > 1 ? "s" : ""}>`, "undefined"));
  }
  if (index < length) output.push(more(length - index, "item"));
  return output;
}

// Of the next item after a hole; in arrays with vast holes not by looking at each place.
function nextIndex(value, from) {
  for (let index = from; index < Math.min(value.length, from + 1000); index++) if (hasOwn(value, index)) return index;
  if (value.length <= from + 1000) return value.length;
  let next = value.length;
  for (const key of Object.keys(value)) {
    if (!isIndex(key)) break;
    if (Number(key) >= from && Number(key) < next) next = Number(key);
  }
  return next;
}

function formatTypedArray(context, value, depth) {
  const shown = Math.min(Math.max(context.maxArrayLength, 0), value.length);
  const output = [];
  for (let index = 0; index < shown; index++) output.push(formatPrimitive(context, value[index]));
  if (value.length > shown) output.push(more(value.length - shown, "item"));
  if (context.showHidden) {
    indented(context, () => {
      for (const key of ["BYTES_PER_ELEMENT", "length", "byteLength", "byteOffset", "buffer"]) {
        output.push(`[${key}]: ${formatValue(context, value[key], depth, true)}`);
      }
    });
  }
  return output;
}

function formatArrayBuffer(context, value) {
  let bytes;
  try {
    bytes = new Uint8Array(value);
  } catch {
    return [context.stylize("(detached)", "special")];
  }
  const shown = bytes.subarray(0, Math.min(Math.max(context.maxArrayLength, 0), bytes.length));
  let contents = Array.from(shown, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
  if (bytes.length > shown.length) contents += ` ${more(bytes.length - shown.length, "byte")}`;
  return [`${context.stylize("[Uint8Contents]", "special")}: <${contents}>`];
}

function formatSet(context, value, depth) {
  return formatMembers(context, Set.prototype.values.call(value), (member) => formatValue(context, member, depth));
}

function formatMap(context, value, depth) {
  return formatMembers(context, Map.prototype.entries.call(value), ([key, member]) =>
    `${formatValue(context, key, depth)} => ${formatValue(context, member, depth)}`);
}

function formatMembers(context, members, format) {
  const output = [];
  const most = Math.max(context.maxArrayLength, 0);
  let left = 0;
  indented(context, () => {
    for (const member of members) {
      if (output.length < most) output.push(format(member));
      else left++;
    }
  });
  if (left > 0) output.push(more(left, "item"));
  return output;
}

function formatPromise(context, value, depth) {
  const [state, result] = native.promiseState(value);
  if (state === 0) return [context.stylize("<pending>", "special")];
  const shown = indented(context, () => formatValue(context, result, depth));
  return [state === 2 ? `${context.stylize("<rejected>", "special")} ${shown}` : shown];
}

Object.assign(inspect, { custom, colors: text.colors, styles: text.styles });
Object.defineProperty(inspect, "defaultOptions", {
  get() { return defaults; },
  set(options) {
    if (typeof options !== "object" || options === null) {
      throw Object.assign(new TypeError("util.inspect.defaultOptions must be an object"), { code: "ERR_INVALID_ARG_TYPE" });
    }
    for (const key of Object.keys(options)) if (hasOwn(defaults, key)) defaults[key] = options[key];
  },
});
module.exports = { inspect };
