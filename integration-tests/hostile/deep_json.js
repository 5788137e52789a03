// expects: exception | memory | cpu
// Deeper than any parser may recurse.
module.exports = async (args, callback) => {
  JSON.parse('['.repeat(1e6));
};
