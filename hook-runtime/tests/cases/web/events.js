// DOM sections 2.2 (Event), 2.4 (CustomEvent), 2.7 (EventTarget), 2.9 (dispatching); HTML section 8.1.8.
const recorded = () => {
  const seen = [];
  const note = (name) => (event) => { seen.push(name ?? event.type); };
  return [seen, note];
};
const descriptor = (type, name) => Object.getOwnPropertyDescriptor(type.prototype, name);

test("an event has what it was made with", () => {
  const event = new Event("a", { bubbles: 1, cancelable: "x", composed: true });
  same([event.type, event.bubbles, event.cancelable, event.composed], ["a", true, true, true]);
  const plain = new Event("b");
  same([plain.bubbles, plain.cancelable, plain.composed], [false, false, false]);
});
test("an event that was not dispatched is nowhere", () => {
  const event = new Event("");
  same([event.type, event.target, event.srcElement, event.currentTarget, event.eventPhase, event.defaultPrevented,
    event.returnValue, event.cancelBubble, event.isTrusted, event.composedPath()],
  ["", null, null, null, 0, false, true, false, false, []]);
  equal(typeof event.timeStamp, "number");
});
test("the type is a string; it and the class need new", () => {
  equal(new Event(undefined).type, "undefined");
  equal(new Event(null).type, "null");
  throws(() => new Event(), TypeError);
  throws(() => new Event(Symbol("a")), TypeError);
  throws(() => Event("a"), TypeError);
  equal(Event.length, 1);
});
test("options are a dictionary", () => {
  for (const none of [undefined, null]) equal(new Event("a", none).bubbles, false);
  for (const wrong of [1, "a", true, Symbol("a")]) throws(() => new Event("a", wrong), TypeError);
  equal(new Event("a", () => {}).bubbles, false);
  const order = [];
  new CustomEvent("a", new Proxy({}, { get: (_, name) => { order.push(name); } }));
  same(order, ["bubbles", "cancelable", "composed", "detail"]);
});
test("isTrusted cannot be forged", () => {
  const event = new Event("a");
  const found = Object.getOwnPropertyDescriptor(event, "isTrusted");
  same([typeof found.get, typeof found.set, found.enumerable, found.configurable], ["function", "undefined", true, false]);
  equal(found.get, Object.getOwnPropertyDescriptor(new Event("b"), "isTrusted").get);
  equal(found.get.name, "get isTrusted");
  same(Object.keys(event), ["isTrusted"]);
  throws(() => { "use strict"; event.isTrusted = true; }, TypeError);
});
test("constants", () => {
  const constants = { NONE: 0, CAPTURING_PHASE: 1, AT_TARGET: 2, BUBBLING_PHASE: 3 };
  for (const name of Object.keys(constants)) {
    for (const where of [Event, Event.prototype]) {
      same(Object.getOwnPropertyDescriptor(where, name),
        { value: constants[name], writable: false, enumerable: true, configurable: false });
    }
  }
});
test("members are enumerable accessors and methods", () => {
  for (const name of ["type", "target", "srcElement", "currentTarget", "eventPhase", "bubbles", "cancelable", "defaultPrevented", "composed", "timeStamp"]) {
    const { get, set, enumerable, configurable } = descriptor(Event, name);
    same([typeof get, typeof set, enumerable, configurable], ["function", "undefined", true, true], name);
    throws(() => get.call({}), TypeError);
  }
  for (const name of ["cancelBubble", "returnValue"]) {
    const { get, set } = descriptor(Event, name);
    same([get.name, set.name], [`get ${name}`, `set ${name}`]);
    throws(() => set.call({}, true), TypeError);
    throws(() => set.call({}, false), TypeError);
  }
  for (const [name, length] of [["composedPath", 0], ["stopPropagation", 0], ["stopImmediatePropagation", 0], ["preventDefault", 0], ["initEvent", 1]]) {
    const { value, writable, enumerable } = descriptor(Event, name);
    same([value.length, value.name, writable, enumerable], [length, name, true, true]);
    throws(() => value.call({}, "a"), TypeError);
  }
  equal(String(new Event("a")), "[object Event]");
  equal(String(new EventTarget()), "[object EventTarget]");
  equal(String(new CustomEvent("a")), "[object CustomEvent]");
});
test("preventDefault cancels only what is cancelable", () => {
  const event = new Event("a", { cancelable: true });
  event.preventDefault();
  same([event.defaultPrevented, event.returnValue], [true, false]);
  event.returnValue = true;
  equal(event.defaultPrevented, true);
  const firm = new Event("a");
  firm.preventDefault();
  firm.returnValue = false;
  same([firm.defaultPrevented, firm.returnValue], [false, true]);
  const other = new Event("a", { cancelable: true });
  other.returnValue = 0;
  equal(other.defaultPrevented, true);
});
test("cancelBubble stops propagation, and never undoes it", () => {
  const event = new Event("a");
  event.cancelBubble = false;
  equal(event.cancelBubble, false);
  event.cancelBubble = true;
  event.cancelBubble = false;
  equal(event.cancelBubble, true);
  const other = new Event("a");
  other.stopPropagation();
  equal(other.cancelBubble, true);
  const third = new Event("a");
  third.stopImmediatePropagation();
  equal(third.cancelBubble, true);
});
test("initEvent begins anew", () => {
  const event = new Event("a", { bubbles: true, cancelable: true });
  event.preventDefault();
  event.stopPropagation();
  event.initEvent("b");
  same([event.type, event.bubbles, event.cancelable, event.defaultPrevented, event.cancelBubble], ["b", false, false, false, false]);
  event.initEvent("c", 1, 1);
  same([event.type, event.bubbles, event.cancelable], ["c", true, true]);
  throws(() => event.initEvent(), TypeError);
});
test("initEvent does nothing during dispatch, and clears the target after it", () => {
  const target = new EventTarget();
  const event = new Event("a");
  target.addEventListener("a", () => { event.initEvent("b", true, true); });
  target.dispatchEvent(event);
  same([event.type, event.bubbles], ["a", false]);
  equal(event.target, target);
  event.initEvent("b");
  equal(event.target, null);
});
test("a CustomEvent has a detail", () => {
  const detail = {};
  equal(new CustomEvent("a", { detail }).detail, detail);
  equal(new CustomEvent("a").detail, null);
  equal(new CustomEvent("a", { detail: undefined }).detail, null);
  equal(new CustomEvent("a", null).detail, null);
  equal(new CustomEvent("a", { bubbles: true }).bubbles, true);
  ok(new CustomEvent("a") instanceof Event);
  throws(() => new CustomEvent(), TypeError);
});
test("initCustomEvent", () => {
  const event = new CustomEvent("a", { detail: 1 });
  event.initCustomEvent("b", true, true, 2);
  same([event.type, event.bubbles, event.cancelable, event.detail], ["b", true, true, 2]);
  event.initCustomEvent("c");
  equal(event.detail, null);
  throws(() => event.initCustomEvent(), TypeError);
  equal(CustomEvent.prototype.initCustomEvent.length, 1);
});

test("listeners run in the order of their adding, capturing ones first", () => {
  const [seen, note] = recorded();
  const target = new EventTarget();
  target.addEventListener("a", note("1"));
  target.addEventListener("a", note("2"), true);
  target.addEventListener("a", note("3"), { capture: false });
  target.addEventListener("b", note("4"));
  target.addEventListener("a", note("5"), { capture: true });
  equal(target.dispatchEvent(new Event("a")), true);
  same(seen, ["2", "5", "1", "3"]);
});
test("what an event says while and after it is dispatched", () => {
  const target = new EventTarget();
  const event = new Event("a", { bubbles: true });
  let inside;
  target.addEventListener("a", function (given) {
    inside = [given === event, this === target, event.target === target, event.srcElement === target,
      event.currentTarget === target, event.eventPhase, event.composedPath().length, event.composedPath()[0] === target];
  });
  target.dispatchEvent(event);
  same(inside, [true, true, true, true, true, 2, 1, true]);
  same([event.target === target, event.currentTarget, event.eventPhase, event.composedPath().length], [true, null, 0, 0]);
});
test("dispatchEvent tells whether it was prevented", () => {
  const target = new EventTarget();
  target.addEventListener("a", (event) => event.preventDefault());
  equal(target.dispatchEvent(new Event("a", { cancelable: true })), false);
  equal(target.dispatchEvent(new Event("a")), true);
  equal(target.dispatchEvent(new Event("b", { cancelable: true })), true);
});
test("a listener is there once for each phase", () => {
  const [seen, note] = recorded();
  const target = new EventTarget();
  const listener = note();
  target.addEventListener("a", listener);
  target.addEventListener("a", listener, { once: true, passive: true });
  target.addEventListener("a", listener, false);
  target.addEventListener("a", listener, true);
  target.dispatchEvent(new Event("a"));
  equal(seen.length, 2);
  target.dispatchEvent(new Event("a"));
  equal(seen.length, 4);
});
test("removal is by type, callback and phase", () => {
  const [seen, note] = recorded();
  const target = new EventTarget();
  const listener = note();
  target.addEventListener("a", listener, true);
  target.removeEventListener("a", listener);
  target.removeEventListener("b", listener, true);
  target.removeEventListener("a", () => {}, true);
  target.removeEventListener("a", null);
  target.dispatchEvent(new Event("a"));
  equal(seen.length, 1);
  target.removeEventListener("a", listener, { capture: true, once: false });
  target.dispatchEvent(new Event("a"));
  equal(seen.length, 1);
});
test("other options than objects are the phase", () => {
  const [seen, note] = recorded();
  const target = new EventTarget();
  const listener = note();
  target.addEventListener("a", listener, 1);
  target.removeEventListener("a", listener, "capture");
  target.addEventListener("a", listener, "");
  target.removeEventListener("a", listener, null);
  target.addEventListener("a", listener, null);
  target.removeEventListener("a", listener, 0);
  target.dispatchEvent(new Event("a"));
  equal(seen.length, 0);
});
test("once: it is gone before it runs", () => {
  const target = new EventTarget();
  let runs = 0;
  target.addEventListener("a", () => {
    runs++;
    target.dispatchEvent(new Event("a"));
  }, { once: true });
  target.dispatchEvent(new Event("a"));
  target.dispatchEvent(new Event("a"));
  equal(runs, 1);
});
test("passive: it cannot prevent anything", () => {
  const target = new EventTarget();
  const seen = [];
  target.addEventListener("a", (event) => {
    event.preventDefault();
    event.returnValue = false;
    seen.push(event.defaultPrevented);
  }, { passive: true });
  equal(target.dispatchEvent(new Event("a", { cancelable: true })), true);
  target.addEventListener("a", (event) => event.preventDefault());
  equal(target.dispatchEvent(new Event("a", { cancelable: true })), false);
  same(seen, [false, false]);
});
test("signal: it removes the listener", () => {
  const [seen, note] = recorded();
  const target = new EventTarget();
  const controller = new AbortController();
  target.addEventListener("a", note(), { signal: controller.signal });
  target.dispatchEvent(new Event("a"));
  controller.abort();
  target.dispatchEvent(new Event("a"));
  equal(seen.length, 1);
  target.addEventListener("a", note(), { signal: controller.signal });
  target.dispatchEvent(new Event("a"));
  equal(seen.length, 1);
});
test("signal: abort during dispatch", () => {
  const [seen, note] = recorded();
  const target = new EventTarget();
  const controller = new AbortController();
  target.addEventListener("a", () => controller.abort(), { signal: controller.signal });
  target.addEventListener("a", note(), { signal: controller.signal });
  target.dispatchEvent(new Event("a"));
  same(seen, []);
});
test("signal: only an AbortSignal", () => {
  const target = new EventTarget();
  for (const signal of [null, {}, 1, "a", new EventTarget()]) {
    throws(() => target.addEventListener("a", () => {}, { signal }), TypeError);
    throws(() => target.addEventListener("a", null, { signal }), TypeError);
  }
  target.addEventListener("a", () => {}, { signal: undefined });
});
test("options are read in order", () => {
  const order = [];
  const options = new Proxy({}, { get: (_, name) => { order.push(name); } });
  new EventTarget().addEventListener("a", () => {}, options);
  same(order, ["capture", "once", "passive", "signal"]);
  order.length = 0;
  new EventTarget().removeEventListener("a", () => {}, options);
  same(order, ["capture"]);
});
test("a listener may be null, or any object; nothing else", () => {
  const target = new EventTarget();
  equal(target.addEventListener("a", null), undefined);
  target.addEventListener("a", undefined);
  target.removeEventListener("a", null);
  for (const wrong of [1, "a", true, Symbol("a")]) {
    throws(() => target.addEventListener("a", wrong), TypeError);
    throws(() => target.removeEventListener("a", wrong), TypeError);
  }
  throws(() => target.addEventListener("a"), TypeError);
  throws(() => target.addEventListener(), TypeError);
  throws(() => target.removeEventListener("a"), TypeError);
  equal(target.dispatchEvent(new Event("a")), true);
});
test("handleEvent is looked up when it is called", () => {
  const [seen, note] = recorded();
  const target = new EventTarget();
  const listener = {};
  target.addEventListener("a", listener);
  listener.handleEvent = function (event) { seen.push(this === listener, event.type); };
  target.dispatchEvent(new Event("a"));
  listener.handleEvent = note("other");
  target.dispatchEvent(new Event("a"));
  same(seen, [true, "a", "other"]);
});
test("a function's own handleEvent is not called", () => {
  let called = "";
  const target = new EventTarget();
  const listener = () => { called += "f"; };
  listener.handleEvent = () => { called += "h"; };
  target.addEventListener("a", listener);
  target.dispatchEvent(new Event("a"));
  equal(called, "f");
});
test("an exception in a listener does not stop the others", () => {
  const [seen, note] = recorded();
  const target = new EventTarget();
  target.addEventListener("a", () => { throw new Error("of a listener, printed on purpose"); });
  target.addEventListener("a", { get handleEvent() { throw "of a getter, printed on purpose"; } });
  target.addEventListener("a", { handleEvent: "no function" });
  target.addEventListener("a", note("after"));
  equal(target.dispatchEvent(new Event("a")), true);
  same(seen, ["after"]);
});
test("listeners that are added meanwhile wait for the next event", () => {
  const [seen, note] = recorded();
  const target = new EventTarget();
  target.addEventListener("a", () => target.addEventListener("a", note("new")));
  target.dispatchEvent(new Event("a"));
  same(seen, []);
});
test("a capturing listener may add a bubbling one, which runs", () => {
  const [seen, note] = recorded();
  const target = new EventTarget();
  target.addEventListener("a", () => target.addEventListener("a", note("new")), true);
  target.dispatchEvent(new Event("a"));
  same(seen, ["new"]);
});
test("listeners that are removed meanwhile do not run", () => {
  const [seen, note] = recorded();
  const target = new EventTarget();
  const second = note("second");
  target.addEventListener("a", () => {
    target.removeEventListener("a", second);
    target.addEventListener("a", second);
  }, { once: true });
  target.addEventListener("a", second);
  target.addEventListener("a", note("third"));
  target.dispatchEvent(new Event("a"));
  same(seen, ["third"]);
  target.dispatchEvent(new Event("a"));
  same(seen, ["third", "third", "second"]);
});
test("stopImmediatePropagation stops at once, stopPropagation after the phase", () => {
  const [seen, note] = recorded();
  const target = new EventTarget();
  target.addEventListener("a", (event) => { seen.push("1"); event.stopPropagation(); }, true);
  target.addEventListener("a", note("2"), true);
  target.addEventListener("a", note("3"));
  target.addEventListener("b", (event) => { seen.push("4"); event.stopImmediatePropagation(); });
  target.addEventListener("b", note("5"));
  const event = new Event("a");
  target.dispatchEvent(event);
  equal(event.cancelBubble, false);
  target.dispatchEvent(new Event("b"));
  same(seen, ["1", "2", "4"]);
});
test("an event that is stopped already reaches nobody, once", () => {
  const [seen, note] = recorded();
  const target = new EventTarget();
  target.addEventListener("a", note(), true);
  target.addEventListener("a", note());
  const event = new Event("a");
  event.stopPropagation();
  target.dispatchEvent(event);
  equal(seen.length, 0);
  target.dispatchEvent(event);
  equal(seen.length, 2);
});
test("an event can be dispatched again, but not while it is", () => {
  const target = new EventTarget();
  const other = new EventTarget();
  const event = new Event("a");
  let error;
  target.addEventListener("a", () => {
    try { other.dispatchEvent(event); } catch (caught) { error = caught; }
  });
  target.dispatchEvent(event);
  equal(error.name, "InvalidStateError");
  ok(error instanceof DOMException);
  other.dispatchEvent(event);
  equal(event.target, other);
});
test("only events can be dispatched", () => {
  const target = new EventTarget();
  for (const wrong of [undefined, null, {}, "a", { type: "a" }, Object.create(Event.prototype)]) {
    throws(() => target.dispatchEvent(wrong), TypeError);
  }
  throws(() => target.dispatchEvent(), TypeError);
});
test("the class EventTarget", () => {
  equal(EventTarget.length, 0);
  throws(() => EventTarget(), TypeError);
  for (const [name, length] of [["addEventListener", 2], ["removeEventListener", 2], ["dispatchEvent", 1]]) {
    const { value, enumerable } = descriptor(EventTarget, name);
    same([value.length, enumerable], [length, true]);
    throws(() => value.call({}, "a", () => {}), TypeError);
  }
  same(Object.keys(new EventTarget()), []);
});
test("classes of one's own", () => {
  class Bus extends EventTarget {
    say(text) { return this.dispatchEvent(new Said(text)); }
  }
  class Said extends Event {
    constructor(text) { super("said"); this.text = text; }
  }
  const bus = new Bus();
  let heard;
  bus.addEventListener("said", (event) => { heard = event.text; });
  bus.say("hello");
  equal(heard, "hello");
});
test("reportError prints and goes on", () => {
  equal(reportError(new Error("reported on purpose")), undefined);
  reportError("text, reported on purpose");
  reportError(undefined);
  reportError({ toString() { throw 1; } });
  throws(() => reportError(), TypeError);
  equal(reportError.length, 1);
});
