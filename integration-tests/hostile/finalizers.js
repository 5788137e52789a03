// expects: done
// What runs when memory is freed runs in nobody else's time.
module.exports = async (args, callback) => {
  globalThis.registry = new FinalizationRegistry(() => { for (;;); });
  for (let i = 0; i < 1e4; i++) registry.register({}, i);
  callback(new TokenClaims({ fine: true }));
};
