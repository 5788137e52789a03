// How `util.inspect` writes strings, numbers and names (Node's util), and how wide text is.
"use strict";

const ESCAPED = /[\x00-\x1f\x27\x5c\x7f-\x9f]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
const SHORT = { "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", "\\": "\\\\", "'": "\\'" };
const hex = (code, digits) => code.toString(16).padStart(digits, "0");
const escaped = (c) => {
  const code = c.charCodeAt(0);
  return SHORT[c] ?? (code > 0xff ? `\\u${hex(code, 4)}` : `\\x${hex(code, 2).toUpperCase()}`);
};

// In the quotes that need the fewest escapes.
exports.quoted = (text) => {
  let quote = "'";
  if (text.includes("'")) {
    if (!text.includes('"')) quote = '"';
    else if (!text.includes("`") && !text.includes("${")) quote = "`";
  }
  const inner = text.replace(ESCAPED, (c) => (c === "'" && quote !== "'" ? c : escaped(c)));
  return `${quote}${inner}${quote}`;
};
exports.escapedSymbol = (symbol) => Symbol.prototype.toString.call(symbol).replace(ESCAPED, escaped);

const grouped = (digits) => digits.replace(/\B(?=(\d{3})+$)/g, "_");
exports.number = (value, separated) => {
  if (Object.is(value, -0) && !separated) return "-0";
  const text = `${value}`;
  const parts = separated && /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (!parts) return text;
  const [, sign, whole, fraction] = parts;
  const tail = fraction === undefined ? "" : `.${fraction.replace(/(\d{3})(?=\d)/g, "$1_")}`;
  return `${sign}${grouped(whole)}${tail}`;
};
exports.bigint = (value, separated) => {
  const text = `${value}`;
  const sign = text[0] === "-" ? "-" : "";
  return `${sign}${separated ? grouped(text.slice(sign.length)) : text.slice(sign.length)}n`;
};

const CONTROL = /\u001b\[[0-9;]*[A-Za-z]|\u001b\][^\u0007]*\u0007/g;
exports.stripControl = (text) => text.replace(CONTROL, "");

const isWide = (code) => code >= 0x1100 && (
  code <= 0x115f || code === 0x2329 || code === 0x232a ||
  (code >= 0x2e80 && code <= 0x3247 && code !== 0x303f) || (code >= 0x3250 && code <= 0x4dbf) ||
  (code >= 0x4e00 && code <= 0xa4c6) || (code >= 0xa960 && code <= 0xa97c) || (code >= 0xac00 && code <= 0xd7a3) ||
  (code >= 0xf900 && code <= 0xfaff) || (code >= 0xfe10 && code <= 0xfe19) || (code >= 0xfe30 && code <= 0xfe6b) ||
  (code >= 0xff01 && code <= 0xff60) || (code >= 0xffe0 && code <= 0xffe6) || (code >= 0x1b000 && code <= 0x1b001) ||
  (code >= 0x1f200 && code <= 0x1f251) || (code >= 0x1f300 && code <= 0x1f64f) || (code >= 0x1f900 && code <= 0x1f9ff) ||
  (code >= 0x20000 && code <= 0x3fffd));
const isZero = (code) => code <= 0x1f || (code >= 0x7f && code <= 0x9f) || (code >= 0x300 && code <= 0x36f) ||
  (code >= 0x200b && code <= 0x200f) || (code >= 0x20d0 && code <= 0x20ff) || (code >= 0xfe00 && code <= 0xfe0f) ||
  (code >= 0xfe20 && code <= 0xfe2f) || (code >= 0xe0100 && code <= 0xe01ef);
// Columns that text takes on a terminal.
exports.width = (text, stripped = true) => {
  const plain = stripped ? exports.stripControl(text) : text;
  if (/^[\x20-\x7e]*$/.test(plain)) return plain.length;
  let width = 0;
  for (const c of plain.normalize("NFC")) {
    const code = c.codePointAt(0);
    if (isWide(code)) width += 2;
    else if (!isZero(code)) width += 1;
  }
  return width;
};

// Terminal colours: what is switched on and off.
exports.colors = {
  reset: [0, 0], bold: [1, 22], dim: [2, 22], italic: [3, 23], underline: [4, 24], blink: [5, 25],
  inverse: [7, 27], hidden: [8, 28], strikethrough: [9, 29], doubleunderline: [21, 24],
  black: [30, 39], red: [31, 39], green: [32, 39], yellow: [33, 39], blue: [34, 39], magenta: [35, 39],
  cyan: [36, 39], white: [37, 39], bgBlack: [40, 49], bgRed: [41, 49], bgGreen: [42, 49], bgYellow: [43, 49],
  bgBlue: [44, 49], bgMagenta: [45, 49], bgCyan: [46, 49], bgWhite: [47, 49], framed: [51, 54],
  overlined: [53, 55], gray: [90, 39], grey: [90, 39], redBright: [91, 39], greenBright: [92, 39],
  yellowBright: [93, 39], blueBright: [94, 39], magentaBright: [95, 39], cyanBright: [96, 39],
  whiteBright: [97, 39], bgGray: [100, 49], bgRedBright: [101, 49], bgGreenBright: [102, 49],
  bgYellowBright: [103, 49], bgBlueBright: [104, 49], bgMagentaBright: [105, 49], bgCyanBright: [106, 49],
  bgWhiteBright: [107, 49],
};
exports.styles = Object.assign(Object.create(null), {
  special: "cyan", number: "yellow", bigint: "yellow", boolean: "yellow", undefined: "grey", null: "bold",
  string: "green", symbol: "green", date: "magenta", regexp: "red", module: "underline",
});
exports.plain = (text) => text;
exports.colored = (text, style) => {
  const color = exports.colors[exports.styles[style]];
  return color === undefined ? text : `\u001b[${color[0]}m${text}\u001b[${color[1]}m`;
};
