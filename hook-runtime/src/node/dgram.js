// node:dgram: loadable; hooks have no sockets.
"use strict";
const { unavailable } = require("internal/unavailable");
module.exports = unavailable("dgram",
  "createSocket Socket");
