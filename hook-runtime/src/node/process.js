// node:process and the global `process` (Node.js documentation, "Process"), as far as a hook has one.
"use strict";
const EventEmitter = require("node/events");
const { coded, invalidArgType, needFunction, hide } = require("internal/errors");
const { refuse } = require("internal/unavailable");
const { bind } = require("internal/async_context");

function process() {}
hide(process.prototype, "constructor", process);
Object.setPrototypeOf(process.prototype, EventEmitter.prototype);
const self = Object.create(process.prototype);
Object.defineProperty(process.prototype, Symbol.toStringTag, { value: "process", configurable: true });
EventEmitter.call(self);

// What is assigned becomes text, as in Node.
self.env = new Proxy({ ...native.variables }, {
  set(target, name, value) { target[name] = typeof name === "symbol" ? value : String(value); return true; },
  defineProperty(target, name, descriptor) {
    return Reflect.defineProperty(target, name, "value" in descriptor
      ? { ...descriptor, value: String(descriptor.value), writable: true, enumerable: true, configurable: true } : descriptor);
  },
});

// Ticks run before promise jobs that come after the first of them.
let ticks = [];
const runTicks = () => {
  while (ticks.length) {
    const now = ticks;
    ticks = [];
    for (let i = 0; i < now.length; i += 1) {
      const [run, values] = now[i];
      try { run(...values); } catch (error) {
        ticks = now.slice(i + 1).concat(ticks);
        if (ticks.length) queueMicrotask(runTicks);
        throw error;
      }
    }
  }
};

const started = native.now();
const hrtime = function hrtime(before) {
  const now = native.now();
  let seconds = Math.floor(now / 1e3);
  let nanoseconds = Math.floor((now - seconds * 1e3) * 1e6);
  if (before !== undefined) {
    if (!Array.isArray(before)) throw invalidArgType("time", "an instance of Array", before);
    seconds -= before[0];
    nanoseconds -= before[1];
    if (nanoseconds < 0) { seconds -= 1; nanoseconds += 1e9; }
  }
  return [seconds, nanoseconds];
};
hrtime.bigint = function bigint() { return BigInt(Math.round(native.now() * 1e6)); };

const output = (fd, level) => {
  const stream = new EventEmitter();
  return Object.assign(stream, {
    fd, writable: true, isTTY: false, columns: 80, _type: "pipe",
    write(chunk, encoding, done) {
      if (typeof encoding === "function") [done, encoding] = [encoding, undefined];
      const text = typeof chunk === "string" ? chunk : require("node/buffer").Buffer.from(chunk).toString();
      native.print(level, text.replace(/\n$/, ""));
      if (typeof done === "function") self.nextTick(done);
      return true;
    },
    end(...values) { if (values.length && typeof values[0] !== "function") this.write(...values); return this; },
    cork() {}, uncork() {}, destroy() { return this; }, ref() { return this; }, unref() { return this; },
    getColorDepth: () => 1, hasColors: () => false, getWindowSize: () => [80, 24],
  });
};
const warn = (warning, type, code) => {
  if (typeof type === "object" && type !== null) ({ type, code } = type);
  const error = warning instanceof Error ? warning : new Error(String(warning));
  if (!(warning instanceof Error)) {
    hide(error, "name", typeof type === "string" ? type : "Warning");
    if (typeof code === "string") error.code = code;
  }
  if (error.name === "DeprecationWarning" && self.noDeprecation) return;
  const mark = error.code ? ` [${error.code}]` : "";
  native.print(2, `${error.name}${mark}: ${error.message}`);
  self.nextTick(() => self.emit("warning", error));
};
const memory = () => ({ rss: 16777216, heapTotal: 16777216, heapUsed: 8388608, external: 0, arrayBuffers: 0 });

const members = {
  title: "node", version: "v22.14.0", arch: "x64", platform: "linux", pid: 1, ppid: 0, exitCode: undefined,
  versions: { node: "22.14.0", v8: "12.4.254.21-node.33", uv: "1.49.2", zlib: "1.3.0.1-motley", modules: "127", openssl: "3.0.15+quic", unicode: "16.0" },
  release: { name: "node", lts: "Jod", sourceUrl: "", headersUrl: "" },
  argv: ["/usr/bin/node", "/hook.js"], argv0: "node", execArgv: [], execPath: "/usr/bin/node", debugPort: 9229,
  features: { inspector: false, debug: false, uv: true, ipv6: true, tls_alpn: true, tls_sni: true, tls_ocsp: true, tls: true },
  config: { target_defaults: {}, variables: {} }, moduleLoadList: [], allowedNodeEnvironmentFlags: new Set(),
  nextTick(run, ...values) {
    needFunction(run, "callback");
    if (ticks.push([bind(run), values]) === 1) queueMicrotask(runTicks);
  },
  hrtime,
  uptime() { return (native.now() - started) / 1e3; },
  memoryUsage: Object.assign(function memoryUsage() { return memory(); }, { rss: () => memory().rss }),
  cpuUsage(before) {
    const user = Math.round((native.now() - started) * 1e3);
    return { user: user - (before?.user ?? 0), system: 0 - (before?.system ?? 0) };
  },
  resourceUsage() { return { userCPUTime: Math.round((native.now() - started) * 1e3), systemCPUTime: 0, maxRSS: 16384 }; },
  constrainedMemory: () => 0,
  cwd: () => "/", umask: () => 0o22, getuid: () => 1000, geteuid: () => 1000, getgid: () => 1000, getegid: () => 1000,
  getgroups: () => [1000], getActiveResourcesInfo: () => [], hasUncaughtExceptionCaptureCallback: () => false,
  setUncaughtExceptionCaptureCallback() {}, setSourceMapsEnabled() {},
  emitWarning: warn,
  getBuiltinModule(name) {
    const bare = String(name).replace(/^node:/, "");
    return require("node/module").isBuiltin(bare) ? require(`node/${bare}`) : undefined;
  },
};
for (const name of ["exit", "abort", "kill", "chdir", "reallyExit", "dlopen", "binding", "setuid", "setgid", "initgroups", "loadEnvFile"]) {
  members[name] = { [name]() { throw refuse("process", `process.${name}`); } }[name];
}
Object.assign(self, members);
Object.defineProperty(self, "exitCode", { value: undefined, writable: true, configurable: true, enumerable: true });
// Made when they are first looked at.
const lazy = (name, make) => Object.defineProperty(self, name, {
  configurable: true, enumerable: true,
  get() {
    const value = make();
    Object.defineProperty(self, name, { value, writable: true, configurable: true, enumerable: true });
    return value;
  },
});
lazy("stdout", () => output(1, 1));
lazy("stderr", () => output(2, 3));
lazy("stdin", () => Object.assign(new EventEmitter(), {
  fd: 0, isTTY: false, readable: false, resume() { return this; }, pause() { return this; },
  setEncoding() { return this; }, read: () => null, unref() { return this; }, ref() { return this; },
}));
lazy("report", () => ({ getReport: () => { throw coded(Error, "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM", "process.report is not available to hooks"); } }));
hide(self, "process", self);

module.exports = self;
