// node:assert (Node.js documentation, "Assert").
"use strict";
const { coded, hide, invalidArgType, invalidArgValue } = require("internal/errors");
const { isDeepEqual, isDeepStrictEqual } = require("internal/equal");

const shown = (value) => require("internal/inspect").inspect(value, {
  compact: false, customInspect: false, depth: 1000, maxArrayLength: Infinity, showHidden: false, breakLength: Infinity, sorted: true, getters: true,
});
const HEADS = {
  deepStrictEqual: "Expected values to be strictly deep-equal:",
  strictEqual: "Expected values to be strictly equal:",
  strictEqualObject: 'Expected "actual" to be reference-equal to "expected":',
  deepEqual: "Expected values to be loosely deep-equal:",
  notDeepStrictEqual: 'Expected "actual" not to be strictly deep-equal to:',
  notStrictEqual: 'Expected "actual" to be strictly unequal to:',
  notStrictEqualObject: 'Expected "actual" not to be reference-equal to "expected":',
  notDeepEqual: 'Expected "actual" not to be loosely deep-equal to:',
};
// Line by line: what is in both, what only in one of them.
const difference = (actual, expected) => {
  const [left, right] = [actual.split("\n"), expected.split("\n")];
  if (left.length * right.length > 250000) return `+ ${left.join("\n+ ")}\n- ${right.join("\n- ")}`;
  const common = Array.from({ length: left.length + 1 }, () => new Uint16Array(right.length + 1));
  for (let i = left.length - 1; i >= 0; i -= 1) {
    for (let j = right.length - 1; j >= 0; j -= 1) {
      common[i][j] = left[i] === right[j] ? common[i + 1][j + 1] + 1 : Math.max(common[i + 1][j], common[i][j + 1]);
    }
  }
  const lines = [];
  let [i, j] = [0, 0];
  while (i < left.length || j < right.length) {
    if (i < left.length && j < right.length && left[i] === right[j]) { lines.push(`  ${left[i]}`); i += 1; j += 1; }
    else if (j >= right.length || (i < left.length && common[i + 1][j] >= common[i][j + 1])) { lines.push(`+ ${left[i]}`); i += 1; }
    else { lines.push(`- ${right[j]}`); j += 1; }
  }
  return lines.join("\n");
};
const explain = (actual, expected, operator) => {
  if (["deepStrictEqual", "strictEqual", "deepEqual"].includes(operator)) {
    const [left, right] = [shown(actual), shown(expected)];
    const single = !left.includes("\n") && !right.includes("\n");
    if (operator === "deepEqual") return `${HEADS.deepEqual}\n\n${left}\n\nshould loosely deep-equal\n\n${right}`;
    if (left === right && typeof actual === "object" && operator === "strictEqual") {
      return `Values have same structure but are not reference-equal:\n\n${left}\n`;
    }
    if (single && left.length + right.length <= 80 && (typeof actual !== "object" || actual === null) &&
      (typeof expected !== "object" || expected === null)) return `${HEADS[operator]}\n\n${left} !== ${right}\n`;
    const head = operator === "strictEqual" && (typeof actual === "object" && actual !== null) && typeof expected === "object"
      ? HEADS.strictEqualObject : HEADS[operator];
    return `${head}\n+ actual - expected\n\n${difference(left, right)}`;
  }
  if (["notDeepStrictEqual", "notStrictEqual", "notDeepEqual"].includes(operator)) {
    const isObject = (typeof actual === "object" && actual !== null) || typeof actual === "function";
    const head = operator === "notStrictEqual" && isObject ? HEADS.notStrictEqualObject : HEADS[operator];
    const text = shown(actual);
    return text.includes("\n") ? `${head}\n\n${text}\n` : `${head}${text.length > 5 || isObject ? "\n\n" : " "}${text}${isObject ? "\n" : ""}`;
  }
  return `${shown(actual)} ${operator} ${shown(expected)}`;
};

class AssertionError extends Error {
  constructor(options) {
    if (options === null || typeof options !== "object") throw invalidArgType("options", "of type object", options);
    const { message, operator, actual, expected, stackStartFn } = options;
    super(message !== undefined && message !== null ? String(message) : explain(actual, expected, operator));
    this.generatedMessage = message === undefined || message === null;
    hide(this, "name", "AssertionError");
    this.code = "ERR_ASSERTION";
    this.actual = actual;
    this.expected = expected;
    this.operator = operator;
    if (Error.captureStackTrace) Error.captureStackTrace(this, stackStartFn);
  }
  toString() { return `${this.name} [${this.code}]: ${this.message}`; }
}

const failWith = (details) => {
  if (details.message instanceof Error) throw details.message;
  throw new AssertionError(details);
};
const both = (values) => {
  if (values.length < 2) throw coded(TypeError, "ERR_MISSING_ARGS", 'The "actual" and "expected" arguments must be specified');
};
// A comparison as an assertion.
const comparison = (operator, holds, name = operator) => ({
  [name](...values) {
    both(values);
    const [actual, expected, message] = values;
    if (!holds(actual, expected)) failWith({ actual, expected, message, operator, stackStartFn: assert[name] });
  },
}[name]);
const loose = (left, right) => left == right || (left !== left && right !== right); // eslint-disable-line eqeqeq

const truthy = (start, values) => {
  const [value, message] = values;
  if (value) return;
  if (values.length === 0) {
    const error = new AssertionError({ message: "No value argument passed to `assert.ok()`", actual: value, expected: true, operator: "==", stackStartFn: start });
    error.generatedMessage = true;
    throw error;
  }
  if (message instanceof Error) throw message;
  const error = new AssertionError({
    message: message ?? "The expression evaluated to a falsy value", actual: value, expected: true, operator: "==", stackStartFn: start,
  });
  error.generatedMessage = message === undefined || message === null;
  throw error;
};
function assert(...values) { truthy(assert, values); }
const ok = function ok(...values) { truthy(ok, values); };

// Whether what was thrown is what was expected; throws when not.
const checkThrown = (actual, expected, message, operator, start) => {
  if (typeof expected === "function") {
    if (expected.prototype !== undefined && actual instanceof expected) return;
    if (Error.isPrototypeOf(expected) || expected === Error) {
      const found = actual?.constructor?.name ?? shown(actual);
      failWith({
        actual, expected, operator, stackStartFn: start,
        message: message ?? `The error is expected to be an instance of "${expected.name}". Received "${found}"${
          actual instanceof Error ? `\n\nError message:\n\n${actual.message}` : ""}`,
      });
    }
    if (expected.call({}, actual) === true) return;
    failWith({
      actual, expected, operator, stackStartFn: start,
      message: message ?? `The ${expected.name ? `"${expected.name}" ` : ""}validation function is expected to return "true". Received ${
        shown(expected.call({}, actual))}\n\nCaught error:\n\n${shown(actual)}`,
    });
  } else if (expected instanceof RegExp) {
    if (expected.exec(String(actual)) !== null) return;
    failWith({
      actual, expected, operator, stackStartFn: start,
      message: message ?? `The input did not match the regular expression ${shown(expected)}. Input:\n\n${shown(String(actual))}\n`,
    });
  } else if (typeof expected === "object" && expected !== null) {
    const keys = Object.keys(expected);
    if (expected instanceof Error) keys.push("name", "message");
    else if (keys.length === 0) throw invalidArgValue("error", expected, "may not be an empty object");
    for (const key of keys) {
      const pattern = expected[key];
      if (pattern instanceof RegExp && typeof actual?.[key] === "string" && pattern.exec(actual[key]) !== null) continue;
      if (actual !== null && typeof actual === "object" && key in actual && isDeepStrictEqual(actual[key], pattern)) continue;
      const pick = (value) => Object.fromEntries(keys.filter((name) => value !== null && typeof value === "object" && name in value).map((name) => [name, value[name]]));
      const error = new AssertionError({ actual: pick(actual), expected: pick(expected), operator: "deepStrictEqual", stackStartFn: start, message });
      Object.assign(error, { actual, expected, operator });
      throw error;
    }
  }
};
const NOTHING = Symbol("nothing");
const thrownBy = (run) => {
  if (typeof run !== "function") throw invalidArgType("fn", "of type function", run);
  try { run(); } catch (error) { return error; }
  return NOTHING;
};
const rejectedBy = async (promise) => {
  let given = promise;
  if (typeof promise === "function") {
    given = promise();
    if (typeof given?.then !== "function") {
      throw coded(TypeError, "ERR_INVALID_RETURN_VALUE", 'Expected instance of Promise to be returned from the "promiseFn" function but got ' + (given === undefined ? "undefined." : `type ${typeof given}.`));
    }
  } else if (typeof promise?.then !== "function") {
    throw invalidArgType("promiseFn", "of type function or an instance of Promise", promise);
  }
  try { await given; } catch (error) { return error; }
  return NOTHING;
};
const expects = (actual, expected, message, operator, start) => {
  if (typeof expected === "string") {
    if (message !== undefined) throw invalidArgType("error", "of type function or an instance of Error, RegExp, or Object", expected);
    if ((actual instanceof Error ? actual.message : actual) === expected) {
      throw coded(TypeError, "ERR_AMBIGUOUS_ARGUMENT", `The "error/message" argument is ambiguous. The error${
        actual instanceof Error ? " message" : ""} "${expected}" is identical to the message.`);
    }
    [expected, message] = [undefined, expected];
  } else if (expected !== undefined && expected !== null && typeof expected !== "object" && typeof expected !== "function") {
    throw invalidArgType("error", "of type function or an instance of Error, RegExp, or Object", expected);
  }
  if (actual === NOTHING) {
    const what = operator === "rejects" ? "rejection" : "exception";
    const name = expected?.name ? ` (${expected.name}).` : ".";
    failWith({
      actual: undefined, expected, operator, stackStartFn: start,
      message: message instanceof Error ? message : `Missing expected ${what}${message !== undefined ? `${name.slice(0, -1)}: ${message}` : name}`,
    });
  }
  checkThrown(actual, expected, message, operator, start);
};
const expectsNone = (actual, expected, message, operator, start) => {
  if (actual === NOTHING) return;
  if (typeof expected === "string") [expected, message] = [undefined, expected];
  const matches = !expected || (expected instanceof RegExp ? expected.test(String(actual)) : actual instanceof expected);
  if (!matches) throw actual;
  const what = operator === "doesNotReject" ? "rejection" : "exception";
  failWith({
    actual, expected, operator, stackStartFn: start,
    message: `Got unwanted ${what}${message !== undefined ? `: ${message}` : "."}\nActual message: "${actual?.message}"`,
  });
};

Object.assign(assert, {
  AssertionError, ok,
  fail(actual, expected, message, operator) {
    const count = arguments.length;
    if (actual instanceof Error) throw actual;
    if (count <= 1) {
      const error = new AssertionError({ message: actual ?? "Failed", operator: "fail", stackStartFn: assert.fail });
      error.generatedMessage = actual === undefined || actual === null;
      throw error;
    }
    failWith({ actual, expected, message, operator: operator ?? (count === 2 ? "!=" : "fail"), stackStartFn: assert.fail });
  },
  equal: comparison("==", loose, "equal"),
  notEqual: comparison("!=", (left, right) => !loose(left, right), "notEqual"),
  strictEqual: comparison("strictEqual", Object.is),
  notStrictEqual: comparison("notStrictEqual", (left, right) => !Object.is(left, right)),
  deepEqual: comparison("deepEqual", isDeepEqual),
  notDeepEqual: comparison("notDeepEqual", (left, right) => !isDeepEqual(left, right)),
  deepStrictEqual: comparison("deepStrictEqual", isDeepStrictEqual),
  notDeepStrictEqual: comparison("notDeepStrictEqual", (left, right) => !isDeepStrictEqual(left, right)),
  throws(run, expected, message) { expects(thrownBy(run), expected, message, "throws", assert.throws); },
  doesNotThrow(run, expected, message) { expectsNone(thrownBy(run), expected, message, "doesNotThrow", assert.doesNotThrow); },
  async rejects(promise, expected, message) { expects(await rejectedBy(promise), expected, message, "rejects", assert.rejects); },
  async doesNotReject(promise, expected, message) {
    expectsNone(await rejectedBy(promise), expected, message, "doesNotReject", assert.doesNotReject);
  },
  ifError(value) {
    if (value === null || value === undefined) return;
    const text = typeof value === "object" && typeof value.message === "string"
      ? (value.message.length === 0 && value.constructor ? value.constructor.name : value.message) : shown(value);
    const error = new AssertionError({ message: `ifError got unwanted exception: ${text}`, actual: value, expected: null, operator: "ifError", stackStartFn: assert.ifError });
    error.generatedMessage = true;
    throw error;
  },
  match(text, pattern, message) { matching(text, pattern, message, "match"); },
  doesNotMatch(text, pattern, message) { matching(text, pattern, message, "doesNotMatch"); },
});
const matching = (text, pattern, message, operator) => {
  if (!(pattern instanceof RegExp)) throw invalidArgType("regexp", "an instance of RegExp", pattern);
  const wanted = operator === "match";
  if (typeof text === "string" && (pattern.exec(text) !== null) === wanted) return;
  const reason = typeof text !== "string" ? `The "string" argument must be of type string. Received type ${typeof text} (${shown(text)})`
    : `The input ${wanted ? "did not match" : "was expected to not match"} the regular expression ${shown(pattern)}. Input:\n\n${shown(text)}\n`;
  const error = message instanceof Error ? message
    : new AssertionError({ actual: text, expected: pattern, message: message ?? reason, operator, stackStartFn: assert[operator] });
  if (error !== message) error.generatedMessage = message === undefined;
  throw error;
};

function strict(...values) { truthy(strict, values); }
assert.strict = Object.assign(strict, assert, {
  equal: assert.strictEqual, deepEqual: assert.deepStrictEqual,
  notEqual: assert.notStrictEqual, notDeepEqual: assert.notDeepStrictEqual,
});
strict.strict = strict;
module.exports = assert;
