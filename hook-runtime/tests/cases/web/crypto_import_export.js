// importKey, exportKey, unwrapKey (Web Cryptography 14.3.9 to 14.3.12), CryptoKey (section 13), algorithm
// normalization (section 18.4), JSON Web Keys (section 15).
const { subtle } = crypto;
const AES = { name: "AES-CBC", length: 128 };
const P256 = { name: "ECDSA", namedCurve: "P-256" };
const bytes = new Uint8Array(16).fill(5);

test("a key shows what it is, and scripts change nothing of it", async () => {
  const key = await subtle.importKey("raw", bytes, "aes-cbc", true, ["decrypt", "encrypt", "decrypt"]);
  same([key.type, key.extractable, key.algorithm, key.usages], ["secret", true, { name: "AES-CBC", length: 128 }, ["encrypt", "decrypt"]]);
  equal(Object.prototype.toString.call(key), "[object CryptoKey]");
  equal(key.algorithm, key.algorithm);
  equal(key.usages, key.usages);
  key.algorithm.name = "AES-GCM";
  key.usages.pop();
  await subtle.decrypt({ name: "AES-CBC", iv: bytes }, key, await subtle.encrypt({ name: "AES-CBC", iv: bytes }, key, bytes));
  throws(() => Object.getOwnPropertyDescriptor(CryptoKey.prototype, "type").get.call({}), TypeError);
});
test("the bytes of a key are its own", async () => {
  const given = bytes.slice();
  const key = await subtle.importKey("raw", given, "AES-CBC", true, ["encrypt"]);
  given.fill(0);
  const out = new Uint8Array(await subtle.exportKey("raw", key));
  out.fill(0);
  same([...new Uint8Array(await subtle.exportKey("raw", key))], [...bytes]);
});
test("formats, usages and key data are checked before anything else", async () => {
  await rejects(subtle.importKey("nonsense", bytes, "AES-CBC", true, ["encrypt"]), TypeError);
  await rejects(subtle.importKey("raw", {}, "AES-CBC", true, ["encrypt"]), TypeError);
  await rejects(subtle.importKey("jwk", bytes, "AES-CBC", true, ["encrypt"]), TypeError);
  await rejects(subtle.importKey("raw", "text", "AES-CBC", true, ["encrypt"]), TypeError);
  await rejects(subtle.importKey("raw", bytes, "AES-CBC", true, "encrypt"), TypeError);
  await rejects(subtle.importKey("raw", bytes, "AES-CBC", true, undefined), TypeError);
  await rejects(subtle.importKey("raw", bytes, "AES-CBC", true), TypeError);
  await rejects(subtle.importKey("raw", bytes, "nonsense", true, []), "NotSupportedError");
  await rejects(subtle.importKey("raw", bytes, Symbol("AES-CBC"), true, []), TypeError);
  await rejects(subtle.exportKey("nonsense", await subtle.generateKey(AES, true, ["encrypt"])), TypeError);
  await rejects(subtle.exportKey("raw", {}), TypeError);
});
test("raw has a second name for keys of each kind", async () => {
  const secret = await subtle.importKey("raw-secret", bytes, "AES-CBC", true, ["encrypt"]);
  equal(new Uint8Array(await subtle.exportKey("raw-secret", secret)).join(), bytes.join());
  const { publicKey, privateKey } = await subtle.generateKey(P256, true, ["sign", "verify"]);
  const point = await subtle.exportKey("raw-public", publicKey);
  equal((await subtle.importKey("raw-public", point, P256, true, ["verify"])).type, "public");
  for (const format of ["raw-public", "raw-private", "raw-seed"]) {
    await rejects(subtle.importKey(format, bytes, "AES-CBC", true, ["encrypt"]), "NotSupportedError");
    await rejects(subtle.exportKey(format, secret), "NotSupportedError");
  }
  for (const format of ["raw-secret", "raw-private", "raw-seed"]) {
    await rejects(subtle.importKey(format, point, P256, true, ["verify"]), "NotSupportedError");
    await rejects(subtle.exportKey(format, publicKey), "NotSupportedError");
  }
  await rejects(subtle.exportKey("raw-public", privateKey), "InvalidAccessError");
});
test("usages of algorithms that are not here are usages all the same", async () => {
  for (const usage of ["encapsulateKey", "encapsulateBits", "decapsulateKey", "decapsulateBits"]) {
    await rejects(subtle.importKey("raw", bytes, "AES-CBC", true, ["encrypt", usage]), "SyntaxError");
    await rejects(subtle.generateKey(P256, true, [usage]), "SyntaxError");
  }
});
test("a key is cloned with what it may be used for", async () => {
  const iv = bytes;
  const key = await subtle.importKey("raw", bytes, "AES-CBC", false, ["encrypt"]);
  const { inner: copy } = structuredClone({ inner: key });
  ok(copy instanceof CryptoKey && copy !== key, "another key");
  same([copy.type, copy.extractable, copy.algorithm, copy.usages], [key.type, false, key.algorithm, ["encrypt"]]);
  const [one, two] = [key, copy].map((it) => subtle.encrypt({ name: "AES-CBC", iv }, it, bytes));
  equal(new Uint8Array(await one).join(), new Uint8Array(await two).join());
  throws(() => structuredClone(Object.create(CryptoKey.prototype)), "DataCloneError");
});
test("usages may come from anything that can be iterated", async () => {
  const key = await subtle.importKey("raw", bytes, "AES-CBC", true, new Set(["wrapKey", "encrypt"]));
  same(key.usages, ["encrypt", "wrapKey"]);
});
test("members are read once, in the order of the dictionaries, and may throw", async () => {
  const read = [];
  const algorithm = new Proxy({ name: "RSA-PSS", modulusLength: 1, publicExponent: new Uint8Array([3]), hash: "SHA-1" }, {
    get(target, name) { read.push(name); return target[name]; },
  });
  await rejects(subtle.generateKey(algorithm, true, ["sign"]), "OperationError");
  same(read, ["name", "modulusLength", "publicExponent", "hash"]);
  class Odd extends Error {}
  await rejects(subtle.digest({ get name() { throw new Odd(); } }, bytes), Odd);
});
test("a symmetric JSON Web Key fits its algorithm", async () => {
  const jwk = { kty: "oct", k: "BQUFBQUFBQUFBQUFBQUFBQ", alg: "A128CBC", use: "enc", key_ops: ["encrypt", "other"], ext: true };
  const importing = (changed) => subtle.importKey("jwk", { ...jwk, ...changed }, "AES-CBC", true, ["encrypt"]);
  const exported = await subtle.exportKey("jwk", await importing({}));
  same(exported, { kty: "oct", k: jwk.k, alg: "A128CBC", key_ops: ["encrypt"], ext: true });
  await importing({ alg: undefined, use: undefined, key_ops: undefined, ext: undefined });
  await rejects(importing({ kty: "RSA" }), "DataError");
  await rejects(importing({ kty: undefined }), "DataError");
  await rejects(importing({ alg: "A256CBC" }), "DataError");
  await rejects(importing({ use: "sig" }), "DataError");
  await rejects(importing({ key_ops: ["decrypt"] }), "DataError");
  await rejects(importing({ key_ops: 1 }), TypeError);
  await rejects(importing({ ext: false }), "DataError");
  await rejects(importing({ k: undefined }), "DataError");
  await rejects(importing({ k: "BQUFBQUFBQUFBQUFBQUFBQ==" }), "DataError");
  await rejects(importing({ k: "+QUFBQUFBQUFBQUFBQUFBQ" }), "DataError");
  await rejects(importing({ k: "BQUF" }), "DataError");
});
test("DER is read strictly, and nothing in it is believed", async () => {
  const { privateKey, publicKey } = await subtle.generateKey(P256, true, ["sign", "verify"]);
  for (const [format, key, usages] of [["spki", publicKey, ["verify"]], ["pkcs8", privateKey, ["sign"]]]) {
    const whole = new Uint8Array(await subtle.exportKey(format, key));
    const longer = new Uint8Array(whole.length + 1);
    longer.set(whole);
    await rejects(subtle.importKey(format, longer, P256, true, usages), "DataError");
    await rejects(subtle.importKey(format, new Uint8Array(0), P256, true, usages), "DataError");
    await rejects(subtle.importKey(format, whole, { ...P256, namedCurve: "P-384" }, true, usages), "DataError");
    await rejects(subtle.importKey(format, whole, "Ed25519", true, usages), "DataError");
    for (let at = 0; at < whole.length; at += 7) {
      await rejects(subtle.importKey(format, whole.slice(0, at), P256, true, usages), "DataError");
      const changed = whole.slice();
      changed[at] ^= 0x55;
      // Some bytes may be changed and still make a key (a private key is any number); none may do worse.
      await subtle.importKey(format, changed, P256, true, usages).catch((error) => equal(error.name, "DataError"));
    }
  }
});
test("a private key of another public one is none", async () => {
  const [one, other] = await Promise.all([1, 2].map(() => subtle.generateKey(P256, true, ["sign", "verify"])));
  const [secret, open] = [await subtle.exportKey("jwk", one.privateKey), await subtle.exportKey("jwk", other.publicKey)];
  await rejects(subtle.importKey("jwk", { ...secret, x: open.x, y: open.y }, P256, true, ["sign"]), "DataError");
});
test("unwrapping tells what is no key", async () => {
  const key = await subtle.generateKey({ name: "AES-CBC", length: 128 }, false, ["encrypt", "unwrapKey"]);
  const algorithm = { name: "AES-CBC", iv: bytes };
  for (const text of ["nonsense", "[]", "{}", "1", "null"]) {
    const wrapped = await subtle.encrypt(algorithm, key, new TextEncoder().encode(text));
    await rejects(subtle.unwrapKey("jwk", wrapped, key, algorithm, "AES-CBC", true, ["encrypt"]), "DataError");
  }
  const wrapped = await subtle.encrypt(algorithm, key, bytes);
  const again = await subtle.unwrapKey("raw", wrapped, key, algorithm, "AES-CBC", true, ["encrypt"]);
  same([...new Uint8Array(await subtle.exportKey("raw", again))], [...bytes]);
  await rejects(subtle.unwrapKey("raw", wrapped, key, algorithm, "AES-CBC", true, []), "SyntaxError");
  await rejects(subtle.unwrapKey("raw", wrapped, key, "nonsense", "AES-CBC", true, ["encrypt"]), "NotSupportedError");
  await rejects(subtle.wrapKey("raw", key, again, algorithm), "InvalidAccessError");
});
test("what normalization finds is rejected at once, everything else settles after the caller's next microtask", async () => {
  const settled = async (start) => {
    let later = false;
    const seen = start().then(() => later, () => later);
    Promise.resolve().then(() => { later = true; });
    return seen;
  };
  const key = await subtle.importKey("raw", bytes, "AES-CBC", true, ["encrypt"]);
  const parallel = [
    () => subtle.generateKey(AES, true, ["encrypt"]), () => subtle.generateKey(AES, true, ["sign"]),
    () => subtle.importKey("raw", bytes, "AES-CBC", true, []), () => subtle.exportKey("raw", key),
    () => subtle.encrypt({ name: "AES-CBC", iv: bytes }, key, bytes), () => subtle.digest("SHA-1", bytes),
    () => subtle.decrypt({ name: "AES-CBC", iv: bytes }, key, bytes),
  ];
  for (const start of parallel) equal(await settled(start), true, String(start));
  const first = [
    () => subtle.generateKey("nonsense", true, []), () => subtle.generateKey({}, true, []), () => subtle.digest("MD5", bytes),
    () => subtle.importKey("jwk", bytes, "AES-CBC", true, []), () => subtle.encrypt("AES-CBC", key, bytes),
    () => subtle.encrypt.call({}, { name: "AES-CBC", iv: bytes }, key, bytes),
  ];
  for (const start of first) equal(await settled(start), false, String(start));
});
