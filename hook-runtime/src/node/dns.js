// node:dns (Node.js documentation, "DNS"): names are asked of the host, as the egress allows.
"use strict";
const { functions, settings, CODES } = require("internal/lookups");
const { needFunction } = require("internal/errors");

// The same with a callback: lookups give their two values apart.
const withCallback = (name) => ({ [name](...values) {
  const done = values.pop();
  needFunction(done, "callback");
  if (typeof values[0] !== "string" && !(name === "lookup" && (values[0] === null || values[0] === undefined || values[0] === false))) {
    require("internal/errors").needString(values[0], name === "lookup" ? "hostname" : "name");
  }
  const { nextTick } = require("node/process");
  functions[name](...values).then((found) => nextTick(() => {
    if (name === "lookup" && !Array.isArray(found)) done(null, found.address, found.family);
    else if (name === "lookupService") done(null, found.hostname, found.service);
    else done(null, found);
  }), (error) => nextTick(() => done(error)));
  return name === "lookup" ? {} : { [name]: true };
} }[name]);
const callbacks = {};
for (const name of Object.keys(functions)) callbacks[name] = withCallback(name);

class Resolver {
  cancel() {}
  setLocalAddress() {}
  getServers() { return settings.getServers(); }
  setServers(list) { settings.setServers(list); }
}
for (const name of Object.keys(callbacks)) {
  if (!name.startsWith("lookup")) Object.defineProperty(Resolver.prototype, name, { value: callbacks[name], writable: true, configurable: true, enumerable: false });
}
const custom = Symbol.for("nodejs.util.promisify.custom");
for (const name of ["lookup", "lookupService"]) {
  Object.defineProperty(callbacks[name], custom, { value: (...values) => functions[name](...values), enumerable: false });
}
Object.assign(exports, callbacks, settings, CODES, { Resolver });
Object.defineProperty(exports, "promises", { configurable: true, enumerable: true, get: () => require("node/dns/promises") });
