// @ts-check

/**
 * @param {PostLoginEvent<"risk">} event
 * @param {PostLoginAPI} api
 */
exports.onExecutePostLogin = async (event, api) => {
  if (!event.user.email_verified) return api.access.deny("the address is not verified");
  const plan = event.user.app_metadata.plan ?? event.user.user_metadata.plan;
  api.idToken.setCustomClaim("https://shop.example.com/plan", plan).accessToken.addScope("read:plan");
  if (!event.authentication.methods.find((method) => method.name === "mfa")) {
    api.multifactor.enable("any", { allowRememberBrowser: false });
  }
  const known = api.cache.get("seen")?.value;
  const token = api.redirect.encodeToken({ secret: event.secrets.RISK_KEY, payload: { known } });
  api.redirect.sendUserTo("https://risk.example.com", { query: { token } });
};

/** @type {TriggerHook<"PostLogin", "risk">} */
exports.onContinuePostLogin = async (event, api) => {
  const { risk } = api.redirect.validateToken({ secret: event.secrets.RISK_KEY });
  if (risk > 1) api.access.deny();
};
