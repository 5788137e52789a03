// aws-sdk 2: a message by SNS (the query protocol, answered in XML), an event to EventBridge (JSON).
const AWS = require("aws-sdk");

module.exports = async function (args, callback) {
  const settings = { region: "eu-central-1", credentials: new AWS.Credentials("AKIDACME", args.secrets.VENDOR_KEY), maxRetries: 0 };
  const sent = await new AWS.SNS(settings).publish({ PhoneNumber: args.customer.info.phone_number, Message: "Your code is ready" }).promise();
  const put = await new AWS.EventBridge(settings)
    .putEvents({ Entries: [{ Source: "acme.login", DetailType: "login", Detail: JSON.stringify({ email: args.customer.info.email }) }] })
    .promise();
  const refused = await new AWS.SNS(settings).publish({ Message: "nobody" }).promise().catch((error) => [error.code, error.statusCode]);
  callback(new TokenClaims({ got: { message: sent.MessageId, failed: put.FailedEntryCount, event: put.Entries[0].EventId, refused } }));
};
