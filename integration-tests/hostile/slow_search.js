// expects: cpu
// Searches that compare for long, in a loop.
module.exports = async (args, callback) => {
  const [hay, needle] = ['a'.repeat(1e6), 'a'.repeat(5e5) + 'b'];
  for (;;) hay.indexOf(needle);
};
