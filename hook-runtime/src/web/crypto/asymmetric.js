// RSA (Web Cryptography sections 20 to 22), ECDSA and ECDH (sections 23 and 24), Ed25519 and X25519
// (sections 25 and 26).
"use strict";
const keys = require("web/crypto/keys");
const common = require("web/crypto/common");
const { slotsOf } = require("web/crypto");
const { fail, fromNative } = common;

const slots = (key, algorithm, extractable, usages) => ({
  type: key.private ? "private" : "public", algorithm, extractable, usages: common.normalizeUsages(usages), key,
});

// What the algorithms have in common. `family`: name, usages { public, private }, expected (kty, use, alg
// of a JWK for that algorithm), check (key, algorithm): fails when the key is of another kind; describe
// (key, algorithm): the public [[algorithm]].
const asymmetric = (family, operations) => ({
  importKey(format, data, algorithm, extractable, usages) {
    const { name } = algorithm;
    const { kty, use, alg } = family.expected(algorithm);
    const isPrivate = format === "pkcs8" || (format === "jwk" && data.d !== undefined);
    const read = { raw: family.raw, spki: keys.fromSpki, pkcs8: keys.fromPkcs8, jwk: keys.fromJwk };
    if (!read[format]) common.unsupportedFormat(name, format);
    family.checkParameters?.(algorithm);
    common.checkUsages(usages, family.usages[isPrivate ? "private" : "public"], `a ${isPrivate ? "private" : "public"} ${name} key`);
    if (format === "jwk") {
      common.checkJwk(data, { kty, use }, extractable, usages);
      family.checkJwk(data, algorithm);
      if (alg && data.alg !== undefined && !alg.includes(data.alg)) {
        fail("DataError", `the JWK's alg is "${data.alg}", expected ${alg.join(" or ")}`);
      }
    }
    const key = read[format](data, algorithm);
    if (!key || !family.fits(key, algorithm)) common.malformed(name, format);
    return slots(key, family.describe(key, algorithm), extractable, usages);
  },
  exportKey(format, own) {
    const { key, algorithm } = own;
    if (format === "jwk") return common.exported({ ...keys.toJwk(key), ...family.exportedAlg(algorithm) }, own);
    if (format === "pkcs8") {
      common.needsType(own, "private");
      return keys.toPkcs8(key).buffer;
    }
    if (format !== "spki" && !(format === "raw" && family.raw)) common.unsupportedFormat(algorithm.name, format);
    common.needsType(own, "public");
    return format === "spki" ? keys.toSpki(key).buffer : key.point.slice().buffer;
  },
  generateKey(algorithm, extractable, usages) {
    const { usages: allowed } = family;
    common.checkUsages(usages, [...allowed.public, ...allowed.private], `an ${algorithm.name} key`);
    const key = family.generate(algorithm) ?? fail("OperationError", "no key could be made");
    const described = family.describe(key, algorithm);
    return {
      publicKey: slots(keys.publicOf(key), described, true, usages.filter((it) => allowed.public.includes(it))),
      privateKey: slots(key, described, extractable, usages.filter((it) => allowed.private.includes(it))),
    };
  },
  ...operations,
});
const SIGNATURE = { public: ["verify"], private: ["sign"] };
const AGREEMENT = { public: [], private: ["deriveKey", "deriveBits"] };

// RSA.
const RSA_PRIMES = ["p", "q", "dp", "dq", "qi"];
const bitLength = (bytes) => bytes.length * 8 - Math.clz32(bytes[0]) + 24;
const RSA_ALG = {
  "RSASSA-PKCS1-v1_5": (size) => `RS${size}`,
  "RSA-PSS": (size) => `PS${size}`,
  "RSA-OAEP": (size) => (size === "1" ? "RSA-OAEP" : `RSA-OAEP-${size}`),
};
const rsaAlg = ({ name, hash }) => RSA_ALG[name](hash.name.slice(4));
const rsa = (usages, use, operations) => asymmetric({
  usages,
  expected: (algorithm) => ({ kty: "RSA", use, alg: [rsaAlg(algorithm)] }),
  checkJwk(jwk) {
    if (jwk.oth !== undefined) fail("NotSupportedError", "RSA keys of more than two primes are not supported");
    if (jwk.d !== undefined && RSA_PRIMES.every((name) => jwk[name] === undefined)) {
      fail("NotSupportedError", "RSA private keys without their primes are not supported");
    }
  },
  fits: ({ kind }) => kind === "rsa",
  describe(key, { name, hash }) {
    const [modulus, exponent] = keys.rsaNumbers(keys.publicOf(key));
    return { name, modulusLength: bitLength(modulus), publicExponent: exponent.slice(), hash: { name: hash.name } };
  },
  exportedAlg: (algorithm) => ({ alg: rsaAlg(algorithm) }),
  generate({ modulusLength, publicExponent }) {
    // The exponents that are used: 3 and 65537. Others make bad keys, or none.
    const exponent = publicExponent.reduce((number, byte) => number * 256 + byte, 0);
    if (exponent !== 3 && exponent !== 65537) fail("OperationError", "the publicExponent is neither 3 nor 65537");
    if (modulusLength < 256 || modulusLength > 4096) {
      fail("OperationError", `the modulusLength is ${modulusLength}, expected 256 to 4096`);
    }
    return keys.generateRsa(modulusLength, publicExponent);
  },
}, operations);
const hashed = (own, data) => new Uint8Array(native.cryptoDigest(own.algorithm.hash.name, data));
const pkcs1 = (own, data) => keys.digestInfo(own.algorithm.hash.name, hashed(own, data));
const LABEL = new Uint8Array(0);
const oaep = ({ label = LABEL }, { name }) => [name, name, label];

// Curves.
const ecParameters = ({ namedCurve }) => {
  if (!Object.hasOwn(keys.CURVES, namedCurve)) fail("NotSupportedError", `the curve "${namedCurve}" is not supported`);
};
const ec = (usages, use, algOf, operations) => asymmetric({
  usages,
  raw: (bytes, { namedCurve }) => keys.ecFromPoint(namedCurve, bytes),
  checkParameters({ namedCurve }) {
    if (!Object.hasOwn(keys.CURVES, namedCurve)) fail("DataError", `the curve "${namedCurve}" is not supported`);
  },
  expected: ({ namedCurve }) => ({ kty: "EC", use, alg: algOf?.(namedCurve) }),
  checkJwk(jwk, { namedCurve }) {
    if (jwk.crv !== namedCurve) fail("DataError", `the JWK's crv is "${jwk.crv}", expected "${namedCurve}"`);
  },
  fits: ({ kind, curve }, { namedCurve }) => kind === "ec" && curve === namedCurve,
  describe: (key, { name, namedCurve }) => ({ name, namedCurve }),
  exportedAlg: () => ({}),
  generate(algorithm) {
    ecParameters(algorithm);
    return keys.generateEc(algorithm.namedCurve);
  },
}, operations);
const okp = (name, usages, use, alg, operations) => asymmetric({
  usages,
  raw: (bytes) => keys.okpFromPoint(name, bytes),
  expected: () => ({ kty: "OKP", use, alg }),
  checkJwk(jwk) {
    if (jwk.crv !== name) fail("DataError", `the JWK's crv is "${jwk.crv}", expected "${name}"`);
  },
  fits: ({ kind }) => kind === name,
  describe: () => ({ name }),
  exportedAlg: () => (name === "Ed25519" ? { alg: "Ed25519" } : {}),
  generate: () => keys.generateOkp(name),
}, operations);

// The first `length` bits of a shared secret; null is all of it.
const first = (secret, length) => {
  const bytes = new Uint8Array(secret);
  if (length === null) return secret;
  if (length > bytes.length * 8) fail("OperationError", `the secret has ${bytes.length * 8} bits, fewer than ${length}`);
  const clipped = bytes.slice(0, Math.ceil(length / 8));
  if (length % 8 !== 0) clipped[clipped.length - 1] &= 0xff << (8 - (length % 8));
  return clipped.buffer;
};
const agree = (compute) => (algorithm, own, length) => {
  common.needsType(own, "private");
  const other = slotsOf(algorithm.public);
  common.needsType(other, "public");
  if (other.algorithm.name !== own.algorithm.name || other.algorithm.namedCurve !== own.algorithm.namedCurve) {
    fail("InvalidAccessError", "the public key is of another algorithm");
  }
  return first(fromNative(compute(own.key, other.key)), length);
};
const x25519 = (key, other) => {
  const secret = native.cryptoX25519(key.scalar, other.point);
  return new Uint8Array(secret).some((byte) => byte !== 0) ? secret : null;
};
const signs = (run) => (algorithm, own, data) => {
  common.needsType(own, "private");
  return fromNative(run(own, data, algorithm), "the key cannot sign this");
};
const verifies = (run) => (algorithm, own, signature, data) => {
  common.needsType(own, "public");
  return run(own, data, signature, algorithm);
};
const digestOf = ({ hash }, data) => native.cryptoDigest(hash.name, data);

module.exports = {
  "RSASSA-PKCS1-v1_5": rsa(SIGNATURE, "sig", {
    sign: signs((own, data) => native.cryptoRsaSign(own.key.secret, pkcs1(own, data), null, 0)),
    verify: verifies((own, data, signature) =>
      native.cryptoRsaVerify(own.key.public, pkcs1(own, data), null, 0, signature)),
  }),
  "RSA-PSS": rsa(SIGNATURE, "sig", {
    sign: signs((own, data, { saltLength }) =>
      native.cryptoRsaSign(own.key.secret, hashed(own, data), own.algorithm.hash.name, saltLength)),
    verify: verifies((own, data, signature, { saltLength }) =>
      native.cryptoRsaVerify(own.key.public, hashed(own, data), own.algorithm.hash.name, saltLength, signature)),
  }),
  "RSA-OAEP": rsa({ public: ["encrypt", "wrapKey"], private: ["decrypt", "unwrapKey"] }, "enc", {
    encrypt(algorithm, own, data) {
      common.needsType(own, "public");
      return fromNative(native.cryptoRsaEncrypt(own.key.public, data, ...oaep(algorithm, own.algorithm.hash)));
    },
    decrypt(algorithm, own, data) {
      common.needsType(own, "private");
      return fromNative(native.cryptoRsaDecrypt(own.key.secret, data, ...oaep(algorithm, own.algorithm.hash)));
    },
  }),
  ECDSA: ec(SIGNATURE, "sig", (curve) => [`ES${curve === "P-521" ? 512 : curve.slice(2)}`], {
    sign: signs(({ key }, data, algorithm) => native.cryptoEcSign(key.curve, key.scalar, digestOf(algorithm, data))),
    verify: verifies(({ key }, data, signature, algorithm) =>
      native.cryptoEcVerify(key.curve, key.point, digestOf(algorithm, data), signature)),
  }),
  ECDH: ec(AGREEMENT, "enc", undefined, {
    deriveBits: agree((key, other) => native.cryptoEcdh(key.curve, key.scalar, other.point)),
  }),
  Ed25519: okp("Ed25519", SIGNATURE, "sig", ["EdDSA", "Ed25519"], {
    sign: signs(({ key }, data) => native.cryptoEd25519Sign(key.scalar, data)),
    verify: verifies(({ key }, data, signature) => native.cryptoEd25519Verify(key.point, data, signature)),
  }),
  X25519: okp("X25519", AGREEMENT, "enc", undefined, { deriveBits: agree(x25519) }),
};
