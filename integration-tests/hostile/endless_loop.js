// expects: cpu
// A loop without an end.
module.exports = async (args, callback) => {
  for (;;);
};
