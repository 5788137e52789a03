// jsforce: a SOAP login, which names the instance, a query, an update.
const jsforce = require("jsforce");

module.exports = async function (args, callback) {
  const connection = new jsforce.Connection({ loginUrl: "https://login.salesforce.com" });
  const user = await connection.login("api@acme.example", args.secrets.VENDOR_KEY);
  const found = await connection.query(`SELECT Id, Tier__c FROM Contact WHERE Email = '${args.customer.info.email}'`);
  const [contact] = found.records;
  const updated = await connection.sobject("Contact").update({ Id: contact.Id, LastLogin__c: "2026-01-01" });
  const refused = await connection.sobject("Contact").retrieve("003000000000404").catch((error) => [error.name, error.errorCode]);
  callback(new TokenClaims({
    got: { user: user.id, instance: connection.instanceUrl, total: found.totalSize, tier: contact.Tier__c, updated: updated.success, refused },
  }));
};
