// node:domain: loadable; hooks have no domains.
"use strict";
const { unavailable } = require("internal/unavailable");
module.exports = unavailable("domain",
  "create createDomain Domain", {
  active: null,
});
