// expects: exception
// An error that is a proxy without an end to its prototypes.
module.exports = async (args, callback) => {
  throw new Proxy(new Error('x'), { getPrototypeOf() { throw new Error('no prototype'); } });
};
