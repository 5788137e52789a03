// expects: done
// Caught, the script goes on.
module.exports = async (args, callback) => {
  let depth = 0;
  const deeper = () => { depth++; deeper(); };
  try { deeper(); } catch (error) { callback(error instanceof RangeError ? new TokenClaims({ caught: depth > 100 }) : undefined); }
};
