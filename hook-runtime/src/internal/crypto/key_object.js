// node:crypto's KeyObject and how keys are read: PEM (RFC 7468), DER, JSON Web Keys, certificates.
"use strict";
const { coded, invalidArgType, invalidArgValue } = require("internal/errors");
const keys = require("web/crypto/keys");
const der = require("web/crypto/der");
const base64 = require("web/crypto/base64");
const { bytesOf } = require("web/idl");
const { Buffer, bytes, failed, result, unavailable } = require("internal/crypto/values");

const CURVES = { prime256v1: "P-256", secp384r1: "P-384", secp521r1: "P-521" };
const opensslCurve = (curve) => Object.keys(CURVES).find((name) => CURVES[name] === curve);
// By either name.
const curveOf = (name) => CURVES[name] ?? (Object.hasOwn(keys.CURVES, name) ? name : undefined);

const HANDLE = Symbol("key");
let dataOf;
class KeyObject {
  #type;
  #data;
  constructor(type, data) {
    if (data?.[HANDLE] === undefined) throw invalidArgType("handle", "of type object", data);
    this.#type = type;
    this.#data = data[HANDLE];
  }
  static from(key) {
    const slots = require("web/crypto").slotsOf(key);
    if (!slots) throw invalidArgType("key", "an instance of CryptoKey", key);
    return made(slots.bytes ?? slots.key);
  }
  get type() { return this.#type; }
  get [Symbol.toStringTag]() { return "KeyObject"; }
  equals(other) {
    const theirs = dataOf(other);
    if (!theirs) throw invalidArgType("otherKeyObject", "an instance of KeyObject", other);
    if (this.#type !== other.type) return false;
    const [left, right] = [this.#data, theirs].map((data) =>
      data instanceof Uint8Array ? data : data.private ? keys.toPkcs8(data) : keys.toSpki(data));
    return left.length === right.length && native.cryptoEqual(left, right);
  }
  static { dataOf = (value) => value !== null && typeof value === "object" && #data in value ? value.#data : undefined; }
}
class SecretKeyObject extends KeyObject {
  get symmetricKeySize() { return dataOf(this).length; }
  export(options = {}) {
    if (options.format === "jwk") return { kty: "oct", k: base64.toBase64url(dataOf(this)) };
    if (options.format !== undefined && options.format !== "buffer") throw invalidArgValue("options.format", options.format);
    return Buffer.from(dataOf(this));
  }
}
class AsymmetricKeyObject extends KeyObject {
  get asymmetricKeyType() { return dataOf(this).kind.toLowerCase(); }
  get asymmetricKeyDetails() {
    const key = dataOf(this);
    if (key.kind === "ec") return { namedCurve: opensslCurve(key.curve) };
    if (!key.kind.startsWith("rsa")) return {};
    const [modulus, exponent] = keys.rsaNumbers(keys.publicOf(key));
    return {
      modulusLength: modulus.length * 8 - Math.clz32(modulus[0]) + 24,
      publicExponent: BigInt(`0x${der.toHex(exponent)}`),
    };
  }
}
const pem = (label, body) => {
  const lines = base64.toBase64(body).match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
};
// `forms`: type → [PEM label, () => DER].
const exported = (key, options, forms) => {
  if (options === null || typeof options !== "object") throw invalidArgType("options", "of type object", options);
  if (options.format === "jwk") return keys.toJwk(key);
  if (options.cipher !== undefined || options.passphrase !== undefined) {
    throw unavailable("KeyObject.export", "keys cannot be encrypted here");
  }
  if (!Object.hasOwn(forms, options.type)) throw invalidArgValue("options.type", options.type);
  const [label, write, kind] = forms[options.type];
  if (kind && !key.kind.startsWith(kind)) {
    throw coded(Error, "ERR_CRYPTO_INCOMPATIBLE_KEY_OPTIONS",
      `The selected key encoding ${options.type} can only be used for ${kind.toUpperCase()} keys.`);
  }
  if (options.format === "pem") return pem(label, write(key));
  if (options.format === "der") return result(write(key));
  throw invalidArgValue("options.format", options.format);
};
const PUBLIC_FORMS = {
  spki: ["PUBLIC KEY", keys.toSpki],
  pkcs1: ["RSA PUBLIC KEY", (key) => key.public, "rsa"],
};
const PRIVATE_FORMS = {
  pkcs8: ["PRIVATE KEY", keys.toPkcs8],
  pkcs1: ["RSA PRIVATE KEY", (key) => key.secret, "rsa"],
  sec1: ["EC PRIVATE KEY", (key) => keys.toSec1(key), "ec"],
};
class PublicKeyObject extends AsymmetricKeyObject {
  export(options) { return exported(dataOf(this), options, PUBLIC_FORMS); }
}
class PrivateKeyObject extends AsymmetricKeyObject {
  export(options) { return exported(dataOf(this), options, PRIVATE_FORMS); }
}
const made = (data) => data instanceof Uint8Array ? new SecretKeyObject("secret", { [HANDLE]: data })
  : data.private ? new PrivateKeyObject("private", { [HANDLE]: data })
  : new PublicKeyObject("public", { [HANDLE]: data });

// Reading. Each gives a key as of web/crypto/keys, public or private.
const undecodable = () => failed("ERR_OSSL_UNSUPPORTED", "error:1E08010C:DECODER routines::unsupported");
const certificateKey = (whole) => der.reading(() => {
  const [body] = der.sequence(whole);
  const fields = der.children(body);
  return keys.fromSpki(fields[fields[0].tag === 0xa0 ? 6 : 5].whole);
});
const LABELS = {
  "PUBLIC KEY": keys.fromSpki, "RSA PUBLIC KEY": keys.rsaFromPublic, CERTIFICATE: certificateKey,
  "X509 CERTIFICATE": certificateKey, "TRUSTED CERTIFICATE": certificateKey,
  "PRIVATE KEY": keys.fromPkcs8, "RSA PRIVATE KEY": keys.rsaFromPrivate, "EC PRIVATE KEY": keys.fromSec1,
};
const PEM_BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----([^-]*(?:-(?!----)[^-]*)*)-----END \1-----/g;
const encryptedKey = () =>
  coded(Error, "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM", "Encrypted private keys cannot be read in hooks: store the key as a secret instead");
const fromPem = (text) => {
  for (const [, label, body] of text.matchAll(PEM_BLOCK)) {
    if (label === "ENCRYPTED PRIVATE KEY" || /^Proc-Type:.*ENCRYPTED/m.test(body)) throw encryptedKey();
    if (Object.hasOwn(LABELS, label)) {
      const decoded = base64.fromBase64(body);
      return decoded && LABELS[label](decoded);
    }
  }
  return undefined;
};
const PRIVATE_DER = { pkcs8: keys.fromPkcs8, pkcs1: keys.rsaFromPrivate, sec1: keys.fromSec1 };
const PUBLIC_DER = { spki: keys.fromSpki, pkcs1: keys.rsaFromPublic };
// Where a public key is wanted, a private one will do.
const fromDer = (whole, type, wantsPrivate) => {
  const readers = [...(wantsPrivate ? [] : [PUBLIC_DER]), PRIVATE_DER].filter((it) => Object.hasOwn(it, type));
  if (readers.length === 0) throw invalidArgValue("key.type", type);
  return readers.reduce((found, reader) => found ?? reader[type](whole), undefined);
};
const EXPECTED = "of type string or an instance of ArrayBuffer, Buffer, TypedArray, DataView, KeyObject, or CryptoKey";
const read = (input, wantsPrivate) => {
  const known = dataOf(input);
  if (known) return known;
  const slots = require("web/crypto").slotsOf(input);
  if (slots) return slots.bytes ?? slots.key;
  const plain = typeof input === "string" || bytesOf(input) !== undefined;
  if (!plain && (input === null || typeof input !== "object")) throw invalidArgType("key", EXPECTED, input);
  const { key, format = "pem", type, encoding } = plain ? { key: input } : input;
  if (format === "jwk") {
    if (key === null || typeof key !== "object") throw invalidArgType("key.key", "of type object", key);
    const found = keys.fromJwk(key);
    if (!found) throw coded(Error, "ERR_CRYPTO_INVALID_JWK", "Invalid JWK data");
    return found;
  }
  if (!plain && (dataOf(key) || require("web/crypto").slotsOf(key))) return read(key, wantsPrivate);
  if (typeof key !== "string" && bytesOf(key) === undefined) throw invalidArgType(plain ? "key" : "key.key", EXPECTED, key);
  const whole = bytes(key, encoding, "key");
  const found = format === "der" ? fromDer(whole, type, wantsPrivate)
    : format === "pem" ? fromPem(Buffer.from(whole.buffer, whole.byteOffset, whole.byteLength).toString("latin1"))
    : (() => { throw invalidArgValue("key.format", format); })();
  if (!found) throw undecodable();
  return found;
};
const wrongType = (found, expected) => coded(TypeError, "ERR_CRYPTO_INVALID_KEY_OBJECT_TYPE",
  `Invalid key object type ${found}, expected ${expected}.`);
// The key for an operation with a private, or a public one (to which a private key serves as well).
const privateKey = (input) => {
  const key = read(input, true);
  if (key instanceof Uint8Array) throw wrongType("secret", "private");
  if (key.private) return key;
  if (dataOf(input) || dataOf(input?.key)) throw wrongType("public", "private");
  throw undecodable();
};
const publicKey = (input) => {
  const key = read(input, false);
  if (key instanceof Uint8Array) throw wrongType("secret", "private or public");
  return key;
};

// The bytes of a secret: a KeyObject, a CryptoKey, a string or bytes.
const secretBytes = (key, encoding) => {
  const data = dataOf(key) ?? require("web/crypto").slotsOf(key)?.bytes;
  if (data instanceof Uint8Array) return data;
  if (data) throw wrongType(key.type, "secret");
  return bytes(key, encoding, "key");
};

module.exports = {
  KeyObject, PublicKeyObject, PrivateKeyObject, SecretKeyObject,
  curveOf, opensslCurve, secretBytes, privateKey, publicKey, certificateKey, pem, made,
  createSecretKey: (key, encoding) => made(Uint8Array.from(secretBytes(key, encoding))),
  createPrivateKey(input) {
    if (dataOf(input)) throw invalidArgType("key", "of type string or an instance of ArrayBuffer, Buffer, TypedArray, or DataView", input);
    return made(privateKey(input));
  },
  createPublicKey(input) {
    if (dataOf(input) && input.type !== "private") throw wrongType(input.type, "private");
    return made(keys.publicOf(publicKey(input)));
  },
};
