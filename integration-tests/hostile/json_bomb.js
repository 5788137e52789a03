// expects: memory | cpu
// A small text, a large value.
module.exports = async (args, callback) => {
  const text = '[' + '{},'.repeat(1e6) + '{}]';
  JSON.parse(text);
};
