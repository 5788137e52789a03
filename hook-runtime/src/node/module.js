// node:module (Node.js documentation, "Modules: node:module API"). Packages come into a script by
// `leh build`; what is left here are Node's own modules.
"use strict";
const { unavailable } = require("internal/unavailable");
const NAMES = ("assert assert/strict async_hooks buffer child_process cluster console constants crypto dgram diagnostics_channel dns dns/promises " +
  "domain events fs fs/promises http http2 https inspector inspector/promises module net os path path/posix path/win32 perf_hooks process " +
  "punycode querystring readline readline/promises repl stream stream/consumers stream/promises stream/web string_decoder sys timers " +
  "timers/promises tls trace_events tty url util util/types v8 vm worker_threads zlib").split(" ");
const bare = (name) => String(name).replace(/^node:/, "");
const isBuiltin = (name) => NAMES.includes(bare(name));
const load = (name) => {
  if (isBuiltin(name)) return require(`node/${bare(name)}`);
  throw Object.assign(new Error(`Cannot find module '${name}'`), { code: "MODULE_NOT_FOUND", requireStack: [] });
};

function Module(id = "", parent) {
  Object.assign(this, { id, path: "/", exports: {}, filename: null, loaded: false, children: [], paths: [], parent });
}
Module.prototype.require = load;
Object.assign(Module, unavailable("module", "register findSourceMap syncBuiltinESMExports runMain _compile _findPath"), {
  Module, builtinModules: NAMES, isBuiltin, globalPaths: [], _cache: { __proto__: null }, _pathCache: { __proto__: null },
  _extensions: { __proto__: null, ".js"() {}, ".json"() {}, ".node"() {} },
  _load: load, _resolveFilename: (name) => name, _nodeModulePaths: () => [],
  createRequire: () => Object.assign((name) => load(name), {
    resolve: Object.assign((name) => { if (isBuiltin(name)) return name; return load(name); }, { paths: () => [] }), cache: Module._cache, main: undefined, extensions: Module._extensions,
  }),
  wrap: (source) => `(function (exports, require, module, __filename, __dirname) { ${source}\n});`,
});
module.exports = Module;
