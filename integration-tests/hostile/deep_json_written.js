// expects: exception
// Deeper than any writer may recurse.
module.exports = async (args, callback) => {
  let value = [];
  for (let i = 0; i < 1e5; i++) value = [value];
  JSON.stringify(value);
};
