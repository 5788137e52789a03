// node:cluster: loadable; hooks have no workers.
"use strict";
const { unavailable } = require("internal/unavailable");
module.exports = unavailable("cluster",
  "setupPrimary setupMaster fork disconnect Worker", {
  isMaster: true, isPrimary: true, isWorker: false, workers: {}, settings: {}, SCHED_NONE: 1, SCHED_RR: 2, on() { return this; }, once() { return this; },
});
