// qs and lodash: nested queries, and the shaping of what a vendor answers.
const qs = require("qs");
const _ = require("lodash");
const get = require("lodash/get");

module.exports = async function (args, callback) {
  const query = qs.stringify({ filter: { email: args.customer.info.email, tags: ["a", "b"] } }, { arrayFormat: "brackets" });
  const response = await fetch(`https://crm.acme.example/v1/orders?${query}`, { headers: { authorization: `Bearer ${args.secrets.VENDOR_KEY}` } });
  const { orders, query: seen } = await response.json();
  callback(new TokenClaims({
    got: {
      query: qs.parse(seen),
      byYear: _.mapValues(_.groupBy(orders, "year"), (list) => _.sumBy(list, "total")),
      latest: _.chain(orders).sortBy("year").last().pick(["id", "year"]).value(),
      city: get(args, "customer.home.city", "nowhere"),
      merged: _.merge({ a: { b: 1 } }, { a: { c: [2] } }),
      name: _.startCase(_.kebabCase("janeDoe")),
      template: _.template("Hello <%= name %>")({ name: "Jane" }),
      copy: _.isEqual(_.cloneDeep(orders), orders),
    },
  }));
};
