// node:util (Node.js documentation, "Util"). inspect and format are in internal/inspect.
"use strict";
const { coded, hide, invalidArgType, outOfRange, needFunction } = require("internal/errors");

const custom = Symbol.for("nodejs.util.promisify.custom");
const passed = Symbol("customPromisifyArgs");

function promisify(original) {
  needFunction(original, "original");
  const own = original[custom];
  if (own) {
    needFunction(own, "util.promisify.custom");
    return Object.defineProperty(own, custom, { value: own, enumerable: false, writable: false, configurable: true });
  }
  // Timers resolve with their value.
  if (original === globalThis.setTimeout) return require("node/timers/promises").setTimeout;
  if (original === globalThis.setImmediate) return require("node/timers/promises").setImmediate;
  const names = original[passed];
  function promised(...values) {
    return new Promise((resolve, reject) => {
      original.call(this, ...values, (error, ...results) => {
        if (error) reject(error);
        else if (names !== undefined && results.length > 1) {
          resolve(Object.fromEntries(names.map((name, i) => [name, results[i]])));
        } else resolve(results[0]);
      });
    });
  }
  Object.setPrototypeOf(promised, Object.getPrototypeOf(original));
  Object.defineProperty(promised, custom, { value: promised, enumerable: false, writable: false, configurable: true });
  return Object.defineProperties(promised, Object.getOwnPropertyDescriptors(original));
}
promisify.custom = custom;

function callbackify(original) {
  needFunction(original, "original");
  const { nextTick } = require("node/process");
  function callbackified(...values) {
    const done = values.pop();
    needFunction(done, "last argument");
    original.apply(this, values).then(
      (value) => nextTick(done.bind(this), null, value),
      (reason) => nextTick(done.bind(this), reason || coded(Error, "ERR_FALSY_VALUE_REJECTION",
        "Promise was rejected with falsy value", { reason })),
    );
  }
  const descriptors = Object.getOwnPropertyDescriptors(original);
  if (typeof descriptors.length?.value === "number") descriptors.length.value += 1;
  if (typeof descriptors.name?.value === "string") descriptors.name.value += "Callbackified";
  return Object.defineProperties(callbackified, descriptors);
}

function inherits(constructor, superConstructor) {
  needFunction(constructor, "ctor");
  needFunction(superConstructor, "superCtor");
  if (superConstructor.prototype === undefined) {
    throw invalidArgType("superCtor.prototype", "of type object", superConstructor.prototype);
  }
  hide(constructor, "super_", superConstructor);
  Object.setPrototypeOf(constructor.prototype, superConstructor.prototype);
}

const warned = new Set();
function deprecate(original, message, code) {
  needFunction(original, "fn");
  let told = false;
  function deprecated(...values) {
    if (!told) {
      told = true;
      if (code === undefined || !warned.has(code)) {
        if (code !== undefined) warned.add(code);
        require("node/process").emitWarning(message, "DeprecationWarning", code);
      }
    }
    return new.target ? Reflect.construct(original, values, new.target) : Reflect.apply(original, this, values);
  }
  Object.setPrototypeOf(deprecated, original);
  if (original.prototype) deprecated.prototype = original.prototype;
  return deprecated;
}

// NODE_DEBUG=one,two* lets sections print to the console.
function debuglog(section, ready) {
  const name = String(section).toUpperCase();
  let enabled;
  const isEnabled = () => {
    enabled ??= (native.variables.NODE_DEBUG ?? "").split(",").some((pattern) => pattern !== "" &&
      new RegExp(`^${pattern.trim().replace(/[|\\{}()[\]^$+?.]/g, "\\$&").replace(/\*/g, ".*")}$`, "i").test(name));
    return enabled;
  };
  const log = (...values) => {
    if (isEnabled()) native.print(3, `${name} 1: ${require("internal/inspect").format(...values)}`);
    ready?.(log);
    ready = undefined;
  };
  Object.defineProperty(log, "enabled", { configurable: true, enumerable: true, get: isEnabled });
  return log;
}

// The styles that util.inspect.colors names, as escapes; `validateStream` has nothing to look at here.
function styleText(format, text) {
  const { colors } = require("internal/inspect").inspect;
  if (typeof text !== "string") throw invalidArgType("text", "of type string", text);
  const codes = [format].flat().map((name) => {
    const pair = colors[name];
    if (!pair) throw require("internal/errors").invalidArgValue("format", name, `must be one of: ${Object.keys(colors).map((it) => `'${it}'`).join(", ")}`);
    return pair;
  });
  return `${codes.map(([start]) => `\u001b[${start}m`).join("")}${text}${codes.reverse().map(([, end]) => `\u001b[${end}m`).join("")}`;
}

// Escape sequences of terminals (ECMA-48).
const ESCAPES = /[\u001B\u009B][[\]()#;?]*(?:(?:(?:(?:;[-a-zA-Z\d/#&.:=?%@~_]+)*|[a-zA-Z\d]+(?:;[-a-zA-Z\d/#&.:=?%@~_]*)*)?(?:\u0007|\u001B\u005C|\u009C))|(?:(?:\d{1,4}(?:;\d{0,4})*)?[\dA-PR-TZcf-ntqry=><~]))/g;
function stripVTControlCharacters(text) {
  if (typeof text !== "string") throw invalidArgType("str", "of type string", text);
  return text.replace(ESCAPES, "");
}

const ERRNO = { 1: "EPERM", 2: "ENOENT", 4: "EINTR", 12: "ENOMEM", 13: "EACCES", 22: "EINVAL", 32: "EPIPE", 98: "EADDRINUSE",
  101: "ENETUNREACH", 104: "ECONNRESET", 110: "ETIMEDOUT", 111: "ECONNREFUSED", 113: "EHOSTUNREACH", 3008: "ENOTFOUND", 3001: "EAI_AGAIN" };

const isPrimitive = (value) => value === null || (typeof value !== "object" && typeof value !== "function");
Object.assign(exports, {
  promisify, callbackify, inherits, deprecate, debuglog, debug: debuglog, styleText, stripVTControlCharacters,
  isDeepStrictEqual: (left, right) => require("internal/equal").isDeepStrictEqual(left, right),
  toUSVString: (text) => `${text}`.toWellFormed(),
  getSystemErrorName(number) {
    if (typeof number !== "number") throw invalidArgType("err", "of type number", number);
    if (!(Number.isInteger(number) && number < 0)) throw outOfRange("err", "a negative integer", number);
    return ERRNO[-number] ?? `Unknown system error ${number}`;
  },
  getSystemErrorMap: () => new Map(Object.entries(ERRNO).map(([number, name]) => [-number, [name, name]])),
  _errnoException(number, call, original) {
    const code = exports.getSystemErrorName(number);
    return Object.assign(new Error(`${call} ${code}${original ? ` ${original}` : ""}`), { errno: number, code, syscall: call });
  },
  _extend(target, source) { return source !== null && typeof source === "object" ? Object.assign(target, source) : target; },
  aborted(signal, resource) {
    if (signal === undefined || signal === null || !("aborted" in signal)) {
      return Promise.reject(invalidArgType("signal", "an instance of AbortSignal", signal));
    }
    if (resource === null || typeof resource !== "object") return Promise.reject(invalidArgType("resource", "of type object", resource));
    return signal.aborted ? Promise.resolve()
      : new Promise((resolve) => { signal.addEventListener("abort", () => resolve(), { once: true }); });
  },
  transferableAbortController: () => new AbortController(),
  transferableAbortSignal: (signal) => signal,
  parseArgs: (config) => require("internal/parse_args")(config),
  isArray: Array.isArray,
  isBoolean: (value) => typeof value === "boolean",
  isBuffer: (value) => require("node/buffer").Buffer.isBuffer(value),
  isDate: (value) => require("node/util/types").isDate(value),
  isError: (value) => value instanceof Error,
  isFunction: (value) => typeof value === "function",
  isNull: (value) => value === null,
  isNullOrUndefined: (value) => value === null || value === undefined,
  isNumber: (value) => typeof value === "number",
  isObject: (value) => value !== null && typeof value === "object",
  isPrimitive,
  isRegExp: (value) => require("node/util/types").isRegExp(value),
  isString: (value) => typeof value === "string",
  isSymbol: (value) => typeof value === "symbol",
  isUndefined: (value) => value === undefined,
  log(...values) { native.print(1, `${new Date().toTimeString().slice(0, 8)} - ${require("internal/inspect").format(...values)}`); },
});
const lazy = (name, get) => Object.defineProperty(exports, name, {
  configurable: true, enumerable: true, get,
  set(value) { Object.defineProperty(exports, name, { value, writable: true, configurable: true, enumerable: true }); },
});
for (const name of ["inspect", "format", "formatWithOptions"]) lazy(name, () => require("internal/inspect")[name]);
for (const name of ["TextEncoder", "TextDecoder"]) lazy(name, () => globalThis[name]);
lazy("types", () => require("node/util/types"));
