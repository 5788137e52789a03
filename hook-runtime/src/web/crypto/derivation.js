// HKDF (Web Cryptography section 32) and PBKDF2 (section 33), for Node's crypto too.
"use strict";
const common = require("web/crypto/common");
const { fail, fromNative } = common;
const { concat } = require("web/crypto/der");
const { pause } = require("web/crypto/keys");

const HASH_BYTES = {
  MD5: 16, "RIPEMD-160": 20, "SHA-1": 20, "SHA-224": 28, "SHA-256": 32, "SHA-384": 48, "SHA-512": 64,
  "SHA-512/224": 28, "SHA-512/256": 32,
};
exports.HASH_BYTES = HASH_BYTES;
// As many as the native function does at once.
const ROUNDS = 2000;

// A Uint8Array of `length` bytes. In slices, so that a script can be stopped in between.
exports.pbkdf2 = (hash, password, salt, iterations, length) => {
  const size = HASH_BYTES[hash];
  const result = new Uint8Array(length);
  for (let at = 0, block = 1; at < length; at += size, block++) {
    let last = concat(salt, [block >>> 24, (block >>> 16) & 255, (block >>> 8) & 255, block & 255]);
    let sum = null;
    for (let left = iterations; left > 0; left -= ROUNDS) {
      const state = new Uint8Array(native.cryptoPbkdf2(hash, password, last, sum, Math.min(left, ROUNDS)));
      [last, sum] = [state.subarray(0, size), state.subarray(size)];
      pause();
    }
    result.set(sum.subarray(0, length - at), at);
  }
  return result;
};

const derivation = (name, deriveBits) => ({
  importKey(format, data, algorithm, extractable, usages) {
    if (format !== "raw") common.unsupportedFormat(name, format);
    common.checkUsages(usages, ["deriveKey", "deriveBits"], `an ${name} key`);
    if (extractable) fail("SyntaxError", `${name} keys cannot be extractable`);
    return {
      type: "secret", algorithm: { name }, extractable: false, usages: common.normalizeUsages(usages), bytes: data,
    };
  },
  "get key length": () => null,
  deriveBits(algorithm, slots, length) {
    if (length === null || length % 8 !== 0) {
      fail("OperationError", `${name} derives whole bytes, but the length is ${length} bits`);
    }
    return deriveBits(algorithm, slots.bytes, length / 8);
  },
});
exports.algorithms = {
  HKDF: derivation("HKDF", ({ hash, salt, info }, secret, length) =>
    fromNative(native.cryptoHkdf(hash.name, secret, salt, info, length), "HKDF gives at most 255 blocks")),
  PBKDF2: derivation("PBKDF2", ({ hash, salt, iterations }, secret, length) => {
    if (iterations === 0) fail("OperationError", "PBKDF2's iterations are 0");
    return exports.pbkdf2(hash.name, secret, salt, iterations, length).buffer;
  }),
};
