// expects: exception
// A rejection with nothing.
module.exports = async (args, callback) => {
  await Promise.reject();
};
