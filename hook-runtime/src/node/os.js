// node:os (Node.js documentation, "OS"): of no machine in particular.
"use strict";
const { thrower } = require("internal/unavailable");
const functions = {
  arch: () => "x64", platform: () => "linux", type: () => "Linux", release: () => "6.0.0", version: () => "#1 SMP", machine: () => "x86_64",
  hostname: () => "localhost", homedir: () => "/", tmpdir: () => "/tmp", endianness: () => "LE", uptime: () => native.now() / 1e3,
  loadavg: () => [0, 0, 0], totalmem: () => 16777216, freemem: () => 8388608, availableParallelism: () => 1, getPriority: () => 0,
  cpus: () => [{ model: "cpu", speed: 0, times: { user: 0, nice: 0, sys: 0, idle: 0, irq: 0 } }],
  networkInterfaces: () => ({}),
  userInfo: () => ({ uid: 1000, gid: 1000, username: "hook", homedir: "/", shell: null }),
};
for (const [name, get] of Object.entries(functions)) {
  exports[name] = get;
  if (typeof get() === "string") Object.defineProperty(get, Symbol.toPrimitive, { value: get });
}
exports.setPriority = thrower("os", "setPriority");
exports.EOL = "\n";
exports.devNull = "/dev/null";
exports.constants = require("node/constants").os;
