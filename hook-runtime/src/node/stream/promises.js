// node:stream/promises.
"use strict";
const { promises } = require("node/stream");
module.exports = { finished: promises.finished, pipeline: promises.pipeline };
