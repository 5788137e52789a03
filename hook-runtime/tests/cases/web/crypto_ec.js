// ECDSA (Web Cryptography section 23) and Ed25519 (section 25). Signatures: RFC 7515 appendix A.3 (ES256),
// RFC 8032 section 7.1, tests 1 and 3 (Ed25519).
const { subtle } = crypto;
const utf8 = (text) => new TextEncoder().encode(text);
const unhex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const base64url = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));

const P256 = { name: "ECDSA", namedCurve: "P-256" };
const ES256 = { name: "ECDSA", hash: "SHA-256" };
const PUBLIC = {
  kty: "EC", crv: "P-256", x: "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", y: "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
};
const SIGNED = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
const SIGNATURE = "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
test("the signature of RFC 7515 is verified, and no other", async () => {
  const key = await subtle.importKey("jwk", PUBLIC, P256, true, ["verify"]);
  const signature = base64url(SIGNATURE);
  equal(await subtle.verify(ES256, key, signature, utf8(SIGNED)), true);
  equal(await subtle.verify(ES256, key, signature, utf8(`${SIGNED}.`)), false);
  equal(await subtle.verify({ name: "ECDSA", hash: "SHA-384" }, key, signature, utf8(SIGNED)), false);
  equal(await subtle.verify(ES256, key, signature.subarray(0, 63), utf8(SIGNED)), false);
  equal(await subtle.verify(ES256, key, new Uint8Array(64), utf8(SIGNED)), false);
  equal(await subtle.verify(ES256, key, new Uint8Array(0), utf8(SIGNED)), false);
});
const ED25519 = [
  ["d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"],
  ["fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
    "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"],
];
test("the signatures of RFC 8032 are verified, and no others", async () => {
  for (const [point, message, signature] of ED25519) {
    const key = await subtle.importKey("raw", unhex(point), "ed25519", true, ["verify"]);
    same(key.algorithm, { name: "Ed25519" });
    equal(await subtle.verify("Ed25519", key, unhex(signature), unhex(message)), true);
    equal(await subtle.verify("Ed25519", key, unhex(signature), unhex(`${message}00`)), false);
    equal(await subtle.verify("Ed25519", key, unhex(signature).subarray(1), unhex(message)), false);
  }
});
test("a key of small order verifies nothing", async () => {
  const key = await subtle.importKey("raw", unhex(`01${"00".repeat(31)}`), "Ed25519", true, ["verify"]);
  equal(await subtle.verify("Ed25519", key, unhex(`01${"00".repeat(63)}`), utf8("data")), false);
});

const CURVES = { "P-256": 32, "P-384": 48, "P-521": 66 };
for (const [namedCurve, size] of Object.entries(CURVES)) {
  test(`what is signed on ${namedCurve} is verified, with every hash`, async () => {
    const { privateKey, publicKey } = await subtle.generateKey({ name: "ECDSA", namedCurve }, true, ["sign", "verify"]);
    same(privateKey.algorithm, { name: "ECDSA", namedCurve });
    for (const hash of ["SHA-1", "SHA-256", "SHA-384", "SHA-512"]) {
      const algorithm = { name: "ECDSA", hash };
      const signature = new Uint8Array(await subtle.sign(algorithm, privateKey, utf8("data")));
      equal(signature.length, 2 * size);
      ok(signature.join() !== new Uint8Array(await subtle.sign(algorithm, privateKey, utf8("data"))).join(), "another signature");
      equal(await subtle.verify(algorithm, publicKey, signature, utf8("data")), true);
      equal(await subtle.verify(algorithm, publicKey, signature, utf8("date")), false);
      signature[size] ^= 1;
      equal(await subtle.verify(algorithm, publicKey, signature, utf8("data")), false);
    }
  });
  test(`keys of ${namedCurve} go out and in, in every format`, async () => {
    const algorithm = { name: "ECDSA", namedCurve };
    const { privateKey, publicKey } = await subtle.generateKey(algorithm, true, ["sign", "verify"]);
    for (const format of ["pkcs8", "jwk"]) {
      const again = await subtle.importKey(format, await subtle.exportKey(format, privateKey), algorithm, true, ["sign"]);
      const signature = await subtle.sign(ES256, again, utf8("data"));
      for (const open of ["raw", "spki", "jwk"]) {
        const key = await subtle.importKey(open, await subtle.exportKey(open, publicKey), algorithm, true, ["verify"]);
        equal(await subtle.verify(ES256, key, signature, utf8("data")), true, `${format} and ${open}`);
      }
    }
    const raw = new Uint8Array(await subtle.exportKey("raw", publicKey));
    equal(raw.length, 2 * size + 1);
    const compressed = raw.slice(0, size + 1);
    compressed[0] = 2 | (raw[2 * size] & 1);
    const again = await subtle.importKey("raw", compressed, algorithm, true, []);
    same([...new Uint8Array(await subtle.exportKey("raw", again))], [...raw]);
  });
}
test("what is signed with Ed25519 is verified, keys go out and in", async () => {
  const { privateKey, publicKey } = await subtle.generateKey({ name: "Ed25519" }, true, ["sign", "verify"]);
  for (const format of ["pkcs8", "jwk"]) {
    const again = await subtle.importKey(format, await subtle.exportKey(format, privateKey), "Ed25519", false, ["sign"]);
    const signature = await subtle.sign("Ed25519", again, utf8("data"));
    for (const open of ["raw", "spki", "jwk"]) {
      const key = await subtle.importKey(open, await subtle.exportKey(open, publicKey), "Ed25519", true, ["verify"]);
      equal(await subtle.verify("Ed25519", key, signature, utf8("data")), true, `${format} and ${open}`);
    }
    await rejects(subtle.exportKey(format, again), "InvalidAccessError");
  }
  equal((await subtle.exportKey("pkcs8", privateKey)).byteLength, 48);
});
test("errors are those of the specification", async () => {
  await rejects(subtle.generateKey({ name: "ECDSA", namedCurve: "P-128" }, true, ["sign"]), "NotSupportedError");
  await rejects(subtle.generateKey("ECDSA", true, ["sign"]), TypeError);
  await rejects(subtle.generateKey(P256, true, ["verify"]), "SyntaxError");
  await rejects(subtle.generateKey(P256, true, ["deriveBits"]), "SyntaxError");
  await rejects(subtle.importKey("jwk", PUBLIC, { name: "ECDSA", namedCurve: "P-384" }, true, ["verify"]), "DataError");
  await rejects(subtle.importKey("jwk", { ...PUBLIC, y: PUBLIC.x }, P256, true, ["verify"]), "DataError");
  await rejects(subtle.importKey("jwk", { ...PUBLIC, x: PUBLIC.x.slice(1) }, P256, true, ["verify"]), "DataError");
  await rejects(subtle.importKey("jwk", { ...PUBLIC, alg: "ES384" }, P256, true, ["verify"]), "DataError");
  await rejects(subtle.importKey("jwk", { ...PUBLIC, use: "enc" }, P256, true, ["verify"]), "DataError");
  await rejects(subtle.importKey("jwk", { ...PUBLIC, key_ops: ["sign"] }, P256, true, ["verify"]), "DataError");
  await rejects(subtle.importKey("jwk", { ...PUBLIC, key_ops: ["verify", "verify"] }, P256, true, ["verify"]), "DataError");
  await rejects(subtle.importKey("jwk", { ...PUBLIC, ext: false }, P256, true, ["verify"]), "DataError");
  await rejects(subtle.importKey("raw", new Uint8Array(65), P256, true, ["verify"]), "DataError");
  await rejects(subtle.importKey("raw", new Uint8Array(31), "Ed25519", true, ["verify"]), "DataError");
  const { privateKey, publicKey } = await subtle.generateKey(P256, false, ["sign", "verify"]);
  await rejects(subtle.sign({ name: "ECDSA" }, privateKey, utf8("data")), TypeError);
  await rejects(subtle.sign(ES256, publicKey, utf8("data")), "InvalidAccessError");
  await rejects(subtle.exportKey("pkcs8", privateKey), "InvalidAccessError");
  await rejects(subtle.exportKey("pkcs8", publicKey), "InvalidAccessError");
});
