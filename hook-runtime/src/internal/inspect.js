// What `util` and `console` share of Node's util: inspect and format.
"use strict";
const { inspect } = require("internal/inspect/values");
const { format, formatWithOptions } = require("internal/inspect/format");
const { colors, stripControl, styles, width } = require("internal/inspect/text");
module.exports = { colors, format, formatWithOptions, inspect, stripControl, styles, width };
