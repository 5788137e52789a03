// util.parseArgs (Node.js documentation, "util.parseArgs").
"use strict";
const { coded, invalidArgType } = require("internal/errors");

module.exports = (config = {}) => {
  const { args = [], options = {}, strict = true, allowPositionals = !strict, tokens: wantTokens = false } = config;
  const values = { __proto__: null };
  const positionals = [];
  const tokens = [];
  const longOf = (short) => Object.keys(options).find((name) => options[name].short === short);
  const store = (rawName, name, value, index, inlineValue) => {
    const option = options[name];
    if (strict && !option) {
      throw coded(TypeError, "ERR_PARSE_ARGS_UNKNOWN_OPTION", `Unknown option '${rawName}'${
        allowPositionals ? `. To specify a positional argument starting with a '-', place it at the end of the command after '--', as in '-- "${rawName}"` : ""}`);
    }
    if (strict && option.type === "string" && value === undefined) {
      throw coded(TypeError, "ERR_PARSE_ARGS_INVALID_OPTION_VALUE", `Option '${rawName} <value>' argument missing`);
    }
    if (strict && option.type === "boolean" && value !== undefined) {
      throw coded(TypeError, "ERR_PARSE_ARGS_INVALID_OPTION_VALUE", `Option '${rawName}' does not take an argument`);
    }
    tokens.push({ kind: "option", name, rawName, index, value, inlineValue });
    if (name === "__proto__") return;
    const given = value ?? true;
    if (option?.multiple) (values[name] ??= []).push(given);
    else values[name] = given;
  };
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index];
    if (typeof arg !== "string") throw invalidArgType(`args[${index}]`, "of type string", arg);
    if (arg === "--") {
      tokens.push({ kind: "option-terminator", index });
      for (let i = index + 1; i < args.length; i += 1) { positionals.push(args[i]); tokens.push({ kind: "positional", index: i, value: args[i] }); }
      if (positionals.length && !allowPositionals) {
        throw coded(TypeError, "ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL", `Unexpected argument '${positionals[0]}'. This command does not take positional arguments`);
      }
      break;
    }
    const takesNext = (name) => options[name]?.type === "string" && args[index + 1] !== undefined &&
      (!strict || !/^-./.test(args[index + 1]) || args[index + 1] === "-");
    if (/^--[^=]+=/.test(arg)) {
      const at = arg.indexOf("=");
      store(arg.slice(0, at), arg.slice(2, at), arg.slice(at + 1), index, true);
    } else if (arg.length > 2 && arg.startsWith("--")) {
      const name = arg.slice(2);
      const at = index;
      if (takesNext(name)) { index += 1; store(arg, name, args[index], at, false); } else store(arg, name, undefined, at, undefined);
    } else if (arg.length > 1 && arg.startsWith("-")) {
      for (let i = 1; i < arg.length; i += 1) {
        const name = longOf(arg[i]) ?? arg[i];
        const at = index;
        if (options[name]?.type === "string") {
          if (i + 1 < arg.length) store(`-${arg[i]}`, name, arg.slice(i + 1), at, true);
          else if (takesNext(name)) { index += 1; store(`-${arg[i]}`, name, args[index], at, false); } else store(`-${arg[i]}`, name, undefined, at, undefined);
          break;
        }
        store(`-${arg[i]}`, name, undefined, at, undefined);
      }
    } else {
      if (!allowPositionals) {
        throw coded(TypeError, "ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL", `Unexpected argument '${arg}'. This command does not take positional arguments`);
      }
      positionals.push(arg);
      tokens.push({ kind: "positional", index, value: arg });
    }
  }
  for (const [name, { default: fallback }] of Object.entries(options)) {
    if (fallback !== undefined && values[name] === undefined) values[name] = fallback;
  }
  return wantTokens ? { values, positionals, tokens } : { values, positionals };
};
