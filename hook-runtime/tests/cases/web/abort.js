// DOM section 3 (aborting ongoing activities), HTML section 8.7 (AbortSignal.timeout).
const descriptor = (type, name) => Object.getOwnPropertyDescriptor(type.prototype, name);

test("a controller has one signal, not aborted", () => {
  const controller = new AbortController();
  equal(controller.signal, controller.signal);
  ok(controller.signal instanceof AbortSignal);
  ok(controller.signal instanceof EventTarget);
  equal(controller.signal.aborted, false);
  equal(controller.signal.reason, undefined);
  equal(controller.signal.onabort, null);
  controller.signal.throwIfAborted();
});
test("abort without a reason gives an AbortError", () => {
  const controller = new AbortController();
  equal(controller.abort(), undefined);
  equal(controller.signal.aborted, true);
  ok(controller.signal.reason instanceof DOMException);
  equal(controller.signal.reason.name, "AbortError");
  equal(controller.signal.reason.code, 20);
  equal(controller.signal.reason, controller.signal.reason);
});
test("any reason but undefined is kept", () => {
  for (const reason of [null, 0, "", false, {}, new Error("x")]) {
    const controller = new AbortController();
    controller.abort(reason);
    equal(controller.signal.reason, reason);
    equal(controller.signal.aborted, true);
    equal(AbortSignal.abort(reason).reason, reason);
  }
  const controller = new AbortController();
  controller.abort(undefined);
  equal(controller.signal.reason.name, "AbortError");
});
test("only the first abort counts", () => {
  const controller = new AbortController();
  let events = 0;
  controller.signal.addEventListener("abort", () => events++);
  controller.abort(1);
  controller.abort(2);
  equal(controller.signal.reason, 1);
  equal(events, 1);
});
test("throwIfAborted throws the reason", () => {
  const reason = { mine: true };
  try {
    AbortSignal.abort(reason).throwIfAborted();
  } catch (caught) {
    equal(caught, reason);
    return;
  }
  fail("nothing was thrown");
});
test("the event is trusted, and the state is there before it", () => {
  const controller = new AbortController();
  const seen = [];
  controller.signal.addEventListener("abort", (event) => {
    seen.push(event.constructor === Event, event.isTrusted, event.bubbles, event.cancelable, event.type,
      event.target === controller.signal, controller.signal.aborted, controller.signal.reason);
  });
  controller.abort("why");
  same(seen, [true, true, false, false, "abort", true, true, "why"]);
});
test("dispatching an abort event aborts nothing", () => {
  const { signal } = new AbortController();
  let trusted;
  signal.onabort = (event) => { trusted = event.isTrusted; };
  signal.dispatchEvent(new Event("abort"));
  equal(trusted, false);
  equal(signal.aborted, false);
});
test("onabort keeps its place, and takes functions and objects", () => {
  const seen = [];
  const controller = new AbortController();
  const { signal } = controller;
  signal.onabort = () => seen.push("never");
  signal.addEventListener("abort", () => seen.push("second"));
  const first = function (event) { seen.push(this === signal, event.type); };
  signal.onabort = first;
  equal(signal.onabort, first);
  controller.abort();
  same(seen, [true, "abort", "second"]);
});
test("onabort set to something else is null, and no longer called", () => {
  const controller = new AbortController();
  const { signal } = controller;
  let called = 0;
  for (const other of [null, undefined, 1, "a", true]) {
    signal.onabort = () => called++;
    signal.onabort = other;
    equal(signal.onabort, null);
  }
  const object = { handleEvent() { called++; } };
  signal.onabort = object;
  equal(signal.onabort, object);
  controller.abort();
  equal(called, 0);
});
test("onabort goes to the end when it was null in between", () => {
  const seen = [];
  const controller = new AbortController();
  controller.signal.onabort = () => seen.push("handler");
  controller.signal.addEventListener("abort", () => seen.push("listener"));
  controller.signal.onabort = null;
  controller.signal.onabort = () => seen.push("handler");
  controller.abort();
  same(seen, ["listener", "handler"]);
});
test("signals cannot be constructed", () => {
  throws(() => new AbortSignal(), TypeError);
  throws(() => AbortSignal(), TypeError);
  throws(() => AbortController(), TypeError);
  equal(AbortSignal.length, 0);
  equal(AbortController.length, 0);
});
test("the shape of the interfaces", () => {
  for (const [type, name] of [[AbortSignal, "aborted"], [AbortSignal, "reason"], [AbortController, "signal"]]) {
    const { get, set, enumerable, configurable } = descriptor(type, name);
    same([get.name, typeof set, enumerable, configurable], [`get ${name}`, "undefined", true, true]);
    throws(() => get.call({}), TypeError);
    throws(() => type.prototype[name], TypeError);
  }
  const { get, set, enumerable } = descriptor(AbortSignal, "onabort");
  same([get.name, set.name, enumerable], ["get onabort", "set onabort", true]);
  for (const [name, length] of [["abort", 0], ["timeout", 1], ["any", 1]]) {
    const found = Object.getOwnPropertyDescriptor(AbortSignal, name);
    same([found.value.length, found.enumerable, found.writable, found.configurable], [length, true, true, true], name);
  }
  equal(AbortController.prototype.abort.length, 0);
  equal(AbortSignal.prototype.throwIfAborted.length, 0);
  throws(() => AbortController.prototype.abort.call({}), TypeError);
  throws(() => AbortSignal.prototype.throwIfAborted.call({}), TypeError);
  equal(String(new AbortController()), "[object AbortController]");
  equal(String(AbortSignal.abort()), "[object AbortSignal]");
  same(Object.keys(AbortSignal.abort()), []);
  equal(Object.getPrototypeOf(AbortSignal), EventTarget);
});
test("AbortSignal.abort is aborted from the start, silently", async () => {
  const signal = AbortSignal.abort();
  let called = false;
  signal.onabort = () => { called = true; };
  equal(signal.aborted, true);
  equal(signal.reason.name, "AbortError");
  await later(1);
  equal(called, false);
});
test("a controller of one's own class", () => {
  class Mine extends AbortController {
    stop() { this.abort("stopped"); }
  }
  const mine = new Mine();
  mine.stop();
  equal(mine.signal.reason, "stopped");
});

test("timeout aborts with a TimeoutError, later", async () => {
  const signal = AbortSignal.timeout(1);
  equal(signal.aborted, false);
  const event = await new Promise((resolve) => { signal.onabort = resolve; });
  equal(event.isTrusted, true);
  equal(signal.aborted, true);
  ok(signal.reason instanceof DOMException);
  equal(signal.reason.name, "TimeoutError");
});
test("timeout(0) is not aborted at once when it is listened to", async () => {
  const signal = AbortSignal.timeout(0);
  await new Promise((resolve) => {
    signal.addEventListener("abort", resolve);
    equal(signal.aborted, false);
  });
});
test("timeout is never over in the task that began it", async () => {
  const signal = AbortSignal.timeout(0);
  const both = AbortSignal.any([signal]);
  const start = Date.now();
  while (Date.now() < start + 3);
  same([signal.aborted, both.aborted], [false, false]);
  await undefined;
  same([signal.aborted, both.aborted], [false, false]);
  await later(0);
  same([signal.aborted, both.aborted], [true, true]);
});
test("equal timeouts come in their order", async () => {
  const seen = [];
  await Promise.all([1, 2, 3, 4].map((name) => new Promise((resolve) => {
    AbortSignal.timeout(2).onabort = () => { seen.push(name); resolve(); };
  })));
  same(seen, [1, 2, 3, 4]);
});
test("timeout shows without a listener too", async () => {
  const signal = AbortSignal.timeout(2);
  const both = AbortSignal.any([signal, new AbortController().signal]);
  await later(10);
  equal(both.aborted, true);
  equal(signal.aborted, true);
  equal(both.reason, signal.reason);
  equal(both.reason.name, "TimeoutError");
  const error = (() => { try { signal.throwIfAborted(); } catch (caught) { return caught; } })();
  equal(error, signal.reason);
});
test("timeouts come in the order of their times", async () => {
  const seen = [];
  await Promise.all([8, 1, 4].map((time) => new Promise((resolve) => {
    AbortSignal.timeout(time).onabort = () => { seen.push(time); resolve(); };
  })));
  same(seen, [1, 4, 8]);
});
test("timeout wants a time", () => {
  throws(() => AbortSignal.timeout(), TypeError);
  for (const wrong of [-1, NaN, Infinity, "x", undefined, 2 ** 53]) throws(() => AbortSignal.timeout(wrong), TypeError);
  equal(AbortSignal.timeout(Number.MAX_SAFE_INTEGER).aborted, false);
  equal(AbortSignal.timeout("5.9").aborted, false);
});
test("a removed listener hears nothing of a timeout", async () => {
  const signal = AbortSignal.timeout(2);
  let called = 0;
  const listener = () => called++;
  signal.addEventListener("abort", listener);
  signal.removeEventListener("abort", listener);
  await later(8);
  equal(called, 0);
  equal(signal.aborted, true);
});

test("any follows the first of its sources", () => {
  const [a, b] = [new AbortController(), new AbortController()];
  const any = AbortSignal.any([a.signal, b.signal]);
  equal(any.aborted, false);
  let events = 0;
  any.onabort = () => events++;
  b.abort("b");
  a.abort("a");
  same([any.aborted, any.reason, events], [true, "b", 1]);
});
test("any of an aborted one is aborted, with the first such reason", () => {
  const any = AbortSignal.any([new AbortController().signal, AbortSignal.abort(1), AbortSignal.abort(2)]);
  same([any.aborted, any.reason], [true, 1]);
});
test("any of none is never aborted, and of one is another signal", () => {
  equal(AbortSignal.any([]).aborted, false);
  const controller = new AbortController();
  const any = AbortSignal.any([controller.signal]);
  ok(any !== controller.signal);
  controller.abort();
  equal(any.reason, controller.signal.reason);
});
test("any takes any iterable of signals, and nothing else", () => {
  const controller = new AbortController();
  const any = AbortSignal.any(new Set([controller.signal]));
  controller.abort();
  equal(any.aborted, true);
  for (const wrong of [undefined, null, 1, {}, [null], [{}], [new EventTarget()], controller.signal]) {
    throws(() => AbortSignal.any(wrong), TypeError);
  }
  throws(() => AbortSignal.any(), TypeError);
});
test("any of any", () => {
  const [a, b] = [new AbortController(), new AbortController()];
  const first = AbortSignal.any([a.signal]);
  const second = AbortSignal.any([first, b.signal, first]);
  a.abort("a");
  same([first.reason, second.reason], ["a", "a"]);
});
test("all that depend are aborted before anybody hears of it", () => {
  const controller = new AbortController();
  const first = AbortSignal.any([controller.signal]);
  const second = AbortSignal.any([first]);
  const seen = [];
  controller.signal.onabort = () => seen.push("source", first.aborted, second.aborted);
  first.onabort = () => seen.push("first");
  second.onabort = () => seen.push("second");
  controller.abort();
  same(seen, ["source", true, true, "first", "second"]);
});
test("a dependent made while its source is aborting is aborted", () => {
  const controller = new AbortController();
  let made;
  controller.signal.onabort = () => { made = AbortSignal.any([controller.signal]); };
  controller.abort("x");
  same([made.aborted, made.reason], [true, "x"]);
});
test("any of a timeout", async () => {
  const any = AbortSignal.any([AbortSignal.timeout(1), new AbortController().signal]);
  await new Promise((resolve) => { any.onabort = resolve; });
  equal(any.reason.name, "TimeoutError");
});
test("aborting in a listener of the same signal changes nothing", () => {
  const controller = new AbortController();
  const seen = [];
  controller.signal.addEventListener("abort", () => { seen.push(1); controller.abort("again"); });
  controller.signal.addEventListener("abort", () => seen.push(2));
  controller.abort("first");
  same(seen, [1, 2]);
  equal(controller.signal.reason, "first");
});
