// node:process and the global process, from Node.js documentation, "Process".
test("process is global", () => {
  equal(require("process"), process);
  equal(Object.prototype.toString.call(process), "[object process]");
  ok(process instanceof require("events"));
});
test("what packages look at", () => {
  ok(/^v\d+\.\d+\.\d+$/.test(process.version));
  equal(`v${process.versions.node}`, process.version);
  equal(process.platform, "linux");
  ok(Array.isArray(process.argv) && Array.isArray(process.execArgv));
  equal(process.release.name, "node");
  ok(process.pid > 0);
  equal(typeof process.uptime(), "number");
  ok(process.memoryUsage().heapUsed > 0);
  equal(typeof process.cwd(), "string");
  ok(!process.stdout.isTTY);
  equal(process.exitCode, undefined);
});
test("env has the variables of the hook, as text", () => {
  equal(process.env.GREETING, "hello");
  equal("NOTHING" in process.env, false);
  process.env.NUMBER = 1;
  equal(process.env.NUMBER, "1");
  delete process.env.NUMBER;
  equal(process.env.NUMBER, undefined);
  ok(Object.keys(process.env).includes("GREETING"));
});
test("nextTick runs before promises, in order, with its values", async () => {
  const seen = [];
  setImmediate(() => {
    process.nextTick((...values) => seen.push(...values), 1, 2);
    process.nextTick(() => { seen.push(3); process.nextTick(() => seen.push(4)); });
    Promise.resolve().then(() => seen.push(5));
  });
  await new Promise((resolve) => setTimeout(resolve, 5));
  same(seen, [1, 2, 3, 4, 5]);
  equal(throws(() => process.nextTick(1), TypeError).code, "ERR_INVALID_ARG_TYPE");
});
test("hrtime", () => {
  const [seconds, nanoseconds] = process.hrtime();
  ok(Number.isInteger(seconds) && nanoseconds >= 0 && nanoseconds < 1e9);
  ok(process.hrtime([0, 0])[0] >= 0);
  equal(typeof process.hrtime.bigint(), "bigint");
});
test("emitWarning emits", async () => {
  const warned = new Promise((resolve) => process.once("warning", resolve));
  process.emitWarning("something", { type: "CustomWarning", code: "CASE1" });
  const warning = await warned;
  same([warning.name, warning.message, warning.code], ["CustomWarning", "something", "CASE1"]);
});
test("listeners", () => {
  const listener = () => {};
  equal(process.on("exit", listener), process);
  equal(process.listenerCount("exit"), 1);
  process.off("exit", listener);
});
test("stdout writes to the console", async () => {
  equal(process.stdout.write("a line of the cases\n"), true);
  equal(process.stdout.fd, 1);
});
