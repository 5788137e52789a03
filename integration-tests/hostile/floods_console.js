// expects: done
// More than anybody reads is cut.
module.exports = async (args, callback) => {
  for (let i = 0; i < 1e3; i++) console.log('x'.repeat(1e3), i);
  callback(new TokenClaims({ fine: true }));
};
