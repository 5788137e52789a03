// What the algorithms of Web Cryptography share: errors, usages, JSON Web Keys (section 14.3).
"use strict";
const { DOMException } = require("web/dom_exception");
const { fromBase64url } = require("web/crypto/base64");

exports.fail = (name, message) => { throw new DOMException(message, name); };
const { fail } = exports;

// The recognized usages, in their order (section 13.1).
const USAGES = ["encrypt", "decrypt", "sign", "verify", "deriveKey", "deriveBits", "wrapKey", "unwrapKey"];
exports.USAGES = USAGES;
// Those of keys that we have none of ("Modern Algorithms in the Web Cryptography API", section 5.2): to
// ask for one is no TypeError.
exports.RECOGNIZED = [...USAGES, "encapsulateKey", "encapsulateBits", "decapsulateKey", "decapsulateBits"];
exports.normalizeUsages = (usages, allowed = USAGES) => USAGES.filter((it) => usages.includes(it) && allowed.includes(it));
exports.checkUsages = (usages, allowed, what) => {
  const wrong = usages.find((usage) => !allowed.includes(usage));
  if (wrong !== undefined) fail("SyntaxError", `${what} cannot have the usage "${wrong}"`);
};
exports.unsupportedFormat = (name, format) => fail("NotSupportedError", `${name} keys have no format "${format}"`);
exports.malformed = (name, format) => fail("DataError", `this is no ${name} key of the format "${format}"`);
exports.needsType = (slots, type) => {
  if (slots.type !== type) fail("InvalidAccessError", `the key is ${slots.type}, expected a ${type} one`);
};
exports.fromNative = (bytes, message = "the operation failed") => bytes ?? fail("OperationError", message);

// `expected`: { kty, use, alg: (alg) => whether it fits }.
exports.checkJwk = (jwk, expected, extractable, usages) => {
  if (jwk.kty !== expected.kty) fail("DataError", `the JWK's kty is "${jwk.kty}", expected "${expected.kty}"`);
  if (usages.length > 0 && jwk.use !== undefined && jwk.use !== expected.use) {
    fail("DataError", `the JWK's use is "${jwk.use}", expected "${expected.use}"`);
  }
  const { key_ops: operations } = jwk;
  if (operations !== undefined) {
    if (new Set(operations).size !== operations.length) fail("DataError", "the JWK's key_ops repeats itself");
    const missing = usages.find((usage) => !operations.includes(usage));
    if (missing) fail("DataError", `the JWK's key_ops lacks "${missing}"`);
    // RFC 7517 section 4.3: both must mean the same.
    const uses = { sig: ["sign", "verify"], enc: ["encrypt", "decrypt", "wrapKey", "unwrapKey", "deriveKey", "deriveBits"] };
    if (Object.hasOwn(uses, jwk.use ?? "") && operations.some((it) => USAGES.includes(it) && !uses[jwk.use].includes(it))) {
      fail("DataError", `the JWK's key_ops do not fit its use "${jwk.use}"`);
    }
  }
  if (jwk.ext === false && extractable) fail("DataError", "the JWK's ext is false");
  if (expected.alg && jwk.alg !== undefined && !expected.alg(jwk.alg)) {
    fail("DataError", `the JWK's alg "${jwk.alg}" does not fit`);
  }
};
// The bytes of a symmetric key's JWK.
exports.octets = (jwk) =>
  (typeof jwk.k === "string" && fromBase64url(jwk.k)) || fail("DataError", "the JWK's k is not base64url");
exports.exported = (jwk, slots) => ({ ...jwk, key_ops: [...slots.usages], ext: slots.extractable });
