// Key formats, for Web Cryptography and Node's crypto alike: PKCS#1 (RFC 8017 appendix A.1), PKCS#8
// (RFC 5958), SubjectPublicKeyInfo (RFC 5280 section 4.1, RFC 5480, RFC 8410), SEC 1 (RFC 5915) and
// JSON Web Keys (RFC 7517, RFC 7518 section 6, RFC 8037).
//
// A key is { kind, private, … }: kind "rsa" or "rsa-pss" with `public` and perhaps `secret`, both DER
// of PKCS#1; kind "ec" with `curve`, `point` (uncompressed) and perhaps `scalar`; kind "Ed25519" or
// "X25519" with `point` and perhaps `scalar`. What reads gives undefined for what is no good key.
"use strict";
const der = require("web/crypto/der");
const { fromBase64url, toBase64url } = require("web/crypto/base64");

const OIDS = {
  rsa: "2a864886f70d010101", "rsa-pss": "2a864886f70d01010a", ec: "2a8648ce3d0201",
  X25519: "2b656e", Ed25519: "2b6570",
};
const CURVES = {
  "P-256": { oid: "2a8648ce3d030107", size: 32 },
  "P-384": { oid: "2b81040022", size: 48 },
  "P-521": { oid: "2b81040023", size: 66 },
};
exports.CURVES = CURVES;
const HASH_OIDS = {
  "SHA-1": "2b0e03021a", "SHA-224": "608648016503040204", "SHA-256": "608648016503040201",
  "SHA-384": "608648016503040202", "SHA-512": "608648016503040203", "SHA-512/224": "608648016503040205",
  "SHA-512/256": "608648016503040206", MD5: "2a864886f70d0205", "RIPEMD-160": "2b24030201",
};

// DigestInfo (RFC 8017 section 9.2).
exports.digestInfo = (hash, digest) => der.writeSequence(
  der.writeSequence(der.writeOid(HASH_OIDS[hash]), der.writeNull()), der.writeOctets(new Uint8Array(digest)));

// RSA. The numbers of a private key in the order of RFC 8017: n, e, d, p, q, dp, dq, qi.
const rsaPublic = (n, e) => der.writeSequence(der.writeUnsigned(n), der.writeUnsigned(e));
exports.rsaNumbers = (key) => key.private
  ? der.sequence(key.secret).slice(1).map(der.unsigned)
  : der.sequence(key.public).map(der.unsigned);
const rsaFromPublic = (bytes, kind = "rsa") => {
  const numbers = der.sequence(bytes).map(der.unsigned);
  if (numbers.length !== 2) der.malformed("RSAPublicKey");
  const key = { kind, private: false, public: rsaPublic(...numbers) };
  return native.cryptoRsaCheck(key.public, false) ? key : der.malformed("RSA key");
};
const rsaFromNumbers = (numbers, kind) => {
  const key = {
    kind, private: true, public: rsaPublic(numbers[0], numbers[1]),
    secret: der.writeSequence(der.writeSmall(0), ...numbers.map(der.writeUnsigned)),
  };
  return native.cryptoRsaCheck(key.secret, true) ? key : der.malformed("RSA key");
};
const rsaFromPrivate = (bytes, kind = "rsa") => {
  const [version, ...numbers] = der.sequence(bytes);
  if (der.small(version) !== 0 || numbers.length !== 8) der.malformed("RSAPrivateKey");
  return rsaFromNumbers(numbers.map(der.unsigned), kind);
};
exports.rsaFromPublic = (bytes) => der.reading(() => rsaFromPublic(bytes));
exports.rsaFromPrivate = (bytes) => der.reading(() => rsaFromPrivate(bytes));

// A number of slices, each a native call too short to be interrupted: the calls of built-in functions
// give the engine occasion to stop the script in between.
const pause = () => { for (let i = 0; i < 5; i++) Math.abs(i); };
exports.pause = pause;
exports.generateRsa = (bits, exponent) => {
  const prime = (length) => {
    for (;;) {
      const found = native.cryptoRsaPrime(length, exponent);
      if (found) return new Uint8Array(found);
      pause();
    }
  };
  const p = prime(Math.ceil(bits / 2));
  let q = prime(Math.floor(bits / 2));
  while (der.equal(p, q)) q = prime(Math.floor(bits / 2));
  const [first, second] = p.length > q.length || der.toHex(p) > der.toHex(q) ? [p, q] : [q, p];
  const secret = native.cryptoRsaKey(first, second, exponent);
  return secret ? exports.rsaFromPrivate(new Uint8Array(secret)) : undefined;
};

// Curves.
const ecFromPoint = (curve, bytes) => {
  const point = native.cryptoEcPoint(curve, bytes, false);
  return point ? { kind: "ec", private: false, curve, point: new Uint8Array(point) } : der.malformed("point");
};
const ecFromScalar = (curve, scalar, point) => {
  const own = native.cryptoEcPublic(curve, scalar);
  if (!own) der.malformed("scalar");
  const key = { kind: "ec", private: true, curve, point: new Uint8Array(own), scalar };
  if (point && !der.equal(ecFromPoint(curve, point).point, key.point)) der.malformed("point of another key");
  return key;
};
exports.ecFromPoint = (curve, bytes) => der.reading(() => ecFromPoint(curve, bytes));
exports.ecFromScalar = (curve, scalar) => der.reading(() => ecFromScalar(curve, scalar));
exports.generateEc = (curve) => {
  const { size } = CURVES[curve];
  for (;;) {
    const scalar = new Uint8Array(native.randomBytes(size));
    if (curve === "P-521") scalar[0] &= 1;
    const key = exports.ecFromScalar(curve, scalar);
    if (key) return key;
  }
};
const okpFromPoint = (kind, point) => point.length === 32
  ? { kind, private: false, point } : der.malformed("length of a key");
const okpFromScalar = (kind, scalar, point) => {
  const own = kind === "Ed25519" ? native.cryptoEd25519Public(scalar) : native.cryptoX25519(scalar, null);
  if (!own || (point && !der.equal(point, new Uint8Array(own)))) der.malformed("scalar");
  return { kind, private: true, point: new Uint8Array(own), scalar };
};
exports.okpFromPoint = (kind, bytes) => der.reading(() => okpFromPoint(kind, bytes));
exports.okpFromScalar = (kind, bytes) => der.reading(() => okpFromScalar(kind, bytes));
exports.generateOkp = (kind) => okpFromScalar(kind, new Uint8Array(native.randomBytes(32)));

const curveOf = (oid) => Object.keys(CURVES).find((name) => CURVES[name].oid === oid) ?? der.malformed("curve");
const kindOf = (oid) => Object.keys(OIDS).find((kind) => OIDS[kind] === oid) ?? der.malformed("algorithm");
const algorithmOf = (element) => {
  const [oid, parameters, more] = der.children(element);
  const kind = kindOf(der.oid(oid));
  const absent = parameters === undefined;
  const fits = kind === "rsa" ? !absent && parameters.tag === der.TAGS.NULL && parameters.body.length === 0
    : kind === "rsa-pss" ? true
    : kind === "ec" ? !absent
    : absent;
  if (more || !fits) der.malformed("parameters");
  return { kind, curve: kind === "ec" ? curveOf(der.oid(parameters)) : undefined };
};
const algorithmFor = (key) => der.writeSequence(der.writeOid(OIDS[key.kind]), ...(
  key.kind === "ec" ? [der.writeOid(CURVES[key.curve].oid)] : key.kind === "rsa" ? [der.writeNull()] : []));

exports.fromSpki = (bytes) => der.reading(() => {
  const [algorithm, value, more] = der.sequence(bytes);
  const { kind, curve } = algorithmOf(algorithm);
  const key = der.bits(value);
  if (more) der.malformed("SubjectPublicKeyInfo");
  if (kind === "ec") return ecFromPoint(curve, key);
  return kind.startsWith("rsa") ? rsaFromPublic(key, kind) : okpFromPoint(kind, key.slice());
});
exports.toSpki = (key) => der.writeSequence(algorithmFor(key), der.writeBits(key.public ?? key.point));

// ECPrivateKey; `curve` as the surrounding structure has it, or else as it says itself.
const fromSec1 = (bytes, outer) => {
  const [version, secret, ...rest] = der.sequence(bytes);
  if (der.small(version) !== 1) der.malformed("ECPrivateKey");
  let [curve, point] = [outer, undefined];
  for (const { tag, body } of rest) {
    const [inner, more] = der.elements(body);
    if (more) der.malformed("ECPrivateKey");
    if (tag === 0xa0) {
      const own = curveOf(der.oid(inner));
      if (outer !== undefined && own !== outer) der.malformed("curve");
      curve = own;
    } else if (tag === 0xa1) point = der.bits(inner);
    else der.malformed("ECPrivateKey");
  }
  const scalar = der.octets(secret);
  if (curve === undefined || scalar.length !== CURVES[curve].size) der.malformed("ECPrivateKey");
  return ecFromScalar(curve, scalar.slice(), point);
};
exports.fromSec1 = (bytes) => der.reading(() => fromSec1(bytes, undefined));
exports.toSec1 = (key, inner = false) => der.writeSequence(
  der.writeSmall(1), der.writeOctets(key.scalar),
  ...(inner ? [] : [der.write(0xa0, der.writeOid(CURVES[key.curve].oid))]),
  der.write(0xa1, der.writeBits(key.point)));

exports.fromPkcs8 = (bytes) => der.reading(() => {
  const [version, algorithm, value, ...rest] = der.sequence(bytes);
  if (der.small(version) > 1 || rest.some(({ tag }) => ![0xa0, 0x81, 0xa1].includes(tag))) der.malformed("PKCS #8");
  const { kind, curve } = algorithmOf(algorithm);
  const key = der.octets(value);
  if (kind === "ec") return fromSec1(key, curve);
  if (kind.startsWith("rsa")) return rsaFromPrivate(key, kind);
  const [scalar, more] = der.elements(key);
  if (more || der.octets(scalar).length !== 32) der.malformed("CurvePrivateKey");
  return okpFromScalar(kind, der.octets(scalar).slice());
});
exports.toPkcs8 = (key) => der.writeSequence(der.writeSmall(0), algorithmFor(key), der.writeOctets(
  key.kind === "ec" ? exports.toSec1(key, true) : key.secret ?? der.writeOctets(key.scalar)));

// JSON Web Keys: the members that hold the key, no others.
const RSA_MEMBERS = ["n", "e", "d", "p", "q", "dp", "dq", "qi"];
const member = (jwk, name) =>
  (typeof jwk[name] === "string" && fromBase64url(jwk[name])) || der.malformed(name);
exports.fromJwk = (jwk) => der.reading(() => {
  const secret = jwk.d !== undefined;
  if (jwk.kty === "RSA") {
    const names = secret ? RSA_MEMBERS : RSA_MEMBERS.slice(0, 2);
    const numbers = names.map((name) => member(jwk, name));
    return secret ? rsaFromNumbers(numbers, "rsa") : rsaFromPublic(rsaPublic(...numbers));
  }
  if (jwk.kty === "EC" && Object.hasOwn(CURVES, jwk.crv)) {
    const { size } = CURVES[jwk.crv];
    const sized = (name) => {
      const bytes = member(jwk, name);
      return bytes.length === size ? bytes : der.malformed(name);
    };
    const point = der.concat([4], sized("x"), sized("y"));
    return secret ? ecFromScalar(jwk.crv, sized("d"), point) : ecFromPoint(jwk.crv, point);
  }
  if (jwk.kty === "OKP" && (jwk.crv === "Ed25519" || jwk.crv === "X25519")) {
    const point = okpFromPoint(jwk.crv, member(jwk, "x"));
    return secret ? okpFromScalar(jwk.crv, member(jwk, "d"), point.point) : point;
  }
  return der.malformed("kty");
});
exports.toJwk = (key) => {
  if (key.kind.startsWith("rsa")) {
    const numbers = exports.rsaNumbers(key);
    return { kty: "RSA", ...Object.fromEntries(numbers.map((number, i) => [RSA_MEMBERS[i], toBase64url(number)])) };
  }
  const secret = key.private ? { d: toBase64url(key.scalar) } : {};
  if (key.kind !== "ec") return { kty: "OKP", crv: key.kind, x: toBase64url(key.point), ...secret };
  const { size } = CURVES[key.curve];
  const [x, y] = [key.point.subarray(1, size + 1), key.point.subarray(size + 1)];
  return { kty: "EC", crv: key.curve, x: toBase64url(x), y: toBase64url(y), ...secret };
};

// The public half.
exports.publicOf = ({ scalar, secret, ...rest }) => ({ ...rest, private: false });
