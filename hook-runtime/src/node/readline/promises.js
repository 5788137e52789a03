// node:readline/promises: loadable; hooks have no terminal.
"use strict";
const { unavailable } = require("internal/unavailable");
module.exports = unavailable("readline/promises",
  "createInterface Interface Readline");
