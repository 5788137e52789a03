// expects: memory | cpu
// An array that grows.
module.exports = async (args, callback) => {
  const list = [];
  for (;;) list.push({ i: list.length });
};
