// expects: done
// The answer counts; what goes on is cut.
module.exports = async (args, callback) => {
  callback(new TokenClaims({ fine: true }));
  setTimeout(() => { for (;;); }, 1);
};
