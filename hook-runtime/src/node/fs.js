// node:fs: loadable; hooks have no files.
"use strict";
const { unavailable, thrower } = require("internal/unavailable");
module.exports = unavailable("fs",
  "access appendFile chmod chown close copyFile cp createReadStream createWriteStream fchmod fchown fdatasync " +
  "fstat fsync ftruncate futimes glob lchmod lchown link lstat lutimes mkdir mkdtemp open openAsBlob opendir read " +
  "readFile readdir readlink readv realpath rename rm rmdir stat statfs symlink truncate unlink unwatchFile " +
  "utimes watch watchFile write writeFile writev accessSync appendFileSync chmodSync chownSync closeSync " +
  "copyFileSync cpSync fchmodSync fchownSync fdatasyncSync fstatSync fsyncSync ftruncateSync futimesSync globSync " +
  "lchmodSync lchownSync linkSync lstatSync lutimesSync mkdirSync mkdtempSync openSync opendirSync readSync " +
  "readFileSync readdirSync readlinkSync readvSync realpathSync renameSync rmSync rmdirSync statSync statfsSync " +
  "symlinkSync truncateSync unlinkSync utimesSync writeSync writeFileSync writevSync ReadStream WriteStream " +
  "FileReadStream FileWriteStream", {
    existsSync: () => false,
    exists(_path, done) { require("node/process").nextTick(() => done(false)); },
    constants: require("node/constants").fs, F_OK: 0, R_OK: 4, W_OK: 2, X_OK: 1,
    Stats: thrower("fs", "Stats"), Dirent: thrower("fs", "Dirent"), Dir: thrower("fs", "Dir"),
  });
module.exports.realpath.native = thrower("fs", "realpath.native");
module.exports.realpathSync.native = thrower("fs", "realpathSync.native");
Object.defineProperty(module.exports, "promises", { configurable: true, enumerable: true, get: () => require("node/fs/promises") });
