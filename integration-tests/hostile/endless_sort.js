// expects: cpu
// A comparison that keeps sort busy.
module.exports = async (args, callback) => {
  const list = Array.from({ length: 1e5 }, (_, i) => i);
  for (;;) list.sort(() => Math.random() - 0.5);
};
