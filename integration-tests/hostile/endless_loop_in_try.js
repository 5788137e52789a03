// expects: cpu
// The end cannot be caught.
module.exports = async (args, callback) => {
  for (;;) { try { for (;;); } catch { } finally { continue; } }
};
