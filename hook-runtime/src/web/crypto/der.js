// DER (ITU-T X.690 section 10), as much as keys, signatures and certificates need.
"use strict";
const TAGS = {
  INTEGER: 0x02, BITS: 0x03, OCTETS: 0x04, NULL: 0x05, OID: 0x06, SEQUENCE: 0x30,
};
exports.TAGS = TAGS;

exports.concat = (...parts) => {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};
exports.equal = (left, right) => left.length === right.length && left.every((byte, i) => byte === right[i]);
exports.toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
exports.fromHex = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));

class Malformed extends Error {}

// What reads: throws inside, gives undefined outside.
exports.reading = (read) => {
  try { return read(); } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
};
const malformed = (what) => { throw new Malformed(what); };
exports.malformed = malformed;

// All elements in `bytes`, one after the other: { tag, body, whole }.
const elements = (bytes) => {
  const found = [];
  let at = 0;
  while (at < bytes.length) {
    const start = at;
    const tag = bytes[at++];
    let length = bytes[at++];
    if ((tag & 31) === 31 || length === undefined) malformed("tag");
    if (length > 127) {
      const count = length - 128;
      if (count < 1 || count > 4) malformed("length");
      length = 0;
      for (let i = 0; i < count; i++) length = length * 256 + (bytes[at++] ?? malformed("length"));
      if (length < 128 || length < 256 ** (count - 1)) malformed("length");
    }
    if (at + length > bytes.length) malformed("length");
    found.push({ tag, body: bytes.subarray(at, at + length), whole: bytes.subarray(start, at + length) });
    at += length;
  }
  return found;
};
exports.elements = elements;
const expect = (element, tag) => {
  if (element?.tag !== tag) malformed(`tag ${element?.tag}, expected ${tag}`);
  return element.body;
};
exports.expect = expect;
// The elements of the one sequence that `bytes` are.
exports.sequence = (bytes) => {
  const [only, more] = elements(bytes);
  if (more) malformed("something follows");
  return elements(expect(only, TAGS.SEQUENCE));
};
exports.children = (element) => elements(expect(element, TAGS.SEQUENCE));
// A number that is not negative, without leading zeros (zero is one byte).
exports.unsigned = (element) => {
  const body = expect(element, TAGS.INTEGER);
  if (body.length === 0 || body[0] > 127) malformed("integer");
  if (body[0] !== 0 || body.length === 1) return body;
  return body[1] > 127 ? body.subarray(1) : malformed("integer");
};
exports.small = (element) => {
  const body = expect(element, TAGS.INTEGER);
  return body.length === 1 && body[0] < 128 ? body[0] : malformed("integer");
};
// A bit string of whole bytes.
exports.bits = (element, tag = TAGS.BITS) => {
  const body = expect(element, tag);
  return body[0] === 0 ? body.subarray(1) : malformed("bits");
};
exports.octets = (element) => expect(element, TAGS.OCTETS);
// An object identifier as the hexadecimal digits of its body.
exports.oid = (element) => exports.toHex(expect(element, TAGS.OID));

const write = (tag, ...bodies) => {
  const body = exports.concat(...bodies);
  const { length } = body;
  const size = length < 128 ? [length]
    : length < 256 ? [0x81, length]
    : length < 65536 ? [0x82, length >> 8, length & 255]
    : [0x83, length >> 16, (length >> 8) & 255, length & 255];
  return exports.concat([tag, ...size], body);
};
exports.write = write;
exports.writeSequence = (...parts) => write(TAGS.SEQUENCE, ...parts);
exports.writeUnsigned = (bytes) => {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start++;
  const digits = bytes.length === 0 ? [0] : bytes.subarray(start);
  return write(TAGS.INTEGER, digits[0] > 127 ? [0] : [], digits);
};
exports.writeSmall = (number) => write(TAGS.INTEGER, [number]);
exports.writeOctets = (bytes) => write(TAGS.OCTETS, bytes);
exports.writeBits = (bytes, tag = TAGS.BITS) => write(tag, [0], bytes);
exports.writeOid = (hex) => write(TAGS.OID, exports.fromHex(hex));
exports.writeNull = () => Uint8Array.of(TAGS.NULL, 0);
