// What a case file finds: `test(name, run)` and assertions. A case fails when `run` throws or what
// it returns is rejected.
const cases = [];
const test = (name, run) => { cases.push({ name, run }); };
const shown = (value) => {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "object" && value !== null) {
    try { return JSON.stringify(value); } catch { return Object.prototype.toString.call(value); }
  }
  return Object.is(value, -0) ? "-0" : String(value);
};
const fail = (message) => { throw new Error(message); };
const ok = (value, what = "the value") => { if (!value) fail(`${what} is ${shown(value)}, expected something true`); };
const equal = (found, expected, what = "the value") => {
  if (!Object.is(found, expected)) fail(`${what} is ${shown(found)}, expected ${shown(expected)}`);
};
const same = (found, expected, what = "the value") => {
  const [left, right] = [JSON.stringify(found), JSON.stringify(expected)];
  if (left !== right) fail(`${what} is ${left}, expected ${right}`);
};
// `expected`: a class, or the name of a DOMException.
const isExpected = (error, expected) => typeof expected === "string"
  ? error instanceof DOMException && error.name === expected
  : error instanceof expected;
const named = (expected) => typeof expected === "string" ? `a DOMException ${expected}` : expected.name;
const throws = (run, expected = Error) => {
  let result;
  try { result = run(); } catch (error) {
    if (!isExpected(error, expected)) fail(`it threw ${error}, expected ${named(expected)}`);
    return error;
  }
  return fail(`it gave ${shown(result)}, expected ${named(expected)} to be thrown`);
};
const rejects = async (promise, expected = Error) => {
  let result;
  try { result = await promise; } catch (error) {
    if (!isExpected(error, expected)) fail(`it was rejected with ${error}, expected ${named(expected)}`);
    return error;
  }
  return fail(`it came to ${shown(result)}, expected a rejection with ${named(expected)}`);
};
const later = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
module.exports = async (args, callback) => {
  const failures = {};
  for (const { name, run } of cases) {
    try { await run(args); } catch (error) { failures[name] = `${error}${error?.stack ? `\n${error.stack}` : ""}`; }
  }
  callback(new TokenClaims({ cases: cases.length, failures }));
};
