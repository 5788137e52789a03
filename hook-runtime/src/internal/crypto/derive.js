// node:crypto's hkdf, pbkdf2 and scrypt.
"use strict";
const { coded, needFunction, needInteger } = require("internal/errors");
const { pbkdf2: derive } = require("web/crypto/derivation");
const { bytes, later, needHash, result } = require("internal/crypto/values");

const MOST = 2 ** 31 - 1;
const hkdf = (digest, key, salt, info, length) => {
  const hash = needHash(digest);
  const secret = require("internal/crypto/key_object").secretBytes(key);
  const [salted, context] = [bytes(salt, undefined, "salt"), bytes(info, undefined, "info")];
  needInteger(length, "length", 0, MOST);
  return () => native.cryptoHkdf(hash, secret, salted, context, length) ?? (() => {
    throw coded(RangeError, "ERR_CRYPTO_INVALID_KEYLEN", "Invalid key length");
  })();
};
const pbkdf2 = (password, salt, iterations, length, digest) => {
  const hash = needHash(digest);
  const [secret, salted] = [bytes(password, undefined, "password"), bytes(salt, undefined, "salt")];
  needInteger(iterations, "iterations", 1, MOST);
  needInteger(length, "keylen", 0, MOST);
  return () => result(derive(hash, secret, salted, iterations, length));
};
const scrypt = (password, salt, length, options = {}) => {
  const [secret, salted] = [bytes(password, undefined, "password"), bytes(salt, undefined, "salt")];
  needInteger(length, "keylen", 0, MOST);
  const { N = options.cost ?? 16384, r = options.blockSize ?? 8, p = options.parallelization ?? 1, maxmem = 32 * 2 ** 20 } = options;
  const power = Math.log2(N);
  const invalid = () => coded(RangeError, "ERR_CRYPTO_INVALID_SCRYPT_PARAMS",
    `Invalid scrypt params: N ${N}, r ${r}, p ${p} (in hooks, N × r × p may be up to 524288)`);
  if (!Number.isInteger(power) || power < 1 || 128 * N * r > maxmem) throw invalid();
  return () => result(native.cryptoScrypt(secret, salted, power, r, p, length) ?? (() => { throw invalid(); })());
};
const pair = (prepare) => ({
  sync: (...given) => prepare(...given)(),
  async(...given) {
    const callback = given.pop();
    needFunction(callback, "callback");
    later(callback, prepare(...given));
  },
});
const [hkdfs, pbkdf2s, scrypts] = [hkdf, pbkdf2, scrypt].map(pair);
module.exports = {
  hkdf: hkdfs.async, hkdfSync: hkdfs.sync,
  pbkdf2: pbkdf2s.async, pbkdf2Sync: pbkdf2s.sync,
  scrypt: scrypts.async, scryptSync: scrypts.sync,
};
