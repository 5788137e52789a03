// High Resolution Time section 7, Performance Timeline section 4, User Timing section 3.
const reset = () => { performance.clearMarks(); performance.clearMeasures(); };

test("now never goes back, and fits timeOrigin and the date", () => {
  const first = performance.now();
  equal(typeof first, "number");
  ok(performance.now() >= first);
  ok(Math.abs(performance.timeOrigin + performance.now() - Date.now()) < 60_000, "the difference");
});
test("marks", () => {
  reset();
  const before = performance.now();
  const mark = performance.mark("a", { detail: { b: [1] } });
  ok(mark instanceof PerformanceMark && mark instanceof PerformanceEntry);
  ok(mark.startTime >= before && mark.startTime <= performance.now(), "startTime");
  same([mark.name, mark.entryType, mark.duration, mark.detail], ["a", "mark", 0, { b: [1] }]);
  equal(performance.mark("a", { startTime: 1e12 }).startTime, 1e12);
  equal(performance.mark("b").detail, null);
  same(performance.getEntriesByName("a").map((entry) => entry.startTime === 1e12), [false, true]);
  equal(performance.getEntriesByType("mark").length, 3);
  performance.clearMarks("a");
  same(performance.getEntries().map((entry) => entry.name), ["b"]);
  throws(() => performance.mark("c", { startTime: -1 }), TypeError);
  throws(() => performance.mark("c", { startTime: NaN }), TypeError);
  throws(() => performance.mark(), TypeError);
  throws(() => performance.mark("c", { detail: () => {} }), "DataCloneError");
});
test("a mark can be made beside the timeline", () => {
  reset();
  const detail = { a: 1 };
  const mark = new PerformanceMark(5, { startTime: 3, detail });
  same([mark.name, mark.startTime, mark.detail], ["5", 3, { a: 1 }]);
  ok(mark.detail !== detail);
  equal(performance.getEntries().length, 0);
});
test("measures between marks, times and now", () => {
  reset();
  performance.mark("from", { startTime: 10 });
  performance.mark("to", { startTime: 25 });
  const spans = (...args) => { const { startTime, duration } = performance.measure("m", ...args); return [startTime, duration]; };
  same(spans("from", "to"), [10, 15]);
  same(spans({ start: "from", end: "to" }), [10, 15]);
  same(spans({ start: 1, end: 4 }), [1, 3]);
  same(spans({ start: 1, duration: 4 }), [1, 4]);
  same(spans({ end: 9, duration: 4 }), [5, 4]);
  same(spans(undefined, "to"), [0, 25]);
  equal(spans()[0], 0);
  equal(spans({})[0], 0);
  equal(spans("from")[0], 10);
  equal(performance.measure("n", { start: 1, end: 2, detail: "d" }).detail, "d");
  equal(performance.getEntriesByType("measure").length, 10);
  performance.clearMeasures("m");
  same(performance.getEntriesByType("measure").map((entry) => entry.name), ["n"]);
});
test("measures that make no sense are refused", () => {
  throws(() => performance.measure("m", "nowhere"), "SyntaxError");
  throws(() => performance.measure("m", { detail: 1 }), TypeError);
  throws(() => performance.measure("m", { start: 1, end: 2, duration: 3 }), TypeError);
  throws(() => performance.measure("m", { start: 1 }, "to"), TypeError);
  throws(() => performance.measure("m", { start: -1, end: 1 }), TypeError);
  throws(() => performance.measure(), TypeError);
});
test("entries are in the order of their start", () => {
  reset();
  for (const [name, startTime] of [["c", 3], ["a", 1], ["b", 2], ["d", 3]]) performance.mark(name, { startTime });
  same(performance.getEntries().map((entry) => entry.name), ["a", "b", "c", "d"]);
  same(performance.getEntriesByName("a", "measure"), []);
  reset();
});
test("JSON", () => {
  same(Object.keys(performance.toJSON()), ["timeOrigin"]);
  same(new PerformanceMark("a", { startTime: 1 }).toJSON(), { name: "a", entryType: "mark", startTime: 1, duration: 0, detail: null });
});
test("the interfaces are those of Web IDL", () => {
  ok(performance instanceof Performance && performance instanceof EventTarget);
  equal(Object.prototype.toString.call(performance), "[object Performance]");
  for (const type of [Performance, PerformanceEntry, PerformanceMeasure]) throws(() => new type(), TypeError);
  equal(Performance.prototype.mark.length, 1);
  throws(() => Performance.prototype.now.call({}), TypeError);
  equal(Object.getOwnPropertyDescriptor(PerformanceMark.prototype, "detail").enumerable, true);
});
