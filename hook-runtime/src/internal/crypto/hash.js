// node:crypto's Hash and Hmac, and `hash()`. What is updated is kept until the digest is asked for.
"use strict";
const { coded, invalidArgType, needString } = require("internal/errors");
const { concat } = require("web/crypto/der");
const streaming = require("internal/crypto/streaming");
const { bytes, chunk, hashNames, hashOf, needHash, result } = require("internal/crypto/values");

const finalized = () => coded(Error, "ERR_CRYPTO_HASH_FINALIZED", "Digest already called");
const chunks = new WeakMap();
const gathered = (object) => {
  const parts = chunks.get(object);
  if (!parts) throw finalized();
  return parts.length === 1 ? parts[0] : concat(...parts);
};
const update = (object, data, encoding) => {
  const parts = chunks.get(object);
  if (!parts) throw finalized();
  const given = chunk(data, encoding);
  // What the script overwrites afterwards does not count.
  parts.push(typeof data === "string" ? given : given.slice());
  return object;
};

class HashOf {
  #hash;
  constructor(algorithm, options) {
    if (algorithm instanceof HashOf) {
      this.#hash = algorithm.#hash;
      chunks.set(this, [gathered(algorithm)]);
    } else {
      needString(algorithm, "algorithm");
      this.#hash = hashOf(algorithm);
      if (!this.#hash) throw new Error("Digest method not supported");
      chunks.set(this, []);
    }
    Object.defineProperty(this, "_options", { value: options, enumerable: false });
  }
  copy(options) { return new Hash(this, options); }
  update(data, encoding) { return update(this, data, encoding); }
  digest(encoding) {
    const digest = native.cryptoDigest(this.#hash, gathered(this));
    chunks.delete(this);
    return result(digest, encoding);
  }
}
class HmacOf {
  #hash;
  #key;
  constructor(algorithm, key, options) {
    needString(algorithm, "hmac");
    if (key === undefined || key === null) {
      throw invalidArgType("key",
        "of type string or an instance of ArrayBuffer, Buffer, TypedArray, DataView, KeyObject, or CryptoKey", key);
    }
    // Most keys are text or bytes, for which nothing has to be loaded.
    this.#key = typeof key === "string" || ArrayBuffer.isView(key) ? Uint8Array.from(bytes(key, options?.encoding))
      : require("internal/crypto/key_object").secretBytes(key, options?.encoding);
    this.#hash = needHash(algorithm);
    chunks.set(this, []);
    Object.defineProperty(this, "_options", { value: options, enumerable: false });
  }
  update(data, encoding) { return update(this, data, encoding); }
  // Once digested, a second digest is empty.
  digest(encoding) {
    if (!chunks.has(this)) return result(new Uint8Array(0), encoding);
    const code = native.cryptoHmac(this.#hash, this.#key, gathered(this));
    chunks.delete(this);
    return result(code, encoding);
  }
}
for (const type of [HashOf, HmacOf]) {
  streaming(type, (object, data, encoding) => { update(object, data, encoding); }, (object) => object.digest());
}

// Old packages call these without `new`.
const callable = (type, name) => {
  const constructor = function (...given) { return new type(...given); };
  Object.defineProperty(constructor, "name", { value: name });
  constructor.prototype = type.prototype;
  Object.defineProperty(type.prototype, "constructor", { value: constructor, enumerable: false, writable: true, configurable: true });
  return constructor;
};
const Hash = callable(HashOf, "Hash");
const Hmac = callable(HmacOf, "Hmac");

module.exports = {
  Hash, Hmac,
  createHash: (algorithm, options) => new HashOf(algorithm, options),
  createHmac: (algorithm, key, options) => new HmacOf(algorithm, key, options),
  hash(algorithm, data, encoding = "hex") {
    needString(algorithm, "algorithm");
    const name = hashOf(algorithm);
    if (!name) throw new Error("Digest method not supported");
    const format = typeof encoding === "object" && encoding !== null ? encoding.outputEncoding ?? "hex" : encoding;
    return result(native.cryptoDigest(name, bytes(data, undefined, "input")), format);
  },
  getHashes: hashNames,
};
