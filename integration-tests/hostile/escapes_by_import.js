// expects: done | exception
// There is nothing to import.
module.exports = async (args, callback) => {
  for (const name of ["fs", "node:fs", "std", "os", "./hooks.yaml", "file:///etc/passwd", "/etc/passwd", "data:text/javascript,1"]) {
    let found;
    try { found = await import(name); } catch { continue; }
    if (found?.readFileSync || found?.open || found?.loadFile) throw new Error(`${name} can be imported`);
  }
  callback(new TokenClaims({ fine: true }));
};
