// Arguments and results of node:crypto (Node.js documentation, "Crypto"): bytes, encodings, names of
// hashes, callbacks.
"use strict";
const { coded, invalidArgType, needFunction } = require("internal/errors");
const { Buffer } = require("node/buffer");
const { isArrayBuffer, bytesOf } = require("web/idl");

exports.Buffer = Buffer;
// The bytes of what packages hand over; `what` is the argument's name.
exports.bytes = (value, encoding, what = "data") => {
  if (typeof value === "string") return Buffer.from(value, encoding === "buffer" ? "utf8" : encoding);
  const view = bytesOf(value);
  if (view === undefined) {
    throw invalidArgType(what, "of type string or an instance of ArrayBuffer, Buffer, TypedArray, or DataView", value);
  }
  return view;
};
// The same for what streams through: no bare ArrayBuffer there.
exports.chunk = (value, encoding, what = "data") => {
  if (typeof value !== "string" && (isArrayBuffer(value) || bytesOf(value) === undefined)) {
    throw invalidArgType(what, "of type string or an instance of Buffer, TypedArray, or DataView", value);
  }
  return exports.bytes(value, encoding, what);
};
// A Buffer over bytes of ours, or a string of them in that encoding.
exports.result = (value, encoding) => {
  const buffer = isArrayBuffer(value) ? Buffer.from(value) : Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return encoding && encoding !== "buffer" ? buffer.toString(encoding) : buffer;
};

// Hashes as OpenSSL calls them, and their names for native functions.
const HASHES = {
  md5: "MD5", sha1: "SHA-1", sha224: "SHA-224", sha256: "SHA-256", sha384: "SHA-384", sha512: "SHA-512",
  "sha512-224": "SHA-512/224", "sha512-256": "SHA-512/256", ripemd160: "RIPEMD-160",
};
const ALIASES = { ripemd: "ripemd160", rmd160: "ripemd160", "ssl3-md5": "md5", "ssl3-sha1": "sha1" };
exports.hashNames = () => [
  ...["MD5", "RIPEMD160", "SHA1", "SHA1-2", "SHA224", "SHA256", "SHA384", "SHA512", "SHA512/224", "SHA512/256"]
    .map((name) => `RSA-${name}`),
  ...Object.keys(HASHES).flatMap((name) => [name, `${name}WithRSAEncryption`]), ...Object.keys(ALIASES),
].sort();
// undefined for none that is known.
exports.hashOf = (name) => {
  const plain = String(name).toLowerCase()
    .replace(/^rsa-/, "").replace(/with-?rsa(encryption)?$/, "").replace("/", "-")
    .replace(/^sha1-2$/, "sha1").replace(/^sha2?-(?=\d)/, "sha");
  return HASHES[Object.hasOwn(ALIASES, plain) ? ALIASES[plain] : plain];
};
exports.needHash = (name, what = "digest") => {
  if (typeof name !== "string") throw invalidArgType(what, "of type string", name);
  const hash = exports.hashOf(name);
  if (!hash) throw coded(TypeError, "ERR_CRYPTO_INVALID_DIGEST", `Invalid digest: ${name}`);
  return hash;
};

// Calls back later with what `run` gives, or throws.
exports.later = (callback, run) => {
  needFunction(callback, "callback");
  Promise.resolve().then(() => {
    let value;
    try { value = run(); } catch (error) {
      callback(error);
      return;
    }
    callback(null, ...(Array.isArray(value) ? value : [value]));
  });
};
// In the way of OpenSSL's errors, which packages tell by their code.
exports.failed = (code, message) => coded(Error, code, message);
exports.unavailable = (name, why) =>
  coded(Error, "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM", `crypto.${name} is not available in hooks${why ? `: ${why}` : ""}`);
