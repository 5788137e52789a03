// expects: cpu | memory | timeout
// More timers than anybody waits for.
module.exports = async (args, callback) => {
  for (;;) setTimeout(() => {}, 1e6);
};
