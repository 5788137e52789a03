// HKDF (Web Cryptography section 32; RFC 5869 appendix A.1 to A.3), PBKDF2 (section 33; RFC 6070), ECDH and
// X25519 (sections 24 and 26), deriveBits and deriveKey (14.3.7, 14.3.8).
const { subtle } = crypto;
const hex = (bytes) => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
const unhex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const utf8 = (text) => new TextEncoder().encode(text);
const importing = (name, bytes, usages = ["deriveBits", "deriveKey"]) => subtle.importKey("raw", bytes, name, false, usages);

const SECRET = unhex("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b");
const HKDF = { name: "HKDF", hash: "SHA-256", salt: unhex("000102030405060708090a0b0c"), info: unhex("f0f1f2f3f4f5f6f7f8f9") };
test("HKDF derives what RFC 5869 says", async () => {
  const key = await importing("HKDF", SECRET);
  equal(hex(await subtle.deriveBits(HKDF, key, 336)),
    "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
  const bare = { ...HKDF, salt: new Uint8Array(0), info: new Uint8Array(0) };
  equal(hex(await subtle.deriveBits(bare, key, 336)),
    "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
});
test("HKDF derives whole bytes, and at most 255 blocks", async () => {
  const key = await importing("HKDF", SECRET);
  equal((await subtle.deriveBits(HKDF, key, 0)).byteLength, 0);
  equal((await subtle.deriveBits(HKDF, key, 255 * 256)).byteLength, 255 * 32);
  await rejects(subtle.deriveBits(HKDF, key, 255 * 256 + 8), "OperationError");
  await rejects(subtle.deriveBits(HKDF, key, 44), "OperationError");
  await rejects(subtle.deriveBits(HKDF, key, null), "OperationError");
  await rejects(subtle.deriveBits(HKDF, key), "OperationError");
  await rejects(subtle.deriveBits({ ...HKDF, info: undefined }, key, 8), TypeError);
  for (const length of [NaN, Infinity, -8, 2 ** 32 + 8]) await rejects(subtle.deriveBits(HKDF, key, length), TypeError);
});

const PBKDF2 = [
  ["password", "salt", 1, "0c60c80f961f0e71f3a9b524af6012062fe037a6"],
  ["password", "salt", 2, "ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957"],
  ["password", "salt", 4096, "4b007901b765489abead49d926f721d065a429c1"],
  ["passwordPASSWORDpassword", "saltSALTsaltSALTsaltSALTsaltSALTsalt", 4096, "3d2eec4fe41c849b80c8d83662c0e44a8b291a964cf2f07038"],
  ["pass\0word", "sa\0lt", 4096, "56fa6aa75548099dcc37d7f03425e0c3"],
];
for (const [password, salt, iterations, derived] of PBKDF2) {
  test(`PBKDF2 derives what RFC 6070 says: ${iterations} iterations, ${derived.length / 2} bytes`, async () => {
    const key = await importing("PBKDF2", utf8(password));
    const algorithm = { name: "PBKDF2", hash: "SHA-1", salt: utf8(salt), iterations };
    equal(hex(await subtle.deriveBits(algorithm, key, derived.length * 4)), derived);
  });
}
test("PBKDF2's errors", async () => {
  const key = await importing("PBKDF2", utf8("password"));
  const algorithm = { name: "PBKDF2", hash: "SHA-256", salt: new Uint8Array(8), iterations: 1 };
  await rejects(subtle.deriveBits({ ...algorithm, iterations: 0 }, key, 8), "OperationError");
  await rejects(subtle.deriveBits({ ...algorithm, iterations: -1 }, key, 8), TypeError);
  await rejects(subtle.deriveBits({ ...algorithm, hash: "nonsense" }, key, 8), "NotSupportedError");
  await rejects(subtle.deriveBits(algorithm, key, null), "OperationError");
  await rejects(subtle.deriveBits(algorithm, await importing("PBKDF2", utf8("x"), ["deriveKey"]), 8), "InvalidAccessError");
  await rejects(subtle.deriveBits({ ...HKDF }, key, 8), "InvalidAccessError");
  await rejects(subtle.importKey("raw", utf8("x"), "PBKDF2", true, ["deriveBits"]), "SyntaxError");
  await rejects(subtle.importKey("raw", utf8("x"), "PBKDF2", false, ["sign"]), "SyntaxError");
  await rejects(subtle.importKey("jwk", { kty: "oct", k: "eA" }, "PBKDF2", false, ["deriveBits"]), "NotSupportedError");
  await rejects(subtle.generateKey("PBKDF2", false, ["deriveBits"]), "NotSupportedError");
});
test("keys are derived, of the length that their algorithm wants", async () => {
  const key = await importing("HKDF", SECRET);
  const aes = await subtle.deriveKey(HKDF, key, { name: "AES-GCM", length: 256 }, true, ["encrypt"]);
  equal(hex(await subtle.exportKey("raw", aes)), hex(await subtle.deriveBits(HKDF, key, 256)));
  const hmac = await subtle.deriveKey(HKDF, key, { name: "HMAC", hash: "SHA-384" }, true, ["sign"]);
  equal(hmac.algorithm.length, 1024);
  await rejects(subtle.deriveKey(HKDF, key, { name: "AES-GCM", length: 100 }, true, ["encrypt"]), "OperationError");
  await rejects(subtle.deriveKey(HKDF, key, { name: "HMAC", hash: "SHA-1", length: 0 }, true, ["sign"]), TypeError);
  await rejects(subtle.deriveKey(HKDF, key, { name: "AES-GCM", length: 128 }, true, []), "SyntaxError");
  await rejects(subtle.deriveKey(HKDF, key, "Ed25519", true, ["sign"]), "NotSupportedError");
});

const CURVES = [
  [{ name: "ECDH", namedCurve: "P-256" }, 256], [{ name: "ECDH", namedCurve: "P-384" }, 384],
  [{ name: "ECDH", namedCurve: "P-521" }, 528], [{ name: "X25519" }, 256],
];
for (const [algorithm, bits] of CURVES) {
  const { name } = algorithm;
  test(`${JSON.stringify(algorithm)}: both sides come to the same secret, as long as they want it`, async () => {
    const [ours, theirs] = await Promise.all([1, 2].map(() => subtle.generateKey(algorithm, false, ["deriveBits", "deriveKey"])));
    same(ours.publicKey.usages, []);
    const secret = hex(await subtle.deriveBits({ name, public: theirs.publicKey }, ours.privateKey, null));
    equal(secret.length * 4, bits);
    equal(hex(await subtle.deriveBits({ name, public: ours.publicKey }, theirs.privateKey)), secret);
    equal(hex(await subtle.deriveBits({ name, public: ours.publicKey }, theirs.privateKey, 128)), secret.slice(0, 32));
    const odd = new Uint8Array(await subtle.deriveBits({ name, public: ours.publicKey }, theirs.privateKey, 11));
    equal(odd.length, 2);
    equal(odd[1] & 31, 0);
    await rejects(subtle.deriveBits({ name, public: ours.publicKey }, theirs.privateKey, bits + 1), "OperationError");
    await rejects(subtle.deriveBits({ name, public: ours.privateKey }, theirs.privateKey, 8), "InvalidAccessError");
    await rejects(subtle.deriveBits({ name, public: ours.publicKey }, theirs.publicKey, 8), "InvalidAccessError");
    await rejects(subtle.deriveBits({ name, public: {} }, theirs.privateKey, 8), TypeError);
    await rejects(subtle.deriveBits({ name }, theirs.privateKey, 8), TypeError);
  });
}
test("keys of different curves have no secret", async () => {
  const [one, other] = await Promise.all(["P-256", "P-384"].map((namedCurve) =>
    subtle.generateKey({ name: "ECDH", namedCurve }, false, ["deriveBits"])));
  await rejects(subtle.deriveBits({ name: "ECDH", public: other.publicKey }, one.privateKey, 8), "InvalidAccessError");
});
test("a point of small order gives no secret (RFC 7748 section 6.1)", async () => {
  const zero = await subtle.importKey("raw", new Uint8Array(32), "X25519", true, []);
  const { privateKey } = await subtle.generateKey("X25519", false, ["deriveBits"]);
  await rejects(subtle.deriveBits({ name: "X25519", public: zero }, privateKey, 256), "OperationError");
});
