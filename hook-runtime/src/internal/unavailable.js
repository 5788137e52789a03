// Modules that scripts can load but not use: each function throws an error that names itself.
"use strict";
const { coded } = require("internal/errors");

const refuse = (module, what) => coded(Error, "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM",
  `node:${module} of Node.js is not available to hooks: ${what}`);

// A function that throws; `new` on it throws too, and classes can be made from it.
const thrower = (module, name) => {
  const path = `${module.replace("/", ".")}.${name}`;
  const short = name.split(".").pop();
  return { [short]: function () { throw refuse(module, path); } }[short];
};

// The module's functions and classes by name.
const unavailable = (module, names, rest = {}) => {
  const made = {};
  for (const name of names.split(/\s+/).filter(Boolean)) made[name] = thrower(module, name);
  return Object.assign(made, rest);
};
// The same for functions that answer with promises.
const rejecting = (module, names, rest = {}) => {
  const made = {};
  for (const name of names.split(/\s+/).filter(Boolean)) {
    made[name] = { async [name]() { throw refuse(module, `${module.replace("/", ".")}.${name}`); } }[name];
  }
  return Object.assign(made, rest);
};

module.exports = { refuse, thrower, unavailable, rejecting };
