// node:querystring (Node.js documentation, "Query string").
"use strict";
const { coded } = require("internal/errors");

const escape = (text) => {
  const string = typeof text === "string" ? text : typeof text === "object" ? String(text) : `${text}`;
  try { return encodeURIComponent(string); } catch {
    throw coded(URIError, "ERR_INVALID_URI", "URI malformed");
  }
};
const unescapeBuffer = (text, plusIsSpace) => {
  const bytes = require("node/buffer").Buffer.from(text);
  const made = [];
  for (let i = 0; i < bytes.length; i += 1) {
    const pair = bytes[i] === 37 ? bytes.toString("latin1", i + 1, i + 3) : "";
    if (/^[\da-f]{2}$/i.test(pair)) { made.push(parseInt(pair, 16)); i += 2; }
    else made.push(plusIsSpace && bytes[i] === 43 ? 32 : bytes[i]);
  }
  return require("node/buffer").Buffer.from(made);
};
const unescape = (text, plusIsSpace) => {
  try { return decodeURIComponent(text); } catch { return unescapeBuffer(text, plusIsSpace).toString(); }
};

const primitive = (value) => {
  switch (typeof value) {
    case "string": return value;
    case "number": return Number.isFinite(value) ? `${value}` : "";
    case "bigint": return `${value}`;
    case "boolean": return value ? "true" : "false";
    default: return "";
  }
};
function stringify(object, separator, equals, options) {
  const encode = typeof options?.encodeURIComponent === "function" ? options.encodeURIComponent : exports.escape;
  if (object === null || typeof object !== "object") return "";
  return Object.keys(object).map((key) => {
    const name = encode(key) + (equals || "=");
    const value = object[key];
    if (Array.isArray(value)) return value.map((item) => name + encode(primitive(item))).join(separator || "&");
    return name + encode(primitive(value));
  }).filter((part) => part !== "").join(separator || "&");
}
function parse(text, separator, equals, options) {
  const result = { __proto__: null };
  if (typeof text !== "string" || text.length === 0) return result;
  const [between, sign] = [separator ? `${separator}` : "&", equals ? `${equals}` : "="];
  const most = typeof options?.maxKeys === "number" ? options.maxKeys : 1000;
  const decode = typeof options?.decodeURIComponent === "function" ? options.decodeURIComponent : exports.unescape;
  const decoded = (part) => {
    const spaced = part.replaceAll("+", decode === unescape ? " " : "%20");
    try { return decode(spaced); } catch { return unescape(spaced, true); }
  };
  let pairs = text.split(between);
  if (most > 0) pairs = pairs.slice(0, most);
  for (const pair of pairs) {
    if (pair === "") continue;
    const at = pair.indexOf(sign);
    const name = decoded(at < 0 ? pair : pair.slice(0, at));
    const value = at < 0 ? "" : decoded(pair.slice(at + sign.length));
    if (!(name in result)) result[name] = value;
    else if (Array.isArray(result[name])) result[name].push(value);
    else result[name] = [result[name], value];
  }
  return result;
}
Object.assign(exports, { unescapeBuffer, unescape, escape, stringify, encode: stringify, parse, decode: parse });
