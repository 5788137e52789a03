// Errors with codes, as Node's modules throw them (Node.js documentation, "Errors").
"use strict";
const hide = (error, name, value) =>
  Object.defineProperty(error, name, { value, writable: true, configurable: true, enumerable: false });

// An error of that class whose `code` packages look at.
const coded = (Class, code, message, rest) => {
  const error = new Class(message);
  error.code = code;
  hide(error, "toString", function toString() { return `${this.name} [${code}]: ${this.message}`; });
  if (rest) Object.assign(error, rest);
  if (Error.captureStackTrace) Error.captureStackTrace(error, coded);
  return error;
};

const described = (value) => {
  if (value === null || value === undefined) return ` Received ${value}`;
  if (typeof value === "function") return ` Received function ${value.name}`;
  if (typeof value === "object") {
    const name = value.constructor?.name;
    return name ? ` Received an instance of ${name}` : ` Received ${require("internal/inspect").inspect(value, { depth: -1 })}`;
  }
  let text = typeof value === "string" ? `'${value}'` : String(value);
  if (text.length > 28) text = `${text.slice(0, 25)}...${typeof value === "string" ? "'" : ""}`;
  if (typeof value === "bigint") text += "n";
  return ` Received type ${typeof value} (${text})`;
};

// `expected`: "of type string", "an instance of Buffer".
const invalidArgType = (name, expected, value) => {
  const kind = name.includes(".") ? "property" : "argument";
  const what = name.endsWith("argument") ? `The ${name}` : `The "${name}" ${kind}`;
  return coded(TypeError, "ERR_INVALID_ARG_TYPE", `${what} must be ${expected}.${described(value)}`);
};
const shown = (value) => require("internal/inspect").inspect(value);
const invalidArgValue = (name, value, reason = "is invalid") => {
  const kind = name.includes(".") ? "property" : "argument";
  return coded(TypeError, "ERR_INVALID_ARG_VALUE", `The ${kind} '${name}' ${reason}. Received ${shown(value)}`);
};
// 4294967296 as 4_294_967_296.
const grouped = (value) => {
  const text = String(value);
  const suffix = typeof value === "bigint" ? "n" : "";
  const large = typeof value === "bigint" ? value > 2n ** 32n || value < -(2n ** 32n)
    : Number.isInteger(value) && Math.abs(value) > 2 ** 32;
  return (large ? text.replace(/\B(?=(\d{3})+$)/g, "_") : text) + suffix;
};
const outOfRange = (name, range, value) => coded(RangeError, "ERR_OUT_OF_RANGE",
  `The value of "${name}" is out of range. It must be ${range}. Received ${
    typeof value === "number" || typeof value === "bigint" ? grouped(value) : shown(value)}`);
const unknownEncoding = (encoding) =>
  coded(TypeError, "ERR_UNKNOWN_ENCODING", `Unknown encoding: ${encoding}`);

const needFunction = (value, name) => {
  if (typeof value !== "function") throw invalidArgType(name, "of type function", value);
};
const needString = (value, name) => {
  if (typeof value !== "string") throw invalidArgType(name, "of type string", value);
};
const needObject = (value, name) => {
  if (value === null || typeof value !== "object") throw invalidArgType(name, "of type object", value);
};
const needInteger = (value, name, least = Number.MIN_SAFE_INTEGER, most = Number.MAX_SAFE_INTEGER) => {
  if (typeof value !== "number") throw invalidArgType(name, "of type number", value);
  if (!Number.isInteger(value)) throw outOfRange(name, "an integer", value);
  if (value < least || value > most) throw outOfRange(name, `>= ${least} && <= ${most}`, value);
};

// What an aborted operation ends with.
const aborted = (signal) => {
  const error = coded(Error, "ABORT_ERR", "The operation was aborted");
  hide(error, "name", "AbortError");
  if (signal?.reason !== undefined) hide(error, "cause", signal.reason);
  return error;
};

module.exports = {
  coded, hide, invalidArgType, invalidArgValue, outOfRange, unknownEncoding, aborted,
  needFunction, needString, needObject, needInteger,
};
