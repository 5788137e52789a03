// node:tty (Node.js documentation, "TTY"): there is none.
"use strict";
const { thrower } = require("internal/unavailable");
exports.isatty = function isatty() { return false; };
exports.ReadStream = thrower("tty", "ReadStream");
exports.WriteStream = thrower("tty", "WriteStream");
