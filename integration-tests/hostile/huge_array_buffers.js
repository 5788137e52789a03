// expects: memory | cpu
// Buffers that pile up.
module.exports = async (args, callback) => {
  const all = [];
  for (;;) all.push(new ArrayBuffer(1 << 20));
};
