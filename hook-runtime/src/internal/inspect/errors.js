// How `util.inspect` writes errors (Node's util): stack, class and name, what else they carry.
"use strict";
const { prefixOf } = require("internal/inspect/names");

const headOf = (error) => {
  try { return Error.prototype.toString.call(error); } catch { return "Error"; }
};

// The stack with its first line: the engine's have only the lines after it.
exports.stackOf = (error) => {
  const { stack } = error;
  if (typeof stack !== "string" || stack.trim() === "") return stack ? `${stack}` : headOf(error);
  return /^\s+at /.test(stack) ? `${headOf(error)}\n${stack.trimEnd()}` : stack.trimEnd();
};

// The class instead of the name, or beside it when they differ.
const improved = (stack, constructor, name, tag) => {
  let length = name.length;
  const named = name.endsWith("Error") && stack.startsWith(name) &&
    (stack.length === length || stack[length] === ":" || stack[length] === "\n");
  if (constructor !== null && !named) return stack;
  let fallback = "Error";
  if (constructor === null) {
    const start = /^([A-Z][a-z_ A-Z0-9[\]()-]+)(?::|\n\s+at)/.exec(stack) ?? /^([a-z_A-Z0-9-]*Error)$/.exec(stack);
    fallback = start?.[1] ?? "";
    length = fallback.length;
    fallback ||= "Error";
  }
  const prefix = prefixOf(constructor, tag, fallback).slice(0, -1);
  if (name === prefix) return stack;
  if (!prefix.includes(name)) return `${prefix} [${name}]${stack.slice(length)}`;
  return length === 0 ? `${prefix}: ${stack}` : `${prefix}${stack.slice(length)}`;
};

// `keys`, the properties to be written, loses what the stack says already and gets what is hidden.
exports.formatError = (error, constructor, tag, context, keys) => {
  const name = error.name === undefined || error.name === null ? "Error" : `${error.name}`;
  const stack = exports.stackOf(error);
  if (!context.showHidden) {
    for (const key of ["name", "message", "stack"]) {
      const index = keys.indexOf(key);
      if (index !== -1 && (key === "stack" || typeof error[key] !== "string" || stack.includes(error[key]))) {
        keys.splice(index, 1);
      }
    }
  }
  if ("cause" in error && !keys.includes("cause")) keys.push("cause");
  if (Array.isArray(error.errors) && !keys.includes("errors")) keys.push("errors");
  let shown = improved(stack, constructor, name, tag);
  const message = error.message ? shown.indexOf(error.message) : -1;
  const after = message === -1 ? 0 : message + `${error.message}`.length;
  if (!shown.includes("\n    at", after)) shown = `[${shown}]`;
  return context.indentation === 0 ? shown : shown.replaceAll("\n", `\n${" ".repeat(context.indentation)}`);
};
