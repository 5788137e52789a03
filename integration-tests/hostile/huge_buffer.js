// expects: cpu | memory | exception
// The same by Node's Buffer.
module.exports = async (args, callback) => {
  const all = [];
  for (;;) all.push(Buffer.alloc(1 << 20, 'x'));
};
