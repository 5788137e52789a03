// expects: timeout
// An answer after its time.
module.exports = async (args, callback) => {
  setTimeout(() => callback(new TokenClaims({ late: true })), 60_000);
};
