// node:async_hooks, from Node.js documentation, "Asynchronous context tracking".
const { AsyncLocalStorage, AsyncResource } = require("async_hooks");

test("a store is there while run runs, and in what it starts", async () => {
  const storage = new AsyncLocalStorage();
  equal(storage.getStore(), undefined);
  const seen = [];
  await new Promise((resolve) => {
    storage.run({ id: 1 }, () => {
      seen.push(storage.getStore().id);
      Promise.resolve().then(() => seen.push(storage.getStore().id));
      queueMicrotask(() => seen.push(storage.getStore().id));
      process.nextTick(() => seen.push(storage.getStore().id));
      setImmediate(() => seen.push(storage.getStore().id));
      setTimeout(() => { seen.push(storage.getStore().id); resolve(); }, 5);
    });
  });
  same(seen, [1, 1, 1, 1, 1, 1]);
  equal(storage.getStore(), undefined);
});
test("runs nest, exit leaves, and values are handed on", () => {
  const storage = new AsyncLocalStorage();
  equal(storage.run(1, (a, b) => {
    equal(storage.run(2, () => storage.getStore()), 2);
    equal(storage.exit(() => storage.getStore()), undefined);
    equal(storage.getStore(), 1);
    return a + b;
  }, 3, 4), 7);
  equal(throws(() => storage.run(1, () => { throw new Error("x"); })).message, "x");
  equal(storage.getStore(), undefined);
});
test("two storages do not see each other", () => {
  const [one, two] = [new AsyncLocalStorage(), new AsyncLocalStorage()];
  one.run("a", () => two.run("b", () => same([one.getStore(), two.getStore()], ["a", "b"])));
});
test("a store is there after await", async () => {
  const storage = new AsyncLocalStorage();
  const seen = await storage.run("x", async () => {
    const found = [storage.getStore()];
    await null;
    found.push(storage.getStore());
    await new Promise((resolve) => setTimeout(resolve, 1));
    found.push(storage.getStore());
    return found;
  });
  same(seen, ["x", "x", "x"]);
});
test("AsyncResource keeps the store of where it was made", () => {
  const storage = new AsyncLocalStorage();
  const resource = storage.run("x", () => new AsyncResource("CASE"));
  equal(resource.runInAsyncScope((a) => storage.getStore() + a, null, "y"), "xy");
  equal(storage.run("x", () => AsyncResource.bind(() => storage.getStore()))(), "x");
  equal(storage.run("x", () => AsyncLocalStorage.snapshot())(() => storage.getStore()), "x");
  equal(typeof resource.asyncId(), "number");
});
