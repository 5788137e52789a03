// expects: exception | cpu | memory
// A pattern nested deeper than its compiler may recurse.
module.exports = async (args, callback) => {
  new RegExp('('.repeat(1e5) + ')'.repeat(1e5));
};
