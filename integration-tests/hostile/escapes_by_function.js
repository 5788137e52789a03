// expects: done
// Function's constructor gives the same sandbox, and nothing else.
module.exports = async (args, callback) => {
  const root = Function("return this")();
  const other = (async () => {}).constructor("return globalThis")();
  if (root !== globalThis || (await other) !== globalThis) throw new Error("another realm");
  for (const name of ["std", "os", "bjson", "scriptArgs", "Deno", "Bun", "Javy", "__javy_io", "host", "native", "WebAssembly"]) {
    if (name in root) throw new Error(`${name} is there`);
  }
  callback(new TokenClaims({ fine: true }));
};
