// Small modules of Node.js documentation: string_decoder, punycode, os, timers, dns, module, console, perf_hooks, diagnostics_channel, tty.
test("string_decoder keeps what is not whole", () => {
  const { StringDecoder } = require("string_decoder");
  const decoder = new StringDecoder("utf8");
  equal(decoder.write(Buffer.from([0xc2, 0xa2])), "¢");
  equal(decoder.write(Buffer.from([0xe2])) + decoder.write(Buffer.from([0x82])) + decoder.end(Buffer.from([0xac])), "€");
  equal(decoder.write(Buffer.from([0xf0, 0x9f])), "");
  equal(decoder.end(), "\ufffd");
  const wide = new StringDecoder("utf16le");
  equal(wide.write(Buffer.from([0x3d, 0xd8, 0x4d])) + wide.write(Buffer.from([0xdc])), "\ud83d\udc4d");
  const base = new StringDecoder("base64");
  equal(base.write(Buffer.from("a")) + base.write(Buffer.from("bcd")) + base.end(), Buffer.from("abcd").toString("base64"));
  equal(new StringDecoder("hex").write(Buffer.from([1, 255])), "01ff");
  equal(new StringDecoder("utf8").write(Buffer.from([0xe0, 0x80])), "");
  equal(throws(() => new StringDecoder("x"), TypeError).code, "ERR_UNKNOWN_ENCODING");
});
test("punycode", () => {
  const punycode = require("punycode");
  equal(punycode.toASCII("mañana.com"), "xn--maana-pta.com");
  equal(punycode.toUnicode("xn--maana-pta.com"), "mañana.com");
  equal(punycode.decode("maana-pta"), "mañana");
  equal(punycode.encode("☃-⌘"), "--dqo34k");
  same(punycode.ucs2.decode("\uD834\uDF06"), [0x1d306]);
});
test("os", () => {
  const os = require("os");
  equal(os.EOL, "\n");
  equal(os.platform(), "linux");
  equal(`${os.hostname}`, os.hostname());
  ok(os.cpus().length > 0);
  equal(os.constants.signals.SIGTERM, 15);
  equal(typeof os.userInfo().username, "string");
});
test("timers", async () => {
  const timers = require("timers");
  equal(timers.setTimeout, setTimeout);
  const promises = require("timers/promises");
  equal(timers.promises, promises);
  equal(await promises.setTimeout(1, "value"), "value");
  equal(await promises.setImmediate("now"), "now");
  let count = 0;
  for await (const value of promises.setInterval(1, "tick")) { equal(value, "tick"); if (++count === 2) break; }
  const controller = new AbortController();
  const waiting = promises.setTimeout(10000, null, { signal: controller.signal });
  controller.abort();
  const error = await rejects(waiting);
  same([error.name, error.code], ["AbortError", "ABORT_ERR"]);
  await promises.scheduler.wait(1);
});
test("dns knows addresses without asking", async () => {
  const dns = require("dns");
  same(await dns.promises.lookup("127.0.0.1"), { address: "127.0.0.1", family: 4 });
  same(await dns.promises.lookup("::1", { all: true }), [{ address: "::1", family: 6 }]);
  await new Promise((resolve) => dns.lookup("192.0.2.1", (error, address, family) => { same([error, address, family], [null, "192.0.2.1", 4]); resolve(); }));
  equal(throws(() => dns.lookup("x"), TypeError).code, "ERR_INVALID_ARG_TYPE");
  equal(dns.NOTFOUND, "ENOTFOUND");
  equal(typeof new dns.Resolver().resolveMx, "function");
  equal(require("dns/promises"), dns.promises);
});
test("module", () => {
  const { builtinModules, createRequire, isBuiltin } = require("module");
  ok(builtinModules.includes("fs"));
  equal(isBuiltin("node:fs"), true);
  equal(isBuiltin("lodash"), false);
  equal(createRequire("/x.js")("path"), require("path"));
  equal(throws(() => createRequire("/x.js")("./other")).code, "MODULE_NOT_FOUND");
});
test("a console of one's own", () => {
  const { Console } = require("console");
  const lines = [];
  const mine = new Console({ stdout: new (require("stream").Writable)({ write(text, encoding, done) { lines.push(`${text}`); done(); } }) });
  mine.log("%s!", "a", { b: 1 });
  mine.group("g");
  mine.warn("in");
  mine.groupEnd();
  mine.assert(false, "not %s", "so");
  same(lines, ["a! { b: 1 }\n", "g\n", "  in\n", "Assertion failed: not so\n"]);
  equal(typeof require("console").log, "function");
});
test("perf_hooks", () => {
  const { performance: measured } = require("perf_hooks");
  ok(measured.now() >= 0);
  measured.mark("a");
  const measure = measured.measure("from a", "a");
  ok(measure.duration >= 0);
  equal(measured.getEntriesByName("a").length, 1);
  measured.clearMarks();
  equal(measured.getEntriesByType("mark").length, 0);
});
test("diagnostics_channel", () => {
  const channels = require("diagnostics_channel");
  const channel = channels.channel("case");
  equal(channel.hasSubscribers, false);
  const seen = [];
  const listener = (message, name) => seen.push([message, name]);
  channels.subscribe("case", listener);
  channel.publish({ a: 1 });
  equal(channels.unsubscribe("case", listener), true);
  channel.publish({ a: 2 });
  same(seen, [[{ a: 1 }, "case"]]);
  const traced = [];
  const tracing = channels.tracingChannel("calls");
  tracing.subscribe({ start: () => traced.push("start"), end: () => traced.push("end"), error: () => traced.push("error") });
  equal(tracing.traceSync((a) => a + 1, {}, undefined, 1), 2);
  throws(() => tracing.traceSync(() => { throw new RangeError("x"); }), RangeError);
  same(traced, ["start", "end", "start", "error", "end"]);
});
test("tty", () => equal(require("tty").isatty(99), false));
