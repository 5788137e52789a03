// node:buffer (Node.js documentation, "Buffer"). Encodings are native; see internal/buffer_methods and
// internal/buffer_numbers for the methods.
"use strict";
const { coded, hide, invalidArgType, outOfRange, unknownEncoding } = require("internal/errors");
const { encodingOf } = require("internal/encodings");

const kMaxLength = 2 ** 53 - 1;
const kStringMaxLength = 2 ** 29 - 24;

class FastBuffer extends Uint8Array {}
// A function: packages of old call it with and without `new`.
function Buffer(value, encodingOrOffset, length) {
  if (typeof value === "number") {
    if (typeof encodingOrOffset === "string") throw invalidArgType("string", "of type string", value);
    return Buffer.alloc(value);
  }
  return Buffer.from(value, encodingOrOffset, length);
}
Buffer.prototype = FastBuffer.prototype;
hide(Buffer.prototype, "constructor", Buffer);
Object.setPrototypeOf(Buffer, Uint8Array);
Object.defineProperty(Buffer, Symbol.species, { configurable: true, enumerable: false, get: () => FastBuffer });

const isAnyBuffer = (value) => value instanceof ArrayBuffer ||
  (typeof SharedArrayBuffer === "function" && value instanceof SharedArrayBuffer) ||
  ["[object ArrayBuffer]", "[object SharedArrayBuffer]"].includes(Object.prototype.toString.call(value));
const isBytes = (value) => value instanceof Uint8Array;

const needSize = (size) => {
  if (typeof size !== "number") throw invalidArgType("size", "of type number", size);
  if (!(size >= 0 && size <= kMaxLength)) throw outOfRange("size", `>= 0 && <= ${kMaxLength}`, size);
};
const needEncoding = (encoding) => {
  const known = typeof encoding === "string" ? encodingOf(encoding) : undefined;
  if (known === undefined) throw unknownEncoding(encoding);
  return known;
};

// Two bytes for each unit of the string.
const utf16 = (text) => {
  const bytes = new FastBuffer(text.length * 2);
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    bytes[2 * i] = unit & 255;
    bytes[2 * i + 1] = unit >> 8;
  }
  return bytes;
};
const fromText = (text, encoding) => {
  const known = encoding === undefined || encoding === "" || encoding === null || typeof encoding !== "string"
    ? "utf8" : needEncoding(encoding);
  if (text.length === 0) return new FastBuffer(0);
  return known === "utf16le" ? utf16(text) : new FastBuffer(native.bufferFrom(text, known));
};
const fromList = (list) => {
  const length = list.length > 0 ? Math.trunc(list.length) : 0;
  const bytes = new FastBuffer(length);
  if (ArrayBuffer.isView(list)) bytes.set(list);
  else for (let i = 0; i < length; i += 1) bytes[i] = list[i];
  return bytes;
};
const fromBuffer = (buffer, offset, length) => {
  const start = offset === undefined ? 0 : Number.isNaN(+offset) ? 0 : +offset;
  const room = buffer.byteLength - start;
  if (room < 0) throw coded(RangeError, "ERR_BUFFER_OUT_OF_BOUNDS", '"offset" is outside of buffer bounds');
  if (length === undefined) return new FastBuffer(buffer, start, room);
  const wanted = +length > 0 ? +length : 0;
  if (wanted > room) throw coded(RangeError, "ERR_BUFFER_OUT_OF_BOUNDS", '"length" is outside of buffer bounds');
  return new FastBuffer(buffer, start, wanted);
};
const fromObject = (value) => {
  if (value.length !== undefined || isAnyBuffer(value.buffer)) {
    return typeof value.length === "number" ? fromList(value) : new FastBuffer(0);
  }
  return value.type === "Buffer" && Array.isArray(value.data) ? fromList(value.data) : undefined;
};

// Functions and no methods where old packages say `new Buffer.alloc(0)`.
const statics = {
  from: function from(value, encodingOrOffset, length) {
    if (typeof value === "string") return fromText(value, encodingOrOffset);
    if (typeof value === "object" && value !== null) {
      if (isAnyBuffer(value)) return fromBuffer(value, encodingOrOffset, length);
      const primitive = value.valueOf?.();
      if (primitive != null && primitive !== value && (typeof primitive === "string" || typeof primitive === "object")) {
        return Buffer.from(primitive, encodingOrOffset, length);
      }
      const made = fromObject(value);
      if (made) return made;
      if (typeof value[Symbol.toPrimitive] === "function") {
        const text = value[Symbol.toPrimitive]("string");
        if (typeof text === "string") return fromText(text, encodingOrOffset);
      }
    }
    throw invalidArgType("first argument",
      "of type string or an instance of Buffer, ArrayBuffer, or Array or an Array-like Object", value);
  },
  of: function of(...items) { return fromList(items); },
  copyBytesFrom(view, offset = 0, length) {
    if (!ArrayBuffer.isView(view) || view instanceof DataView) throw invalidArgType("view", "an instance of TypedArray", view);
    if (!Number.isInteger(offset) || offset < 0) throw outOfRange("offset", ">= 0", offset);
    const part = view.slice(offset, length === undefined ? undefined : offset + length);
    return new FastBuffer(part.buffer, part.byteOffset, part.byteLength);
  },
  alloc: function alloc(size, fill, encoding) {
    needSize(size);
    const bytes = new FastBuffer(size);
    return fill !== undefined && fill !== 0 && size > 0 ? bytes.fill(fill, encoding) : bytes;
  },
  allocUnsafe: function allocUnsafe(size) { needSize(size); return new FastBuffer(size); },
  allocUnsafeSlow: function allocUnsafeSlow(size) { needSize(size); return new FastBuffer(size); },
  isBuffer(value) { return value instanceof Buffer; },
  isEncoding(encoding) {
    return typeof encoding === "string" && encoding.length !== 0 && encodingOf(encoding) !== undefined;
  },
  byteLength(value, encoding) {
    if (typeof value !== "string") {
      if (ArrayBuffer.isView(value) || isAnyBuffer(value)) return value.byteLength;
      throw invalidArgType("string", "of type string or an instance of Buffer or ArrayBuffer", value);
    }
    switch (encodingOf(encoding) ?? "utf8") {
      case "utf16le": return value.length * 2;
      case "hex": return value.length >>> 1;
      case "latin1": case "ascii": return value.length;
      case "base64": case "base64url": {
        const padding = value.endsWith("==") ? 2 : value.endsWith("=") ? 1 : 0;
        return Math.floor((value.length - padding) * 3 / 4);
      }
      default: return native.bufferLength(value);
    }
  },
  compare(left, right) {
    if (!isBytes(left)) throw invalidArgType("buf1", "an instance of Buffer or Uint8Array", left);
    if (!isBytes(right)) throw invalidArgType("buf2", "an instance of Buffer or Uint8Array", right);
    const length = Math.min(left.length, right.length);
    for (let i = 0; i < length; i += 1) {
      if (left[i] !== right[i]) return left[i] < right[i] ? -1 : 1;
    }
    return Math.sign(left.length - right.length);
  },
  concat: function concat(list, length) {
    if (!Array.isArray(list)) throw invalidArgType("list", "an instance of Array", list);
    list.forEach((item, index) => {
      if (!isBytes(item)) throw invalidArgType(`list[${index}]`, "an instance of Buffer or Uint8Array", item);
    });
    if (length === undefined) length = list.reduce((sum, item) => sum + item.length, 0);
    else if (typeof length !== "number") throw invalidArgType("length", "of type number", length);
    else if (!Number.isInteger(length) || length < 0) throw outOfRange("length", `>= 0 && <= ${kMaxLength}`, length);
    const bytes = new FastBuffer(length);
    let at = 0;
    for (const item of list) {
      if (at >= length) break;
      const part = item.length > length - at ? item.subarray(0, length - at) : item;
      bytes.set(part, at);
      at += part.length;
    }
    return bytes;
  },
};
for (const name of Object.keys(statics)) {
  Object.defineProperty(Buffer, name, { value: statics[name], writable: true, configurable: true, enumerable: true });
}
Buffer.poolSize = 8192;

exports.Buffer = Buffer;
exports.SlowBuffer = function SlowBuffer(size) { return Buffer.allocUnsafeSlow(size); };
exports.SlowBuffer.prototype = Buffer.prototype;
exports.kMaxLength = kMaxLength;
exports.kStringMaxLength = kStringMaxLength;
exports.constants = { MAX_LENGTH: kMaxLength, MAX_STRING_LENGTH: kStringMaxLength };
exports.INSPECT_MAX_BYTES = 50;
exports.isUtf8 = (input) => {
  const bytes = isAnyBuffer(input) ? new Uint8Array(input) : input;
  return Buffer.compare(Buffer.from(native.bufferText(bytes, "utf8")), bytes) === 0;
};
exports.isAscii = (input) => (isAnyBuffer(input) ? new Uint8Array(input) : input).every((byte) => byte < 128);
exports.transcode = (source, from, to) => {
  if (!isBytes(source)) throw invalidArgType("source", "an instance of Buffer or Uint8Array", source);
  const [known, wanted] = [encodingOf(from), encodingOf(to)];
  const possible = ["utf8", "utf16le", "latin1", "ascii"];
  if (!possible.includes(known) || !possible.includes(wanted)) {
    throw coded(Error, "U_ILLEGAL_ARGUMENT_ERROR", "Unable to transcode Buffer [U_ILLEGAL_ARGUMENT_ERROR]");
  }
  const text = Buffer.from(source).toString(known);
  const most = wanted === "latin1" ? 0xff : wanted === "ascii" ? 0x7f : 0x10ffff;
  return Buffer.from([...text].map((char) => (char.codePointAt(0) > most ? "?" : char)).join(""), wanted);
};
exports.resolveObjectURL = (id) => {
  const { contentOfUrl, makeBlob } = require("web/blob");
  const content = contentOfUrl(`${id}`);
  return content && makeBlob(content.bytes, content.type);
};
for (const name of ["Blob", "File", "atob", "btoa"]) {
  Object.defineProperty(exports, name, { configurable: true, enumerable: true, get: () => globalThis[name] });
}

const methods = {
  ...require("internal/buffer_methods")({ Buffer, FastBuffer, isBytes, fromText, needEncoding }),
  ...require("internal/buffer_numbers"),
};
for (const name of Reflect.ownKeys(methods)) {
  Object.defineProperty(Buffer.prototype, name, { value: methods[name], writable: true, configurable: true, enumerable: true });
}
Object.defineProperty(Buffer.prototype, "parent", {
  configurable: true, enumerable: true, get() { return this instanceof Buffer ? this.buffer : undefined; },
});
Object.defineProperty(Buffer.prototype, "offset", {
  configurable: true, enumerable: true, get() { return this instanceof Buffer ? this.byteOffset : undefined; },
});
