// expects: memory | exception | cpu
// A string that doubles.
module.exports = async (args, callback) => {
  let text = 'x';
  for (;;) text += text;
};
