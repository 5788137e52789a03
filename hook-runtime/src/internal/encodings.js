// The names of Buffer's encodings (Node.js documentation, "Buffers and character encodings").
"use strict";
const NAMES = {
  __proto__: null,
  utf8: "utf8", "utf-8": "utf8", ucs2: "utf16le", "ucs-2": "utf16le", utf16le: "utf16le", "utf-16le": "utf16le",
  latin1: "latin1", binary: "latin1", ascii: "ascii", hex: "hex", base64: "base64", base64url: "base64url",
};
// The name that stands for all of the same encoding; undefined when there is none.
exports.encodingOf = (name) => {
  if (name === undefined || name === null || name === "") return "utf8";
  if (typeof name !== "string") return undefined;
  return NAMES[name] ?? NAMES[name.toLowerCase()];
};
