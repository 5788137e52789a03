// node:repl: loadable; hooks have no terminal.
"use strict";
const { unavailable } = require("internal/unavailable");
module.exports = unavailable("repl",
  "start REPLServer Recoverable", {
  builtinModules: [],
});
