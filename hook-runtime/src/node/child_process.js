// node:child_process: loadable; hooks start no processes.
"use strict";
const { unavailable } = require("internal/unavailable");
module.exports = unavailable("child_process",
  "exec execFile execFileSync execSync fork spawn spawnSync ChildProcess");
