// ECMAScript section 9.1 (environment records): what a closure uses of a suspended function stays as it
// is, though nothing else refers to that function while cycles of garbage are collected.
const collect = () => {
  for (let i = 0; i < 50_000; i++) {
    const one = {};
    one.itself = one;
  }
};
const waiting = [];

test("an async function that awaits what a closure over its variable resolves", async () => {
  const run = async () => {
    let done;
    const all = new Promise((resolve) => { done = resolve; });
    waiting.push(() => done("value"));
    return `got ${await all}`;
  };
  const result = run();
  await later(0);
  collect();
  waiting.pop()();
  equal(await result, "got value");
});
test("variables of an async function that nothing resumes", async () => {
  let read;
  (async () => {
    const held = { text: "here" };
    let release;
    const never = new Promise((resolve) => { release = [resolve, held]; });
    read = () => [held.text, typeof release[0]];
    await never;
  })();
  await later(0);
  collect();
  same(read(), ["here", "function"]);
});
test("a generator of which only a closure is left", () => {
  let read;
  const make = function* () {
    const own = { text: "kept" };
    own.generator = yield;
    read = () => own.text;
    yield;
  };
  (() => {
    const generator = make();
    generator.next();
    generator.next(generator);
  })();
  collect();
  equal(read(), "kept");
});
test("an async generator of which only a closure is left", async () => {
  let read;
  const make = async function* () {
    let next;
    const own = { text: "kept", turn: new Promise((resolve) => { next = resolve; }) };
    read = () => { next("on"); return own.text; };
    yield own.text + await own.turn;
  };
  const first = make().next();
  await later(0);
  collect();
  equal(read(), "kept");
  same(await first, { value: "kepton", done: false });
});
