// @aws-sdk/client-eventbridge: events with Signature Version 4, and a service's error.
const { EventBridgeClient, EventBridgeServiceException, PutEventsCommand } = require("@aws-sdk/client-eventbridge");

module.exports = async function (args, callback) {
  const client = new EventBridgeClient({
    region: "eu-central-1",
    credentials: { accessKeyId: "AKIDACME", secretAccessKey: args.secrets.VENDOR_KEY },
    maxAttempts: 1,
  });
  const entry = { Source: "acme.login", DetailType: "login", Detail: JSON.stringify({ email: args.customer.info.email }) };
  const put = await client.send(new PutEventsCommand({ Entries: [entry] }));
  const refused = await client
    .send(new PutEventsCommand({ Entries: [{ ...entry, EventBusName: "missing" }] }))
    .catch((error) => [error instanceof EventBridgeServiceException, error.name, error.$metadata.httpStatusCode]);
  callback(new TokenClaims({ got: { status: put.$metadata.httpStatusCode, failed: put.FailedEntryCount, event: put.Entries[0].EventId, refused } }));
};
