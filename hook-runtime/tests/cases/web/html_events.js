// ErrorEvent (HTML section 8.1.4.7) and MessageEvent (HTML section 9.1).
test("an ErrorEvent has what it was made with", () => {
  const error = new Error("x");
  const event = new ErrorEvent("error", { message: "m", filename: "f", lineno: "3", colno: 2 ** 32 + 4, error, cancelable: true });
  same([event.type, event.message, event.filename, event.lineno, event.colno, event.cancelable], ["error", "m", "f", 3, 4, true]);
  equal(event.error, error);
  ok(event instanceof Event);
});
test("an ErrorEvent's defaults", () => {
  const event = new ErrorEvent("error");
  same([event.message, event.filename, event.lineno, event.colno], ["", "", 0, 0]);
  equal(event.error, undefined);
});
test("a MessageEvent has what it was made with", () => {
  const data = {};
  const event = new MessageEvent("message", { data, origin: "o", lastEventId: 5, ports: [] });
  equal(event.data, data);
  same([event.origin, event.lastEventId, event.source, event.ports], ["o", "5", null, []]);
  ok(Object.isFrozen(event.ports));
  equal(event.ports, event.ports);
});
test("a MessageEvent's defaults", () => {
  const event = new MessageEvent("message", null);
  same([event.data, event.origin, event.lastEventId, event.source, event.ports], [null, "", "", null, []]);
});
test("initMessageEvent begins anew", () => {
  const event = new MessageEvent("a", { data: 1 });
  event.initMessageEvent("b", true, true, 2, "o", "i");
  same([event.type, event.bubbles, event.cancelable, event.data, event.origin, event.lastEventId], ["b", true, true, 2, "o", "i"]);
  event.initMessageEvent("c");
  same([event.type, event.bubbles, event.data, event.origin], ["c", false, null, ""]);
});
test("initMessageEvent does nothing during dispatch", () => {
  const target = new EventTarget();
  const event = new MessageEvent("a", { data: 1 });
  target.addEventListener("a", () => event.initMessageEvent("b", true, true, 2));
  target.dispatchEvent(event);
  same([event.type, event.data], ["a", 1]);
});
test("the shape of the interfaces", () => {
  for (const type of [ErrorEvent, MessageEvent]) {
    equal(type.length, 1);
    throws(() => new type(), TypeError);
    throws(() => type("a"), TypeError);
    throws(() => new type("a", 1), TypeError);
    equal(String(new type("a")), `[object ${type.name}]`);
    equal(Object.getPrototypeOf(type), Event);
    for (const name of Object.keys(type.prototype)) {
      const { get } = Object.getOwnPropertyDescriptor(type.prototype, name);
      if (get) throws(() => get.call(new Event("a")), TypeError);
    }
  }
  throws(() => new MessageEvent("a", { ports: 1 }), TypeError);
});
