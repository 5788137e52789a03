// expects: done
// A function's caller and arguments lead nowhere.
module.exports = async (args, callback) => {
  function seen() { return [seen.caller, seen.arguments]; }
  let found = [];
  try { found = seen(); } catch { /* strict callers cannot be seen */ }
  for (const it of found) {
    if (it && typeof it === "object" && "startHttp" in it) throw new Error("a caller shows our own functions");
  }
  callback(new TokenClaims({ fine: true }));
};
