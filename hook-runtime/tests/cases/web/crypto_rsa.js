// RSA: Web Cryptography sections 20 (RSASSA-PKCS1-v1_5), 21 (RSA-PSS) and 22 (RSA-OAEP). The signature is
// that of RFC 7515 appendix A.2.
const { subtle } = crypto;
const hex = (bytes) => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
const utf8 = (text) => new TextEncoder().encode(text);
const base64url = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));

const PUBLIC = {
  kty: "RSA", e: "AQAB",
  n: "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ",
};
const SIGNED = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
const SIGNATURE = "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
const RS256 = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };

test("the signature of RFC 7515 is verified, and no other", async () => {
  const key = await subtle.importKey("jwk", PUBLIC, RS256, true, ["verify"]);
  const signature = base64url(SIGNATURE);
  equal(await subtle.verify(RS256.name, key, signature, utf8(SIGNED)), true);
  equal(await subtle.verify(RS256.name, key, signature, utf8(`${SIGNED}.`)), false);
  equal(await subtle.verify(RS256.name, key, signature.subarray(1), utf8(SIGNED)), false);
  equal(await subtle.verify(RS256.name, key, new Uint8Array(256).fill(255), utf8(SIGNED)), false);
  equal(key.algorithm.modulusLength, 2048);
  same([...key.algorithm.publicExponent], [1, 0, 1]);
  equal(key.algorithm.hash.name, "SHA-256");
});

// One key, as every algorithm wants it: making one takes a second in an unoptimised build.
const made = subtle.generateKey(
  { ...RS256, modulusLength: 1024, publicExponent: new Uint8Array([1, 0, 1]) }, true, ["sign", "verify"]);
const pairOf = async (algorithm, privateUsages, publicUsages) => {
  const { privateKey, publicKey } = await made;
  return {
    privateKey: await subtle.importKey("pkcs8", await subtle.exportKey("pkcs8", privateKey), algorithm, true, privateUsages),
    publicKey: await subtle.importKey("spki", await subtle.exportKey("spki", publicKey), algorithm, true, publicUsages),
  };
};
test("a key pair is made: public keys are always extractable, usages are shared out", async () => {
  const { privateKey, publicKey } = await made;
  equal(publicKey.extractable, true);
  same([privateKey.usages, publicKey.usages], [["sign"], ["verify"]]);
  same([privateKey.type, publicKey.type], ["private", "public"]);
  equal(privateKey.algorithm.modulusLength, 1024);
});
for (const hash of ["SHA-1", "SHA-256", "SHA-384", "SHA-512"]) {
  test(`what is signed with ${hash} is verified: PKCS1-v1_5`, async () => {
    const algorithm = { name: "RSASSA-PKCS1-v1_5", hash };
    const { privateKey, publicKey } = await pairOf(algorithm, ["sign"], ["verify"]);
    const signature = await subtle.sign(algorithm, privateKey, utf8("data"));
    equal(hex(signature), hex(await subtle.sign(algorithm, privateKey, utf8("data"))));
    equal(await subtle.verify(algorithm, publicKey, signature, utf8("data")), true);
    equal(await subtle.verify(algorithm, publicKey, signature, utf8("date")), false);
  });
  if (hash === "SHA-512") continue;
  test(`what is signed with ${hash} is verified: PSS, salts of several lengths`, async () => {
    const { privateKey, publicKey } = await pairOf({ name: "RSA-PSS", hash }, ["sign"], ["verify"]);
    for (const saltLength of [0, 20, 32]) {
      const algorithm = { name: "RSA-PSS", saltLength };
      const signature = await subtle.sign(algorithm, privateKey, utf8("data"));
      equal(await subtle.verify(algorithm, publicKey, signature, utf8("data")), true);
      equal(await subtle.verify(algorithm, publicKey, signature, utf8("date")), false);
      equal(await subtle.verify({ ...algorithm, saltLength: 8 }, publicKey, signature, utf8("data")), false);
    }
    await rejects(subtle.sign({ name: "RSA-PSS", saltLength: 200 }, privateKey, utf8("data")), "OperationError");
    await rejects(subtle.sign("RSA-PSS", privateKey, utf8("data")), TypeError);
  });
}
for (const hash of ["SHA-1", "SHA-256", "SHA-384"]) {
  test(`what is encrypted with OAEP and ${hash} is decrypted, with its label`, async () => {
    const { privateKey, publicKey } = await pairOf({ name: "RSA-OAEP", hash }, ["decrypt", "unwrapKey"], ["encrypt", "wrapKey"]);
    for (const algorithm of [{ name: "RSA-OAEP" }, { name: "RSA-OAEP", label: utf8("label") }, { name: "RSA-OAEP", label: Uint8Array.of(0, 255, 128) }]) {
      const encrypted = await subtle.encrypt(algorithm, publicKey, utf8("data"));
      equal(encrypted.byteLength, 128);
      equal(hex(await subtle.decrypt(algorithm, privateKey, encrypted)), hex(utf8("data")));
      await rejects(subtle.decrypt({ name: "RSA-OAEP", label: utf8("other") }, privateKey, encrypted), "OperationError");
      await rejects(subtle.decrypt(algorithm, privateKey, new Uint8Array(128)), "OperationError");
    }
    equal((await subtle.decrypt("RSA-OAEP", privateKey, await subtle.encrypt("RSA-OAEP", publicKey, new Uint8Array(0)))).byteLength, 0);
    await rejects(subtle.encrypt("RSA-OAEP", publicKey, new Uint8Array(128)), "OperationError");
    await rejects(subtle.encrypt("RSA-OAEP", privateKey, utf8("data")), "InvalidAccessError");
    const key = await subtle.generateKey({ name: "AES-CBC", length: 128 }, true, ["encrypt"]);
    const wrapped = await subtle.wrapKey("raw", key, publicKey, "RSA-OAEP");
    const again = await subtle.unwrapKey("raw", wrapped, privateKey, "RSA-OAEP", "AES-CBC", true, ["encrypt"]);
    equal(hex(await subtle.exportKey("raw", again)), hex(await subtle.exportKey("raw", key)));
  });
}
test("JSON Web Keys of both halves go out and in", async () => {
  const { privateKey, publicKey } = await made;
  const [secret, open] = [await subtle.exportKey("jwk", privateKey), await subtle.exportKey("jwk", publicKey)];
  same(Object.keys(secret).sort(), ["alg", "d", "dp", "dq", "e", "ext", "key_ops", "kty", "n", "p", "q", "qi"]);
  same([open.alg, open.e, open.key_ops, open.ext, secret.key_ops], ["RS256", "AQAB", ["verify"], true, ["sign"]]);
  const again = await subtle.importKey("jwk", secret, RS256, true, ["sign"]);
  const signature = await subtle.sign(RS256, again, utf8("data"));
  equal(await subtle.verify(RS256, publicKey, signature, utf8("data")), true);
  await rejects(subtle.importKey("jwk", { ...secret, d: open.n }, RS256, true, ["sign"]), "DataError");
  await rejects(subtle.importKey("jwk", { ...secret, dp: undefined }, RS256, true, ["sign"]), "DataError");
  await rejects(subtle.importKey("jwk", { ...secret, oth: [] }, RS256, true, ["sign"]), "NotSupportedError");
});
test("errors are those of the specification", async () => {
  const exponent = new Uint8Array([1, 0, 1]);
  const generation = { ...RS256, modulusLength: 2048, publicExponent: exponent };
  for (const bytes of [[], [1], [1, 0], [0, 0, 0]]) {
    await rejects(subtle.generateKey({ ...generation, publicExponent: new Uint8Array(bytes) }, true, ["sign"]), "OperationError");
  }
  await rejects(subtle.generateKey({ ...generation, modulusLength: 0 }, true, ["sign"]), "OperationError");
  await rejects(subtle.generateKey({ ...generation, modulusLength: 1e6 }, true, ["sign"]), "OperationError");
  await rejects(subtle.generateKey({ ...generation, publicExponent: [1, 0, 1] }, true, ["sign"]), TypeError);
  await rejects(subtle.generateKey({ ...generation, hash: undefined }, true, ["sign"]), TypeError);
  await rejects(subtle.generateKey(generation, true, ["encrypt"]), "SyntaxError");
  await rejects(subtle.importKey("jwk", PUBLIC, RS256, true, ["sign"]), "SyntaxError");
  await rejects(subtle.importKey("jwk", { ...PUBLIC, n: "AQAB" }, RS256, true, ["verify"]), "DataError");
  await rejects(subtle.importKey("jwk", { ...PUBLIC, n: `${PUBLIC.n}=` }, RS256, true, ["verify"]), "DataError");
  await rejects(subtle.importKey("jwk", { ...PUBLIC, alg: "RS384" }, RS256, true, ["verify"]), "DataError");
  await rejects(subtle.importKey("spki", new Uint8Array(20), RS256, true, ["verify"]), "DataError");
  await rejects(subtle.importKey("raw", new Uint8Array(20), RS256, true, ["verify"]), "NotSupportedError");
  const { privateKey } = await made;
  await rejects(subtle.exportKey("spki", privateKey), "InvalidAccessError");
  await rejects(subtle.sign("RSA-PSS", privateKey, utf8("data")), TypeError);
  await rejects(subtle.sign({ name: "RSA-PSS", saltLength: 0 }, privateKey, utf8("data")), "InvalidAccessError");
});
