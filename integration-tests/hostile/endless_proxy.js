// expects: cpu
// A proxy whose traps never end.
module.exports = async (args, callback) => {
  const proxy = new Proxy({}, { get() { for (;;); }, ownKeys() { for (;;); } });
  callback(proxy);
};
