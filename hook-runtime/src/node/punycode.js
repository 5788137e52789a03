// node:punycode: the package that Node itself contains.
"use strict";
module.exports = require("packages/punycode");
