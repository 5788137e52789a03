// Crypto, SubtleCrypto and CryptoKey: Web Cryptography sections 10, 13 and 14. The algorithms are in
// web/crypto/, loaded when one is used.
"use strict";
const idl = require("web/idl");
const { DOMException, QuotaExceededError } = require("web/dom_exception");
const { normalize, supports } = require("web/crypto/normalize");
const common = require("web/crypto/common");

// Only we make these objects.
const OURS = {};
const illegal = () => { throw new TypeError("Illegal constructor"); };

// The internal slots of a key: { type, extractable, algorithm, usages } and what the algorithm keeps.
let slotsOf;
class CryptoKey {
  #slots;
  #algorithm;
  #usages;
  constructor(...given) {
    if (given[0] !== OURS) illegal();
    this.#slots = given[1];
  }
  get type() { return this.#slots.type; }
  get extractable() { return this.#slots.extractable; }
  // Copies, the same ones at each access: what scripts do to them does not concern the key.
  get algorithm() {
    const { algorithm } = this.#slots;
    return this.#algorithm ??= Object.fromEntries(Object.entries(algorithm).map(([name, value]) => [
      name, value instanceof Uint8Array ? value.slice() : idl.isObject(value) ? { ...value } : value,
    ]));
  }
  get usages() { return this.#usages ??= [...this.#slots.usages]; }
  static {
    slotsOf = (value) => idl.isObject(value) && #slots in value ? value.#slots : undefined;
  }
}
idl.interfaces(CryptoKey);
const keyFrom = (slots) => new CryptoKey(OURS, slots);

// The operations of an algorithm.
const algorithms = (name) => {
  if (/^(AES|HMAC)/.test(name)) return require("web/crypto/symmetric")[name];
  const { algorithms: derivations } = /KDF/.test(name) ? require("web/crypto/derivation") : {};
  return derivations ? derivations[name] : require("web/crypto/asymmetric")[name];
};

// Arguments.
const algorithmArgument = (value) => (idl.isObject(value) ? value : idl.DOMString(value));
const keyArgument = (value, what) => {
  if (!slotsOf(value)) throw new TypeError(`${what}: expected a CryptoKey`);
  return value;
};
const bytesArgument = (value, what) => {
  idl.bufferSource(value, what);
  return value;
};
const sequence = (value, convert, what) => {
  const iterate = idl.isObject(value) ? value[Symbol.iterator] : undefined;
  if (typeof iterate !== "function") throw new TypeError(`${what}: expected a list`);
  return Array.from({ [Symbol.iterator]: () => iterate.call(value) }, convert);
};
const usagesArgument = (value) =>
  sequence(value, (usage) => idl.enumeration(usage, common.RECOGNIZED, "a key usage"), "the key usages");
const FORMATS = ["raw-public", "raw-private", "raw-seed", "raw-secret", "raw", "spki", "pkcs8", "jwk"];
const formatArgument = (value) => idl.enumeration(value, FORMATS, "the key format");
// "raw" has a second name for each algorithm that is ("Modern Algorithms in the Web Cryptography API").
const formatOf = (name, format) =>
  format === (/^(AES|HMAC|HKDF|PBKDF2)/.test(name) ? "raw-secret" : "raw-public") ? "raw" : format;
// JsonWebKey (section 15), its members in lexicographical order.
const JWK_MEMBERS = [
  "alg", "crv", "d", "dp", "dq", "e", "ext", "k", "key_ops", "kty", "n", "oth", "p", "q", "qi", "use", "x", "y",
];
const jwkFrom = (value) => {
  const given = idl.dictionary(value, "the JSON Web Key");
  const jwk = {};
  for (const name of JWK_MEMBERS) {
    const member = given[name];
    if (member !== undefined) {
      jwk[name] = name === "ext" ? Boolean(member)
        : name === "key_ops" ? sequence(member, idl.DOMString, name)
        : name === "oth" ? sequence(member, (it) => it, name)
        : idl.DOMString(member);
    }
  }
  return jwk;
};
// Bytes as they are now: after the algorithm was read, which may have run code of the script.
const copied = (value) => idl.bytesOf(value).slice();

const { fail } = common;
// The slots of a key that may be used so.
const usable = (key, { name }, usage) => {
  const slots = slotsOf(key);
  if (slots.algorithm.name !== name) fail("InvalidAccessError", `the key is one of ${slots.algorithm.name}, not ${name}`);
  if (!slots.usages.includes(usage)) fail("InvalidAccessError", `the key has not the usage "${usage}"`);
  return slots;
};
const importInto = (format, data, algorithm, extractable, usages) => {
  const { name } = algorithm;
  const slots = algorithms(name).importKey(formatOf(name, format), data, algorithm, extractable, usages);
  if (slots.type !== "public" && slots.usages.length === 0) fail("SyntaxError", `a ${slots.type} key needs usages`);
  return keyFrom(slots);
};
const exportFrom = (format, key) => {
  const slots = slotsOf(key);
  const { name } = slots.algorithm;
  if (!supports("exportKey", name)) fail("NotSupportedError", `${name} keys cannot be exported`);
  if (!slots.extractable) fail("InvalidAccessError", "the key is not extractable");
  return algorithms(name).exportKey(formatOf(name, format), slots);
};
// For wrapping: the operation itself, or else encryption.
const normalizeWrapping = (operation, otherwise, algorithm) => {
  try { return [normalize(operation, algorithm), operation]; } catch {
    return [normalize(otherwise, algorithm), otherwise];
  }
};

let brandCheck;
// Up to the `await`, what fails is rejected at once; the rest is what the specification does in
// parallel, so it never settles before the caller's own next microtask.
const cipher = async (self, operation, given) => {
  brandCheck(self);
  idl.requireArguments(given.length, 3, `SubtleCrypto.${operation}`);
  const algorithm = algorithmArgument(given[0]);
  const key = keyArgument(given[1], "the key");
  const data = bytesArgument(given[2], "the data");
  const normalized = normalize(operation, algorithm);
  const bytes = copied(data);
  await null;
  return algorithms(normalized.name)[operation](normalized, usable(key, normalized, operation), bytes);
};

class SubtleCrypto {
  #brand;
  constructor(...given) {
    if (given[0] !== OURS) illegal();
    this.#brand = true;
  }
  static { brandCheck = (value) => value.#brand; }
  encrypt(algorithm, key, data) { return cipher(this, "encrypt", arguments); }
  decrypt(algorithm, key, data) { return cipher(this, "decrypt", arguments); }
  sign(algorithm, key, data) { return cipher(this, "sign", arguments); }
  async verify(algorithm, key, signature, data) {
    this.#brand;
    idl.requireArguments(arguments.length, 4, "SubtleCrypto.verify");
    algorithm = algorithmArgument(algorithm);
    keyArgument(key, "the key");
    bytesArgument(signature, "the signature");
    bytesArgument(data, "the data");
    const normalized = normalize("verify", algorithm);
    const [given, bytes] = [copied(signature), copied(data)];
    await null;
    return algorithms(normalized.name).verify(normalized, usable(key, normalized, "verify"), given, bytes);
  }
  async digest(algorithm, data) {
    this.#brand;
    idl.requireArguments(arguments.length, 2, "SubtleCrypto.digest");
    algorithm = algorithmArgument(algorithm);
    bytesArgument(data, "the data");
    const { name } = normalize("digest", algorithm);
    const bytes = copied(data);
    await null;
    return native.cryptoDigest(name, bytes);
  }
  async generateKey(algorithm, extractable, keyUsages) {
    this.#brand;
    idl.requireArguments(arguments.length, 3, "SubtleCrypto.generateKey");
    algorithm = algorithmArgument(algorithm);
    extractable = Boolean(extractable);
    const usages = usagesArgument(keyUsages);
    const normalized = normalize("generateKey", algorithm);
    await null;
    const made = algorithms(normalized.name).generateKey(normalized, extractable, usages);
    if ((made.privateKey ?? made).usages.length === 0) fail("SyntaxError", "the key would have no usages");
    return made.privateKey
      ? { privateKey: keyFrom(made.privateKey), publicKey: keyFrom(made.publicKey) } : keyFrom(made);
  }
  async deriveKey(algorithm, baseKey, derivedKeyType, extractable, keyUsages) {
    this.#brand;
    idl.requireArguments(arguments.length, 5, "SubtleCrypto.deriveKey");
    algorithm = algorithmArgument(algorithm);
    keyArgument(baseKey, "the base key");
    derivedKeyType = algorithmArgument(derivedKeyType);
    extractable = Boolean(extractable);
    const usages = usagesArgument(keyUsages);
    const normalized = normalize("deriveBits", algorithm);
    const imported = normalize("importKey", derivedKeyType);
    const sized = normalize("get key length", derivedKeyType);
    await null;
    const slots = usable(baseKey, normalized, "deriveKey");
    const length = algorithms(sized.name)["get key length"](sized);
    const secret = algorithms(normalized.name).deriveBits(normalized, slots, length);
    return importInto("raw", new Uint8Array(secret), imported, extractable, usages);
  }
  async deriveBits(algorithm, baseKey, length = null) {
    this.#brand;
    idl.requireArguments(arguments.length, 2, "SubtleCrypto.deriveBits");
    algorithm = algorithmArgument(algorithm);
    keyArgument(baseKey, "the base key");
    const bits = length === null ? null : idl.unsignedLong(length, "enforce", "the length");
    const normalized = normalize("deriveBits", algorithm);
    await null;
    return algorithms(normalized.name).deriveBits(normalized, usable(baseKey, normalized, "deriveBits"), bits);
  }
  async importKey(format, keyData, algorithm, extractable, keyUsages) {
    this.#brand;
    idl.requireArguments(arguments.length, 5, "SubtleCrypto.importKey");
    format = formatArgument(format);
    const isBytes = idl.bytesOf(keyData) !== undefined;
    const jwk = isBytes ? undefined : jwkFrom(keyData);
    algorithm = algorithmArgument(algorithm);
    extractable = Boolean(extractable);
    const usages = usagesArgument(keyUsages);
    const normalized = normalize("importKey", algorithm);
    if ((format === "jwk") === isBytes) {
      throw new TypeError(`the key data is ${isBytes ? "bytes" : "an object"}, which does not fit the format "${format}"`);
    }
    const data = isBytes ? copied(keyData) : jwk;
    await null;
    return importInto(format, data, normalized, extractable, usages);
  }
  async exportKey(format, key) {
    this.#brand;
    idl.requireArguments(arguments.length, 2, "SubtleCrypto.exportKey");
    format = formatArgument(format);
    keyArgument(key, "the key");
    await null;
    return exportFrom(format, key);
  }
  async wrapKey(format, key, wrappingKey, wrapAlgorithm) {
    this.#brand;
    idl.requireArguments(arguments.length, 4, "SubtleCrypto.wrapKey");
    format = formatArgument(format);
    keyArgument(key, "the key");
    keyArgument(wrappingKey, "the wrapping key");
    const [normalized, operation] = normalizeWrapping("wrapKey", "encrypt", algorithmArgument(wrapAlgorithm));
    await null;
    const slots = usable(wrappingKey, normalized, "wrapKey");
    const exported = exportFrom(format, key);
    const bytes = format === "jwk" ? writeJwk(exported, normalized.name) : new Uint8Array(exported);
    return algorithms(normalized.name)[operation](normalized, slots, bytes);
  }
  async unwrapKey(format, wrappedKey, unwrappingKey, unwrapAlgorithm, unwrappedKeyAlgorithm, extractable, keyUsages) {
    this.#brand;
    idl.requireArguments(arguments.length, 7, "SubtleCrypto.unwrapKey");
    format = formatArgument(format);
    bytesArgument(wrappedKey, "the wrapped key");
    keyArgument(unwrappingKey, "the unwrapping key");
    unwrapAlgorithm = algorithmArgument(unwrapAlgorithm);
    unwrappedKeyAlgorithm = algorithmArgument(unwrappedKeyAlgorithm);
    extractable = Boolean(extractable);
    const usages = usagesArgument(keyUsages);
    const [normalized, operation] = normalizeWrapping("unwrapKey", "decrypt", unwrapAlgorithm);
    const imported = normalize("importKey", unwrappedKeyAlgorithm);
    const wrapped = copied(wrappedKey);
    await null;
    const slots = usable(unwrappingKey, normalized, "unwrapKey");
    const bytes = new Uint8Array(algorithms(normalized.name)[operation](normalized, slots, wrapped));
    return importInto(format, format === "jwk" ? parseJwk(bytes) : bytes, imported, extractable, usages);
  }
}
idl.interfaces(SubtleCrypto);

// AES-KW wraps multiples of 8 bytes: spaces change nothing of JSON (14.3.11 has a note on it).
const writeJwk = (jwk, name) => {
  const text = JSON.stringify(jwk);
  const padded = name === "AES-KW" ? text.padEnd(Math.ceil(text.length / 8) * 8) : text;
  return new (require("web/encoding").TextEncoder)().encode(padded);
};
const parseJwk = (bytes) => {
  let parsed;
  try {
    parsed = JSON.parse(new (require("web/encoding").TextDecoder)("utf-8", { fatal: true }).decode(bytes));
  } catch {
    fail("DataError", "the unwrapped bytes are no JSON Web Key");
  }
  if (!idl.isObject(parsed)) fail("DataError", "the unwrapped bytes are no JSON Web Key");
  const jwk = jwkFrom(parsed);
  return jwk.kty === undefined ? fail("DataError", "the unwrapped JSON Web Key has no kty") : jwk;
};

const RANDOM_AT_ONCE = 65536;
const hex = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
const typeOf = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag).get;
class Crypto {
  #subtle;
  constructor(...given) {
    if (given[0] !== OURS) illegal();
    this.#subtle = new SubtleCrypto(OURS);
  }
  get subtle() { return this.#subtle; }
  getRandomValues(array) {
    this.#subtle;
    idl.requireArguments(arguments.length, 1, "Crypto.getRandomValues");
    if (!ArrayBuffer.isView(array)) throw new TypeError("getRandomValues: expected a typed array");
    if (!/^(Big)?(Ui|I)nt/.test(typeOf.call(array) ?? "")) {
      throw new DOMException("getRandomValues: expected an array of integers", "TypeMismatchError");
    }
    const bytes = idl.bytesOf(array);
    if (bytes.length > RANDOM_AT_ONCE) {
      throw new QuotaExceededError(
        `getRandomValues: the array is ${bytes.length} bytes long, expected at most ${RANDOM_AT_ONCE}`,
        { quota: RANDOM_AT_ONCE, requested: bytes.length });
    }
    bytes.set(new Uint8Array(native.randomBytes(bytes.length)));
    return array;
  }
  randomUUID() {
    this.#subtle;
    const bytes = new Uint8Array(native.randomBytes(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const digits = Array.from(bytes, (byte) => hex[byte]).join("");
    return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-${digits.slice(12, 16)}-${digits.slice(16, 20)}-${digits.slice(20)}`;
  }
}
idl.interfaces(Crypto);

module.exports = { Crypto, CryptoKey, SubtleCrypto, crypto: new Crypto(OURS), slotsOf, keyFrom };
