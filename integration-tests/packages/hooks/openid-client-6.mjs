// openid-client 6: discovery, client credentials with client_secret_basic and with private_key_jwt,
// userinfo, introspection.
import * as client from "openid-client";

export default async ({ secrets }) => {
  const issuer = new URL("https://login.partner.example");
  const config = await client.discovery(issuer, "acme", secrets.VENDOR_KEY);
  const tokens = await client.clientCredentialsGrant(config, { scope: "profile" });
  const userinfo = await client.fetchUserInfo(config, tokens.access_token, "partner-user");
  const state = await client.tokenIntrospection(config, tokens.access_token);
  const refused = await client.refreshTokenGrant(config, "nobody's").catch((error) => [error instanceof client.ResponseBodyError, error.error]);
  const pkcs8 = Buffer.from(secrets.SIGNING_KEY.replace(/-----[^-]+-----|\s/g, ""), "base64");
  const key = await crypto.subtle.importKey("pkcs8", pkcs8, { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }, false, ["sign"]);
  const other = new client.Configuration(config.serverMetadata(), "acme", {}, client.PrivateKeyJwt({ key, kid: "acme-1" }));
  const signed = await client.clientCredentialsGrant(other, { scope: "profile" });
  const verifier = client.randomPKCECodeVerifier();
  const challenge = await client.calculatePKCECodeChallenge(verifier);
  const url = client.buildAuthorizationUrl(config, { redirect_uri: "https://acme.example/cb", code_challenge: challenge, code_challenge_method: "S256" });
  return new TokenClaims({
    got: { type: tokens.token_type, expires: tokens.expiresIn() > 0, signed: signed.access_token, userinfo, active: state.active, refused, at: url.origin + url.pathname, length: verifier.length },
  });
};
