// expects: done | exception
// Every global replaced: the next invocation must not know.
module.exports = async (args, callback) => {
  if (globalThis.JSON === undefined || globalThis.hacked) throw new Error("another invocation's memory");
  const root = globalThis;
  const { TokenClaims: Claims } = root;
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    try { root[name] = undefined; } catch { /* some cannot be */ }
  }
  root.hacked = true;
  callback(new Claims({ fine: true }));
};
