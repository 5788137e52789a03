// expects: exception
// An error whose message throws.
module.exports = async (args, callback) => {
  throw { get message() { throw new Error('no message'); }, toString() { throw new Error('no text'); } };
};
