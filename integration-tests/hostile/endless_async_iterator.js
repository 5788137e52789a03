// expects: cpu
// An iterator that always has more.
module.exports = async (args, callback) => {
  const endless = { async *[Symbol.asyncIterator]() { for (let i = 0; ; i++) yield i; } };
  for await (const value of endless) void value;
};
