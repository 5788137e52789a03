// HMAC: Web Cryptography section 31. Codes: RFC 4231 section 4.2 to 4.7; RFC 2202 section 3 (SHA-1).
const { subtle } = crypto;
const hex = (bytes) => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
const utf8 = (text) => new TextEncoder().encode(text);
const repeated = (byte, times) => new Uint8Array(times).fill(byte);
const importing = (bytes, hash, usages = ["sign", "verify"]) =>
  subtle.importKey("raw", bytes, { name: "HMAC", hash }, true, usages);

const CASES = [
  [repeated(0x0b, 20), utf8("Hi There"), {
    "SHA-1": "b617318655057264e28bc0b6fb378c8ef146be00",
    "SHA-256": "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
    "SHA-384": "afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59cfaea9ea9076ede7f4af152e8b2fa9cb6",
    "SHA-512": "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cdedaa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854",
  }],
  [utf8("Jefe"), utf8("what do ya want for nothing?"), {
    "SHA-1": "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79",
    "SHA-256": "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
  }],
  [repeated(0xaa, 131), utf8("Test Using Larger Than Block-Size Key - Hash Key First"), {
    "SHA-256": "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
    "SHA-512": "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f3526b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598",
  }],
];
for (const [key, data, codes] of CASES) {
  for (const [hash, code] of Object.entries(codes)) {
    test(`HMAC with ${hash}, a key of ${key.length} bytes`, async () => {
      const imported = await importing(key, hash);
      const found = await subtle.sign("HMAC", imported, data);
      equal(hex(found), code);
      equal(await subtle.verify("hmac", imported, found, data), true);
    });
  }
}
test("a code that is changed, cut or of other data is not verified", async () => {
  const key = await importing(utf8("key"), "SHA-256");
  const code = new Uint8Array(await subtle.sign("HMAC", key, utf8("data")));
  equal(await subtle.verify("HMAC", key, code, utf8("date")), false);
  equal(await subtle.verify("HMAC", key, code.subarray(0, 31), utf8("data")), false);
  code[31] ^= 1;
  equal(await subtle.verify("HMAC", key, code, utf8("data")), false);
});
test("keys are made as long as the hash's block, or as asked", async () => {
  for (const [hash, length] of [["SHA-1", 512], ["SHA-256", 512], ["SHA-384", 1024], ["SHA-512", 1024]]) {
    const key = await subtle.generateKey({ name: "HMAC", hash }, true, ["sign"]);
    same(key.algorithm, { name: "HMAC", hash: { name: hash }, length });
    equal((await subtle.exportKey("raw", key)).byteLength, length / 8);
  }
  const odd = await subtle.generateKey({ name: "HMAC", hash: "SHA-1", length: 13 }, true, ["sign"]);
  equal(new Uint8Array(await subtle.exportKey("raw", odd))[1] & 7, 0);
});
test("a JSON Web Key goes out and in", async () => {
  const key = await importing(repeated(7, 32), "SHA-384");
  const jwk = await subtle.exportKey("jwk", key);
  same(jwk, { kty: "oct", k: "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc", alg: "HS384", key_ops: ["sign", "verify"], ext: true });
  const again = await subtle.importKey("jwk", jwk, { name: "HMAC", hash: "SHA-384" }, false, ["verify"]);
  equal(again.extractable, false);
  await rejects(subtle.exportKey("raw", again), "InvalidAccessError");
  await rejects(subtle.importKey("jwk", jwk, { name: "HMAC", hash: "SHA-256" }, true, ["sign"]), "DataError");
});
test("errors are those of the specification", async () => {
  const hmac = { name: "HMAC", hash: "SHA-256" };
  await rejects(subtle.importKey("raw", utf8("key"), "HMAC", true, ["sign"]), TypeError);
  await rejects(subtle.importKey("raw", utf8("key"), { name: "HMAC", hash: "MD5" }, true, ["sign"]), "NotSupportedError");
  await rejects(subtle.importKey("raw", new Uint8Array(0), hmac, true, ["sign"]), "DataError");
  await rejects(subtle.importKey("raw", utf8("key"), { ...hmac, length: 25 }, true, ["sign"]), "DataError");
  await rejects(subtle.importKey("raw", utf8("key"), hmac, true, ["encrypt"]), "SyntaxError");
  await rejects(subtle.importKey("raw", utf8("key"), hmac, true, []), "SyntaxError");
  await rejects(subtle.importKey("raw", utf8("key"), hmac, true, ["nonsense"]), TypeError);
  await rejects(subtle.importKey("spki", utf8("key"), hmac, true, ["sign"]), "NotSupportedError");
  await rejects(subtle.generateKey({ ...hmac, length: 0 }, true, ["sign"]), "OperationError");
  const key = await importing(utf8("key"), "SHA-256", ["verify"]);
  await rejects(subtle.sign("HMAC", key, utf8("data")), "InvalidAccessError");
  await rejects(subtle.verify("Ed25519", key, utf8("data"), utf8("data")), "InvalidAccessError");
  await rejects(subtle.sign("HMAC", {}, utf8("data")), TypeError);
});
