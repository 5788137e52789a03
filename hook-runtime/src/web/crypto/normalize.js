// The names of algorithms and their parameters: Web Cryptography section 18, "Algorithm
// normalization", with the tables of registered algorithms (sections 20 to 34; Secure Curves).
"use strict";
const idl = require("web/idl");
const { DOMException } = require("web/dom_exception");

const HASHES = ["SHA-1", "SHA-256", "SHA-384", "SHA-512"];

// Kinds of members. A getter sees when its member is read, so conversion is part of reading.
const kinds = {
  hash: (value) => exports.normalize("digest", value),
  bytes: (value, what) => idl.bufferSource(value, what),
  text: idl.DOMString,
  octet: (value, what) => idl.octet(value, "enforce", what),
  short: (value, what) => idl.unsignedShort(value, "enforce", what),
  long: (value, what) => idl.unsignedLong(value, "enforce", what),
  bigInteger(value, what) {
    if (Object.prototype.toString.call(value) !== "[object Uint8Array]") throw new TypeError(`${what}: expected a Uint8Array`);
    return idl.bufferSource(value, what);
  },
  key(value, what) {
    if (!require("web/crypto").slotsOf(value)) throw new TypeError(`${what}: expected a CryptoKey`);
    return value;
  },
};

// Members in the order in which Web IDL reads them; "?" marks those that may be absent.
const DICTIONARIES = {
  none: [],
  hashed: [["hash", "hash"]],
  rsaGeneration: [["modulusLength", "long"], ["publicExponent", "bigInteger"], ["hash", "hash"]],
  pss: [["saltLength", "long"]],
  oaep: [["label", "bytes?"]],
  curve: [["namedCurve", "text"]],
  agreement: [["public", "key"]],
  ctr: [["counter", "bytes"], ["length", "octet"]],
  cbc: [["iv", "bytes"]],
  gcm: [["additionalData", "bytes?"], ["iv", "bytes"], ["tagLength", "octet?"]],
  aesLength: [["length", "short"]],
  hmac: [["hash", "hash"], ["length", "long?"]],
  hkdf: [["hash", "hash"], ["info", "bytes"], ["salt", "bytes"]],
  pbkdf2: [["hash", "hash"], ["iterations", "long"], ["salt", "bytes"]],
};

const keys = (generateKey, importKey) => ({ generateKey, importKey, exportKey: "none" });
const signing = (parameters) => ({ sign: parameters, verify: parameters });
const ciphering = (parameters) => ({ encrypt: parameters, decrypt: parameters });
const aes = { ...keys("aesLength", "none"), "get key length": "aesLength" };
const REGISTERED = {
  ...Object.fromEntries(HASHES.map((name) => [name, { digest: "none" }])),
  "RSASSA-PKCS1-v1_5": { ...signing("none"), ...keys("rsaGeneration", "hashed") },
  "RSA-PSS": { ...signing("pss"), ...keys("rsaGeneration", "hashed") },
  "RSA-OAEP": { ...ciphering("oaep"), ...keys("rsaGeneration", "hashed") },
  ECDSA: { ...signing("hashed"), ...keys("curve", "curve") },
  ECDH: { deriveBits: "agreement", ...keys("curve", "curve") },
  Ed25519: { ...signing("none"), ...keys("none", "none") },
  X25519: { deriveBits: "agreement", ...keys("none", "none") },
  "AES-CTR": { ...ciphering("ctr"), ...aes },
  "AES-CBC": { ...ciphering("cbc"), ...aes },
  "AES-GCM": { ...ciphering("gcm"), ...aes },
  "AES-KW": { wrapKey: "none", unwrapKey: "none", ...aes },
  HMAC: { ...signing("none"), ...keys("hmac", "hmac"), "get key length": "hmac" },
  HKDF: { deriveBits: "hkdf", importKey: "none", "get key length": "none" },
  PBKDF2: { deriveBits: "pbkdf2", importKey: "none", "get key length": "none" },
};
const NAMES = new Map(Object.keys(REGISTERED).map((name) => [name.toUpperCase(), name]));
// Case does not count within ASCII (toUpperCase maps others into it: "ı" is no "I").
const upper = (text) => text.replace(/[a-z]/g, (letter) => letter.toUpperCase());

// The algorithm for `operation` as a plain object: `name` in its proper case, members converted, bytes
// copied.
exports.normalize = (operation, algorithm) => {
  const given = idl.isObject(algorithm) ? algorithm : { name: idl.DOMString(algorithm) };
  const member = given.name;
  if (member === undefined) throw new TypeError("the algorithm has no name");
  const asked = idl.DOMString(member);
  const name = NAMES.get(upper(asked));
  const type = name && REGISTERED[name][operation];
  if (type === undefined) {
    throw new DOMException(`the algorithm "${asked}" is not supported for ${operation}`, "NotSupportedError");
  }
  const normalized = { name };
  const views = [];
  for (const [key, kind] of DICTIONARIES[type]) {
    const value = given[key];
    const what = `${name}'s ${key}`;
    if (value === undefined) {
      if (!kind.endsWith("?")) throw new TypeError(`${what} is missing`);
    } else {
      normalized[key] = kinds[kind.replace("?", "")](value, what);
      if (/^b(ytes|igI)/.test(kind)) views.push(key);
    }
  }
  for (const key of views) normalized[key] = normalized[key].slice();
  return normalized;
};
exports.supports = (operation, name) => REGISTERED[name]?.[operation] !== undefined;
