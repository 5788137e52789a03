// node:events, from Node.js documentation, "Events".
const EventEmitter = require("events");
const { once, on } = EventEmitter;

test("listeners are called in order, with this and the values", () => {
  const emitter = new EventEmitter();
  const calls = [];
  emitter.on("event", function (a, b) { calls.push([this === emitter, a, b]); });
  emitter.on("event", (...values) => calls.push(values));
  equal(emitter.emit("event", 1, 2), true);
  equal(emitter.emit("other"), false);
  same(calls, [[true, 1, 2], [1, 2]]);
});
test("once is called once", () => {
  const emitter = new EventEmitter();
  let count = 0;
  const listener = () => { count += 1; };
  emitter.once("event", listener);
  same(emitter.listeners("event").map((it) => it === listener), [true]);
  equal(emitter.rawListeners("event")[0].listener, listener);
  emitter.emit("event");
  emitter.emit("event");
  equal(count, 1);
});
test("an error that nobody handles is thrown", () => {
  equal(throws(() => new EventEmitter().emit("error", new RangeError("whoops")), RangeError).message, "whoops");
  const error = throws(() => new EventEmitter().emit("error", "text"));
  equal(error.code, "ERR_UNHANDLED_ERROR");
  equal(error.message, "Unhandled error. ('text')");
});
test("errorMonitor sees it first and handles nothing", () => {
  const emitter = new EventEmitter();
  const seen = [];
  emitter.on(EventEmitter.errorMonitor, (error) => seen.push(error.message));
  throws(() => emitter.emit("error", new Error("whoops")));
  same(seen, ["whoops"]);
});
test("a listener that is removed while an event is emitted is still called for it", () => {
  const emitter = new EventEmitter();
  const seen = [];
  const second = () => seen.push("B");
  emitter.on("event", () => { seen.push("A"); emitter.off("event", second); });
  emitter.on("event", second);
  emitter.emit("event");
  emitter.emit("event");
  same(seen, ["A", "B", "A"]);
});
test("the last of the same listeners is removed first", () => {
  const emitter = new EventEmitter();
  const ping = () => {};
  emitter.on("ping", ping);
  emitter.on("ping", () => {});
  emitter.on("ping", ping);
  emitter.removeListener("ping", ping);
  equal(emitter.listenerCount("ping"), 2);
  equal(emitter.listeners("ping")[0], ping);
  equal(emitter.listenerCount("ping", ping), 1);
});
test("newListener comes before, removeListener after", () => {
  const emitter = new EventEmitter();
  const seen = [];
  emitter.on("newListener", (event) => seen.push(["new", event, emitter.listenerCount(event)]));
  emitter.on("removeListener", (event) => seen.push(["removed", event]));
  const listener = () => seen.push("A");
  emitter.on("event", listener);
  emitter.emit("event");
  emitter.off("event", listener);
  same(seen, [["new", "removeListener", 0], ["new", "event", 0], "A", ["removed", "event"]]);
});
test("prepend puts before", () => {
  const emitter = new EventEmitter();
  const seen = [];
  emitter.on("e", () => seen.push("a"));
  emitter.prependListener("e", () => seen.push("b"));
  emitter.prependOnceListener("e", () => seen.push("c"));
  emitter.emit("e");
  emitter.emit("e");
  same(seen, ["c", "b", "a", "b", "a"]);
});
test("eventNames lists strings and symbols", () => {
  const emitter = new EventEmitter();
  const symbol = Symbol("symbol");
  emitter.on("foo", () => {});
  emitter.on("bar", () => {});
  emitter.on(symbol, () => {});
  ok(emitter.eventNames().includes(symbol));
  equal(emitter.eventNames().length, 3);
  emitter.removeAllListeners("foo");
  equal(emitter.eventNames().length, 2);
  emitter.removeAllListeners();
  equal(emitter.eventNames().length, 0);
});
test("listeners must be functions", () => {
  const error = throws(() => new EventEmitter().on("foo", null), TypeError);
  equal(error.code, "ERR_INVALID_ARG_TYPE");
  equal(error.message, 'The "listener" argument must be of type function. Received null');
});
test("limits of listeners", () => {
  const emitter = new EventEmitter();
  equal(emitter.getMaxListeners(), EventEmitter.defaultMaxListeners);
  equal(emitter.setMaxListeners(1), emitter);
  equal(emitter.getMaxListeners(), 1);
  equal(throws(() => emitter.setMaxListeners(-1), RangeError).code, "ERR_OUT_OF_RANGE");
});
test("it is inherited from in the old and in the new way", () => {
  function Old() { EventEmitter.call(this); }
  require("util").inherits(Old, EventEmitter);
  class New extends EventEmitter { }
  for (const Class of [Old, New]) {
    const emitter = new Class();
    let seen;
    emitter.on("x", (value) => { seen = value; });
    emitter.emit("x", 1);
    equal(seen, 1);
    ok(emitter instanceof EventEmitter);
  }
  equal(EventEmitter.EventEmitter, EventEmitter);
});
test("once as a promise", async () => {
  const emitter = new EventEmitter();
  queueMicrotask(() => emitter.emit("event", 42, 43));
  same(await once(emitter, "event"), [42, 43]);
  queueMicrotask(() => emitter.emit("error", new Error("whoops")));
  equal((await rejects(once(emitter, "event"))).message, "whoops");
  equal(emitter.listenerCount("error"), 0);
});
test("once of an event target", async () => {
  const target = new EventTarget();
  queueMicrotask(() => target.dispatchEvent(new Event("foo")));
  const [event] = await once(target, "foo");
  equal(event.type, "foo");
});
test("once ends with its signal", async () => {
  const controller = new AbortController();
  const waiting = once(new EventEmitter(), "event", { signal: controller.signal });
  controller.abort();
  const error = await rejects(waiting);
  equal(error.name, "AbortError");
  equal(error.code, "ABORT_ERR");
});
test("on gives what comes", async () => {
  const emitter = new EventEmitter();
  const seen = [];
  queueMicrotask(() => { emitter.emit("foo", "bar"); emitter.emit("foo", 42); emitter.emit("end"); });
  for await (const value of on(emitter, "foo", { close: ["end"] })) seen.push(value);
  same(seen, [["bar"], [42]]);
});
test("captureRejections makes an error of a rejection", async () => {
  const emitter = new EventEmitter({ captureRejections: true });
  emitter.on("event", async () => { throw new Error("kaboom"); });
  const seen = once(emitter, "error").catch((error) => [error]);
  emitter.emit("event");
  equal((await seen)[0].message, "kaboom");
});
