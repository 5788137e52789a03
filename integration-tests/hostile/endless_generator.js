// expects: cpu
// Spread asks a generator for all of it.
module.exports = async (args, callback) => {
  function* numbers() { for (let i = 0; ; i++) yield i & 1; }
  for (const value of numbers()) void value;
};
