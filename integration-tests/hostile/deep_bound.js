// expects: exception | cpu | memory
// Functions bound again and again.
module.exports = async (args, callback) => {
  let bound = () => 1;
  for (let i = 0; i < 1e5; i++) bound = bound.bind(null);
  bound();
};
