// Bytes as text and text as bytes, for other modules: Encoding section 6 (hooks for standards), Infra section 4.4.
"use strict";

exports.utf8Encode = (text) => new Uint8Array(native.bufferFrom(text, "utf8"));
// "UTF-8 decode without BOM": what looks like a byte order mark is text.
exports.utf8DecodeWithoutBom = (bytes) => native.bufferText(bytes, "utf8");
exports.utf8Decode = (bytes) => exports.utf8DecodeWithoutBom(
  bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes);
exports.isomorphicEncode = (text) => new Uint8Array(native.bufferFrom(text, "latin1"));
exports.isomorphicDecode = (bytes) => native.bufferText(bytes, "latin1");

// One Uint8Array of many, always with memory of its own.
exports.concat = (all) => {
  const bytes = new Uint8Array(all.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of all) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
};
