// Buffer's numbers (Node.js documentation, "Buffer": buf.readUInt8 to buf.writeDoubleBE).
"use strict";
const { coded, invalidArgType, outOfRange } = require("internal/errors");

const methods = {};
const viewOf = (buffer) => new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);

const checkPlace = (buffer, offset, size) => {
  if (typeof offset !== "number") throw invalidArgType("offset", "of type number", offset);
  if (offset >= 0 && offset + size <= buffer.length && Number.isInteger(offset)) return;
  if (!Number.isInteger(offset)) throw outOfRange("offset", "an integer", offset);
  if (buffer.length < size) {
    throw coded(RangeError, "ERR_BUFFER_OUT_OF_BOUNDS", "Attempt to access memory outside buffer bounds");
  }
  throw outOfRange("offset", `>= 0 and <= ${buffer.length - size}`, offset);
};
const checkValue = (value, least, most, size) => {
  if (!(value > most || value < least)) return;
  const n = typeof least === "bigint" ? "n" : "";
  const bits = size * 8;
  if (size <= 4) throw outOfRange("value", `>= ${least}${n} and <= ${most}${n}`, value);
  throw outOfRange("value", Number(least) === 0 ? `>= 0${n} and < 2${n} ** ${bits}${n}`
    : `>= -(2${n} ** ${bits - 1}${n}) and < 2${n} ** ${bits - 1}${n}`, value);
};
// Each under its name, and its other spelling: readUInt8 and readUint8.
const define = (name, method) => {
  for (const spelling of new Set([name, name.replace("UInt", "Uint")])) {
    methods[spelling] = { [spelling]: method }[spelling];
  }
};
// The least and the most that so many bytes hold.
const range = (signed, bytes) => signed ? [-(2 ** (bytes * 8 - 1)), 2 ** (bytes * 8 - 1) - 1] : [0, 2 ** (bytes * 8) - 1];

for (const little of [true, false]) {
  const order = little ? "LE" : "BE";
  for (const [name, size] of [["Int8", 1], ["UInt8", 1], ["Int16", 2], ["UInt16", 2], ["Int32", 4], ["UInt32", 4]]) {
    if (size === 1 && !little) continue;
    const [least, most] = range(name[0] === "I", size);
    const accessor = name.replace("UInt", "Uint");
    define(`read${name}${size === 1 ? "" : order}`, function (offset = 0) {
      checkPlace(this, offset, size);
      return viewOf(this)[`get${accessor}`](offset, little);
    });
    define(`write${name}${size === 1 ? "" : order}`, function (value, offset = 0) {
      value = +value;
      checkValue(value, least, most, size);
      checkPlace(this, offset, size);
      viewOf(this)[`set${accessor}`](offset, value, little);
      return offset + size;
    });
  }
  for (const [name, size] of [["Float", 4], ["Double", 8]]) {
    define(`read${name}${order}`, function (offset = 0) {
      checkPlace(this, offset, size);
      return viewOf(this)[`getFloat${size * 8}`](offset, little);
    });
    define(`write${name}${order}`, function (value, offset = 0) {
      checkPlace(this, offset, size);
      viewOf(this)[`setFloat${size * 8}`](offset, +value, little);
      return offset + size;
    });
  }
  for (const [name, least, most] of [["BigInt64", -(2n ** 63n), 2n ** 63n - 1n], ["BigUInt64", 0n, 2n ** 64n - 1n]]) {
    const accessor = name.replace("UInt", "Uint");
    define(`read${name}${order}`, function (offset = 0) {
      checkPlace(this, offset, 8);
      return viewOf(this)[`get${accessor}`](offset, little);
    });
    define(`write${name}${order}`, function (value, offset = 0) {
      if (typeof value !== "bigint") throw invalidArgType("value", "of type bigint", value);
      checkValue(value, least, most, 8);
      checkPlace(this, offset, 8);
      viewOf(this)[`set${accessor}`](offset, value, little);
      return offset + 8;
    });
  }
  for (const signed of [true, false]) {
    const name = signed ? "Int" : "UInt";
    define(`read${name}${order}`, function (offset, byteLength) {
      checkLength(byteLength);
      if (offset === undefined) throw invalidArgType("offset", "of type number", offset);
      checkPlace(this, offset, byteLength);
      let value = 0;
      for (let i = 0; i < byteLength; i += 1) value = value * 256 + this[offset + (little ? byteLength - 1 - i : i)];
      return signed && value >= 2 ** (byteLength * 8 - 1) ? value - 2 ** (byteLength * 8) : value;
    });
    define(`write${name}${order}`, function (value, offset, byteLength) {
      checkLength(byteLength);
      if (offset === undefined) throw invalidArgType("offset", "of type number", offset);
      value = +value;
      checkValue(value, ...range(signed, byteLength), byteLength);
      checkPlace(this, offset, byteLength);
      let rest = Math.trunc(value) || 0;
      if (rest < 0) rest += 2 ** (byteLength * 8);
      for (let i = 0; i < byteLength; i += 1) {
        this[offset + (little ? i : byteLength - 1 - i)] = rest % 256;
        rest = Math.floor(rest / 256);
      }
      return offset + byteLength;
    });
  }
}
function checkLength(byteLength) {
  if (typeof byteLength !== "number") throw invalidArgType("byteLength", "of type number", byteLength);
  if (!Number.isInteger(byteLength)) throw outOfRange("byteLength", "an integer", byteLength);
  if (byteLength < 1 || byteLength > 6) throw outOfRange("byteLength", ">= 1 and <= 6", byteLength);
}
module.exports = methods;
