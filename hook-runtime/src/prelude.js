// What every hook finds in its globals, and how it is run. Evaluated once in each fresh context,
// before the script; `host` is ours alone and never reachable from a script.
(function (host) {
  "use strict";
  const { defineProperty, getPrototypeOf, keys } = Object;
  const { stringify } = JSON;
  const expose = (name, value) =>
    defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });

  // Results (a script may bring its own classes of the same name or shape).
  const results = {
    RegistrationData: class RegistrationData {
      constructor(attributes, additionalAuthenticators, session) {
        Object.assign(this, { attributes, additionalAuthenticators, session });
      }
    },
    AdditionalAuthenticator: class AdditionalAuthenticator {
      constructor(type, target) { Object.assign(this, { type, target }); }
    },
    AllowAuthentication: class AllowAuthentication {
      constructor(session, allowRememberedAuthenticators = true, authenticatorsToIgnore = []) {
        Object.assign(this, { session, allowRememberedAuthenticators, authenticatorsToIgnore });
      }
    },
    TokenClaims: class TokenClaims {
      constructor(idToken, accessToken = {}, session) {
        Object.assign(this, { idToken, accessToken, session });
      }
    },
    Prompt: class Prompt {
      constructor(fields, consents, session) { Object.assign(this, { fields, consents, session }); }
    },
    SkipPrompts: class SkipPrompts {
      constructor(session) { Object.assign(this, { session }); }
    },
    RedirectRequest: class RedirectRequest {
      constructor(url, session) { Object.assign(this, { url, session }); }
    },
    ShowErrorMessage: class ShowErrorMessage {
      constructor(text, session) { Object.assign(this, { text, session }); }
    },
    DenyRequest: class DenyRequest {
      constructor(error, description) { Object.assign(this, { error, description }); }
    },
  };
  for (const name of keys(results)) expose(name, results[name]);
  expose("global", globalThis);
  defineProperty(Math, "random", {
    value: function random() { return host.random(); },
    writable: true, configurable: true, enumerable: false,
  });

  // console: strings as they are, everything else readable.
  const show = (value) => {
    if (typeof value === "string") return value;
    if (value instanceof Error) return value.stack ? `${value}\n${value.stack}` : `${value}`;
    if (typeof value === "object" && value !== null) {
      try { return stringify(value); } catch { return "[circular or unprintable object]"; }
    }
    return String(value);
  };
  const printer = (level) => (...values) => host.print(level, values.map(show).join(" "));
  expose("console", {
    debug: printer(0), trace: printer(0), log: printer(1), info: printer(1),
    warn: printer(2), error: printer(3),
  });

  // Timers: the host waits, and says when one is due.
  const timers = new Map();
  let lastTimer = 0;
  const schedule = (repeat) => (run, delay = 0, ...values) => {
    if (typeof run !== "function") throw new TypeError("a timer needs a function");
    const id = ++lastTimer;
    const wait = Math.max(Number(delay) || 0, 0);
    timers.set(id, { run, values, wait, repeat });
    host.startTimer(id, wait);
    return id;
  };
  const clear = (id) => { if (timers.delete(id)) host.stopTimer(id); };
  expose("setTimeout", schedule(false));
  expose("setInterval", schedule(true));
  expose("setImmediate", (run, ...values) => schedule(false)(run, 0, ...values));
  expose("clearTimeout", clear);
  expose("clearInterval", clear);
  expose("clearImmediate", clear);
  const fire = (id) => {
    const timer = timers.get(id);
    if (!timer) return;
    if (timer.repeat) host.startTimer(id, Math.max(timer.wait, 1));
    else timers.delete(id);
    timer.run(...timer.values);
  };

  // A result's class, for those who bring their own.
  const className = (value) => {
    if (typeof value !== "object" || value === null) return undefined;
    const prototype = getPrototypeOf(value);
    const name = prototype && prototype !== Object.prototype && prototype.constructor?.name;
    return typeof name === "string" && name !== "" ? name : undefined;
  };
  const answer = (denied) => (value) => { host.answer(denied, className(value), value); };

  // `load` takes a CommonJS function; `run` calls the hook. The synchronous forms are handed
  // callback and deny; an object that they return counts as callback(result). Primitives do not:
  // `(args, callback) => setTimeout(…)` returns a number and has answered nothing.
  return {
    fire,
    load(script, file) {
      const module = { exports: {} };
      const require = (name) => {
        throw new Error(`require(${stringify(String(name))}) is not available: packages cannot be used in this version`);
      };
      script.call(module.exports, module.exports, require, module, file, "");
      return module.exports;
    },
    run(hook, args, synchronous) {
      const given = synchronous ? [args, answer(false), answer(true)] : [args];
      const returned = hook(...given);
      Promise.resolve(returned).then(
        (value) => {
          if (synchronous && typeof value === "object" && value !== null) answer(false)(value);
        },
        (error) => { host.fail(error); },
      );
    },
  };
});
