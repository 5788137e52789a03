// node:fs/promises: loadable; hooks have no files.
"use strict";
const { rejecting } = require("internal/unavailable");
module.exports = rejecting("fs/promises",
  "access appendFile chmod chown copyFile cp glob lchmod lchown link lstat lutimes mkdir mkdtemp open opendir " +
  "readFile readdir readlink realpath rename rm rmdir stat statfs symlink truncate unlink utimes writeFile watch", { constants: require("node/constants").fs });
