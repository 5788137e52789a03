// AES: Web Cryptography sections 27 to 30. Vectors: NIST SP 800-38A appendix F (CBC F.2, CTR F.5), the GCM
// specification's test cases 4 and 6 (McGrew and Viega), RFC 3394 section 4.6 (KW).
const { subtle } = crypto;
const hex = (bytes) => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
const unhex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const importing = (name, key, usages = ["encrypt", "decrypt"]) => subtle.importKey("raw", unhex(key), name, true, usages);

const KEY_128 = "2b7e151628aed2a6abf7158809cf4f3c";
const KEY_256 = "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4";
const PLAIN = "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51";
const VECTORS = [
  ["AES-CBC", KEY_128, { iv: unhex("000102030405060708090a0b0c0d0e0f") },
    "7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2"],
  ["AES-CBC", KEY_256, { iv: unhex("000102030405060708090a0b0c0d0e0f") },
    "f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d"],
  ["AES-CTR", KEY_128, { counter: unhex("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff"), length: 128 },
    "874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff"],
  ["AES-CTR", KEY_256, { counter: unhex("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff"), length: 64 },
    "601ec313775789a5b7a7f504bbf3d228f443e3ca4d62b59aca84e990cacaf5c5"],
];
for (const [name, key, parameters, encrypted] of VECTORS) {
  test(`${name} with a key of ${key.length * 4} bits`, async () => {
    const imported = await importing(name, key);
    const algorithm = { name, ...parameters };
    const found = await subtle.encrypt(algorithm, imported, unhex(PLAIN));
    // CBC pads: a block more.
    equal(hex(found).slice(0, encrypted.length), encrypted);
    equal(found.byteLength, name === "AES-CBC" ? 48 : 32);
    equal(hex(await subtle.decrypt(algorithm, imported, found)), PLAIN);
  });
}
test("a counter wraps around within its bits and leaves the rest", async () => {
  const key = await importing("AES-CTR", KEY_128);
  const encrypt = async (counter, length, data) =>
    hex(await subtle.encrypt({ name: "AES-CTR", counter: unhex(counter), length }, key, data));
  const wrapped = await encrypt("000000000000000000000000000000ff", 8, new Uint8Array(32));
  const zero = await encrypt("00000000000000000000000000000000", 8, new Uint8Array(16));
  equal(wrapped.slice(32), zero);
  await rejects(encrypt("00000000000000000000000000000000", 1, new Uint8Array(33)), "OperationError");
});

const GCM_KEY = "feffe9928665731c6d6a8f9467308308";
const GCM_PLAIN = "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39";
const GCM_DATA = unhex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
const GCM = [
  ["cafebabefacedbaddecaf888",
    "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091",
    "5bc94fbc3221a5db94fae95ae7121a47"],
  ["9313225df88406e555909c5aff5269aa6a7a9538534f7da1e4c303d2a318a728c3c0c95156809539fcf0e2429a6b525416aedbf5a0de6a57a637b39b",
    "8ce24998625615b603a033aca13fb894be9112a5c3a211a8ba262a3cca7e2ca701e4a9a4fba43c90ccdcb281d48c7c6fd62875d2aca417034c34aee5",
    "619cc5aefffe0bfa462af43c1699d050"],
];
for (const [iv, encrypted, tag] of GCM) {
  test(`AES-GCM with an iv of ${iv.length / 2} bytes, whole and shorter tags`, async () => {
    const key = await importing("AES-GCM", GCM_KEY);
    for (const tagLength of [undefined, 128, 120, 96, 64, 32]) {
      const algorithm = { name: "AES-GCM", iv: unhex(iv), additionalData: GCM_DATA, tagLength };
      const found = await subtle.encrypt(algorithm, key, unhex(GCM_PLAIN));
      equal(hex(found), encrypted + tag.slice(0, (tagLength ?? 128) / 4));
      equal(hex(await subtle.decrypt(algorithm, key, found)), GCM_PLAIN);
    }
  });
}
test("AES-GCM opens nothing that was changed", async () => {
  const key = await importing("AES-GCM", GCM_KEY);
  const algorithm = { name: "AES-GCM", iv: new Uint8Array(12) };
  const found = new Uint8Array(await subtle.encrypt(algorithm, key, new Uint8Array(20)));
  for (const at of [0, 19, 20, 35]) {
    const changed = found.slice();
    changed[at] ^= 128;
    await rejects(subtle.decrypt(algorithm, key, changed), "OperationError");
  }
  await rejects(subtle.decrypt({ ...algorithm, additionalData: new Uint8Array(1) }, key, found), "OperationError");
  await rejects(subtle.decrypt(algorithm, key, found.subarray(0, 15)), "OperationError");
});
test("AES-KW wraps keys", async () => {
  const kek = await importing("AES-KW", "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", ["wrapKey", "unwrapKey"]);
  const key = await importing("AES-CBC", "00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f");
  const wrapped = await subtle.wrapKey("raw", key, kek, "AES-KW");
  equal(hex(wrapped), "28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21");
  const again = await subtle.unwrapKey("raw", wrapped, kek, "AES-KW", "AES-CBC", true, ["encrypt"]);
  equal(hex(await subtle.exportKey("raw", again)), hex(await subtle.exportKey("raw", key)));
  const asJson = await subtle.wrapKey("jwk", key, kek, "AES-KW");
  const fromJson = await subtle.unwrapKey("jwk", asJson, kek, "AES-KW", "AES-CBC", true, ["encrypt"]);
  equal(hex(await subtle.exportKey("raw", fromJson)), hex(await subtle.exportKey("raw", key)));
  const changed = new Uint8Array(wrapped);
  changed[0] ^= 1;
  await rejects(subtle.unwrapKey("raw", changed, kek, "AES-KW", "AES-CBC", true, ["encrypt"]), "OperationError");
});
test("keys are wrapped by encryption too, as JSON", async () => {
  const kek = await subtle.generateKey({ name: "AES-GCM", length: 192 }, false, ["wrapKey", "unwrapKey"]);
  const key = await importing("AES-CTR", KEY_128);
  const algorithm = { name: "AES-GCM", iv: new Uint8Array(12) };
  const wrapped = await subtle.wrapKey("jwk", key, kek, algorithm);
  const again = await subtle.unwrapKey("jwk", wrapped, kek, algorithm, "AES-CTR", true, ["decrypt"]);
  equal(hex(await subtle.exportKey("raw", again)), KEY_128);
  await rejects(subtle.unwrapKey("jwk", wrapped, kek, algorithm, "AES-GCM", true, ["decrypt"]), "DataError");
  await rejects(subtle.wrapKey("raw", kek, kek, algorithm), "InvalidAccessError");
});
test("CBC's padding is checked", async () => {
  const key = await importing("AES-CBC", KEY_128);
  const algorithm = { name: "AES-CBC", iv: new Uint8Array(16) };
  await rejects(subtle.decrypt(algorithm, key, new Uint8Array(16)), "OperationError");
  await rejects(subtle.decrypt(algorithm, key, new Uint8Array(15)), "OperationError");
  await rejects(subtle.decrypt(algorithm, key, new Uint8Array(0)), "OperationError");
  equal((await subtle.encrypt(algorithm, key, new Uint8Array(0))).byteLength, 16);
});
test("errors are those of the specification", async () => {
  const key = await importing("AES-CBC", KEY_128);
  const data = new Uint8Array(16);
  await rejects(subtle.encrypt({ name: "AES-CBC", iv: new Uint8Array(15) }, key, data), "OperationError");
  await rejects(subtle.encrypt({ name: "AES-CBC" }, key, data), TypeError);
  await rejects(subtle.encrypt("AES-CBC", key, data), TypeError);
  await rejects(subtle.encrypt({ name: "AES-GCM", iv: data }, key, data), "InvalidAccessError");
  await rejects(subtle.generateKey({ name: "AES-GCM", length: 100 }, true, ["encrypt"]), "OperationError");
  await rejects(subtle.generateKey({ name: "AES-GCM", length: 70000 }, true, ["encrypt"]), TypeError);
  await rejects(subtle.generateKey({ name: "AES-KW", length: 128 }, true, ["encrypt"]), "SyntaxError");
  await rejects(subtle.generateKey({ name: "AES-KW", length: 128 }, true, []), "SyntaxError");
  await rejects(subtle.importKey("raw", new Uint8Array(17), "AES-CBC", true, ["encrypt"]), "DataError");
  const gcm = await importing("AES-GCM", KEY_128);
  await rejects(subtle.encrypt({ name: "AES-GCM", iv: data, tagLength: 100 }, gcm, data), "OperationError");
  await rejects(subtle.encrypt({ name: "AES-GCM", iv: data, tagLength: 300 }, gcm, data), TypeError);
  const ctr = await importing("AES-CTR", KEY_128);
  await rejects(subtle.encrypt({ name: "AES-CTR", counter: data, length: 0 }, ctr, data), "OperationError");
  await rejects(subtle.encrypt({ name: "AES-CTR", counter: data, length: 129 }, ctr, data), "OperationError");
});
