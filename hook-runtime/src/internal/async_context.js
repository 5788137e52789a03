// Which stores of AsyncLocalStorage are in force: a frame, a Map that nobody changes once it is made.
// Frames follow callbacks that are registered while they are in force: of promises, microtasks, timers,
// ticks and calls. What comes after an `await` the engine runs without us; then the frame of the last run
// that is not settled is taken, which is right as long as one of them goes on at a time.
"use strict";
let current;
let isHooked = false;
const open = [];

const frame = () => current ?? open.at(-1);
const within = (entered, run, receiver, values = []) => {
  const before = current;
  current = entered;
  try { return Reflect.apply(run, receiver, values); } finally { current = before; }
};
// The function in the frame of now.
const bind = (run) => {
  const captured = frame();
  if (captured === undefined || typeof run !== "function") return run;
  return function (...values) { return within(captured, run, this, values); };
};

// Nothing is hooked before somebody uses a store: all others pay nothing.
const hook = () => {
  if (isHooked) return;
  isHooked = true;
  const replace = (owner, name, make) => {
    const original = owner[name];
    const { [name]: value } = { [name]: make(original) };
    Object.defineProperty(value, "name", { value: name, configurable: true });
    Object.defineProperty(value, "length", { value: original.length, configurable: true });
    Object.defineProperty(owner, name, { value, writable: true, configurable: true, enumerable: false });
  };
  replace(Promise.prototype, "then", (then) => ({
    then(fulfilled, rejected) { return Reflect.apply(then, this, [bind(fulfilled), bind(rejected)]); },
  }).then);
  for (const name of ["queueMicrotask", "setTimeout", "setInterval", "setImmediate"]) {
    replace(globalThis, name, (start) => ({ [name](run, ...values) { return start(bind(run), ...values); } })[name]);
  }
};
// Runs in that frame; while what it promises is open, so is the frame.
const enter = (entered, run, receiver, values) => {
  hook();
  const result = within(entered, run, receiver, values);
  if (result instanceof Promise && !open.includes(entered)) {
    open.push(entered);
    const close = () => { open.splice(open.indexOf(entered), 1); };
    within(undefined, () => result.then(close, close));
  }
  return result;
};
// For what goes on from here, as enterWith says.
const set = (entered) => {
  hook();
  if (current === undefined) open.splice(0, open.length, entered);
  else current = entered;
};

module.exports = { frame, enter, set, bind, within };
