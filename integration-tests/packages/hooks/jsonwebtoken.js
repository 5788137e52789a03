// jsonwebtoken 9 and jwks-rsa 3: a partner's RS256 token, verified with the keys of its JWKS URL;
// tokens of our own with HS256; what is wrong with others.
const jwt = require("jsonwebtoken");
const jwksClient = require("jwks-rsa");

const client = jwksClient({ jwksUri: "https://login.partner.example/jwks", cache: true, rateLimit: true });

const keyFor = (header, callback) => client.getSigningKey(header.kid, (error, key) => callback(error, key && key.getPublicKey()));
const verify = (token, options) =>
  new Promise((resolve, reject) => jwt.verify(token, keyFor, options, (error, claims) => (error ? reject(error) : resolve(claims))));

module.exports = async function (args, callback) {
  const response = await fetch("https://login.partner.example/assertion");
  const { token, forged, expired } = await response.json();
  const options = { algorithms: ["RS256"], issuer: "https://login.partner.example", audience: "acme" };
  const claims = await verify(token, options);
  const wrong = [];
  for (const [other, terms] of [[forged, options], [expired, options], [token, { ...options, audience: "other" }]]) {
    await verify(other, terms).catch((error) => wrong.push(`${error.name}: ${error.message}`));
  }
  const own = jwt.sign({ sub: claims.sub }, args.secrets.VENDOR_KEY, { expiresIn: "5m", issuer: "acme" });
  const read = jwt.verify(own, args.secrets.VENDOR_KEY, { issuer: "acme" });
  callback(new TokenClaims({
    got: { sub: claims.sub, level: claims.level, wrong, own: [read.sub, read.exp - read.iat], kid: jwt.decode(token, { complete: true }).header.kid },
  }));
};
