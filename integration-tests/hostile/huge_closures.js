// expects: memory | cpu
// Closures that hold on to what they saw.
module.exports = async (args, callback) => {
  const all = [];
  for (;;) { const kept = new Array(100).fill(0); all.push(() => kept); }
};
