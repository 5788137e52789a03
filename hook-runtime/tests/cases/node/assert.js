// node:assert, from Node.js documentation, "Assert".
const assert = require("assert");
const { AssertionError } = assert;
const failing = (run) => throws(run, AssertionError);

test("ok", () => {
  assert(true);
  assert.ok(1, "text");
  equal(failing(() => assert.ok()).message, "No value argument passed to `assert.ok()`");
  const error = failing(() => assert(0, "my text"));
  same([error.message, error.code, error.actual, error.expected, error.operator, error.generatedMessage], ["my text", "ERR_ASSERTION", 0, true, "==", false]);
  equal(throws(() => assert.ok(false, new RangeError("own")), RangeError).message, "own");
});
test("equal and its kin", () => {
  assert.equal(1, "1");
  assert.equal(NaN, NaN);
  assert.strictEqual(NaN, NaN);
  assert.notStrictEqual(0, -0);
  assert.notEqual(1, 2);
  equal(failing(() => assert.strictEqual(1, 2)).message, "Expected values to be strictly equal:\n\n1 !== 2\n");
  equal(failing(() => assert.equal(1, 2)).message, "1 == 2");
  equal(failing(() => assert.notStrictEqual(1, 1)).message, 'Expected "actual" to be strictly unequal to: 1');
  ok(failing(() => assert.strictEqual(1, 2, "text")).message.startsWith("text"));
  equal(throws(() => assert.strictEqual(1), TypeError).code, "ERR_MISSING_ARGS");
});
test("deepEqual and its kin", () => {
  assert.deepEqual({ a: 1 }, { a: "1" });
  assert.deepStrictEqual({ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] });
  assert.notDeepStrictEqual({ a: 1 }, { a: "1" });
  assert.notDeepEqual([1, 2], [2, 1]);
  const error = failing(() => assert.deepStrictEqual({ a: 1, b: 2 }, { a: 1, b: 3 }));
  ok(error.message.startsWith("Expected values to be strictly deep-equal:"), error.message);
  ok(error.message.includes("+   b: 2") && error.message.includes("-   b: 3"), error.message);
  same([error.operator, error.actual, error.expected], ["deepStrictEqual", { a: 1, b: 2 }, { a: 1, b: 3 }]);
});
test("throws", () => {
  const run = () => { throw Object.assign(new TypeError("Wrong value"), { code: 404 }); };
  assert.throws(run);
  assert.throws(run, TypeError);
  assert.throws(run, /Wrong value/);
  assert.throws(run, { name: "TypeError", message: /^Wrong/, code: 404 });
  assert.throws(run, (error) => error.code === 404);
  assert.throws(run, "a message");
  equal(failing(() => assert.throws(() => {})).message, "Missing expected exception.");
  equal(failing(() => assert.throws(() => {}, TypeError, "text")).message, "Missing expected exception (TypeError): text");
  failing(() => assert.throws(run, { code: 405 }));
  failing(() => assert.throws(run, /other/));
  failing(() => assert.throws(run, RangeError));
  equal(throws(() => assert.throws("text"), TypeError).code, "ERR_INVALID_ARG_TYPE");
  equal(throws(() => assert.throws(run, {}), TypeError).code, "ERR_INVALID_ARG_VALUE");
});
test("doesNotThrow", () => {
  assert.doesNotThrow(() => {});
  equal(failing(() => assert.doesNotThrow(() => { throw new Error("x"); }, "text")).message, 'Got unwanted exception: text\nActual message: "x"');
  throws(() => assert.doesNotThrow(() => { throw new RangeError("x"); }, SyntaxError), RangeError);
});
test("rejects and doesNotReject", async () => {
  await assert.rejects(Promise.reject(new TypeError("x")), TypeError);
  await assert.rejects(async () => { throw new TypeError("x"); }, { message: "x" });
  await assert.doesNotReject(async () => {});
  equal((await rejects(assert.rejects(async () => {}), AssertionError)).message, "Missing expected rejection.");
  await rejects(assert.doesNotReject(Promise.reject(new Error("x"))), AssertionError);
});
test("fail, ifError, match", () => {
  equal(failing(() => assert.fail()).message, "Failed");
  equal(failing(() => assert.fail("boom")).message, "boom");
  throws(() => assert.fail(new TypeError("need array")), TypeError);
  assert.ifError(null);
  equal(failing(() => assert.ifError(new Error("x"))).message, "ifError got unwanted exception: x");
  equal(failing(() => assert.ifError(0)).message, "ifError got unwanted exception: 0");
  assert.match("I will pass", /pass/);
  assert.doesNotMatch("I will pass", /different/);
  ok(failing(() => assert.match("I will fail", /pass/)).message.startsWith("The input did not match the regular expression /pass/. Input:\n\n'I will fail'"));
});
test("strict", () => {
  equal(assert.strict.equal, assert.strictEqual);
  equal(require("assert/strict"), assert.strict);
  failing(() => assert.strict.equal(1, "1"));
  equal(assert.strict.strict, assert.strict);
});
test("an AssertionError of one's own", () => {
  const error = new AssertionError({ actual: 1, expected: 2, operator: "strictEqual" });
  same([error.name, error.code, error.message], ["AssertionError", "ERR_ASSERTION", "Expected values to be strictly equal:\n\n1 !== 2\n"]);
  ok(error instanceof Error);
});
