// HTML section 8.7, timers; Node's Timeout objects beside it.
test("timers run in the order in which they are due", async () => {
  const order = [];
  setTimeout(() => order.push("late"), 10);
  setTimeout((...values) => order.push(values.join()), 1, "a", "b");
  setImmediate(() => order.push("soon"));
  await later(20);
  same(order, ["soon", "a,b", "late"]);
});
test("a cleared timer does not run, cleared by number or by object", async () => {
  let runs = 0;
  const first = setTimeout(() => runs++, 1);
  clearTimeout(first);
  clearTimeout(+setTimeout(() => runs++, 1));
  const repeated = setInterval(() => { if (++runs === 2) clearInterval(repeated); }, 1);
  await later(20);
  equal(runs, 2);
});
test("the time is a Web IDL long: what is too large comes round, what is no number is none", async () => {
  let runs = 0;
  for (const delay of [2 ** 32, 2 ** 31, -100, NaN, Infinity, "", undefined]) setTimeout(() => runs++, delay);
  await later(20);
  equal(runs, 7);
});
test("the functions are named, and say how many arguments they need", () => {
  same([setTimeout, setInterval, clearTimeout, clearInterval].map((one) => [one.name, one.length]),
    [["setTimeout", 1], ["setInterval", 1], ["clearTimeout", 0], ["clearInterval", 0]]);
});
test("a timer can be kept from holding anything up", () => {
  const timer = setTimeout(() => {}, 1);
  equal(timer.unref().ref(), timer);
  clearTimeout(timer);
});
