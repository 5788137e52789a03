// stripe: a customer found, one made, an error, and the signature of a webhook.
const Stripe = require("stripe");

module.exports = async function (args, callback) {
  const stripe = new Stripe(args.secrets.VENDOR_KEY, { maxNetworkRetries: 0, telemetry: false });
  const { data } = await stripe.customers.list({ email: args.customer.info.email, limit: 1 });
  const made = await stripe.customers.create(
    { email: args.customer.info.email, metadata: { sub: args.customer.info.sub } },
    { idempotencyKey: "login-1" },
  );
  const refused = await stripe.customers.retrieve("cus_404").catch((error) => [error instanceof Stripe.errors.StripeInvalidRequestError, error.type, error.code]);
  const { payload, signature } = await (await fetch("https://crm.acme.example/v1/stripe-event")).json();
  const event = stripe.webhooks.constructEvent(payload, signature, "whsec_" + args.secrets.VENDOR_KEY);
  let forged;
  try {
    stripe.webhooks.constructEvent(payload + " ", signature, "whsec_" + args.secrets.VENDOR_KEY);
  } catch (error) {
    forged = error.type;
  }
  callback(new TokenClaims({ got: { plan: data[0].metadata.plan, made: made.id, refused, event: event.type, forged } }));
};
