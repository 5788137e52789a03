// node:crypto's randomness: all of it is the host's.
"use strict";
const { coded, invalidArgType, needFunction, needInteger, outOfRange } = require("internal/errors");
const { bytesOf } = require("web/idl");
const { Buffer, later } = require("internal/crypto/values");

const AT_ONCE = 65536;
const MOST = 2 ** 31 - 1;
const fill = (bytes) => {
  for (let at = 0; at < bytes.length; at += AT_ONCE) {
    bytes.set(new Uint8Array(native.randomBytes(Math.min(AT_ONCE, bytes.length - at))), at);
  }
  return bytes;
};

const randomBytes = (size, callback) => {
  if (typeof size !== "number") throw invalidArgType("size", "of type number", size);
  if (!(size >= 0 && size <= MOST)) throw outOfRange("size", `>= 0 && <= ${MOST}`, size);
  const made = () => fill(Buffer.alloc(Math.trunc(size)));
  return callback === undefined ? made() : later(callback, made);
};
const part = (buffer, offset = 0, size) => {
  const bytes = bytesOf(buffer);
  if (!bytes) throw invalidArgType("buf", "an instance of ArrayBuffer or ArrayBufferView", buffer);
  const unit = buffer.BYTES_PER_ELEMENT ?? 1;
  needInteger(offset, "offset", 0, bytes.length / unit);
  const length = size ?? bytes.length / unit - offset;
  needInteger(length, "size", 0, MOST);
  if (offset + length > bytes.length / unit) throw outOfRange("size + offset", `<= ${bytes.length / unit}`, offset + length);
  return bytes.subarray(offset * unit, (offset + length) * unit);
};

const randomNumber = (least, most) => {
  const span = most - least;
  // The largest multiple of the span: beyond it the first numbers would come more often.
  const limit = 2 ** 48 - (2 ** 48 % span);
  for (;;) {
    const number = fill(new Uint8Array(6)).reduce((all, byte) => all * 256 + byte, 0);
    if (number < limit) return least + (number % span);
  }
};

module.exports = {
  randomBytes,
  randomFillSync(buffer, offset, size) {
    fill(part(buffer, offset, size));
    return buffer;
  },
  randomFill(buffer, ...rest) {
    const callback = rest.pop();
    needFunction(callback, "callback");
    const bytes = part(buffer, ...rest);
    later(callback, () => {
      fill(bytes);
      return buffer;
    });
  },
  randomInt(min, max, callback) {
    const alone = max === undefined || typeof max === "function";
    const [least, most, done] = alone ? [0, min, max] : [min, max, callback];
    for (const [value, name] of [[least, "min"], [most, "max"]]) {
      if (!Number.isSafeInteger(value)) throw invalidArgType(name, "a safe integer", value);
    }
    if (most <= least) throw outOfRange("max", `greater than the value of "min" (${least})`, most);
    if (most - least > 2 ** 48 - 1) throw outOfRange(alone ? "max" : "max - min", `<= ${2 ** 48 - 1}`, most - least);
    if (done === undefined) return randomNumber(least, most);
    return later(done, () => randomNumber(least, most));
  },
  randomUUID: () => require("web/crypto").crypto.randomUUID(),
  timingSafeEqual(left, right) {
    const [a, b] = [[left, "buf1"], [right, "buf2"]].map(([value, name]) => bytesOf(value) ??
      (() => { throw invalidArgType(name, "an instance of ArrayBuffer, Buffer, TypedArray, or DataView", value); })());
    if (a.length !== b.length) {
      throw coded(RangeError, "ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH", "Input buffers must have the same byte length");
    }
    return native.cryptoEqual(a, b);
  },
};
