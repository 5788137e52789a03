// expects: timeout
// Little script time, but never an answer.
module.exports = async (args, callback) => {
  setInterval(() => {}, 10);
  await new Promise(() => {});
};
