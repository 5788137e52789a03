// @ts-check
/** @type {Hook<"check-member">} */
module.exports = async function (args, callback, deny) {
  args.secrets.MEMBER_KEY; // wrong: misspelt
  args.variables.MEMBERS_URI; // wrong: misspelt
  args.tokens; // wrong: there are none at this event
  args.customer.info.tier.toUpperCase(); // wrong: nobody knows what the claim is
  args.customer.attributes.emails.primaryEmail; // wrong: may be undefined
  args.customer.atributes; // wrong: misspelt
  callback(new TokenClaims({ a: 1 })); // wrong: no result of this event
  callback(new Prompt([])); // wrong: no result of this event
  callback(new RegistrationData({}, [new AdditionalAuthenticator("fax", "1")])); // wrong: no authenticator
  deny(5); // wrong: no reason
  request(args.request); // wrong: no such function
};
