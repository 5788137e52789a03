// MessageChannel and MessagePort: HTML section 9.4.
const received = (port) => new Promise((resolve) => { port.addEventListener("message", resolve, { once: true }); port.start(); });

test("what is posted at one port is a message event at the other, as a copy, in a task of its own", async () => {
  const { port1, port2 } = new MessageChannel();
  const sent = { a: [1, 2] };
  let event;
  port2.onmessage = (given) => { event = given; };
  port1.postMessage(sent);
  sent.a.push(3);
  await undefined;
  equal(event, undefined);
  await later(1);
  ok(event instanceof MessageEvent && event.isTrusted);
  equal(event.target, port2);
  same(event.data, { a: [1, 2] });
  same(event.ports, []);
});
test("messages wait until the port is started, and keep their order", async () => {
  const { port1, port2 } = new MessageChannel();
  for (const number of [1, 2, 3]) port1.postMessage(number);
  const seen = [];
  port2.addEventListener("message", ({ data }) => seen.push(data));
  await later(2);
  same(seen, []);
  port2.start();
  await later(2);
  same(seen, [1, 2, 3]);
});
test("ports and buffers are transferred", async () => {
  const outer = new MessageChannel();
  const inner = new MessageChannel();
  const buffer = new Uint8Array([7]).buffer;
  inner.port2.postMessage("early");
  outer.port1.postMessage({ port: inner.port1, buffer }, { transfer: [inner.port1, buffer] });
  equal(buffer.byteLength, 0);
  const { data, ports } = await received(outer.port2);
  equal(data.buffer.byteLength, 1);
  same(ports.length, 1);
  equal(ports[0], data.port);
  ok(data.port !== inner.port1);
  equal((await received(data.port)).data, "early");
  throws(() => structuredClone(inner.port1, { transfer: [inner.port1] }), "DataCloneError");
});
test("what cannot be sent", () => {
  const { port1, port2 } = new MessageChannel();
  throws(() => port1.postMessage(() => 1), "DataCloneError");
  throws(() => port1.postMessage(port2), "DataCloneError");
  throws(() => port1.postMessage(1, [port1]), "DataCloneError");
  throws(() => port1.postMessage(1, [1]), TypeError);
  throws(() => port1.postMessage(), TypeError);
});
test("close: no more messages, and an event at the other end", async () => {
  const { port1, port2 } = new MessageChannel();
  let closed = 0;
  let messages = 0;
  port2.onmessage = () => { messages++; };
  port2.onclose = () => { closed++; };
  port1.close();
  port1.postMessage(1);
  port1.close();
  await later(2);
  same([closed, messages], [1, 0]);
});
test("the interfaces", () => {
  throws(() => new MessagePort(), TypeError);
  throws(() => MessageChannel(), TypeError);
  const { port1 } = new MessageChannel();
  ok(port1 instanceof EventTarget);
  equal(String(port1), "[object MessagePort]");
  equal(port1.onmessage, null);
  throws(() => MessagePort.prototype.start.call({}), TypeError);
  equal(MessagePort.prototype.postMessage.length, 1);
});
