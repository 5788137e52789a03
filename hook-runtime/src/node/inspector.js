// node:inspector: loadable; hooks have no debugger.
"use strict";
const { unavailable } = require("internal/unavailable");
module.exports = unavailable("inspector",
  "open waitForDebugger Session", {
  url: () => undefined, close() {}, console: undefined,
});
