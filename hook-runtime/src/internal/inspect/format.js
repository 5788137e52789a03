// `util.format` (Node's util), which is also the Formatter of the Console Standard, section 2.2.
"use strict";
const { classOf } = require("web/class_of");
const { isBuiltinConstructor } = require("internal/inspect/names");
const text = require("internal/inspect/text");
const { inspect } = require("internal/inspect/values");

const { getOwnPropertyDescriptor, getPrototypeOf, hasOwn } = Object;

// Whether String(value) says nothing of interest: its toString is the language's own.
const hasOwnText = (value) => {
  if (classOf(value) === "Proxy") return false;
  if (hasOwn(value, Symbol.toPrimitive) || typeof value[Symbol.toPrimitive] === "function") return classOf(value) !== "Date";
  if (typeof value.toString !== "function") return false;
  let holder = value;
  while (holder !== null && !hasOwn(holder, "toString")) holder = getPrototypeOf(holder);
  if (holder === value) return true;
  const constructor = getOwnPropertyDescriptor(holder, "constructor")?.value;
  return typeof constructor !== "function" || !isBuiltinConstructor(constructor);
};

const asString = (options, value) => {
  if (typeof value === "number") return text.number(value, false);
  if (typeof value === "bigint") return text.bigint(value, false);
  if (typeof value !== "object" || value === null || hasOwnText(value)) return String(value);
  return inspect(value, { ...options, depth: 0, colors: false, compact: 3 });
};
const asJson = (value) => {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (/circular/i.test(`${error?.message}`)) return "[Circular]";
    throw error;
  }
};
const asNumber = (value, read) => {
  if (typeof value === "symbol") return "NaN";
  return text.number(read(value), false);
};

const specifiers = {
  s: asString,
  j: (_, value) => asJson(value),
  d: (_, value) => (typeof value === "bigint" ? text.bigint(value, false)
    : asNumber(value, (it) => (typeof it === "object" && it !== null ? NaN : Number(it)))),
  i: (_, value) => (typeof value === "bigint" ? text.bigint(value, false)
    : asNumber(value, (it) => (typeof it === "object" && it !== null ? NaN : parseInt(it)))),
  f: (_, value) => asNumber(value, parseFloat),
  o: (options, value) => inspect(value, { ...options, showHidden: true, showProxy: true, depth: 4 }),
  O: (options, value) => inspect(value, options),
  c: () => "",
};

exports.formatWithOptions = (options, ...values) => {
  let begin = 0;
  let out = "";
  if (typeof values[0] === "string") {
    if (values.length === 1) return values[0];
    begin = 1;
    out = values[0].replace(/%([sjdifoOc%])/g, (whole, kind) => {
      if (kind === "%") return "%";
      if (begin === values.length) return whole;
      return `${specifiers[kind](options, values[begin++])}`;
    });
  }
  const rest = values.slice(begin).map((value) => (typeof value === "string" ? value : inspect(value, options)));
  return typeof values[0] === "string" ? [out, ...rest].join(" ") : rest.join(" ");
};
exports.format = (...values) => exports.formatWithOptions(undefined, ...values);
