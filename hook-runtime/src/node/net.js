// node:net: addresses can be told apart; hooks have no sockets (Node.js documentation, "Net").
"use strict";
const { unavailable } = require("internal/unavailable");
const { isIP, isIPv4, isIPv6 } = require("internal/ip");
module.exports = unavailable("net", "connect createConnection createServer Socket Stream Server BlockList SocketAddress", {
  isIP, isIPv4, isIPv6, getDefaultAutoSelectFamily: () => true, setDefaultAutoSelectFamily() {},
  getDefaultAutoSelectFamilyAttemptTimeout: () => 250, setDefaultAutoSelectFamilyAttemptTimeout() {},
});
