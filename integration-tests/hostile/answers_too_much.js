// expects: memory | answer | cpu
// An answer larger than anybody would take.
module.exports = async (args, callback) => {
  callback(new TokenClaims({ a: Array.from({ length: 1e6 }, (_, i) => ({ i })) }));
};
