// How objects of the web are shown by `console.log` and `util.inspect`: as Node shows them, though what they
// are is in private fields.
"use strict";
const custom = Symbol.for("nodejs.util.inspect.custom");

// `show(object)` gives what to print behind the name of the class; it may throw for what is of another class.
module.exports = (type, show) => {
  const { inspect: method } = {
    inspect(depth, options, inspect) {
      const name = this.constructor?.name ?? type.name;
      if (typeof depth === "number" && depth < 0) return `[${name}]`;
      let shown;
      try { shown = show(this); } catch { return this; }
      const left = options.depth === null || options.depth === undefined ? options.depth : options.depth - 1;
      return `${name} ${inspect(shown, { ...options, depth: left })}`;
    },
  };
  Object.defineProperty(type.prototype, custom, { value: method, writable: true, enumerable: false, configurable: true });
};
