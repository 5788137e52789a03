// expects: memory | exception | cpu
// One that is asked for at once.
module.exports = async (args, callback) => {
  'x'.repeat(2 ** 29).toUpperCase();
};
