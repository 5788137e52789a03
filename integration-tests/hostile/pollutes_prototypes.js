// expects: done | exception
// The prototypes that our own code stands on, changed: the next invocation must not know.
module.exports = async (args, callback) => {
  if (Object.prototype.polluted || [].polluted) throw new Error("another invocation's memory");
  Object.prototype.polluted = Array.prototype.polluted = true;
  Object.defineProperty(Object.prototype, "idToken", { get() { return { hacked: true }; }, configurable: true });
  for (const name of ["then", "call", "apply", "get", "set", "push", "map"]) {
    for (const type of [Promise, Function, Map, Array]) {
      if (type.prototype[name]) Object.defineProperty(type.prototype, name, { value() { throw new Error("polluted"); }, configurable: true });
    }
  }
  callback(new TokenClaims({ fine: true }));
};
