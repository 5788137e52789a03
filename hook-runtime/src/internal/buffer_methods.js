// Buffer's methods on text, parts and search (Node.js documentation, "Buffer").
"use strict";
const { coded, invalidArgType, invalidArgValue, outOfRange, unknownEncoding } = require("internal/errors");
const { encodingOf } = require("internal/encodings");

module.exports = ({ Buffer, FastBuffer, isBytes, fromText, needEncoding }) => {
  // A place as Node's methods take it: truncated, within the length.
  const clamp = (value, length, fallback) => {
    if (value === undefined) return fallback;
    const place = Math.trunc(+value) || 0;
    return place < 0 ? 0 : Math.min(place, length);
  };
  const fromUtf16 = (bytes) => {
    let text = "";
    for (let i = 0; i + 1 < bytes.length; i += 2048) {
      const units = [];
      for (let j = i; j < Math.min(i + 2048, bytes.length - 1); j += 2) units.push(bytes[j] | bytes[j + 1] << 8);
      text += String.fromCharCode(...units);
    }
    return text;
  };
  const text = (bytes, encoding) => {
    if (bytes.length === 0) return "";
    return encoding === "utf16le" ? fromUtf16(bytes) : native.bufferText(bytes, encoding);
  };
  const put = (buffer, string, offset, length, encoding) => {
    if (typeof string !== "string") throw invalidArgType("argument", "of type string", string);
    let bytes = fromText(string, encoding);
    const room = Math.min(length ?? Infinity, buffer.length - offset);
    if (bytes.length > room) {
      let end = room;
      // No part of a character.
      if (encoding === "utf8") while (end > 0 && (bytes[end] & 0xc0) === 0x80) end -= 1;
      if (encoding === "utf16le") end -= end % 2;
      bytes = bytes.subarray(0, end);
    }
    buffer.set(bytes, offset);
    return bytes.length;
  };

  // Where `value` is in `buffer`; `last`: backwards.
  const search = (buffer, value, place, encoding, last) => {
    if (typeof place === "string") [encoding, place] = [place, undefined];
    let start = +place;
    if (Number.isNaN(start)) start = last ? buffer.length : 0;
    start = Math.trunc(start);
    if (start < 0) start += buffer.length;
    if (typeof value === "number") {
      const byte = value & 255;
      if (last) return start < 0 ? -1 : Uint8Array.prototype.lastIndexOf.call(buffer, byte, start);
      return Uint8Array.prototype.indexOf.call(buffer, byte, Math.max(start, 0));
    }
    let wanted = value;
    let step = 1;
    if (typeof value === "string") {
      const known = encodingOf(encoding);
      if (known === undefined) throw unknownEncoding(encoding);
      wanted = fromText(value, known);
      if (known === "utf16le") step = 2;
    } else if (!isBytes(value)) {
      throw invalidArgType("value", "one of type number or string or an instance of Buffer or Uint8Array", value);
    }
    const end = buffer.length - wanted.length;
    if (last) {
      if (start < 0) return -1;
      start = Math.min(start, end);
    } else {
      start = Math.max(start, 0);
      if (wanted.length === 0) return Math.min(start, buffer.length);
    }
    for (let at = start; last ? at >= 0 : at <= end; at += last ? -1 : 1) {
      if (step === 2 && at % 2) continue;
      let i = 0;
      while (i < wanted.length && buffer[at + i] === wanted[i]) i += 1;
      if (i === wanted.length) return at;
    }
    return -1;
  };
  const swap = (buffer, size) => {
    if (buffer.length % size !== 0) {
      throw coded(RangeError, "ERR_INVALID_BUFFER_SIZE", `Buffer size must be a multiple of ${size * 8}-bits`);
    }
    for (let i = 0; i < buffer.length; i += size) Uint8Array.prototype.reverse.call(buffer.subarray(i, i + size));
    return buffer;
  };

  const methods = {
    toString(encoding, start, end) {
      const from = clamp(start, this.length, 0);
      const to = clamp(end, this.length, this.length);
      if (to <= from) return "";
      return text(from === 0 && to === this.length ? this : this.subarray(from, to),
        encoding === undefined ? "utf8" : needEncoding(`${encoding}`));
    },
    toJSON() { return { type: "Buffer", data: Array.from(this) }; },
    equals(other) {
      if (!isBytes(other)) throw invalidArgType("otherBuffer", "an instance of Buffer or Uint8Array", other);
      return this === other || (this.length === other.length && Buffer.compare(this, other) === 0);
    },
    compare(target, targetStart = 0, targetEnd = target?.length, sourceStart = 0, sourceEnd = this.length) {
      if (!isBytes(target)) throw invalidArgType("target", "an instance of Buffer or Uint8Array", target);
      for (const [name, value, most] of [["targetStart", targetStart, Infinity], ["targetEnd", targetEnd, target.length],
        ["sourceStart", sourceStart, Infinity], ["sourceEnd", sourceEnd, this.length]]) {
        if (typeof value !== "number") throw invalidArgType(name, "of type number", value);
        if (!Number.isInteger(value)) throw outOfRange(name, "an integer", value);
        if (value < 0 || value > most) throw outOfRange(name, `>= 0 && <= ${most === Infinity ? Number.MAX_SAFE_INTEGER : most}`, value);
      }
      if (sourceStart >= sourceEnd) return targetStart >= targetEnd ? 0 : -1;
      if (targetStart >= targetEnd) return 1;
      return Buffer.compare(this.subarray(sourceStart, sourceEnd), target.subarray(targetStart, targetEnd));
    },
    copy(target, targetStart = 0, sourceStart = 0, sourceEnd = this.length) {
      if (!isBytes(target)) throw invalidArgType("target", "an instance of Buffer or Uint8Array", target);
      const integer = (value) => Math.trunc(+value) || 0;
      const [to, from, end] = [integer(targetStart), integer(sourceStart), integer(sourceEnd)];
      if (to < 0) throw outOfRange("targetStart", ">= 0", to);
      if (from < 0 || from > this.length) throw outOfRange("sourceStart", `>= 0 && <= ${this.length}`, from);
      if (end < 0) throw outOfRange("sourceEnd", ">= 0", end);
      if (to >= target.length || from >= end) return 0;
      const part = this.subarray(from, Math.min(end, from + target.length - to));
      target.set(part, to);
      return part.length;
    },
    slice(start, end) { return this.subarray(start, end); },
    subarray(start, end) {
      const place = (value, fallback) => {
        if (value === undefined) return fallback;
        const whole = Math.trunc(+value) || 0;
        return whole < 0 ? Math.max(whole + this.length, 0) : Math.min(whole, this.length);
      };
      const from = place(start, 0);
      return new FastBuffer(this.buffer, this.byteOffset + from, Math.max(place(end, this.length) - from, 0));
    },
    write(string, offset, length, encoding) {
      if (typeof offset === "string") [encoding, offset, length] = [offset, undefined, undefined];
      else if (typeof length === "string") [encoding, length] = [length, undefined];
      if (typeof string !== "string") throw invalidArgType("argument", "of type string", string);
      if (offset !== undefined) {
        if (typeof offset !== "number") throw invalidArgType("offset", "of type number", offset);
        if (!Number.isInteger(offset) || offset < 0 || offset > this.length) {
          throw outOfRange("offset", `>= 0 && <= ${this.length}`, offset);
        }
      }
      if (length !== undefined) {
        if (typeof length !== "number") throw invalidArgType("length", "of type number", length);
        if (!Number.isInteger(length) || length < 0 || length > this.length) {
          throw outOfRange("length", `>= 0 && <= ${this.length}`, length);
        }
      }
      return put(this, string, offset ?? 0, length, encoding ? needEncoding(encoding) : "utf8");
    },
    fill(value, offset, end, encoding) {
      if (typeof offset === "string") [encoding, offset, end] = [offset, undefined, undefined];
      else if (typeof end === "string") [encoding, end] = [end, undefined];
      for (const [name, place] of [["offset", offset], ["end", end]]) {
        if (place === undefined) continue;
        if (typeof place !== "number") throw invalidArgType(name, "of type number", place);
        if (!Number.isInteger(place) || place < 0 || place > this.length) {
          throw outOfRange(name, `>= 0 && <= ${this.length}`, place);
        }
      }
      const [from, to] = [offset ?? 0, end ?? this.length];
      if (from >= to) return this;
      if (typeof value === "string" && encoding !== undefined && typeof encoding !== "string") {
        throw invalidArgType("encoding", "of type string", encoding);
      }
      let pattern = value;
      if (typeof value === "string") {
        const known = encoding === undefined ? "utf8" : needEncoding(encoding);
        pattern = value.length === 0 ? 0 : fromText(value, known);
        if (pattern.length === 0) throw invalidArgValue("value", value);
      }
      if (isBytes(pattern)) {
        if (pattern.length === 0) throw invalidArgValue("value", value);
        for (let i = from; i < to; i += 1) this[i] = pattern[(i - from) % pattern.length];
        return this;
      }
      Uint8Array.prototype.fill.call(this, typeof pattern === "boolean" ? +pattern : pattern & 255, from, to);
      return this;
    },
    indexOf(value, byteOffset, encoding) { return search(this, value, byteOffset, encoding, false); },
    lastIndexOf(value, byteOffset, encoding) { return search(this, value, byteOffset, encoding, true); },
    includes(value, byteOffset, encoding) { return search(this, value, byteOffset, encoding, false) !== -1; },
    swap16() { return swap(this, 2); },
    swap32() { return swap(this, 4); },
    swap64() { return swap(this, 8); },
    [Symbol.for("nodejs.util.inspect.custom")](_depth, options) {
      const most = require("node/buffer").INSPECT_MAX_BYTES;
      const bytes = Array.from(this.subarray(0, most), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
      const more = this.length - most;
      const rest = more > 0 ? ` ... ${more} more byte${more > 1 ? "s" : ""}` : "";
      const extras = Object.keys(this).filter((key) => !/^\d+$/.test(key));
      const shown = extras.map((key) => `, ${key}: ${require("internal/inspect").inspect(this[key], options)}`).join("");
      return `<Buffer${bytes ? ` ${bytes}` : ""}${rest}${shown}>`;
    },
  };
  methods.inspect = methods[Symbol.for("nodejs.util.inspect.custom")];
  methods.toLocaleString = methods.toString;
  // What faster packages call.
  for (const [name, encoding] of [["utf8", "utf8"], ["latin1", "latin1"], ["ascii", "ascii"], ["hex", "hex"],
    ["base64", "base64"], ["base64url", "base64url"], ["ucs2", "utf16le"]]) {
    methods[`${name}Slice`] = function (start, end) { return text(this.subarray(start ?? 0, end ?? this.length), encoding); };
    methods[`${name}Write`] = function (string, offset, length) { return put(this, string, offset ?? 0, length, encoding); };
  }
  return methods;
};
