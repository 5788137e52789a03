// node:string_decoder (Node.js documentation, "String decoder"): text from bytes that come in pieces.
"use strict";
const { Buffer } = require("node/buffer");
const { encodingOf } = require("internal/encodings");
const { unknownEncoding, invalidArgType } = require("internal/errors");

// How many bytes at the end of `bytes` wait for what follows.
const incomplete = {
  utf8(bytes) {
    for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
      const byte = bytes[bytes.length - back];
      if (byte < 0x80) return 0;
      if (byte >= 0xc0) {
        const size = byte >= 0xf0 && byte < 0xf8 ? 4 : byte >= 0xe0 && byte < 0xf0 ? 3 : byte < 0xe0 ? 2 : 1;
        return back < size ? back : 0;
      }
    }
    return 0;
  },
  utf16le(bytes) {
    const odd = bytes.length % 2;
    const high = bytes[bytes.length - odd - 1];
    return bytes.length - odd >= 2 && high >= 0xd8 && high <= 0xdb ? odd + 2 : odd;
  },
  base64: (bytes) => bytes.length % 3,
  base64url: (bytes) => bytes.length % 3,
};
function StringDecoder(encoding) {
  this.encoding = encoding === undefined || encoding === null ? "utf8" : encodingOf(encoding);
  if (this.encoding === undefined) throw unknownEncoding(encoding);
  this.rest = Buffer.alloc(0);
}
StringDecoder.prototype.write = function write(input) {
  if (typeof input === "string") return input;
  if (!ArrayBuffer.isView(input)) {
    throw invalidArgType("buf", "an instance of Buffer, TypedArray, or DataView", input);
  }
  let bytes = Buffer.from(input.buffer, input.byteOffset, input.byteLength);
  if (this.rest.length) bytes = Buffer.concat([this.rest, bytes]);
  const wait = incomplete[this.encoding]?.(bytes) ?? 0;
  this.rest = Buffer.from(bytes.subarray(bytes.length - wait));
  return bytes.toString(this.encoding, 0, bytes.length - wait);
};
StringDecoder.prototype.end = function end(input) {
  const text = input === undefined ? "" : this.write(input);
  const { rest } = this;
  this.rest = Buffer.alloc(0);
  return text + rest.toString(this.encoding);
};
StringDecoder.prototype.text = function text(bytes, offset) {
  this.rest = Buffer.alloc(0);
  return this.write(bytes.subarray(offset));
};
for (const [name, get] of Object.entries({
  lastChar() { return this.rest; },
  lastNeed() {
    if (this.rest.length === 0) return 0;
    if (this.encoding !== "utf8") return (this.encoding === "utf16le" ? 2 : 3) - this.rest.length % (this.encoding === "utf16le" ? 2 : 3);
    const first = this.rest[0];
    return (first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2) - this.rest.length;
  },
  lastTotal() { return this.rest.length ? this.rest.length + this.lastNeed : 0; },
})) Object.defineProperty(StringDecoder.prototype, name, { configurable: true, enumerable: true, get });

exports.StringDecoder = StringDecoder;
