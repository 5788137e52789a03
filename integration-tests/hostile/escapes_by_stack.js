// expects: done
// A stack's frames lead nowhere.
module.exports = async (args, callback) => {
  Error.prepareStackTrace = (error, frames) => frames;
  const { stack } = new Error("x");
  const frames = Array.isArray(stack) ? stack : [];
  for (const frame of frames) {
    const found = [frame.getThis?.(), frame.getFunction?.()].filter((it) => it !== undefined && it !== null);
    for (const it of found) {
      if (it !== globalThis && typeof it === "object" && ("native" in it || "startHttp" in it)) throw new Error("a frame shows our own functions");
    }
  }
  callback(new TokenClaims({ fine: true }));
};
