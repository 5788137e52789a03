// expects: cpu | timeout
// Timers that are always due; the customer does not wait for ever.
module.exports = async (args, callback) => {
  const again = () => setImmediate(again);
  again();
  await new Promise(() => {});
};
