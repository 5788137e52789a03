// node:dns/promises.
"use strict";
const { functions, settings, CODES } = require("internal/lookups");
class Resolver {
  cancel() {}
  setLocalAddress() {}
  getServers() { return settings.getServers(); }
  setServers(list) { settings.setServers(list); }
}
for (const name of Object.keys(functions)) {
  if (!name.startsWith("lookup")) Object.defineProperty(Resolver.prototype, name, { value: functions[name], writable: true, configurable: true, enumerable: false });
}
Object.assign(exports, functions, settings, CODES, { Resolver });
