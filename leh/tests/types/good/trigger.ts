export const onExecutePreUserRegistration: TriggerHook<"PreUserRegistration"> = async (event, api) => {
  if (event.request.geoip.countryCode === "NL") api.user.setAppMetadata("country", "NL");
  else api.validation.error("country", `not from ${event.request.ip}, ${event.configuration.MEMBERS_URL}`);
};
export const onExecuteCredentialsExchange = async (event: CredentialsExchangeEvent, api: CredentialsExchangeAPI) => {
  if (event.accessToken.scope.includes("admin")) api.access.deny("invalid_scope", `not for ${event.client.name}`);
  else api.accessToken.setCustomClaim("for", event.client.client_id);
};
export const onExecutePostChallenge = (event: PasswordResetPostChallengeEvent, api: PasswordResetPostChallengeAPI) => {
  api.authentication.challengeWithAny(event.user.enrolledFactors ?? [{ type: "otp" }]);
};
export const onExecuteSendPhoneMessage = (event: SendPhoneMessageEvent, api: SendPhoneMessageAPI) => {
  api.cache.set(event.message_options.recipient ?? "", "1", { ttl: 1000 });
};
