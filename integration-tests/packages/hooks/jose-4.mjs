// jose 4: a remote key set, RS256 verified, ES256 signed and read again, an encrypted token.
import { CompactEncrypt, SignJWT, compactDecrypt, createRemoteJWKSet, decodeProtectedHeader, errors, exportJWK, generateKeyPair, importJWK, importPKCS8, jwtVerify } from "jose-4";

const keys = createRemoteJWKSet(new URL("https://login.partner.example/jwks"));

export default async ({ secrets }) => {
  const { token, forged, expired } = await (await fetch("https://login.partner.example/assertion")).json();
  const options = { issuer: "https://login.partner.example", audience: "acme", algorithms: ["RS256"] };
  const { payload, protectedHeader } = await jwtVerify(token, keys, options);
  const wrong = [];
  await jwtVerify(forged, keys, options).catch((error) => wrong.push([error instanceof errors.JWSSignatureVerificationFailed, error.code]));
  await jwtVerify(expired, keys, options).catch((error) => wrong.push([error instanceof errors.JWTExpired, error.code]));

  const { publicKey, privateKey } = await generateKeyPair("ES256", { extractable: true });
  const own = await new SignJWT({ a: 1 }).setProtectedHeader({ alg: "ES256" }).setExpirationTime("5m").sign(privateKey);
  const read = await jwtVerify(own, await importJWK(await exportJWK(publicKey), "ES256"));

  const secret = new Uint8Array(32).fill(7);
  const sealed = await new CompactEncrypt(new TextEncoder().encode("hidden")).setProtectedHeader({ alg: "dir", enc: "A256GCM" }).encrypt(secret);
  const opened = await compactDecrypt(sealed, secret);

  const rsa = await importPKCS8(secrets.SIGNING_KEY, "RS256");
  const signed = await new SignJWT({}).setProtectedHeader({ alg: "RS256", kid: "acme-1" }).setIssuer("acme").setSubject(payload.sub)
    .setAudience("https://login.partner.example/token").setExpirationTime("5m").sign(rsa);
  const body = new URLSearchParams({ grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", assertion: signed });
  const { verified } = await (await fetch("https://login.partner.example/token", { method: "POST", body })).json();
  return new TokenClaims({
    got: { sub: payload.sub, kid: protectedHeader.kid, wrong, own: read.payload.a, alg: decodeProtectedHeader(own).alg, opened: new TextDecoder().decode(opened.plaintext), verified },
  });
};
