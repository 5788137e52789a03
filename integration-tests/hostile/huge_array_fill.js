// expects: memory | exception | cpu
// One that is asked for at once.
module.exports = async (args, callback) => {
  new Array(2 ** 31).fill(1);
};
