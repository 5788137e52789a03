// Every module of Node's documentation can be loaded, with and without `node:`; those that hooks cannot use
// say so by name when they are called.
const names = ("assert assert/strict async_hooks buffer child_process cluster console constants crypto dgram diagnostics_channel dns " +
  "dns/promises domain events fs fs/promises http http2 https inspector module net os path path/posix path/win32 perf_hooks process " +
  "punycode querystring readline repl stream stream/consumers stream/promises stream/web string_decoder sys timers timers/promises tls " +
  "trace_events tty url util util/types v8 vm worker_threads zlib").split(" ");
for (const name of names) {
  test(`${name} loads`, () => {
    ok(require(name), name);
    equal(require(`node:${name}`), require(name), `node:${name}`);
    ok(require("module").isBuiltin(name), `isBuiltin(${name})`);
  });
}
for (const [module, name] of [["fs", "readFileSync"], ["fs", "readFile"], ["child_process", "exec"], ["net", "connect"], ["tls", "connect"],
  ["dgram", "createSocket"], ["vm", "runInNewContext"], ["http", "createServer"], ["https", "createServer"], ["v8", "serialize"],
  ["cluster", "fork"], ["readline", "createInterface"], ["http2", "connect"], ["process", "exit"]]) {
  test(`${module}.${name} throws an error that names itself`, () => {
    const error = throws(() => require(module)[name]("x"));
    ok(error.message.includes(`node:${module} of Node.js is not available to hooks: ${module}.${name}`), error.message);
  });
}
test("classes that hooks cannot use throw too", () => {
  ok(throws(() => new (require("worker_threads").Worker)("x")).message.includes("worker_threads.Worker"));
  ok(throws(() => new (require("net").Socket)()).message.includes("net.Socket"));
});
test("a TLSSocket can be made around a stream, and carries nothing", () => {
  const socket = new (require("tls").TLSSocket)(new (require("stream").PassThrough)());
  equal(typeof socket._handle._parentWrap.constructor, "function");
  ok(throws(() => socket.write("x")).message.includes("tls.TLSSocket.write"));
  ok(throws(() => new (require("tls").TLSSocket)()).message.includes("tls.TLSSocket"));
});
test("classes can be inherited from", () => {
  class Own extends require("net").Socket { }
  equal(Own.name, "Own");
});
test("fs.promises rejects", async () => {
  ok((await rejects(require("fs").promises.readFile("/etc/passwd"))).message.includes("fs.promises.readFile"));
  equal(require("fs").promises, require("fs/promises"));
});
test("there are no files", (_, done) => {
  equal(require("fs").existsSync("/"), false);
  equal(require("fs").constants.R_OK, 4);
});
test("net tells addresses apart", () => {
  const net = require("net");
  for (const [text, kind] of [["127.0.0.1", 4], ["127.000.000.001", 0], ["127.0.0.1/24", 0], ["::1", 6], ["fhqwhgads", 0], ["1:2:3:4:5:6:7:8", 6],
    ["1:2:3:4:5:6:7", 0], ["::ffff:1.2.3.4", 6], ["fe80::1%eth0", 6], ["1::2::3", 0], ["256.1.1.1", 0], ["", 0]]) {
    equal(net.isIP(text), kind, text);
  }
  equal(net.isIPv4("1.2.3.4"), true);
  equal(net.isIPv6("1.2.3.4"), false);
});
test("a module that is none is not found", () => {
  equal(throws(() => require("node:nothing")).code, "MODULE_NOT_FOUND");
});
