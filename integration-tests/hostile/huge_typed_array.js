// expects: memory | exception | cpu
// Bytes that are asked for at once.
module.exports = async (args, callback) => {
  new Uint8Array(2 ** 30).fill(1);
};
