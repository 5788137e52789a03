// expects: cpu | memory
// A replacement that calls back, again and again.
module.exports = async (args, callback) => {
  let text = 'x'.repeat(1e5);
  for (;;) text = text.replace(/x/g, () => 'x');
};
