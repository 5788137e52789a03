// node:crypto's X509Certificate (RFC 5280 section 4.1): the public key, and what identifies the
// certificate. Names, validity and chains are not read: nothing here decides on trust.
"use strict";
const der = require("web/crypto/der");
const base64 = require("web/crypto/base64");
const { invalidArgType } = require("internal/errors");
const { certificateKey, made, pem } = require("internal/crypto/key_object");
const { bytesOf } = require("web/idl");
const { Buffer, failed, unavailable } = require("internal/crypto/values");

const NOT_READ = [
  "checkEmail", "checkHost", "checkIP", "checkIssued", "checkPrivateKey", "infoAccess", "issuer", "issuerCertificate",
  "keyUsage", "subject", "subjectAltName", "toLegacyObject", "validFrom", "validFromDate", "validTo", "validToDate",
  "verify", "ca",
];
const colons = (digest) => der.toHex(new Uint8Array(digest)).toUpperCase().match(/../g).join(":");

class X509Certificate {
  #whole;
  #serial;
  #key;
  constructor(input) {
    if (typeof input !== "string" && bytesOf(input) === undefined) {
      throw invalidArgType("buffer", "of type string or an instance of Buffer, TypedArray, or DataView", input);
    }
    const text = typeof input === "string" ? input : Buffer.from(bytesOf(input)).toString("latin1");
    const block = /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----([^-]*)-----END/.exec(text);
    this.#whole = block ? base64.fromBase64(block[1]) : typeof input === "string" ? undefined : bytesOf(input).slice();
    const read = this.#whole && der.reading(() => {
      const fields = der.children(der.sequence(this.#whole)[0]);
      return der.expect(fields[fields[0].tag === 0xa0 ? 1 : 0], der.TAGS.INTEGER);
    });
    if (!read) throw failed("ERR_OSSL_ASN1_WRONG_TAG", "this is no X.509 certificate, neither as PEM nor as DER");
    this.#serial = read;
  }
  get publicKey() {
    this.#key ??= certificateKey(this.#whole);
    if (!this.#key) throw failed("ERR_OSSL_UNSUPPORTED", "the certificate's public key is of a kind that is not supported");
    return made(this.#key);
  }
  get raw() { return Buffer.from(this.#whole); }
  get serialNumber() { return der.toHex(this.#serial).replace(/^00(?=.)/, "").toUpperCase(); }
  get fingerprint() { return colons(native.cryptoDigest("SHA-1", this.#whole)); }
  get fingerprint256() { return colons(native.cryptoDigest("SHA-256", this.#whole)); }
  get fingerprint512() { return colons(native.cryptoDigest("SHA-512", this.#whole)); }
  toString() { return pem("CERTIFICATE", this.#whole); }
  toJSON() { return this.toString(); }
}
for (const name of NOT_READ) {
  Object.defineProperty(X509Certificate.prototype, name, {
    configurable: true, enumerable: false, get() { throw unavailable(`X509Certificate.${name}`); },
  });
}
module.exports = { X509Certificate };
