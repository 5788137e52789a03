// node:crypto's generation of keys and agreement on secrets (generateKeyPair, ECDH, diffieHellman).
"use strict";
const { coded, hide, invalidArgValue, needInteger, needObject, needString, outOfRange } = require("internal/errors");
const keys = require("web/crypto/keys");
const objects = require("internal/crypto/key_object");
const { bytes, failed, later, result, unavailable } = require("internal/crypto/values");

const number = (value) => {
  const digits = [];
  for (let left = value; left > 0; left = Math.floor(left / 256)) digits.unshift(left % 256);
  return Uint8Array.from(digits);
};
const generators = {
  rsa(options) {
    const { modulusLength, publicExponent = 65537 } = options;
    needInteger(modulusLength, "options.modulusLength", 0, 2 ** 32 - 1);
    needInteger(publicExponent, "options.publicExponent", 0, 2 ** 32 - 1);
    if (modulusLength < 512 || modulusLength > 4096) throw outOfRange("options.modulusLength", ">= 512 && <= 4096", modulusLength);
    if (publicExponent < 3 || publicExponent % 2 === 0) throw outOfRange("options.publicExponent", "an odd number >= 3", publicExponent);
    return () => keys.generateRsa(modulusLength, number(publicExponent));
  },
  "rsa-pss"(options) {
    const generate = generators.rsa(options);
    return () => ({ ...generate(), kind: "rsa-pss" });
  },
  ec(options) {
    needString(options.namedCurve, "options.namedCurve");
    const curve = objects.curveOf(options.namedCurve);
    if (!curve) throw coded(TypeError, "ERR_CRYPTO_INVALID_CURVE", "Invalid EC curve name");
    return () => keys.generateEc(curve);
  },
  ed25519: () => () => keys.generateOkp("Ed25519"),
  x25519: () => () => keys.generateOkp("X25519"),
};
const prepare = (type, options = {}) => {
  needString(type, "type");
  needObject(options, "options");
  if (!Object.hasOwn(generators, type)) {
    if (["dsa", "dh", "ed448", "x448"].includes(type)) throw unavailable("generateKeyPair", `keys of the type "${type}" are not made here`);
    throw invalidArgValue("type", type, "must be a supported key type");
  }
  const generate = generators[type](options);
  return () => {
    const key = generate();
    const encode = (data, encoding) => {
      const object = objects.made(data);
      return encoding === undefined ? object : object.export(encoding);
    };
    return {
      publicKey: encode(keys.publicOf(key), options.publicKeyEncoding),
      privateKey: encode(key, options.privateKeyEncoding),
    };
  };
};
const generateKeyPair = (type, options, callback) => {
  const generate = prepare(type, options);
  later(callback, () => {
    const { publicKey, privateKey } = generate();
    return [publicKey, privateKey];
  });
};
hide(generateKeyPair, Symbol.for("nodejs.util.promisify.custom"), async (type, options) => prepare(type, options)());

const generateSecret = (type, options) => {
  needString(type, "type");
  needObject(options, "options");
  const { length } = options;
  if (type === "hmac") needInteger(length, "options.length", 8, 2 ** 31 - 1);
  else if (type !== "aes") throw invalidArgValue("type", type, "must be a supported key type");
  else if (![128, 192, 256].includes(length)) throw invalidArgValue("options.length", length, "must be one of: 128, 192, 256");
  return () => objects.made(Uint8Array.from(require("internal/crypto/random").randomBytes(Math.floor(length / 8))));
};

const secret = (key, other) => {
  if (key.kind !== other.kind || key.curve !== other.curve) {
    throw coded(Error, "ERR_CRYPTO_INCOMPATIBLE_KEY", "Incompatible key types for Diffie-Hellman: both keys must be of the same curve");
  }
  const agreed = key.kind === "ec" ? native.cryptoEcdh(key.curve, key.scalar, other.point)
    : key.kind === "X25519" ? native.cryptoX25519(key.scalar, other.point) : null;
  if (!agreed) throw failed("ERR_OSSL_FAILED_DURING_DERIVATION", "the keys give no secret");
  return agreed;
};

const compress = (curve, point, format = "uncompressed") => {
  if (!["compressed", "uncompressed", "hybrid"].includes(format)) {
    throw coded(TypeError, "ERR_CRYPTO_ECDH_INVALID_FORMAT", `Invalid ECDH format: ${format}`);
  }
  const written = native.cryptoEcPoint(curve, point, format === "compressed");
  if (!written) throw coded(Error, "ERR_CRYPTO_ECDH_INVALID_PUBLIC_KEY", "Public key is not valid for specified curve");
  const whole = new Uint8Array(written);
  if (format === "hybrid") whole[0] = 6 | (whole[whole.length - 1] & 1);
  return whole;
};
class ECDH {
  #curve;
  #key;
  constructor(name) {
    needString(name, "curve");
    this.#curve = objects.curveOf(name);
    if (!this.#curve) throw coded(TypeError, "ERR_CRYPTO_INVALID_CURVE", "Invalid EC curve name");
  }
  static convertKey(key, name, inputEncoding, outputEncoding, format) {
    const curve = objects.curveOf(name);
    if (!curve) throw coded(TypeError, "ERR_CRYPTO_INVALID_CURVE", "Invalid EC curve name");
    return result(compress(curve, bytes(key, inputEncoding, "key"), format), outputEncoding);
  }
  #own() {
    if (!this.#key) throw failed("ERR_CRYPTO_INVALID_STATE", "Failed to get ECDH key: generate or set one first");
    return this.#key;
  }
  generateKeys(encoding, format) {
    this.#key = keys.generateEc(this.#curve);
    return this.getPublicKey(encoding, format);
  }
  computeSecret(other, inputEncoding, outputEncoding) {
    const point = compress(this.#curve, bytes(other, inputEncoding, "otherPublicKey"));
    return result(native.cryptoEcdh(this.#curve, this.#own().scalar, point), outputEncoding);
  }
  getPublicKey(encoding, format) { return result(compress(this.#curve, this.#own().point, format), encoding); }
  getPrivateKey(encoding) { return result(this.#own().scalar.slice(), encoding); }
  setPrivateKey(key, encoding) {
    const given = bytes(key, encoding, "privateKey");
    const scalar = new Uint8Array(keys.CURVES[this.#curve].size);
    const own = given.length <= scalar.length;
    if (own) scalar.set(given, scalar.length - given.length);
    const read = own ? keys.ecFromScalar(this.#curve, scalar) : undefined;
    if (!read) throw coded(Error, "ERR_CRYPTO_INVALID_KEYTYPE", "Private key is not valid for specified curve.");
    this.#key = read;
    return this;
  }
}

module.exports = {
  ECDH,
  createECDH: (curve) => new ECDH(curve),
  getCurves: () => ["prime256v1", "secp384r1", "secp521r1"],
  diffieHellman(options, callback) {
    needObject(options, "options");
    const [key, other] = [objects.privateKey(options.privateKey), objects.publicKey(options.publicKey)];
    const run = () => result(secret(key, other));
    return callback === undefined ? run() : later(callback, run);
  },
  generateKeyPair,
  generateKeyPairSync: (type, options) => prepare(type, options)(),
  generateKey(type, options, callback) { later(callback, generateSecret(type, options)); },
  generateKeySync: (type, options) => generateSecret(type, options)(),
};
