// Web Cryptography: Crypto (section 10), digest (14.3.5), SHA (section 34). Digests: examples of FIPS 180-4
// ("abc" and its longer ones), NIST's "Cryptographic Standards: Example Values".
const { subtle } = crypto;
const hex = (bytes) => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
const utf8 = (text) => new TextEncoder().encode(text);

const DIGESTS = {
  "SHA-1": [
    "da39a3ee5e6b4b0d3255bfef95601890afd80709", "a9993e364706816aba3e25717850c26c9cd0d89d",
    "84983e441c3bd26ebaae4aa1f95129e5e54670f1",
  ],
  "SHA-256": [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
  ],
  "SHA-384": [
    "38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da274edebfe76f65fbd51ad2f14898b95b",
    "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
    "3391fdddfc8dc7393707a65b1b4709397cf8b1d162af05abfe8f450de5f36bc6b0455a8520bc4e6f5fe95b1fe3c8452b",
  ],
  "SHA-512": [
    "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e",
    "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
    "204a8fc6dda82f0a0ced7beb8e08a41657c16ef468b228a8279be331a703c33596fd15c13b1b07f9aa1d3bea57789ca031ad85c7a71dd70354ec631238ca3445",
  ],
};
const INPUTS = ["", "abc", "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"];
for (const [name, digests] of Object.entries(DIGESTS)) {
  test(`${name} gives the digests of the standard`, async () => {
    for (const [i, input] of INPUTS.entries()) equal(hex(await subtle.digest(name, utf8(input))), digests[i], input);
  });
  test(`${name} in any case, as an object, over any view`, async () => {
    const whole = utf8("__abc__");
    const views = [
      new Uint8Array(whole.buffer, 2, 3), new DataView(whole.buffer, 2, 3), new Int8Array(whole.buffer, 2, 3),
      whole.buffer.slice(2, 5),
    ];
    for (const view of views) equal(hex(await subtle.digest({ name: name.toLowerCase() }, view)), digests[1]);
  });
}
test("a digest is a promise of an ArrayBuffer", async () => {
  const promise = subtle.digest("SHA-256", new Uint8Array(1));
  ok(promise instanceof Promise);
  ok(await promise instanceof ArrayBuffer);
});
test("the bytes are copied once the algorithm is known", async () => {
  const bytes = utf8("xbc");
  const during = subtle.digest({ get name() { bytes[0] = 97; return "SHA-1"; } }, bytes);
  bytes[0] = 0;
  equal(hex(await during), DIGESTS["SHA-1"][1]);
});
test("what is wrong is a rejection", async () => {
  await rejects(subtle.digest("MD5", new Uint8Array(1)), "NotSupportedError");
  await rejects(subtle.digest("AES-GCM", new Uint8Array(1)), "NotSupportedError");
  await rejects(subtle.digest("", new Uint8Array(1)), "NotSupportedError");
  await rejects(subtle.digest("SHA-1"), TypeError);
  await rejects(subtle.digest("SHA-1", "abc"), TypeError);
  await rejects(subtle.digest({}, new Uint8Array(1)), TypeError);
  await rejects(subtle.digest.call(crypto, "SHA-1", new Uint8Array(1)), TypeError);
});

test("crypto, its classes and its subtle are as the interfaces say", () => {
  for (const type of [Crypto, SubtleCrypto, CryptoKey]) {
    throws(() => new type(), TypeError);
    equal(type.length, 0);
    equal(type.prototype[Symbol.toStringTag], type.name);
  }
  equal(Object.prototype.toString.call(crypto), "[object Crypto]");
  ok(crypto instanceof Crypto && subtle instanceof SubtleCrypto);
  equal(crypto.subtle, subtle);
  ok(Object.getOwnPropertyDescriptor(Crypto.prototype, "subtle").enumerable);
  const lengths = {
    encrypt: 3, decrypt: 3, sign: 3, verify: 4, digest: 2, generateKey: 3, deriveKey: 5, deriveBits: 2,
    importKey: 5, exportKey: 2, wrapKey: 4, unwrapKey: 7,
  };
  for (const [name, length] of Object.entries(lengths)) equal(SubtleCrypto.prototype[name].length, length, name);
});
test("getRandomValues fills arrays of integers and gives them back", () => {
  const types = [
    Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array, BigInt64Array, BigUint64Array,
  ];
  for (const type of types) {
    const array = new type(16);
    equal(crypto.getRandomValues(array), array);
    ok(array.some((it) => Number(it) !== 0), type.name);
  }
  equal(crypto.getRandomValues(new Uint8Array(0)).length, 0);
  const part = new Uint8Array(64);
  crypto.getRandomValues(part.subarray(32));
  ok(part.subarray(0, 32).every((byte) => byte === 0));
});
test("getRandomValues takes nothing else, and at most 65536 bytes", () => {
  for (const type of [Float32Array, Float64Array]) throws(() => crypto.getRandomValues(new type(2)), "TypeMismatchError");
  throws(() => crypto.getRandomValues(new DataView(new ArrayBuffer(4))), "TypeMismatchError");
  throws(() => crypto.getRandomValues([1, 2]), TypeError);
  throws(() => crypto.getRandomValues(), TypeError);
  throws(() => crypto.getRandomValues.call({}, new Uint8Array(1)), TypeError);
  ok(throws(() => crypto.getRandomValues(new Uint32Array(16385)), "QuotaExceededError") instanceof QuotaExceededError);
  crypto.getRandomValues(new Uint8Array(65536));
});
test("randomUUID gives UUIDs of version 4 (RFC 9562 section 5.4), each another one", () => {
  const all = new Set(Array.from({ length: 20 }, () => crypto.randomUUID()));
  equal(all.size, 20);
  for (const uuid of all) ok(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(uuid), uuid);
});
