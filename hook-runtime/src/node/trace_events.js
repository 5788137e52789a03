// node:trace_events: loadable; hooks have no trace log.
"use strict";
const { unavailable } = require("internal/unavailable");
module.exports = unavailable("trace_events",
  "createTracing", {
  getEnabledCategories: () => undefined,
});
