// node:perf_hooks (Node.js documentation, "Performance measurement APIs"), as far as scripts of hooks ask.
"use strict";
const { thrower } = require("internal/unavailable");
const entries = [];
const now = () => performance.now();

class PerformanceEntry {
  constructor(name, entryType, startTime, duration, detail) { Object.assign(this, { name, entryType, startTime, duration, detail }); }
  toJSON() { return { ...this }; }
}
class PerformanceMark extends PerformanceEntry {}
class PerformanceMeasure extends PerformanceEntry {}
const timeOf = (mark, fallback) => {
  if (mark === undefined) return fallback;
  if (typeof mark === "number") return mark;
  const found = entries.findLast((entry) => entry.entryType === "mark" && entry.name === mark);
  if (!found) throw new DOMException(`The "${mark}" performance mark has not been set`, "SyntaxError");
  return found.startTime;
};
const observers = new Set();
const note = (entry) => {
  entries.push(entry);
  for (const observer of observers) observer._take(entry);
  return entry;
};
const clear = (type) => (name) => {
  for (let i = entries.length - 1; i >= 0; i -= 1) {
    if (entries[i].entryType === type && (name === undefined || entries[i].name === name)) entries.splice(i, 1);
  }
};
const additions = {
  mark: (name, { detail = null, startTime = now() } = {}) => note(new PerformanceMark(`${name}`, "mark", startTime, 0, detail)),
  measure(name, start, end) {
    const given = typeof start === "object" && start !== null ? start : { start, end };
    const to = given.end === undefined && given.duration !== undefined ? timeOf(given.start, 0) + given.duration : timeOf(given.end, now());
    const from = given.start === undefined && given.duration !== undefined ? to - given.duration : timeOf(given.start, 0);
    return note(new PerformanceMeasure(`${name}`, "measure", from, to - from, given.detail ?? null));
  },
  clearMarks: clear("mark"), clearMeasures: clear("measure"),
  getEntries: () => [...entries],
  getEntriesByName: (name, type) => entries.filter((entry) => entry.name === name && (type === undefined || entry.entryType === type)),
  getEntriesByType: (type) => entries.filter((entry) => entry.entryType === type),
  timerify: (run) => run,
  eventLoopUtilization: () => ({ idle: 0, active: 0, utilization: 0 }),
  setResourceTimingBufferSize() {}, clearResourceTimings() {},
  nodeTiming: { name: "node", entryType: "node", startTime: 0, duration: 0 },
};
class PerformanceObserver {
  static supportedEntryTypes = ["mark", "measure"];
  #run;
  #types = [];
  #waiting = [];
  constructor(run) { this.#run = run; }
  observe({ entryTypes, type }) { this.#types = entryTypes ?? [type]; observers.add(this); }
  disconnect() { observers.delete(this); }
  takeRecords() { return this.#waiting.splice(0); }
  _take(entry) {
    if (!this.#types.includes(entry.entryType)) return;
    if (this.#waiting.push(entry) > 1) return;
    setImmediate(() => {
      const list = this.#waiting.splice(0);
      if (list.length) {
        this.#run({ getEntries: () => list, getEntriesByName: (name) => list.filter((it) => it.name === name), getEntriesByType: (kind) => list.filter((it) => it.entryType === kind) }, this);
      }
    });
  }
}
// The global one has what it has; the rest is here.
const whole = new Proxy(globalThis.performance, {
  get(target, name) {
    const value = name in target ? target[name] : additions[name];
    return typeof value === "function" ? value.bind(target) : value;
  },
  has: (target, name) => name in target || name in additions,
});
Object.assign(exports, {
  performance: whole, PerformanceEntry, PerformanceMark, PerformanceMeasure, PerformanceObserver,
  createHistogram: thrower("perf_hooks", "createHistogram"), monitorEventLoopDelay: thrower("perf_hooks", "monitorEventLoopDelay"),
  constants: { NODE_PERFORMANCE_GC_MAJOR: 4, NODE_PERFORMANCE_GC_MINOR: 1, NODE_PERFORMANCE_GC_INCREMENTAL: 8, NODE_PERFORMANCE_GC_WEAKCB: 16 },
});
