// uuid, current, 8 and 3: names, random ones, parsing.
const uuid = require("uuid");
const { v4: v4of8, v5: v5of8, validate } = require("uuid-8");
const v4of3 = require("uuid-3/v4");
const v5of3 = require("uuid-3/v5");

module.exports = async function (args, callback) {
  const random = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  const all = [uuid.v4(), v4of8(), v4of3()];
  const named = [uuid.v5("acme.example", uuid.v5.DNS), v5of8("acme.example", v5of8.DNS), v5of3("acme.example", v5of3.DNS)];
  callback(new TokenClaims({
    got: {
      random: all.map((one) => random.test(one)),
      different: new Set(all).size,
      named,
      v1: uuid.version(uuid.v1()),
      v7: uuid.version(uuid.v7()),
      valid: [validate(all[0]), uuid.validate("not one")],
      v3: uuid.v3("acme.example", uuid.v3.URL),
    },
  }));
};
