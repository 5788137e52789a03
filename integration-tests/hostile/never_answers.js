// expects: no_answer
// Nothing pending, and the callback was never called.
module.exports = async (args, callback) => {
  return;
};
