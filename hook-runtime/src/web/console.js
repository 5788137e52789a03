// console: Console Standard section 1, written as Node does. The object itself is the prelude's, which
// prints plain strings by itself and calls what is here for all else.
"use strict";
const { formatWithOptions, inspect, width } = require("internal/inspect");

const [DEBUG, INFO, WARN, ERROR] = [0, 1, 2, 3];

let indentation = "";
const counts = new Map();
const timers = new Map();

const print = (level, text) => {
  native.print(level, indentation === "" ? text : `${indentation}${text.replaceAll("\n", `\n${indentation}`)}`);
};
const logger = (level) => (...data) => { if (data.length > 0) print(level, formatWithOptions({}, ...data)); };
// A DOMString whose default is "default".
const labelOf = (label) => (label === undefined ? "default" : `${label}`);

const log = logger(INFO);
exports.debug = logger(DEBUG);
exports.log = log;
exports.info = log;
exports.dirxml = log;
exports.warn = logger(WARN);
exports.error = logger(ERROR);

exports.trace = (...data) => {
  const text = formatWithOptions({}, ...data);
  const frames = new Error().stack.split("\n").filter((line) => !/\((web\/console|prelude)\.js:|\(native\)$/.test(line));
  print(DEBUG, [`Trace${text === "" ? "" : `: ${text}`}`, ...frames].join("\n").trimEnd());
};
exports.assert = (condition, ...data) => {
  if (condition) return;
  if (typeof data[0] === "string") exports.error(`Assertion failed: ${data[0]}`, ...data.slice(1));
  else exports.error("Assertion failed", ...data);
};
exports.dir = (item, options) => { print(INFO, inspect(item, { customInspect: false, ...options })); };

exports.count = (label) => {
  const name = labelOf(label);
  const count = (counts.get(name) ?? 0) + 1;
  counts.set(name, count);
  print(INFO, `${name}: ${count}`);
};
exports.countReset = (label) => {
  const name = labelOf(label);
  if (!counts.delete(name)) print(WARN, `Count for '${name}' does not exist`);
};

const shownTime = (milliseconds) => {
  const padded = (number, length) => `${number}`.padStart(length, "0");
  if (milliseconds < 1000) return `${Number(milliseconds.toFixed(3))}ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${seconds.toFixed(3)}s`;
  const rest = padded((seconds % 60).toFixed(3), 6);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${rest} (m:ss.mmm)`;
  return `${Math.floor(minutes / 60)}:${padded(minutes % 60, 2)}:${rest} (h:mm:ss.mmm)`;
};
exports.time = (label) => {
  const name = labelOf(label);
  if (timers.has(name)) print(WARN, `Label '${name}' already exists for console.time()`);
  else timers.set(name, native.now());
};
const timed = (label, method, data) => {
  const name = labelOf(label);
  const start = timers.get(name);
  if (start === undefined) {
    print(WARN, `No such label '${name}' for console.${method}()`);
  } else {
    log(`${name}: ${shownTime(native.now() - start)}`.replaceAll("%", "%%"), ...data);
  }
  return name;
};
exports.timeLog = (label, ...data) => { timed(label, "timeLog", data); };
exports.timeEnd = (label) => { timers.delete(timed(label, "timeEnd", [])); };

exports.group = (...label) => {
  if (label.length > 0) log(...label);
  indentation += "  ";
};
exports.groupCollapsed = exports.group;
exports.groupEnd = () => { indentation = indentation.slice(2); };

// Text in a cell of a table: shallow, on one line.
const cell = (value) => {
  const isLarge = typeof value === "object" && value !== null && !Array.isArray(value) && Object.keys(value).length > 2;
  return inspect(value, { depth: isLarge ? -1 : 0, maxArrayLength: 3, breakLength: Infinity });
};
const drawn = (head, columns) => {
  const rows = Math.max(...columns.map((column) => column.length));
  const widths = head.map((name, i) => {
    let widest = width(name);
    for (let row = 0; row < rows; row++) widest = Math.max(widest, width(columns[i][row] ?? ""));
    return widest + 2;
  });
  const line = (cells) => `│${cells.map((text, i) => ` ${text}${" ".repeat(widths[i] - 1 - width(text))}`).join("│")}│`;
  const rule = (left, middle, right) => `${left}${widths.map((each) => "─".repeat(each)).join(middle)}${right}`;
  const lines = [rule("┌", "┬", "┐"), line(head), rule("├", "┼", "┤")];
  for (let row = 0; row < rows; row++) lines.push(line(columns.map((column) => column[row] ?? "")));
  return [...lines, rule("└", "┴", "┘")].join("\n");
};
const numbered = (list) => list.map((_, i) => `${i}`);
exports.table = (tabularData, properties) => {
  if (typeof tabularData !== "object" || tabularData === null) {
    if (tabularData !== undefined) log(tabularData);
    return;
  }
  if (properties !== undefined && !Array.isArray(properties)) {
    const error = new TypeError(`console.table: expected properties to be a list of names, found ${typeof properties}`);
    throw Object.assign(error, { code: "ERR_INVALID_ARG_TYPE" });
  }
  const isMap = tabularData instanceof Map;
  if (isMap || tabularData instanceof Set) {
    const entries = [...tabularData];
    const values = isMap ? [entries.map(([key]) => cell(key)), entries.map(([, value]) => cell(value))] : [entries.map(cell)];
    const head = isMap ? ["(iteration index)", "Key", "Values"] : ["(iteration index)", "Values"];
    print(INFO, drawn(head, [numbered(entries), ...values]));
    return;
  }
  const indexes = Object.keys(tabularData);
  const columns = new Map();
  const values = [];
  indexes.forEach((index, row) => {
    const item = tabularData[index];
    const isPrimitive = item === null || (typeof item !== "object" && typeof item !== "function");
    if (isPrimitive && properties === undefined) {
      values[row] = cell(item);
      return;
    }
    for (const key of properties ?? Object.keys(item)) {
      const name = `${key}`;
      if (!columns.has(name)) columns.set(name, []);
      columns.get(name)[row] = isPrimitive || !Object.hasOwn(item, key) ? "" : cell(item[key]);
    }
  });
  if (values.length > 0) columns.set("Values", values);
  print(INFO, drawn(["(index)", ...columns.keys()], [indexes, ...columns.values()]));
};
