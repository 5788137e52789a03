// node:readline: loadable; hooks have no terminal.
"use strict";
const { unavailable } = require("internal/unavailable");
module.exports = unavailable("readline",
  "createInterface clearLine clearScreenDown cursorTo moveCursor emitKeypressEvents Interface");
