// node:vm: loadable; hooks run no other code.
"use strict";
const { unavailable } = require("internal/unavailable");
module.exports = unavailable("vm",
  "createContext runInContext runInNewContext runInThisContext compileFunction measureMemory Script Module " +
  "SourceTextModule SyntheticModule", {
  isContext: () => false, constants: {},
});
