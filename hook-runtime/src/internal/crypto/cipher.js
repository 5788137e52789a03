// node:crypto's Cipheriv and Decipheriv: AES in the modes that the native functions have.
"use strict";
const { coded, hide, invalidArgType, invalidArgValue, needString } = require("internal/errors");
const { concat } = require("web/crypto/der");
const { secretBytes } = require("internal/crypto/key_object");
const streaming = require("internal/crypto/streaming");
const { Buffer, bytes, chunk, failed, result } = require("internal/crypto/values");

const EMPTY = new Uint8Array(0);
const BLOCK = 16;
const WRAP_IV = new Uint8Array(8).fill(0xa6);
const NAMES = ["cbc", "ctr", "ecb", "gcm"].flatMap((mode) => [128, 192, 256].map((bits) => `aes-${bits}-${mode}`));
const WRAPS = [128, 192, 256].map((bits) => `aes${bits}-wrap`);
const NIDS = { "aes-128-cbc": 419, "aes-192-cbc": 423, "aes-256-cbc": 427, "aes-128-ecb": 418, "aes-192-ecb": 422, "aes-256-ecb": 426, "aes-128-ctr": 904, "aes-192-ctr": 905, "aes-256-ctr": 906, "aes-128-gcm": 895, "aes-192-gcm": 898, "aes-256-gcm": 901, "aes128-wrap": 788, "aes192-wrap": 789, "aes256-wrap": 790 };

// "aes-256-cbc", "AES256", "id-aes256-GCM" and their like: { name, mode, keyLength, ivLength }.
const cipherOf = (asked) => {
  const name = String(asked).toLowerCase().replace(/^aes(128|192|256)$/, "aes-$1-cbc")
    .replace(/^id-(aes\d+-wrap)$/, "$1").replace(/^id-aes(\d+)-gcm$/, "aes-$1-gcm");
  if (!NAMES.includes(name) && !WRAPS.includes(name)) return undefined;
  const [, bits, mode] = /(\d+)-(\w+)/.exec(name);
  return { name, mode, keyLength: bits / 8, ivLength: { ecb: 0, gcm: 12, wrap: 8 }[mode] ?? BLOCK };
};
const unsupported = () => failed(undefined, "Unsupported state or unable to authenticate data");

class Ciphering {
  #encrypt;
  #cipher;
  #key;
  #iv;
  // What was given and not yet worked on: bytes of an unfinished block.
  #rest = EMPTY;
  // CTR and GCM: how many bytes the key stream has gone. GCM: what is authenticated.
  #offset = 0;
  #encrypted = [];
  #additional = EMPTY;
  #tag;
  #tagLength;
  #padding = true;
  #final = false;
  constructor(encrypt, name, key, iv, options) {
    needString(name, "cipher");
    this.#encrypt = encrypt;
    this.#cipher = cipherOf(name);
    if (!this.#cipher) throw coded(Error, "ERR_CRYPTO_UNKNOWN_CIPHER", "Unknown cipher");
    this.#key = Uint8Array.from(secretBytes(key, options?.encoding));
    if (iv !== null && typeof iv !== "string" && !ArrayBuffer.isView(iv) && !(iv instanceof ArrayBuffer)) {
      throw invalidArgType("iv", "of type string or an instance of ArrayBuffer, Buffer, TypedArray, or DataView", iv);
    }
    const { mode, keyLength, ivLength } = this.#cipher;
    if (this.#key.length !== keyLength) throw coded(RangeError, "ERR_CRYPTO_INVALID_KEYLEN", "Invalid key length");
    this.#iv = iv === null ? EMPTY : Uint8Array.from(bytes(iv, undefined, "iv"));
    const fits = mode === "gcm" ? this.#iv.length > 0 : this.#iv.length === ivLength;
    if (!fits) throw coded(TypeError, "ERR_CRYPTO_INVALID_IV", "Invalid initialization vector");
    if (mode === "wrap" && !native.cryptoEqual(this.#iv, WRAP_IV)) {
      throw invalidArgValue("iv", iv, "must be eight bytes A6 for AES key wrap");
    }
    this.#tagLength = options?.authTagLength ?? BLOCK;
    hide(this, "_options", options);
  }
  update(data, inputEncoding, outputEncoding) {
    if (this.#final) throw unsupported();
    const given = chunk(data, inputEncoding);
    return result(this.#work(given), outputEncoding);
  }
  #work(given) {
    const { mode } = this.#cipher;
    if (mode === "ctr" || mode === "gcm") {
      const done = new Uint8Array(mode === "ctr"
        ? native.cryptoAesCtr(this.#key, this.#iv, 128, this.#offset, given)
        : native.cryptoAesGcm(this.#key, this.#iv, this.#offset, given));
      this.#offset += given.length;
      if (mode === "gcm") this.#encrypted.push(this.#encrypt ? done : given.slice());
      return done;
    }
    if (mode === "wrap") {
      const done = native.cryptoAesKw(this.#encrypt, this.#key, given);
      return done ? new Uint8Array(done) : (() => { throw failed("ERR_OSSL_EVP_BAD_DECRYPT", "the key could not be (un)wrapped"); })();
    }
    const all = concat(this.#rest, given);
    let whole = all.length - (all.length % BLOCK);
    // The last block may be padding: it waits for the end.
    if (!this.#encrypt && this.#padding && whole === all.length) whole = Math.max(whole - BLOCK, 0);
    this.#rest = all.slice(whole);
    return this.#blocks(all.subarray(0, whole));
  }
  // Whole blocks, without padding.
  #blocks(given) {
    if (given.length === 0) return EMPTY;
    if (this.#cipher.mode === "ecb") return new Uint8Array(native.cryptoAesEcb(this.#encrypt, this.#key, given));
    const done = new Uint8Array(native.cryptoAesCbc(this.#encrypt, this.#key, this.#iv, given, false));
    this.#iv = (this.#encrypt ? done : given).slice(-BLOCK);
    return done;
  }
  final(outputEncoding) {
    if (this.#final) throw unsupported();
    this.#final = true;
    return result(this.#finish(), outputEncoding);
  }
  #finish() {
    const { mode } = this.#cipher;
    if (mode === "gcm") {
      const whole = native.cryptoAesGcmTag(this.#key, this.#iv, this.#additional, concat(...this.#encrypted));
      const tag = new Uint8Array(whole).subarray(0, this.#tag?.length ?? this.#tagLength);
      if (this.#encrypt) this.#tag = tag;
      else if (!this.#tag || !native.cryptoEqual(tag, this.#tag)) throw unsupported();
      return EMPTY;
    }
    if (mode === "ctr" || mode === "wrap") return EMPTY;
    const rest = this.#rest;
    if (!this.#padding) {
      if (rest.length > 0) {
        throw failed("ERR_OSSL_WRONG_FINAL_BLOCK_LENGTH", "error:1C80006B:Provider routines::wrong final block length");
      }
      return EMPTY;
    }
    if (this.#encrypt) {
      const filling = BLOCK - rest.length;
      return this.#blocks(concat(rest, new Uint8Array(filling).fill(filling)));
    }
    if (rest.length !== BLOCK) {
      throw failed("ERR_OSSL_WRONG_FINAL_BLOCK_LENGTH", "error:1C80006B:Provider routines::wrong final block length");
    }
    const block = this.#blocks(rest);
    const filling = block[BLOCK - 1];
    if (filling < 1 || filling > BLOCK || !block.subarray(BLOCK - filling).every((byte) => byte === filling)) {
      throw failed("ERR_OSSL_BAD_DECRYPT", "error:1C800064:Provider routines::bad decrypt");
    }
    return block.slice(0, BLOCK - filling);
  }
  setAutoPadding(padding = true) {
    this.#padding = Boolean(padding);
    return this;
  }
  setAAD(data, options) {
    if (this.#cipher.mode !== "gcm" || this.#final || this.#offset > 0) throw this.#state("setAAD");
    this.#additional = concat(this.#additional, bytes(data, options?.encoding, "buffer"));
    return this;
  }
  #state(name) { return coded(Error, "ERR_CRYPTO_INVALID_STATE", `Invalid state for operation ${name}`); }
  // For the two classes below: only one direction has each.
  static authTag(object) {
    if (object.#cipher.mode !== "gcm" || !object.#final || !object.#encrypt) throw object.#state("getAuthTag");
    return Buffer.from(object.#tag);
  }
  static expectTag(object, tag, encoding) {
    if (object.#cipher.mode !== "gcm" || object.#final || object.#tag) throw object.#state("setAuthTag");
    const given = Uint8Array.from(bytes(tag, encoding, "buffer"));
    const fits = object._options?.authTagLength === undefined
      ? [4, 8, 12, 13, 14, 15, 16].includes(given.length) : given.length === object.#tagLength;
    if (!fits) throw coded(TypeError, "ERR_CRYPTO_INVALID_AUTH_TAG", `Invalid authentication tag length: ${given.length}`);
    object.#tag = given;
    return object;
  }
}
class Cipheriv extends Ciphering {
  constructor(name, key, iv, options) { super(true, name, key, iv, options); }
  getAuthTag() { return Ciphering.authTag(this); }
}
class Decipheriv extends Ciphering {
  constructor(name, key, iv, options) { super(false, name, key, iv, options); }
  setAuthTag(tag, encoding) { return Ciphering.expectTag(this, tag, encoding); }
}
for (const type of [Cipheriv, Decipheriv]) {
  streaming(type, (object, data, encoding) => object.update(data, encoding), (object) => object.final());
}

module.exports = {
  Cipheriv, Decipheriv,
  createCipheriv: (name, key, iv, options) => new Cipheriv(name, key, iv, options),
  createDecipheriv: (name, key, iv, options) => new Decipheriv(name, key, iv, options),
  getCiphers: () => [...NAMES, "aes128", "aes192", "aes256", ...WRAPS, ...WRAPS.map((name) => `id-${name}`),
    "id-aes128-GCM", "id-aes192-GCM", "id-aes256-GCM"].sort(),
  getCipherInfo(name, options = {}) {
    const known = typeof name === "number" ? cipherOf(Object.keys(NIDS).find((it) => NIDS[it] === name)) : cipherOf(name);
    if (!known) return undefined;
    const { keyLength = known.keyLength, ivLength = known.ivLength } = options;
    if (keyLength !== known.keyLength || (known.mode !== "gcm" && ivLength !== known.ivLength)) return undefined;
    return {
      mode: known.mode, name: known.mode === "gcm" ? known.name.replace(/aes-(\d+)-gcm/, "id-aes$1-gcm") : known.name, nid: NIDS[known.name],
      ...(["cbc", "ecb", "wrap"].includes(known.mode) ? { blockSize: known.mode === "wrap" ? 8 : BLOCK } : { blockSize: 1 }),
      ...(ivLength > 0 ? { ivLength } : {}), keyLength,
    };
  },
};
