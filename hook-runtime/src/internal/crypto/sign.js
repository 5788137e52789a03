// node:crypto's signatures (Sign, Verify, sign, verify) and RSA encryption.
"use strict";
const { coded, invalidArgType, invalidArgValue } = require("internal/errors");
const keys = require("web/crypto/keys");
const der = require("web/crypto/der");
const { HASH_BYTES } = require("web/crypto/derivation");
const { privateKey, publicKey } = require("internal/crypto/key_object");
const streaming = require("internal/crypto/streaming");
const { bytes, chunk, failed, hashOf, later, needHash, result } = require("internal/crypto/values");

const PKCS1 = 1;
const NONE = 3;
const OAEP = 4;
const PSS = 6;
const SALT_DIGEST = -1;
const SALT_AUTO = -2;
const EMPTY = new Uint8Array(0);

const isRsa = (key) => key.kind.startsWith("rsa");
const modulusOf = (key) => keys.rsaNumbers(keys.publicOf(key))[0];
const digestOf = (hash, data) => new Uint8Array(native.cryptoDigest(hash, data));
const invalidPadding = (padding) => invalidArgValue("options.padding", padding);

// r and s of an ECDSA signature, as in IEEE P1363 and as DER (RFC 3279 section 2.2.3).
const toDer = (signature) => {
  const size = signature.length / 2;
  return der.writeSequence(der.writeUnsigned(signature.subarray(0, size)), der.writeUnsigned(signature.subarray(size)));
};
const fromDer = (signature, size) => der.reading(() => {
  const numbers = der.sequence(signature).map(der.unsigned);
  if (numbers.length !== 2 || numbers.some(({ length }) => length > size)) return undefined;
  const whole = new Uint8Array(size * 2);
  numbers.forEach((number, i) => whole.set(number, (i + 1) * size - number.length));
  return whole;
});
const isP1363 = ({ dsaEncoding = "der" }) => {
  if (dsaEncoding !== "der" && dsaEncoding !== "ieee-p1363") throw invalidArgValue("options.dsaEncoding", dsaEncoding);
  return dsaEncoding === "ieee-p1363";
};

// Bytes of the longest salt: what the modulus has beside the hash and two bytes.
const longestSalt = (key, hash) => {
  const modulus = modulusOf(key);
  const bits = modulus.length * 8 - Math.clz32(modulus[0]) + 24;
  return Math.ceil((bits - 1) / 8) - HASH_BYTES[hash] - 2;
};
// The length of the salt in a signature: what follows the first 1 in the unmasked block (RFC 8017
// section 9.1.2, steps 7 to 10).
const saltIn = (key, hash, signature) => {
  const power = native.cryptoRsaPublic(key.public, signature);
  if (!power) return undefined;
  const modulus = modulusOf(key);
  const spare = Math.clz32(modulus[0]) - 24 === 7 ? 1 : 0;
  const block = new Uint8Array(power).subarray(spare);
  const size = HASH_BYTES[hash];
  const masked = block.slice(0, Math.max(block.length - size - 1, 0));
  const seed = block.subarray(masked.length, masked.length + size);
  for (let at = 0, count = 0; at < masked.length; at += size, count++) {
    const mask = digestOf(hash, der.concat(seed, [0, 0, count >> 8, count & 255]));
    for (let i = 0; i < size && at + i < masked.length; i++) masked[at + i] ^= mask[i];
  }
  masked[0] &= 0xff >> (spare ? 0 : Math.clz32(modulus[0]) - 24 + 1);
  const one = masked.findIndex((byte) => byte !== 0);
  return one < 0 || masked[one] !== 1 ? undefined : masked.length - one - 1;
};
const saltOption = ({ saltLength }) => {
  if (saltLength !== undefined && (!Number.isInteger(saltLength) || saltLength < SALT_AUTO)) {
    throw invalidArgValue("options.saltLength", saltLength);
  }
  return saltLength ?? SALT_AUTO;
};

const paddingOf = (key, { padding = key.kind === "rsa-pss" ? PSS : PKCS1 }) => {
  if (padding !== PKCS1 && padding !== PSS) throw invalidPadding(padding);
  return padding;
};
const signed = (key, hash, data, options) => {
  if (key.kind === "Ed25519") {
    if (hash !== undefined) throw failed("ERR_OSSL_EVP_UNSUPPORTED", "Ed25519 signs without a digest: give null");
    return native.cryptoEd25519Sign(key.scalar, data);
  }
  if (key.kind === "ec") {
    const signature = native.cryptoEcSign(key.curve, key.scalar, digestOf(hash ?? "SHA-256", data));
    return isP1363(options) ? signature : toDer(new Uint8Array(signature));
  }
  if (!isRsa(key)) throw failed("ERR_OSSL_EVP_OPERATION_NOT_SUPPORTED_FOR_THIS_KEYTYPE", `a ${key.kind} key cannot sign`);
  const name = hash ?? "SHA-256";
  const digest = digestOf(name, data);
  let signature;
  if (paddingOf(key, options) === PSS) {
    const asked = saltOption(options);
    const salt = asked === SALT_DIGEST ? HASH_BYTES[name] : asked === SALT_AUTO ? longestSalt(key, name) : asked;
    signature = salt < 0 ? null : native.cryptoRsaSign(key.secret, digest, name, salt);
  } else {
    signature = native.cryptoRsaSign(key.secret, keys.digestInfo(name, digest), null, 0);
  }
  if (!signature) throw failed("ERR_OSSL_RSA_DIGEST_TOO_BIG_FOR_RSA_KEY", "the digest is too long for the RSA key");
  return signature;
};
const verified = (key, hash, data, options, signature) => {
  if (key.kind === "Ed25519") {
    if (hash !== undefined) throw failed("ERR_OSSL_EVP_UNSUPPORTED", "Ed25519 signs without a digest: give null");
    return native.cryptoEd25519Verify(key.point, data, signature);
  }
  if (key.kind === "ec") {
    const whole = isP1363(options) ? signature : fromDer(signature, keys.CURVES[key.curve].size);
    return whole !== undefined && native.cryptoEcVerify(key.curve, key.point, digestOf(hash ?? "SHA-256", data), whole);
  }
  if (!isRsa(key)) throw failed("ERR_OSSL_EVP_OPERATION_NOT_SUPPORTED_FOR_THIS_KEYTYPE", `a ${key.kind} key cannot verify`);
  const name = hash ?? "SHA-256";
  const digest = digestOf(name, data);
  if (paddingOf(key, options) === PSS) {
    const asked = saltOption(options);
    const salt = asked === SALT_DIGEST ? HASH_BYTES[name] : asked === SALT_AUTO ? saltIn(key, name, signature) : asked;
    return salt !== undefined && native.cryptoRsaVerify(key.public, digest, name, salt, signature);
  }
  return native.cryptoRsaVerify(key.public, keys.digestInfo(name, digest), null, 0, signature);
};
const optionsOf = (key) => (key !== null && typeof key === "object" && !ArrayBuffer.isView(key) ? key : {});

const updates = new WeakMap();
class Signing {
  #hash;
  constructor(algorithm, options) {
    if (typeof algorithm !== "string") throw invalidArgType("algorithm", "of type string", algorithm);
    this.#hash = hashOf(algorithm);
    if (!this.#hash) throw coded(Error, "ERR_CRYPTO_INVALID_DIGEST", "Invalid digest");
    updates.set(this, []);
    Object.defineProperty(this, "_options", { value: options, enumerable: false });
  }
  update(data, encoding) {
    const given = chunk(data, encoding);
    updates.get(this).push(typeof data === "string" ? given : given.slice());
    return this;
  }
  static input(object) { return [object.#hash, der.concat(...updates.get(object))]; }
}
class Sign extends Signing {
  sign(key, encoding) {
    if (!key) throw coded(Error, "ERR_CRYPTO_SIGN_KEY_REQUIRED", "No key provided to sign");
    const [hash, data] = Signing.input(this);
    return result(signed(privateKey(key), hash, data, optionsOf(key)), encoding);
  }
}
class Verify extends Signing {
  verify(key, signature, encoding) {
    const [hash, data] = Signing.input(this);
    return verified(publicKey(key), hash, data, optionsOf(key), bytes(signature, encoding, "signature"));
  }
}
for (const type of [Sign, Verify]) {
  streaming(type, (object, data, encoding) => { object.update(data, encoding); }, () => undefined);
}

const algorithmOf = (algorithm) => (algorithm === null || algorithm === undefined ? undefined : needHash(algorithm, "algorithm"));
const oneShot = (run, callback) => (callback === undefined ? run() : later(callback, run));

// RSA encryption.
const rsaOptions = (key) => {
  const { padding, oaepHash = "sha1", oaepLabel, encoding } = optionsOf(key);
  const hash = needHash(oaepHash, "key.oaepHash");
  return { padding, hash, label: oaepLabel === undefined ? EMPTY : bytes(oaepLabel, encoding, "key.oaepLabel"), encoding };
};
const needRsa = (key) => {
  if (!isRsa(key)) throw failed("ERR_OSSL_EVP_OPERATION_NOT_SUPPORTED_FOR_THIS_KEYTYPE", `a ${key.kind} key cannot encrypt`);
  return key;
};
const done = (value, code, message) => {
  if (!value) throw failed(code, message);
  return result(value);
};
const wholeBlock = (key, data) => {
  const { length } = modulusOf(key);
  if (data.length !== length) {
    throw failed("ERR_OSSL_RSA_DATA_TOO_SMALL_FOR_KEY_SIZE", `without padding, the data must be ${length} bytes long`);
  }
  return data;
};

module.exports = {
  Sign, Verify,
  createSign: (algorithm, options) => new Sign(algorithm, options),
  createVerify: (algorithm, options) => new Verify(algorithm, options),
  sign(algorithm, data, key, callback) {
    const [hash, input] = [algorithmOf(algorithm), bytes(data)];
    if (!key) throw coded(Error, "ERR_CRYPTO_SIGN_KEY_REQUIRED", "No key provided to sign");
    const own = privateKey(key);
    return oneShot(() => result(signed(own, hash, input, optionsOf(key))), callback);
  },
  verify(algorithm, data, key, signature, callback) {
    const [hash, input, given] = [algorithmOf(algorithm), bytes(data), bytes(signature, undefined, "signature")];
    const own = publicKey(key);
    return oneShot(() => verified(own, hash, input, optionsOf(key), given), callback);
  },
  publicEncrypt(key, buffer) {
    const own = needRsa(publicKey(key));
    const { padding = OAEP, hash, label, encoding } = rsaOptions(key);
    const data = bytes(buffer, encoding, "buffer");
    const encrypted = padding === OAEP ? native.cryptoRsaEncrypt(own.public, data, hash, hash, label)
      : padding === PKCS1 ? native.cryptoRsaEncrypt(own.public, data, null)
      : padding === NONE ? native.cryptoRsaPublic(own.public, wholeBlock(own, data))
      : (() => { throw invalidPadding(padding); })();
    return done(encrypted, "ERR_OSSL_RSA_DATA_TOO_LARGE_FOR_KEY_SIZE", "the data is too large for the RSA key");
  },
  privateDecrypt(key, buffer) {
    const own = needRsa(privateKey(key));
    const { padding = OAEP, hash, label, encoding } = rsaOptions(key);
    const data = bytes(buffer, encoding, "buffer");
    // As Node 22, whose OpenSSL has no implicit rejection either (CVE-2023-46809).
    if (padding === PKCS1) {
      throw coded(TypeError, "ERR_INVALID_ARG_VALUE", "RSA_PKCS1_PADDING is no longer supported for private decryption");
    }
    const decrypted = padding === OAEP ? native.cryptoRsaDecrypt(own.secret, data, hash, hash, label)
      : padding === NONE ? native.cryptoRsaPrivate(own.secret, wholeBlock(own, data))
      : (() => { throw invalidPadding(padding); })();
    return done(decrypted, "ERR_OSSL_RSA_OAEP_DECODING_ERROR", "error:02000079:rsa routines::oaep decoding error");
  },
  // A signature's padding around data that is no DigestInfo.
  privateEncrypt(key, buffer) {
    const own = needRsa(privateKey(key));
    const { padding = PKCS1, encoding } = rsaOptions(key);
    const data = bytes(buffer, encoding, "buffer");
    const encrypted = padding === PKCS1 ? native.cryptoRsaSign(own.secret, data, null, 0)
      : padding === NONE ? native.cryptoRsaPrivate(own.secret, wholeBlock(own, data))
      : (() => { throw invalidPadding(padding); })();
    return done(encrypted, "ERR_OSSL_RSA_DATA_TOO_LARGE_FOR_KEY_SIZE", "the data is too large for the RSA key");
  },
  publicDecrypt(key, buffer) {
    const own = needRsa(publicKey(key));
    const { padding = PKCS1, encoding } = rsaOptions(key);
    if (padding !== PKCS1 && padding !== NONE) throw invalidPadding(padding);
    const power = native.cryptoRsaPublic(own.public, wholeBlock(own, bytes(buffer, encoding, "buffer")));
    const block = new Uint8Array(done(power, "ERR_OSSL_RSA_DATA_TOO_LARGE_FOR_MODULUS", "the data is too large for the RSA key"));
    if (padding === NONE) return result(block);
    // 00 01 FF … FF 00 data, with eight FF at least (RFC 8017 section 9.2).
    const end = block.indexOf(0, 1);
    const sound = block[0] === 0 && block[1] === 1 && end >= 10 && block.subarray(2, end).every((byte) => byte === 255);
    return done(sound ? block.slice(end + 1) : undefined, "ERR_OSSL_RSA_INVALID_PADDING", "error:0200008A:rsa routines::invalid padding");
  },
};
