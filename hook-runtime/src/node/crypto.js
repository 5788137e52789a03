// node:crypto (Node.js documentation, "Crypto") over native functions. Its parts are in
// internal/crypto/, most of them loaded when one of their members is first asked for.
"use strict";
const PARTS = {
  "internal/crypto/derive": ["hkdf", "hkdfSync", "pbkdf2", "pbkdf2Sync", "scrypt", "scryptSync"],
  "internal/crypto/key_object": ["KeyObject", "createPrivateKey", "createPublicKey", "createSecretKey"],
  "internal/crypto/sign": [
    "Sign", "Verify", "createSign", "createVerify", "privateDecrypt", "privateEncrypt", "publicDecrypt",
    "publicEncrypt", "sign", "verify",
  ],
  "internal/crypto/cipher": [
    "Cipheriv", "Decipheriv", "createCipheriv", "createDecipheriv", "getCipherInfo", "getCiphers",
  ],
  "internal/crypto/exchange": [
    "ECDH", "createECDH", "diffieHellman", "generateKey", "generateKeyPair", "generateKeyPairSync",
    "generateKeySync", "getCurves",
  ],
  "internal/crypto/x509": ["X509Certificate"],
};
const member = (name, get) => Object.defineProperty(exports, name, {
  configurable: true,
  enumerable: true,
  get() {
    const value = get();
    Object.defineProperty(exports, name, { value, writable: true, configurable: true, enumerable: true });
    return value;
  },
  set(value) {
    Object.defineProperty(exports, name, { value, writable: true, configurable: true, enumerable: true });
  },
});
for (const [part, names] of Object.entries(PARTS)) {
  for (const name of names) member(name, () => require(part)[name]);
}
// What nearly every script with `require("crypto")` uses is there before its invocations begin: loading
// costs more than the copy of what is loaded.
Object.assign(exports, require("internal/crypto/hash"), require("internal/crypto/random"));
// The old name of a source of numbers that are random enough.
for (const name of ["rng", "pseudoRandomBytes", "prng"]) {
  Object.defineProperty(exports, name, {
    configurable: true, enumerable: false, get: () => exports.randomBytes, set() {},
  });
}

const web = () => require("web/crypto").crypto;
member("webcrypto", web);
member("subtle", () => web().subtle);
exports.getRandomValues = (array) => web().getRandomValues(array);

// What hooks cannot have: finite fields (ECDH and X25519 are there), primes, SPKAC.
for (const name of [
  "Certificate", "DiffieHellman", "DiffieHellmanGroup", "checkPrime", "checkPrimeSync", "createDiffieHellman",
  "createDiffieHellmanGroup", "generatePrime", "generatePrimeSync", "getDiffieHellman", "setEngine",
]) {
  exports[name] = { [name]() { throw require("internal/crypto/values").unavailable(name); } }[name];
}
exports.getFips = () => 0;
exports.setFips = (enabled) => {
  if (enabled) throw require("internal/crypto/values").unavailable("setFips");
};
exports.secureHeapUsed = () => ({ total: 0, used: 0, utilization: 0, min: 0 });
Object.defineProperty(exports, "fips", { configurable: true, enumerable: false, get: () => 0, set: exports.setFips });

// The numbers are OpenSSL's.
exports.constants = Object.assign(Object.create(null), {
  ENGINE_METHOD_ALL: 65535, ENGINE_METHOD_NONE: 0,
  DH_CHECK_P_NOT_SAFE_PRIME: 2, DH_CHECK_P_NOT_PRIME: 1, DH_UNABLE_TO_CHECK_GENERATOR: 4, DH_NOT_SUITABLE_GENERATOR: 8,
  RSA_PKCS1_PADDING: 1, RSA_NO_PADDING: 3, RSA_PKCS1_OAEP_PADDING: 4, RSA_X931_PADDING: 5, RSA_PKCS1_PSS_PADDING: 6,
  RSA_PSS_SALTLEN_DIGEST: -1, RSA_PSS_SALTLEN_MAX_SIGN: -2, RSA_PSS_SALTLEN_AUTO: -2,
  SSL_OP_ALL: 2147485776, SSL_OP_NO_SSLv2: 0, SSL_OP_NO_SSLv3: 33554432, SSL_OP_NO_TLSv1: 67108864,
  SSL_OP_NO_TLSv1_1: 268435456, SSL_OP_NO_TLSv1_2: 134217728, SSL_OP_NO_TLSv1_3: 536870912,
  SSL_OP_NO_COMPRESSION: 131072, SSL_OP_NO_TICKET: 16384, SSL_OP_CIPHER_SERVER_PREFERENCE: 4194304,
  SSL_OP_LEGACY_SERVER_CONNECT: 4, SSL_OP_ALLOW_UNSAFE_LEGACY_RENEGOTIATION: 262144,
  TLS1_VERSION: 769, TLS1_1_VERSION: 770, TLS1_2_VERSION: 771, TLS1_3_VERSION: 772,
  POINT_CONVERSION_COMPRESSED: 2, POINT_CONVERSION_UNCOMPRESSED: 4, POINT_CONVERSION_HYBRID: 6,
});
