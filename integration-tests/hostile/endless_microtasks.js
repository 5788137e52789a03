// expects: cpu
// The same by queueMicrotask.
module.exports = async (args, callback) => {
  const again = () => queueMicrotask(again);
  again();
  await new Promise(() => {});
};
