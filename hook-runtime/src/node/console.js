// node:console: the global console, and consoles that write to streams (Node.js documentation, "Console").
"use strict";
const inspecting = () => require("internal/inspect");

function Console(options, errors) {
  if (!new.target) return new Console(options, errors);
  const { stdout, stderr = stdout, inspectOptions, groupIndentation = 2 } = typeof options?.write === "function" ? { stdout: options, stderr: errors } : options ?? {};
  if (typeof stdout?.write !== "function") {
    throw require("internal/errors").coded(TypeError, "ERR_CONSOLE_WRITABLE_STREAM", "Console expects a writable stream instance for stdout");
  }
  let indent = "";
  const counts = new Map();
  const times = new Map();
  const print = (stream, values) => {
    const text = inspectOptions ? inspecting().formatWithOptions(inspectOptions, ...values) : inspecting().format(...values);
    stream.write(`${indent}${text.replaceAll("\n", `\n${indent}`)}\n`);
  };
  const out = (...values) => print(stdout, values);
  const err = (...values) => print(stderr ?? stdout, values);
  const passed = (label) => `${label}: ${Number((native.now() - times.get(label)).toFixed(3))}ms`;
  Object.assign(this, {
    _stdout: stdout, _stderr: stderr, log: out, info: out, debug: out, error: err, warn: err,
    dir: (value, how) => out(inspecting().inspect(value, { customInspect: false, ...how })), dirxml: out,
    trace: (...values) => err(`Trace${values.length ? `: ${inspecting().format(...values)}` : ""}\n${new Error().stack}`),
    assert: (value, ...rest) => {
      if (value) return;
      if (typeof rest[0] === "string") rest[0] = `Assertion failed: ${rest[0]}`;
      err(...(rest.length ? rest : ["Assertion failed"]));
    },
    count(label = "default") {
      counts.set(label, (counts.get(label) ?? 0) + 1);
      out(`${label}: ${counts.get(label)}`);
    },
    countReset(label = "default") { counts.delete(label); },
    time(label = "default") { times.set(label, native.now()); },
    timeLog(label = "default", ...values) { if (times.has(label)) out(passed(label), ...values); },
    timeEnd(label = "default") { if (times.has(label)) { out(passed(label)); times.delete(label); } },
    group: (...values) => { if (values.length) out(...values); indent += " ".repeat(groupIndentation); },
    groupEnd: () => { indent = indent.slice(0, Math.max(indent.length - groupIndentation, 0)); },
    table: (value) => out(value), clear() {}, timeStamp() {}, profile() {}, profileEnd() {},
  });
  this.groupCollapsed = this.group;
  return undefined;
}

module.exports = new Proxy(globalThis.console, {
  get: (target, name) => (name === "Console" ? Console : Reflect.get(target, name)),
  has: (target, name) => name === "Console" || name in target,
});
