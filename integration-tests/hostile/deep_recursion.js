// expects: exception
// A RangeError in the script, not a crash.
module.exports = async (args, callback) => {
  const deeper = () => 1 + deeper();
  deeper();
};
