// expects: cpu
// toJSON that never ends.
module.exports = async (args, callback) => {
  callback(new TokenClaims({ a: { toJSON() { for (;;); } } }));
};
