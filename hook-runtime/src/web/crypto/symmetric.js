// AES (Web Cryptography sections 27 to 30) and HMAC (section 31).
"use strict";
const { toBase64url } = require("web/crypto/base64");
const common = require("web/crypto/common");
const { fail, fromNative } = common;

const secret = (algorithm, extractable, usages, bytes) => ({
  type: "secret", algorithm, extractable, usages: common.normalizeUsages(usages), bytes,
});
const random = (length) => {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += 65536) {
    bytes.set(new Uint8Array(native.randomBytes(Math.min(65536, length - at))), at);
  }
  return bytes;
};
const exportSecret = (format, slots, alg) => {
  if (format === "raw") return slots.bytes.slice().buffer;
  if (format !== "jwk") common.unsupportedFormat(slots.algorithm.name, format);
  return common.exported({ kty: "oct", k: toBase64url(slots.bytes), alg }, slots);
};

const LENGTHS = [128, 192, 256];
const aes = (mode, usages, operations) => ({
  generateKey(algorithm, extractable, asked) {
    common.checkUsages(asked, usages, "an AES key");
    if (!LENGTHS.includes(algorithm.length)) fail("OperationError", `AES keys of ${algorithm.length} bits do not exist`);
    return secret({ name: algorithm.name, length: algorithm.length }, extractable, asked, random(algorithm.length / 8));
  },
  importKey(format, data, algorithm, extractable, asked) {
    common.checkUsages(asked, usages, "an AES key");
    if (format !== "raw" && format !== "jwk") common.unsupportedFormat(algorithm.name, format);
    if (format === "jwk" && data.kty !== "oct") fail("DataError", `the JWK's kty is "${data.kty}", expected "oct"`);
    const bytes = format === "raw" ? data : common.octets(data);
    const length = bytes.length * 8;
    if (!LENGTHS.includes(length)) fail("DataError", `AES keys of ${length} bits do not exist`);
    if (format === "jwk") {
      common.checkJwk(data, { kty: "oct", use: "enc", alg: (alg) => alg === `A${length}${mode}` }, extractable, asked);
    }
    return secret({ name: algorithm.name, length }, extractable, asked, bytes);
  },
  exportKey: (format, slots) => exportSecret(format, slots, `A${slots.algorithm.length}${mode}`),
  "get key length"({ length }) {
    return LENGTHS.includes(length) ? length : fail("OperationError", `AES keys of ${length} bits do not exist`);
  },
  ...operations,
});
const CIPHER = ["encrypt", "decrypt", "wrapKey", "unwrapKey"];

const sixteen = (bytes, what) => {
  if (bytes.length !== 16) fail("OperationError", `${what} is ${bytes.length} bytes long, expected 16`);
};
const cbc = (encrypt) => ({ iv }, slots, data) => {
  sixteen(iv, "AES-CBC's iv");
  return fromNative(native.cryptoAesCbc(encrypt, slots.bytes, iv, data, true), "the padding is wrong");
};
const ctr = ({ counter, length }, slots, data) => {
  sixteen(counter, "AES-CTR's counter");
  if (length === 0 || length > 128) fail("OperationError", `AES-CTR's length is ${length}, expected 1 to 128`);
  // A counter that comes round uses key stream twice.
  if (length < 32 && Math.ceil(data.length / 16) > 2 ** length) fail("OperationError", "the data is longer than the counter counts");
  return fromNative(native.cryptoAesCtr(slots.bytes, counter, length, 0, data));
};
const TAG_LENGTHS = [32, 64, 96, 104, 112, 120, 128];
const tagSize = ({ tagLength = 128 }) => TAG_LENGTHS.includes(tagLength)
  ? tagLength / 8 : fail("OperationError", `AES-GCM's tagLength is ${tagLength}, expected one of ${TAG_LENGTHS}`);
const NOTHING = new Uint8Array(0);
const gcm = {
  encrypt(algorithm, slots, data) {
    const size = tagSize(algorithm);
    const { iv, additionalData = NOTHING } = algorithm;
    const encrypted = new Uint8Array(fromNative(native.cryptoAesGcm(slots.bytes, iv, 0, data)));
    const tag = new Uint8Array(fromNative(native.cryptoAesGcmTag(slots.bytes, iv, additionalData, encrypted)));
    const result = new Uint8Array(encrypted.length + size);
    result.set(encrypted);
    result.set(tag.subarray(0, size), encrypted.length);
    return result.buffer;
  },
  decrypt(algorithm, slots, data) {
    const size = tagSize(algorithm);
    const { iv, additionalData = NOTHING } = algorithm;
    const length = data.length - size;
    if (length < 0) fail("OperationError", "the data is shorter than its tag");
    const encrypted = data.subarray(0, length);
    const tag = new Uint8Array(fromNative(native.cryptoAesGcmTag(slots.bytes, iv, additionalData, encrypted)));
    if (!native.cryptoEqual(tag.subarray(0, size), data.subarray(length))) fail("OperationError", "the tag is wrong");
    return fromNative(native.cryptoAesGcm(slots.bytes, iv, 0, encrypted));
  },
};

const keyWrap = (wrap) => (algorithm, slots, data) =>
  fromNative(native.cryptoAesKw(wrap, slots.bytes, data), `the key could not be ${wrap ? "" : "un"}wrapped`);

// HMAC. A key of any number of bits: what is left of the last byte is zero.
const BLOCK_BITS = { "SHA-1": 512, "SHA-256": 512, "SHA-384": 1024, "SHA-512": 1024 };
const clip = (bytes, length) => {
  const clipped = bytes.slice(0, Math.ceil(length / 8));
  if (length % 8 !== 0) clipped[clipped.length - 1] &= 0xff << (8 - (length % 8));
  return clipped;
};
// The longest key that is made here, in bits: memory is the hook's, but filling it is not free.
const LONGEST = 8 * 2 ** 20;
const hmacUsages = ["sign", "verify"];
const hmacKey = ({ hash }, extractable, usages, bytes, length) =>
  secret({ name: "HMAC", hash: { name: hash.name }, length }, extractable, usages, clip(bytes, length));
const hmacName = (hash) => `HS${hash.name.slice(4)}`;
const hmacCode = (slots, data) => fromNative(native.cryptoHmac(slots.algorithm.hash.name, slots.bytes, data));
const hmac = {
  generateKey(algorithm, extractable, usages) {
    common.checkUsages(usages, hmacUsages, "an HMAC key");
    const { length = BLOCK_BITS[algorithm.hash.name] } = algorithm;
    if (length === 0 || length > LONGEST) fail("OperationError", `an HMAC key of ${length} bits cannot be made`);
    return hmacKey(algorithm, extractable, usages, random(Math.ceil(length / 8)), length);
  },
  importKey(format, data, algorithm, extractable, usages) {
    common.checkUsages(usages, hmacUsages, "an HMAC key");
    if (format !== "raw" && format !== "jwk") common.unsupportedFormat("HMAC", format);
    if (format === "jwk" && data.kty !== "oct") fail("DataError", `the JWK's kty is "${data.kty}", expected "oct"`);
    const bytes = format === "raw" ? data : common.octets(data);
    if (format === "jwk") {
      const alg = (name) => name === hmacName(algorithm.hash);
      common.checkJwk(data, { kty: "oct", use: "sig", alg }, extractable, usages);
    }
    const bits = bytes.length * 8;
    if (bits === 0) fail("DataError", "an HMAC key is empty");
    const { length = bits } = algorithm;
    if (length > bits || length <= bits - 8) fail("DataError", `the key has ${bits} bits, expected ${length}`);
    return hmacKey(algorithm, extractable, usages, bytes, length);
  },
  exportKey: (format, slots) => exportSecret(format, slots, hmacName(slots.algorithm.hash)),
  "get key length"({ hash, length }) {
    if (length === undefined) return BLOCK_BITS[hash.name];
    if (length === 0) throw new TypeError("HMAC's length is 0");
    return length;
  },
  sign: (algorithm, slots, data) => hmacCode(slots, data),
  verify: (algorithm, slots, signature, data) => native.cryptoEqual(hmacCode(slots, data), signature),
};

module.exports = {
  "AES-CBC": aes("CBC", CIPHER, { encrypt: cbc(true), decrypt: cbc(false) }),
  "AES-CTR": aes("CTR", CIPHER, { encrypt: ctr, decrypt: ctr }),
  "AES-GCM": aes("GCM", CIPHER, gcm),
  "AES-KW": aes("KW", ["wrapKey", "unwrapKey"], { wrapKey: keyWrap(true), unwrapKey: keyWrap(false) }),
  HMAC: hmac,
};
