// expects: done
// Nothing of the invocation before is there: no global, no cache of a module, no buffer's bytes.
module.exports = async (args, callback) => {
  const mark = "secret-of-an-invocation";
  if (globalThis.kept || require("events").kept || module.exports.kept) throw new Error("another invocation's memory");
  for (let i = 0; i < 50; i++) {
    const bytes = Buffer.from(new ArrayBuffer(4096));
    if (bytes.includes(mark)) throw new Error("another invocation's bytes");
  }
  globalThis.kept = require("events").kept = module.exports.kept = mark;
  for (let i = 0; i < 50; i++) Buffer.alloc(4096, mark);
  callback(new TokenClaims({ fine: true }));
};
