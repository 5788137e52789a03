// expects: cpu | memory | exception
// A number that squares.
module.exports = async (args, callback) => {
  let number = 3n;
  for (;;) number *= number;
};
