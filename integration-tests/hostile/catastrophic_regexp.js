// expects: cpu
// Backtracking without an end (CWE-1333).
module.exports = async (args, callback) => {
  /^(a+)+$/.test('a'.repeat(64) + 'b');
};
