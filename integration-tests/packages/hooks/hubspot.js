// @hubspot/api-client: a contact searched, updated, and one that is not there.
const hubspot = require("@hubspot/api-client");

module.exports = async function (args, callback) {
  const client = new hubspot.Client({ accessToken: args.secrets.VENDOR_KEY, numberOfApiCallRetries: 0 });
  const { total, results } = await client.crm.contacts.searchApi.doSearch({
    filterGroups: [{ filters: [{ propertyName: "email", operator: "EQ", value: args.customer.info.email }] }],
    properties: ["email", "lifecyclestage"],
    limit: 1,
  });
  const [contact] = results;
  const updated = await client.crm.contacts.basicApi.update(contact.id, { properties: { last_login: "2026-01-01" } });
  const refused = await client.crm.contacts.basicApi.getById("404").catch((error) => [error.code, error.body.category]);
  callback(new TokenClaims({
    got: { total, stage: contact.properties.lifecyclestage, created: contact.createdAt instanceof Date, updated: updated.properties.last_login, refused },
  }));
};
