// node:v8: loadable; the engine is another.
"use strict";
const { unavailable } = require("internal/unavailable");
module.exports = unavailable("v8",
  "cachedDataVersionTag getHeapSnapshot getHeapStatistics getHeapSpaceStatistics getHeapCodeStatistics " +
  "setFlagsFromString takeCoverage stopCoverage writeHeapSnapshot serialize deserialize " +
  "setHeapSnapshotNearHeapLimit queryObjects Serializer Deserializer DefaultSerializer DefaultDeserializer " +
  "GCProfiler");
