// expects: cpu
// Generic array functions over a length of 2^53.
module.exports = async (args, callback) => {
  Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1);
};
