// expects: memory | exception | cpu
// Small bodies, large texts.
module.exports = async (args, callback) => {
  const zlib = require("zlib");
  const bomb = zlib.gzipSync(Buffer.alloc(4 << 20));
  const all = [];
  for (;;) all.push(zlib.gunzipSync(bomb));
};
