// How `util.inspect` puts the written parts of an object on lines: on one when it is short and
// shallow, many short items of a list in columns, else one part a line (Node's util).
"use strict";
const { width } = require("internal/inspect/text");

const fits = (context, output, start, base) => {
  let total = output.length + start;
  if (total + output.length > context.breakLength) return false;
  for (const part of output) {
    total += context.colors ? width(part) : part.length;
    if (total > context.breakLength) return false;
  }
  return base === "" || !base.includes("\n");
};

const SPACE = 2; // ", "

// The items in columns that are about as wide as they are high, most short items in few columns.
const inColumns = (context, output, list) => {
  // The note on what was left out stays a line of its own.
  const count = context.maxArrayLength < output.length ? output.length - 1 : output.length;
  const widths = [];
  let total = 0;
  let longest = 0;
  for (let i = 0; i < count; i++) {
    const each = width(output[i], context.colors);
    widths.push(each);
    total += each + SPACE;
    longest = Math.max(longest, each);
  }
  const column = longest + SPACE;
  if (column * 3 + context.indentation >= context.breakLength || !(total / column > 5 || longest <= 6)) {
    return output;
  }
  const bias = Math.sqrt(column - total / output.length);
  const biased = Math.max(column - 3 - bias, 1);
  const columns = Math.min(
    Math.round(Math.sqrt(2.5 * biased * count) / biased), // characters are 2.5 times as high as wide
    Math.floor((context.breakLength - context.indentation) / column),
    context.compact * 4,
    15,
  );
  if (columns <= 1) return output;
  const room = [];
  for (let i = 0; i < columns; i++) {
    let most = 0;
    for (let j = i; j < count; j += columns) most = Math.max(most, widths[j]);
    room.push(most + SPACE);
  }
  const toTheRight = list !== undefined &&
    output.every((_, i) => typeof list[i] === "number" || typeof list[i] === "bigint");
  const lines = [];
  for (let i = 0; i < count; i += columns) {
    const end = Math.min(i + columns, count);
    let line = "";
    for (let j = i; j < end; j++) {
      const last = j === end - 1;
      const text = last ? output[j] : `${output[j]}, `;
      const wanted = room[j - i] + output[j].length - widths[j] - (last ? SPACE : 0);
      line += toTheRight ? text.padStart(wanted) : last ? text : text.padEnd(wanted);
    }
    lines.push(line);
  }
  if (count < output.length) lines.push(output[count]);
  return lines;
};

// base: what stands before the braces; isList: of an array; depth: how deep the object is;
// list: the array whose items are written.
exports.arranged = (context, output, base, braces, isList, depth, list) => {
  const head = base === "" ? "" : `${base} `;
  const newLine = `\n${" ".repeat(context.indentation)}`;
  if (context.compact === true) {
    if (fits(context, output, 0, base)) return `${braces[0]}${base === "" ? "" : ` ${base}`} ${output.join(", ")} ${braces[1]}`;
    const begin = base === "" && braces[0].length === 1 ? " " : `${base === "" ? "" : ` ${base}`}\n${newLine.slice(1)}  `;
    return `${braces[0]}${begin}${output.join(`,${newLine}  `)} ${braces[1]}`;
  }
  if (typeof context.compact === "number" && context.compact >= 1) {
    const count = output.length;
    const parts = isList && count > 6 ? inColumns(context, output, list) : output;
    // Only what holds at most `compact` levels, and was not put in columns.
    if (context.deepest - depth < context.compact && count === parts.length) {
      const start = parts.length + context.indentation + braces[0].length + base.length + 10;
      if (fits(context, parts, start, base)) {
        const joined = parts.join(", ");
        if (!joined.includes("\n")) return `${head}${braces[0]} ${joined} ${braces[1]}`;
      }
    }
    return `${head}${braces[0]}${newLine}  ${parts.join(`,${newLine}  `)}${newLine}${braces[1]}`;
  }
  return `${head}${braces[0]}${newLine}  ${output.join(`,${newLine}  `)}${newLine}${braces[1]}`;
};
