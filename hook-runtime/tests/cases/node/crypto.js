// node:crypto (Node.js documentation, "Crypto"). Vectors: FIPS 180-4 and RFC 1321 appendix A.5 (hashes),
// RFC 4231 (HMAC), RFC 5869 appendix A.1 (HKDF), RFC 6070 (PBKDF2), RFC 7914 section 12 (scrypt), RFC 7515
// appendix A.2 and A.3 (signatures), NIST SP 800-38A F.2.1 and F.1.1, the GCM specification's test case 4.
const crypto = require("node:crypto");
const { Buffer } = require("node:buffer");
const { promisify } = require("node:util");
const hex = (text) => Buffer.from(text, "hex");
const coded = (run, code) => equal(throws(run).code, code);

test("hashes, updated in pieces, in every encoding", () => {
  const digests = {
    md5: "900150983cd24fb0d6963f7d28e17f72", sha1: "a9993e364706816aba3e25717850c26c9cd0d89d",
    sha224: "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7",
    sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    "sha512-256": "53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23",
    ripemd160: "8eb208f7e05d987a9b044a8e98c6b087f15a0bfc",
  };
  for (const [name, digest] of Object.entries(digests)) {
    equal(crypto.createHash(name).update("a").update(Buffer.from("bc")).digest("hex"), digest, name);
    equal(crypto.createHash(name.toUpperCase()).update("616263", "hex").digest().toString("hex"), digest);
    equal(crypto.hash(name, "abc"), digest);
    ok(crypto.getHashes().includes(name));
  }
  equal(crypto.createHash("RSA-SHA256").update("abc").digest("base64url"), "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");
  ok(Buffer.isBuffer(crypto.createHash("sha1").digest()));
});
test("a hash can be copied, and is over once it is digested", () => {
  const hash = crypto.createHash("sha1").update("ab");
  const copy = hash.copy();
  equal(hash.update("c").digest("hex"), "a9993e364706816aba3e25717850c26c9cd0d89d");
  equal(copy.update("c").digest("hex"), "a9993e364706816aba3e25717850c26c9cd0d89d");
  coded(() => hash.update("d"), "ERR_CRYPTO_HASH_FINALIZED");
  coded(() => hash.digest(), "ERR_CRYPTO_HASH_FINALIZED");
  coded(() => crypto.createHash("sha1").update(5), "ERR_INVALID_ARG_TYPE");
  equal(throws(() => crypto.createHash("nonsense")).message, "Digest method not supported");
});
test("what a script overwrites after update does not count", () => {
  const bytes = Buffer.from("abc");
  const hash = crypto.createHash("sha1").update(bytes);
  bytes.fill(0);
  equal(hash.digest("hex"), "a9993e364706816aba3e25717850c26c9cd0d89d");
});
test("HMAC with keys as text, bytes and KeyObject", () => {
  const code = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
  for (const key of ["Jefe", Buffer.from("Jefe"), crypto.createSecretKey("Jefe", "utf8")]) {
    equal(crypto.createHmac("sha256", key).update("what do ya want ").update("for nothing?").digest("hex"), code);
  }
  coded(() => crypto.createHmac("sha256"), "ERR_INVALID_ARG_TYPE");
  coded(() => crypto.createHmac("nonsense", "key"), "ERR_CRYPTO_INVALID_DIGEST");
});
test("hashes are streams", async () => {
  const hash = crypto.createHash("sha1");
  const read = new Promise((resolve, reject) => hash.on("data", resolve).on("error", reject));
  hash.write("ab");
  hash.end("c");
  equal((await read).toString("hex"), "a9993e364706816aba3e25717850c26c9cd0d89d");
});

test("randomness", async () => {
  equal(crypto.randomBytes(70000).length, 70000);
  ok(crypto.randomBytes(32).some((byte) => byte !== 0));
  equal((await promisify(crypto.randomBytes)(8)).length, 8);
  const filled = crypto.randomFillSync(Buffer.alloc(64), 32);
  ok(filled.subarray(0, 32).every((byte) => byte === 0) && filled.subarray(32).some((byte) => byte !== 0));
  const numbers = Array.from({ length: 200 }, () => crypto.randomInt(3, 6));
  same([...new Set(numbers)].sort(), [3, 4, 5]);
  coded(() => crypto.randomInt(5, 5), "ERR_OUT_OF_RANGE");
  coded(() => crypto.randomBytes(-1), "ERR_OUT_OF_RANGE");
  ok(/^[0-9a-f-]{36}$/.test(crypto.randomUUID()));
  equal(crypto.getRandomValues(new Uint8Array(4)).length, 4);
});
test("timingSafeEqual", () => {
  equal(crypto.timingSafeEqual(Buffer.from("abc"), Buffer.from("abc")), true);
  equal(crypto.timingSafeEqual(Buffer.from("abc"), new Uint8Array(3)), false);
  coded(() => crypto.timingSafeEqual(Buffer.from("a"), Buffer.from("ab")), "ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH");
  coded(() => crypto.timingSafeEqual("a", "a"), "ERR_INVALID_ARG_TYPE");
});
test("keys from secrets and passwords", async () => {
  const derived = crypto.hkdfSync("sha256", Buffer.alloc(22, 11), hex("000102030405060708090a0b0c"), hex("f0f1f2f3f4f5f6f7f8f9"), 42);
  ok(derived instanceof ArrayBuffer);
  equal(Buffer.from(derived).toString("hex"),
    "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
  equal(crypto.pbkdf2Sync("password", "salt", 4096, 20, "sha1").toString("hex"), "4b007901b765489abead49d926f721d065a429c1");
  const later = await promisify(crypto.pbkdf2)("password", "salt", 2, 20, "sha1");
  equal(later.toString("hex"), "ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957");
  equal(crypto.scryptSync("", "", 64, { N: 16, r: 1, p: 1 }).toString("hex"),
    "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906");
  coded(() => crypto.scryptSync("", "", 64, { N: 15 }), "ERR_CRYPTO_INVALID_SCRYPT_PARAMS");
  coded(() => crypto.pbkdf2Sync("password", "salt", 0, 20, "sha1"), "ERR_OUT_OF_RANGE");
  coded(() => crypto.pbkdf2Sync("password", "salt", 1, 20, "nonsense"), "ERR_CRYPTO_INVALID_DIGEST");
});

const RSA = {
  kty: "RSA", e: "AQAB",
  n: "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ",
};
const EC = {
  kty: "EC", crv: "P-256", x: "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", y: "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
};
const PAYLOAD = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
test("signatures of RFC 7515, with keys from JWK and from their PEM", () => {
  const signature = Buffer.from("cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw", "base64url");
  const key = crypto.createPublicKey({ key: RSA, format: "jwk" });
  const data = `eyJhbGciOiJSUzI1NiJ9.${PAYLOAD}`;
  for (const given of [key, key.export({ type: "spki", format: "pem" }), key.export({ type: "pkcs1", format: "pem" })]) {
    equal(crypto.createVerify("RSA-SHA256").update(data).verify(given, signature), true);
    equal(crypto.verify("sha256", Buffer.from(`${data}.`), given, signature), false);
  }
  const curve = crypto.createPublicKey({ key: EC, format: "jwk" });
  const es256 = Buffer.from("DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q", "base64url");
  const signed = Buffer.from(`eyJhbGciOiJFUzI1NiJ9.${PAYLOAD}`);
  equal(crypto.verify("sha256", signed, { key: curve, dsaEncoding: "ieee-p1363" }, es256), true);
  equal(crypto.verify("sha256", signed, curve, es256), false);
});
test("what keys tell of themselves", () => {
  const rsa = crypto.createPublicKey({ key: RSA, format: "jwk" });
  same([rsa.type, rsa.asymmetricKeyType, rsa.asymmetricKeyDetails.modulusLength], ["public", "rsa", 2048]);
  equal(rsa.asymmetricKeyDetails.publicExponent, 65537n);
  const curve = crypto.createPublicKey({ key: EC, format: "jwk" });
  same([curve.asymmetricKeyType, curve.asymmetricKeyDetails], ["ec", { namedCurve: "prime256v1" }]);
  const jwk = curve.export({ format: "jwk" });
  same([jwk.kty, jwk.crv, jwk.x, jwk.y], [EC.kty, EC.crv, EC.x, EC.y]);
  const secret = crypto.createSecretKey(Buffer.from("secret"));
  same([secret.type, secret.symmetricKeySize, secret.export().toString()], ["secret", 6, "secret"]);
  same(secret.export({ format: "jwk" }), { kty: "oct", k: "c2VjcmV0" });
  ok(rsa instanceof crypto.KeyObject && secret.equals(crypto.createSecretKey("secret", "utf8")) && !secret.equals(rsa));
  coded(() => new crypto.KeyObject("secret", {}), "ERR_INVALID_ARG_TYPE");
});

// One RSA key: making one takes a while in an unoptimised build.
const pairs = [
  ["rsa", { modulusLength: 1024 }, "sha256", ["pkcs1"]], ["ec", { namedCurve: "P-256" }, "sha256", ["sec1"]],
  ["ec", { namedCurve: "secp384r1" }, "sha384", ["sec1"]], ["ec", { namedCurve: "P-521" }, "sha512", []],
  ["ed25519", {}, null, []],
].map(([type, options, hash, forms]) => ({ type, hash, forms, ...crypto.generateKeyPairSync(type, options) }));
for (const { type, hash, forms, privateKey, publicKey } of pairs) {
  test(`${type}: keys go out and in, in every format`, () => {
    for (const form of ["pkcs8", ...forms]) {
      for (const format of ["pem", "der"]) {
        const key = privateKey.export({ type: form, format });
        ok(crypto.createPrivateKey({ key, format, type: form }).equals(privateKey), `${form} ${format}`);
        ok(crypto.createPublicKey({ key, format, type: form }).equals(publicKey), `the public key of ${form} ${format}`);
      }
    }
    ok(crypto.createPrivateKey({ key: privateKey.export({ format: "jwk" }), format: "jwk" }).equals(privateKey));
    ok(crypto.createPublicKey({ key: publicKey.export({ format: "jwk" }), format: "jwk" }).equals(publicKey));
    ok(crypto.createPublicKey(privateKey).equals(publicKey));
    ok(crypto.createPublicKey(publicKey.export({ type: "spki", format: "pem" })).equals(publicKey));
  });
  test(`${type}: what is signed is verified`, async () => {
    const data = Buffer.from("data");
    const signature = crypto.sign(hash, data, privateKey);
    equal(crypto.verify(hash, data, publicKey, signature), true);
    equal(crypto.verify(hash, Buffer.from("date"), publicKey, signature), false);
    equal(crypto.verify(hash, data, publicKey, signature.subarray(1)), false);
    const later = await promisify(crypto.sign)(hash, data, privateKey.export({ type: "pkcs8", format: "pem" }));
    equal(await promisify(crypto.verify)(hash, data, privateKey, later), true);
    coded(() => crypto.sign(hash, data, publicKey), "ERR_CRYPTO_INVALID_KEY_OBJECT_TYPE");
    coded(() => crypto.sign(hash, data), "ERR_CRYPTO_SIGN_KEY_REQUIRED");
    coded(() => crypto.sign(hash, data, "no key"), "ERR_OSSL_UNSUPPORTED");
    if (hash) {
      const streamed = crypto.createSign(hash).update("da").update("ta").sign(privateKey, "base64");
      equal(crypto.createVerify(hash).update(data).verify(publicKey, streamed, "base64"), true);
    }
  });
}
test("ECDSA in both encodings", () => {
  const [, { privateKey, publicKey }] = pairs;
  const raw = crypto.sign("sha256", Buffer.from("data"), { key: privateKey, dsaEncoding: "ieee-p1363" });
  equal(raw.length, 64);
  equal(crypto.verify("sha256", Buffer.from("data"), { key: publicKey, dsaEncoding: "ieee-p1363" }, raw), true);
  equal(crypto.sign("sha256", Buffer.from("data"), privateKey)[0], 0x30);
});
test("RSA-PSS: salts as long as asked, found out when verifying", () => {
  const [{ privateKey, publicKey }] = pairs;
  const { RSA_PKCS1_PSS_PADDING: padding, RSA_PSS_SALTLEN_DIGEST, RSA_PSS_SALTLEN_AUTO, RSA_PSS_SALTLEN_MAX_SIGN } = crypto.constants;
  for (const saltLength of [undefined, RSA_PSS_SALTLEN_DIGEST, RSA_PSS_SALTLEN_MAX_SIGN, 0, 20]) {
    const signature = crypto.createSign("sha256").update("data").sign({ key: privateKey, padding, saltLength });
    for (const expected of [undefined, RSA_PSS_SALTLEN_AUTO, saltLength]) {
      equal(crypto.createVerify("sha256").update("data").verify({ key: publicKey, padding, saltLength: expected }, signature), true);
    }
    equal(crypto.createVerify("sha256").update("data").verify({ key: publicKey, padding, saltLength: 8 }, signature), false);
    equal(crypto.createVerify("sha256").update("data").verify(publicKey, signature), false);
  }
});
test("RSA encryption, in both directions", () => {
  const [{ privateKey, publicKey }] = pairs;
  const { RSA_PKCS1_OAEP_PADDING: padding } = crypto.constants;
  for (const options of [{}, { padding, oaepHash: "sha256" }, { padding, oaepLabel: Buffer.from("label") }]) {
    const encrypted = crypto.publicEncrypt({ key: publicKey, ...options }, Buffer.from("data"));
    equal(crypto.privateDecrypt({ key: privateKey, ...options }, encrypted).toString(), "data");
    coded(() => crypto.privateDecrypt({ key: privateKey, ...options, oaepHash: "sha384" }, encrypted), "ERR_OSSL_RSA_OAEP_DECODING_ERROR");
  }
  const { RSA_PKCS1_PADDING } = crypto.constants;
  const old = crypto.publicEncrypt({ key: publicKey, padding: RSA_PKCS1_PADDING }, Buffer.from("data"));
  coded(() => crypto.privateDecrypt({ key: privateKey, padding: RSA_PKCS1_PADDING }, old), "ERR_INVALID_ARG_VALUE");
  equal(crypto.publicDecrypt(publicKey, crypto.privateEncrypt(privateKey, Buffer.from("data"))).toString(), "data");
  throws(() => crypto.publicEncrypt(publicKey, Buffer.alloc(128)));
});
test("what is no key says so", () => {
  throws(() => crypto.createPublicKey("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"));
  for (const text of ["", "nonsense"]) {
    coded(() => crypto.createPublicKey(text), "ERR_OSSL_UNSUPPORTED");
    coded(() => crypto.createPrivateKey(text), "ERR_OSSL_UNSUPPORTED");
  }
  coded(() => crypto.createPublicKey({ key: { kty: "EC" }, format: "jwk" }), "ERR_CRYPTO_INVALID_JWK");
  coded(() => crypto.createPublicKey(undefined), "ERR_INVALID_ARG_TYPE");
  coded(() => crypto.createPublicKey(crypto.createSecretKey("x", "utf8")), "ERR_CRYPTO_INVALID_KEY_OBJECT_TYPE");
  coded(() => crypto.createPrivateKey(pairs[1].publicKey.export({ type: "spki", format: "pem" })), "ERR_OSSL_UNSUPPORTED");
});

test("AES in pieces: vectors of NIST", () => {
  const key = hex("2b7e151628aed2a6abf7158809cf4f3c");
  const plain = hex("6bc1bee22e409f96e93d7e117393172a");
  const cipher = crypto.createCipheriv("aes-128-cbc", key, hex("000102030405060708090a0b0c0d0e0f"));
  equal(cipher.update(plain.subarray(0, 5), undefined, "hex") + cipher.update(plain.subarray(5), undefined, "hex"), "7649abac8119b246cee98e9b12e9197d");
  equal(cipher.final().length, 16);
  const ecb = crypto.createCipheriv("AES-128-ECB", key, null).setAutoPadding(false);
  equal(ecb.update(plain, null, "hex") + ecb.final("hex"), "3ad77bb40d7a3660a89ecaf32466ef97");
  const gcm = crypto.createCipheriv("aes-128-gcm", hex("feffe9928665731c6d6a8f9467308308"), hex("cafebabefacedbaddecaf888"));
  gcm.setAAD(hex("feedfacedeadbeeffeedfacedeadbeefabaddad2"));
  const encrypted = gcm.update("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39", "hex", "hex");
  equal(encrypted + gcm.final("hex"), "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091");
  equal(gcm.getAuthTag().toString("hex"), "5bc94fbc3221a5db94fae95ae7121a47");
});
for (const name of ["aes-256-cbc", "aes-192-ecb", "aes-128-ctr", "aes-256-gcm"]) {
  test(`${name} decrypts what it encrypted, however it is cut`, () => {
    const info = crypto.getCipherInfo(name);
    const key = crypto.randomBytes(info.keyLength);
    const iv = info.ivLength ? crypto.randomBytes(info.ivLength) : null;
    for (const length of [0, 1, 15, 16, 17, 33, 64]) {
      const plain = crypto.randomBytes(length);
      const run = (cipher, data, size) => {
        const parts = [];
        for (let at = 0; at < data.length; at += size) parts.push(cipher.update(data.subarray(at, at + size)));
        return Buffer.concat([...parts, cipher.final()]);
      };
      const cipher = crypto.createCipheriv(name, key, iv);
      const encrypted = run(cipher, plain, 7);
      const decipher = crypto.createDecipheriv(name, key, iv);
      if (info.mode === "gcm") decipher.setAuthTag(cipher.getAuthTag());
      equal(run(decipher, encrypted, 5).toString("hex"), plain.toString("hex"), `${length} bytes`);
    }
  });
}
test("ciphers refuse what does not fit", () => {
  coded(() => crypto.createCipheriv("nonsense", Buffer.alloc(32), null), "ERR_CRYPTO_UNKNOWN_CIPHER");
  coded(() => crypto.createCipheriv("aes-256-cbc", Buffer.alloc(31), Buffer.alloc(16)), "ERR_CRYPTO_INVALID_KEYLEN");
  coded(() => crypto.createCipheriv("aes-256-cbc", Buffer.alloc(32), Buffer.alloc(15)), "ERR_CRYPTO_INVALID_IV");
  const wrong = crypto.createDecipheriv("aes-128-cbc", Buffer.alloc(16), Buffer.alloc(16));
  wrong.update(Buffer.alloc(16));
  coded(() => wrong.final(), "ERR_OSSL_BAD_DECRYPT");
  const forged = crypto.createDecipheriv("aes-128-gcm", Buffer.alloc(16), Buffer.alloc(12)).setAuthTag(Buffer.alloc(16));
  forged.update(Buffer.alloc(16));
  equal(throws(() => forged.final()).message, "Unsupported state or unable to authenticate data");
});
test("agreement on secrets", () => {
  const [one, other] = [crypto.createECDH("prime256v1"), crypto.createECDH("prime256v1")];
  one.generateKeys();
  other.generateKeys();
  equal(one.computeSecret(other.getPublicKey("hex", "compressed"), "hex", "hex"), other.computeSecret(one.getPublicKey()).toString("hex"));
  for (const [type, options] of [["x25519", {}], ["ec", { namedCurve: "P-384" }]]) {
    const [left, right] = [crypto.generateKeyPairSync(type, options), crypto.generateKeyPairSync(type, options)];
    equal(crypto.diffieHellman({ privateKey: left.privateKey, publicKey: right.publicKey }).toString("hex"),
      crypto.diffieHellman({ privateKey: right.privateKey, publicKey: left.publicKey }).toString("hex"));
  }
});
test("keys pass between crypto.subtle and here", async () => {
  const { privateKey, publicKey } = await crypto.webcrypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
  const signature = crypto.sign("sha256", Buffer.from("data"), { key: crypto.KeyObject.from(privateKey), dsaEncoding: "ieee-p1363" });
  equal(await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, publicKey, signature, Buffer.from("data")), true);
});
