// @slack/webhook: a message to a channel, and a webhook that is gone.
const { IncomingWebhook } = require("@slack/webhook");

exports.onExecutePostLogin = async (event, api) => {
  const webhook = new IncomingWebhook(`https://hooks.slack.com/services/T0/B0/${event.secrets.VENDOR_KEY}`);
  const sent = await webhook.send({ text: `${event.user.email} logged in`, blocks: [{ type: "divider" }] });
  const refused = await new IncomingWebhook("https://hooks.slack.com/services/T0/B0/gone").send("hello").catch((error) => error.code);
  api.idToken.setCustomClaim("got", { sent: sent.text, refused });
};
