// @ts-check
/** @type {TriggerHook<"PostLogin", "risk">} */
exports.onExecutePostLogin = async (event, api) => {
  api.idToken.setCustomClaims("a", 1); // wrong: misspelt
  api.idToken.setCustomClaim("sub", "b"); // wrong: protected
  api.session.revoke("no"); // wrong: the platform's own
  api.acess.deny(); // wrong: misspelt
  event.secrets.RISK_KEI; // wrong: misspelt
  event.user.email.length; // wrong: may be undefined
  event.user.tier.length; // wrong: nobody knows what the claim is
  api.multifactor.enable("sms"); // wrong: no provider
  api.cache.set("a", 1); // wrong: a text
};

/** @type {TriggerHook<"PreUserRegistration">} */
exports.onExecutePreUserRegistration = async (event, api) => {
  api.idToken.setCustomClaim("a", 1); // wrong: there is no token yet
  api.validation.error("a"); // wrong: a code and a message
};
