// expects: answer
// An answer that is no JSON.
module.exports = async (args, callback) => {
  const claims = {};
  claims.self = claims;
  callback(new TokenClaims(claims));
};
