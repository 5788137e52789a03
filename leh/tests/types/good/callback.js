// @ts-check
const { createHash } = require("node:crypto");

/** @type {Hook<"check-member">} */
module.exports = async function (args, callback, deny) {
  const email = args.customer.attributes.emails?.primaryEmail;
  if (email === undefined) return deny(new DenyRequest("access_denied", "an address is needed"));
  const key = createHash("sha256").update(args.secrets.MEMBERS_KEY).digest("hex");
  const answer = await fetch(`${args.variables.MEMBERS_URL}/${encodeURIComponent(email)}`, {
    headers: { authorization: `Basic ${Buffer.from(key).toString("base64")}` },
    signal: AbortSignal.timeout(500),
  });
  if (answer.status === 404) return callback(new ShowErrorMessage("Members only"));
  args.session.member = await answer.json();
  const verified = [new AdditionalAuthenticator("email", email)];
  callback(new RegistrationData({ ...args.customer.attributes, member: true }, verified, args.session));
};
