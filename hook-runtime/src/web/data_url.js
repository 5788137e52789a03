// data: URLs: Fetch section 6.
"use strict";
const { isomorphicDecode, utf8Encode } = require("web/bytes");
const mime = require("web/mime");

// { bytes, type } of a data: URL without its fragment; undefined where it is none.
exports.read = (url) => {
  const comma = url.indexOf(",");
  if (comma < 0) return undefined;
  let type = url.slice("data:".length, comma).replace(/^[\t\n\f\r ]+|[\t\n\f\r ]+$/g, "");
  let bytes = percentDecode(url.slice(comma + 1));
  const base64 = /; *base64$/i.exec(type);
  if (base64) {
    bytes = forgivingBase64(isomorphicDecode(bytes));
    if (!bytes) return undefined;
    type = type.slice(0, base64.index);
  }
  const parsed = mime.parse(type.startsWith(";") ? `text/plain${type}` : type);
  return { bytes, type: parsed ? mime.serialize(parsed) : "text/plain;charset=US-ASCII" };
};

const percentDecode = (text) => {
  if (!text.includes("%")) return utf8Encode(text);
  const encoded = utf8Encode(text);
  const hex = (at) => {
    const code = encoded[at] | 0x20;
    return code >= 0x30 && code <= 0x39 && encoded[at] >= 0x30 ? code - 0x30
      : code >= 0x61 && code <= 0x66 && encoded[at] >= 0x41 ? code - 0x57 : -1;
  };
  let length = 0;
  for (let at = 0; at < encoded.length; at++) {
    const isEscape = encoded[at] === 0x25 && hex(at + 1) >= 0 && hex(at + 2) >= 0;
    encoded[length++] = isEscape ? hex(at + 1) * 16 + hex(at + 2) : encoded[at];
    if (isEscape) at += 2;
  }
  return encoded.slice(0, length);
};

// Infra section 4.7, "forgiving-base64 decode".
const forgivingBase64 = (text) => {
  let data = text.replace(/[\t\n\f\r ]+/g, "");
  if (data.length % 4 === 0) data = data.replace(/==?$/, "");
  if (data.length % 4 === 1 || !/^[A-Za-z0-9+/]*$/.test(data)) return undefined;
  return new Uint8Array(native.bufferFrom(data, "base64"));
};
