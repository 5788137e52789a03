// jsonwebtoken 8, of 2018: it signs with RS256 for a partner, who verifies; and verifies HS256.
const jwt = require("jsonwebtoken-8");
const fetch = require("node-fetch-2");

module.exports = async function (args, callback) {
  const assertion = jwt.sign({ scope: "profile" }, args.secrets.SIGNING_KEY, {
    algorithm: "RS256",
    issuer: "acme",
    subject: args.customer.info.email,
    audience: "https://login.partner.example/token",
    expiresIn: 300,
    keyid: "acme-1",
  });
  const body = new URLSearchParams({ grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", assertion });
  const response = await fetch("https://login.partner.example/token", { method: "POST", body });
  const { verified } = await response.json();
  const own = jwt.sign({ a: 1 }, "shared", { noTimestamp: true });
  let wrong;
  try {
    jwt.verify(own, "other");
  } catch (error) {
    wrong = `${error.name}: ${error.message}`;
  }
  callback(new TokenClaims({ got: { status: response.status, verified, own: jwt.verify(own, "shared"), wrong } }));
};
