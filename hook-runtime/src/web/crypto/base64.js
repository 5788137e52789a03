// base64 and base64url (RFC 4648 sections 4 and 5), strictly: for JSON Web Keys and PEM.
"use strict";
const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const BASE64URL = `${BASE64.slice(0, 62)}-_`;

const encode = (bytes, alphabet) => {
  let text = "";
  for (let i = 0; i < bytes.length; i += 3) {
    const [a, b, c] = [bytes[i], bytes[i + 1], bytes[i + 2]];
    text += alphabet[a >> 2] + alphabet[((a & 3) << 4) | (b >> 4)];
    if (b !== undefined) text += alphabet[((b & 15) << 2) | (c >> 6)];
    if (c !== undefined) text += alphabet[c & 63];
  }
  return text;
};

// undefined when the text is none; bits behind the last byte must be zero.
const decode = (text, alphabet) => {
  if (text.length % 4 === 1) return undefined;
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let [bits, count, at] = [0, 0, 0];
  for (const character of text) {
    const value = alphabet.indexOf(character);
    if (value < 0) return undefined;
    bits = ((bits << 6) | value) & 0xffff;
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes[at++] = bits >> count;
    }
  }
  return (bits & ((1 << count) - 1)) === 0 ? bytes : undefined;
};

exports.toBase64url = (bytes) => encode(bytes, BASE64URL);
exports.fromBase64url = (text) => decode(text, BASE64URL);
exports.toBase64 = (bytes) => {
  const text = encode(bytes, BASE64);
  return text + "=".repeat((4 - (text.length % 4)) % 4);
};
// As in PEM: lines, padding.
exports.fromBase64 = (text) => decode(text.replace(/\s+/g, "").replace(/={1,2}$/, ""), BASE64);
