// expects: cpu
// The same by process.nextTick.
module.exports = async (args, callback) => {
  const again = () => process.nextTick(again);
  again();
  await new Promise(() => {});
};
