// openid-client 5: discovery, client credentials, userinfo, a code exchanged for a verified ID token.
const { Issuer, errors, generators } = require("openid-client-5");

module.exports = async function (args, callback) {
  const issuer = await Issuer.discover("https://login.partner.example");
  const client = new issuer.Client({ client_id: "acme", client_secret: args.secrets.VENDOR_KEY, redirect_uris: ["https://acme.example/cb"] });
  const tokens = await client.grant({ grant_type: "client_credentials", scope: "profile" });
  const userinfo = await client.userinfo(tokens.access_token);
  const state = await client.introspect(tokens.access_token);
  const exchanged = await client.callback("https://acme.example/cb", { code: "partner-code" }, {});
  const refused = await client.refresh("nobody's").catch((error) => [error instanceof errors.OPError, error.error]);
  callback(new TokenClaims({
    got: { type: tokens.token_type, expires: tokens.expires_in > 0, userinfo, active: state.active, sub: exchanged.claims().sub, refused, verifier: generators.codeVerifier().length },
  }));
};
