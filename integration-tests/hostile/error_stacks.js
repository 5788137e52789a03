// expects: memory | cpu
// Errors that hold on to each other.
module.exports = async (args, callback) => {
  let error = new Error('first');
  for (;;) error = new Error('next', { cause: error });
};
