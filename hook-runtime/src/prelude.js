// What every hook finds in its globals, and how it is run. Evaluated once in each fresh context,
// before the script; `host` is ours alone and never reachable from a script.
(function (host) {
  "use strict";
  const { defineProperty, getPrototypeOf, keys } = Object;
  const { stringify, parse } = JSON;
  const settled = Promise.resolve.bind(Promise);
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
  expose("self", globalThis);
  defineProperty(Math, "random", {
    value: function random() { return host.random(); },
    writable: true, configurable: true, enumerable: false,
  });

  // Timers: the host waits, and says when one is due.
  const timers = new Map();
  let lastTimer = 0;
  const startTimer = (run, delay, values, repeat) => {
    const id = ++lastTimer;
    const wait = Math.max(Number(delay) || 0, 0);
    timers.set(id, { run, values, wait, repeat });
    host.startTimer(id, wait);
    return id;
  };
  const stopTimer = (timer) => {
    const id = Number(timer);
    if (timers.delete(id)) host.stopTimer(id);
  };
  // As Node's: an object that packages unref, and a number where one is wanted.
  class Timeout {
    #id;
    #start;
    constructor(start) { this.#start = start; this.#id = start(); }
    ref() { return this; }
    unref() { return this; }
    hasRef() { return timers.has(this.#id); }
    refresh() { stopTimer(this.#id); this.#id = this.#start(); return this; }
    close() { stopTimer(this.#id); return this; }
    [Symbol.toPrimitive]() { return this.#id; }
    [Symbol.dispose ?? Symbol("dispose")]() { stopTimer(this.#id); }
  }
  const fire = (id) => {
    const timer = timers.get(id);
    if (!timer) return;
    if (timer.repeat) host.startTimer(id, Math.max(timer.wait, 1));
    else timers.delete(id);
    timer.run.call(globalThis, ...timer.values);
  };
  // `delay` is a Web IDL long: what is too large comes round, and fires early.
  const schedule = (repeat, run, delay, values) => {
    if (typeof run !== "function") throw new TypeError("a timer needs a function");
    const wait = delay | 0;
    return new Timeout(() => startTimer(run, wait, values, repeat));
  };
  const timing = {
    setTimeout(run, delay = 0, ...values) { return schedule(false, run, delay, values); },
    setInterval(run, delay = 0, ...values) { return schedule(true, run, delay, values); },
    setImmediate(run, ...values) { return schedule(false, run, 0, values); },
    clearTimeout(timer = 0) { stopTimer(timer); },
    clearInterval(timer = 0) { stopTimer(timer); },
    clearImmediate(timer = 0) { stopTimer(timer); },
  };
  for (const name of keys(timing)) expose(name, timing[name]);

  // Calls: the host performs them, and says what came of each.
  const calls = new Map();
  let lastCall = 0;
  const startCall = (done, start) => {
    const id = ++lastCall;
    calls.set(id, done);
    start(id);
    return () => { if (calls.delete(id)) host.cancelCall(id); };
  };
  const answered = (id, error, ...values) => {
    const done = calls.get(id);
    calls.delete(id);
    if (done) done(error, ...values);
  };

  // What built-in modules are given: native functions, and the world by callback. Made when the
  // first of them is loaded; most hooks need none.
  const makeNative = () => {
    const native = {
      setTimeout: (run, delay) => startTimer(run, delay, [], false),
      clearTimeout: stopTimer,
      // request: { method, url, headers: [[name, value]…] (byte strings), body: bytes or null };
      // done(message) or done(undefined, { status, headers, body: ArrayBuffer }). Gives a function
      // that cancels.
      http: (request, done) => startCall(done, (id) =>
        host.startHttp(id, request.method, request.url, request.headers.flat(), request.body ?? null)),
      // done(message) or done(undefined, records).
      resolve: (name, record, done) => startCall(
        (error, records) => done(error, records === undefined ? undefined : parse(records)),
        (id) => host.startResolve(id, String(name), String(record))),
      print: host.print,
      now: host.now,
      unixTime: host.unixTime,
      randomBytes: host.randomBytes,
      cache: { get: host.cacheGet, set: host.cacheSet, delete: host.cacheDelete },
      variables: parse(host.variables),
    };
    host.natives.forEach((name, number) => {
      native[name] = (...values) => host.native(number, ...values);
    });
    return native;
  };
  let native;

  // Built-in modules, loaded when they are first asked for.
  const builtins = new Map();
  const builtin = (name) => {
    const known = builtins.get(name);
    if (known) return known.exports;
    const load = host.builtin(name);
    if (!load) throw new Error(`there is no built-in module ${name}`);
    const module = { exports: {} };
    builtins.set(name, module);
    native ??= makeNative();
    load.call(module.exports, module.exports, builtin, module, native);
    return module.exports;
  };
  for (let i = 0; i < host.globals.length; i += 2) {
    const name = host.globals[i];
    const from = host.globals[i + 1];
    defineProperty(globalThis, name, {
      configurable: true,
      enumerable: false,
      get() {
        const value = builtin(from)[name];
        expose(name, value);
        return value;
      },
      set(value) { expose(name, value); },
    });
  }

  // console: strings as they are; everything else is written by web/console, loaded when that is
  // needed.
  const console = Object.create({});
  const levels = { debug: 0, log: 1, info: 1, warn: 2, error: 3 };
  let grouped = false;
  const isPlain = (values) => values.length > 0 && values.every((value) => typeof value === "string") &&
    (values.length === 1 || !values[0].includes("%"));
  for (const name of ["assert", "clear", "count", "countReset", "debug", "dir", "dirxml", "error", "group",
    "groupCollapsed", "groupEnd", "info", "log", "table", "time", "timeEnd", "timeLog", "trace", "warn"]) {
    const level = levels[name];
    console[name] = {
      [name](...values) {
        if (level !== undefined && !grouped && isPlain(values)) {
          host.print(level, values.join(" "));
        } else if (name !== "clear") {
          grouped ||= name.startsWith("group");
          builtin("web/console")[name](...values);
        }
      },
    }[name];
  }
  defineProperty(console, Symbol.toStringTag, { value: "console", configurable: true });
  expose("console", console);

  // A result's class, for those who bring their own.
  const className = (value) => {
    if (typeof value !== "object" || value === null) return undefined;
    const prototype = getPrototypeOf(value);
    const name = prototype && prototype !== Object.prototype && prototype.constructor?.name;
    return typeof name === "string" && name !== "" ? name : undefined;
  };
  const answer = (denied) => (value) => {
    const name = className(value);
    // `callback(error)`, as Node's callbacks have it.
    if (!denied && value instanceof Error && !Object.hasOwn(results, name ?? "")) return host.fail(value);
    host.answer(denied, name, value);
  };

  const require = (name) => {
    const bare = String(name).replace(/^node:/, "");
    if (host.isNodeModule(bare)) return builtin(`node/${bare}`);
    const error = new Error(
      `Cannot find module ${stringify(String(name))}: packages and other files come into a script by \`leh build\``);
    error.code = "MODULE_NOT_FOUND";
    throw error;
  };

  // The triggers that a script exports, by the names of their functions.
  const triggers = (exported) => typeof exported === "object" && exported !== null
    ? keys(exported).filter((name) => /^onExecute[A-Z]/.test(name) && typeof exported[name] === "function")
    : [];

  let form;
  let hook;
  return {
    fire,
    answered,
    // Loads a module and what of it is global, before any invocation.
    preload(from) {
      const exported = builtin(from);
      for (let i = 0; i < host.globals.length; i += 2) {
        if (host.globals[i + 1] === from) expose(host.globals[i], exported[host.globals[i]]);
      }
    },
    // Runs a CommonJS script; what it exports.
    load(script, file) {
      const module = { exports: {}, id: file, filename: file, loaded: false, children: [], paths: [] };
      module.require = require;
      script.call(module.exports, module.exports, require, module, file, "/");
      return module.exports;
    },
    // Tells the form by what the script exports, and the names of its triggers; empty when it is none.
    accept(exported, common) {
      if (typeof exported === "function") {
        [form, hook] = [common ? "callback" : "module", exported];
      } else if (typeof exported?.default === "function") {
        [form, hook] = ["module", exported.default];
      } else {
        hook = [exported, exported?.default].find((it) => triggers(it).length > 0);
        if (hook === undefined) return [];
        form = "trigger";
        builtin("contract/trigger");
        return [form, ...triggers(hook)];
      }
      return [form];
    },
    // Calls the hook. The synchronous forms are handed callback and deny; an object that they
    // return counts as callback(result), but for what an arrow function of the callback form returns
    // by the way: `(args, callback) => request(url, () => callback(x))`, or setTimeout, has answered
    // nothing.
    run(args, synchronous) {
      let returned;
      if (form === "trigger") {
        returned = builtin("contract/trigger").run(hook, args)
          .then((noted) => { host.answerCalls(stringify(noted)); });
      } else {
        returned = synchronous ? hook(args, answer(false), answer(true)) : hook(args);
      }
      const byTheWay = form === "callback" && typeof returned?.then !== "function";
      settled(returned).then(
        (value) => {
          if (!synchronous || typeof value !== "object" || value === null) return;
          const name = className(value);
          if (byTheWay && name !== undefined && !Object.hasOwn(results, name)) return;
          answer(false)(value);
        },
        (error) => { host.fail(error); },
      );
    },
  };
});
