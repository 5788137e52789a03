// expects: cpu
// A thenable that never settles, and keeps the engine busy.
module.exports = async (args, callback) => {
  await { then(resolve) { for (;;); } };
};
