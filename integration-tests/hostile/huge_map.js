// expects: memory | cpu
// A map that grows.
module.exports = async (args, callback) => {
  const map = new Map();
  for (let i = 0; ; i++) map.set(i, 'x'.repeat(100));
};
