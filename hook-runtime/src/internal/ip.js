// Whether a text is an address (RFC 4291 section 2.2, dotted IPv4), as node:net tells.
"use strict";
const isIPv4 = (text) => {
  const parts = `${text}`.split(".");
  return parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256);
};
const isIPv6 = (text) => {
  const address = `${text}`.replace(/%[0-9a-zA-Z\-.:]+$/, "");
  const halves = address.split("::");
  if (halves.length > 2 || !/^[\da-fA-F:.]*$/.test(address)) return false;
  const parts = halves.map((half) => (half === "" ? [] : half.split(":")));
  const all = parts.flat();
  let count = all.length;
  if (all.length && all.at(-1).includes(".")) {
    if (!isIPv4(all.pop())) return false;
    count += 1;
  }
  return all.every((part) => /^[\da-fA-F]{1,4}$/.test(part)) && (halves.length === 2 ? count < 8 : count === 8);
};
module.exports = { isIPv4, isIPv6, isIP: (text) => (isIPv4(text) ? 4 : isIPv6(text) ? 6 : 0) };
