// Deep equality as node:assert and util.isDeepStrictEqual say (Node.js documentation, "Assert":
// assert.deepEqual, assert.deepStrictEqual).
"use strict";
const tag = (value) => Object.prototype.toString.call(value);
const isEnumerable = Object.prototype.propertyIsEnumerable;
const keysOf = (value, strict) => {
  const keys = Object.keys(value);
  return strict ? keys.concat(Object.getOwnPropertySymbols(value).filter((key) => isEnumerable.call(value, key))) : keys;
};
const isIndex = (key) => typeof key === "string" && /^(0|[1-9]\d*)$/.test(key);
const loose = (left, right) => left == right || (left !== left && right !== right); // eslint-disable-line eqeqeq

const equal = (left, right, strict, seen) => {
  if (strict ? Object.is(left, right) : left === right) return true;
  if (strict) {
    if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return false;
    if (Object.getPrototypeOf(left) !== Object.getPrototypeOf(right)) return false;
  } else {
    if (left === null || typeof left !== "object") {
      return (right === null || typeof right !== "object") && loose(left, right);
    }
    if (right === null || typeof right !== "object") return false;
  }
  if (tag(left) !== tag(right)) return false;
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  if (Array.isArray(left) && left.length !== right.length) return false;
  if (left instanceof Date && right instanceof Date) {
    if (!Object.is(left.getTime(), right.getTime())) return false;
  } else if (left instanceof RegExp && right instanceof RegExp) {
    if (String(left) !== String(right) || left.lastIndex !== right.lastIndex) return false;
  } else if (left instanceof Error && right instanceof Error) {
    if (left.message !== right.message || left.name !== right.name) return false;
    if (!same(left, right, "cause", strict, seen) || !same(left, right, "errors", strict, seen)) return false;
  } else if (ArrayBuffer.isView(left) || left instanceof ArrayBuffer) {
    return sameBytes(left, right, strict) && sameMembers(left, right, keysOf(left, strict).filter((key) => !isIndex(key)),
      keysOf(right, strict).filter((key) => !isIndex(key)), strict, seen);
  } else if (isBoxed(left) || isBoxed(right)) {
    if (!isBoxed(left) || !isBoxed(right) || !Object.is(left.valueOf(), right.valueOf())) return false;
  } else if (left instanceof Promise || left instanceof WeakMap || left instanceof WeakSet) {
    return false;
  }
  // A pair that is being compared is equal so far.
  const known = seen.get(left);
  if (known) {
    if (known.has(right)) return true;
    known.add(right);
  } else seen.set(left, new Set([right]));
  const result = sameMembers(left, right, keysOf(left, strict), keysOf(right, strict), strict, seen) &&
    (!(left instanceof Set) || sameSets(left, right, strict, seen)) &&
    (!(left instanceof Map) || sameMaps(left, right, strict, seen));
  seen.get(left).delete(right);
  return result;
};
const isBoxed = (value) => value instanceof Number || value instanceof String || value instanceof Boolean ||
  (typeof value.valueOf === "function" && ["[object Symbol]", "[object BigInt]"].includes(tag(value)));
const same = (left, right, key, strict, seen) => {
  const has = Object.hasOwn(left, key);
  return has === Object.hasOwn(right, key) && (!has || equal(left[key], right[key], strict, seen));
};
const sameBytes = (left, right, strict) => {
  if (left.byteLength !== right.byteLength) return false;
  if (ArrayBuffer.isView(left) && "length" in left && (!strict || /Float/.test(left.constructor?.name))) {
    return left.length === right.length && left.every((value, i) => (strict ? Object.is(value, right[i]) : value === right[i]));
  }
  const bytes = (value) => ArrayBuffer.isView(value)
    ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength) : new Uint8Array(value);
  const other = bytes(right);
  return bytes(left).every((byte, i) => byte === other[i]);
};
const sameMembers = (left, right, leftKeys, rightKeys, strict, seen) =>
  leftKeys.length === rightKeys.length &&
  leftKeys.every((key) => isEnumerable.call(right, key) && equal(left[key], right[key], strict, seen));
const sameSets = (left, right, strict, seen) => {
  if (left.size !== right.size) return false;
  const rest = [...right];
  for (const item of left) {
    let at = rest.findIndex((other) => Object.is(other, item));
    if (at < 0) at = rest.findIndex((other) => equal(item, other, strict, seen));
    if (at < 0) return false;
    rest.splice(at, 1);
  }
  return true;
};
const sameMaps = (left, right, strict, seen) => {
  if (left.size !== right.size) return false;
  const rest = [...right];
  for (const [key, value] of left) {
    const at = rest.findIndex(([other, found]) =>
      (Object.is(other, key) || equal(key, other, strict, seen)) && equal(value, found, strict, seen));
    if (at < 0) return false;
    rest.splice(at, 1);
  }
  return true;
};

exports.isDeepEqual = (left, right) => equal(left, right, false, new Map());
exports.isDeepStrictEqual = (left, right) => equal(left, right, true, new Map());
