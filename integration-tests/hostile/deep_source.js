// expects: exception | memory | cpu
// Source nested deeper than the parser may recurse.
module.exports = async (args, callback) => {
  eval('('.repeat(1e5) + ')'.repeat(1e5));
};
