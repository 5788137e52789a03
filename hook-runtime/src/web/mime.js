// MIME types: MIME Sniffing sections 4.3 (parsing) to 4.5 (serializing); how Fetch section 2.2.2 extracts
// one from a `content-type` header.
"use strict";

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const QUOTED = /^[\t\x20-\x7e\x80-\xff]*$/;

const isSpace = (code) => code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d;
// Without the HTTP whitespace around it.
const trim = (text, left = true) => {
  let start = 0;
  let end = text.length;
  while (left && start < end && isSpace(text.charCodeAt(start))) start++;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
};
const indexOf = (text, mark, from) => {
  const index = text.indexOf(mark, from);
  return index < 0 ? text.length : index;
};
// Only A to Z: toLowerCase would change other letters too, which Latin-1 has.
const lower = (text) => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

// Fetch section 2.2, "collect an HTTP quoted string": the value (its quotes taken off when `extract`) and
// where it ends. `start` is at its first quote.
const quotedString = (text, start, extract) => {
  let value = "";
  let at = start + 1;
  for (;;) {
    let end = at;
    while (end < text.length && text[end] !== '"' && text[end] !== "\\") end++;
    value += text.slice(at, end);
    if (end >= text.length) return { value: extract ? value : text.slice(start, end), end };
    at = end + 1;
    if (text[end] === '"') return { value: extract ? value : text.slice(start, at), end: at };
    if (at >= text.length) return { value: extract ? `${value}\\` : text.slice(start, at), end: at };
    value += text[at++];
  }
};

// { type, subtype, essence, parameters: a Map }, or undefined.
const parse = (input) => {
  const text = trim(input);
  const slash = text.indexOf("/");
  if (slash < 0) return undefined;
  const type = text.slice(0, slash);
  let at = indexOf(text, ";", slash);
  const subtype = trim(text.slice(slash + 1, at), false);
  if (!TOKEN.test(type) || !TOKEN.test(subtype)) return undefined;
  const parameters = new Map();
  while (at < text.length) {
    at++;
    while (at < text.length && isSpace(text.charCodeAt(at))) at++;
    let end = Math.min(indexOf(text, ";", at), indexOf(text, "=", at));
    const name = lower(text.slice(at, end));
    at = end;
    if (text[at] !== "=") continue;
    at++;
    let value;
    if (text[at] === '"') {
      ({ value, end } = quotedString(text, at, true));
      at = indexOf(text, ";", end);
    } else {
      end = indexOf(text, ";", at);
      value = trim(text.slice(at, end), false);
      at = end;
      if (value === "") continue;
    }
    if (TOKEN.test(name) && QUOTED.test(value) && !parameters.has(name)) parameters.set(name, value);
  }
  return made(lower(type), lower(subtype), parameters);
};
const made = (type, subtype, parameters) => ({ type, subtype, essence: `${type}/${subtype}`, parameters });

const serialize = ({ essence, parameters }) => {
  let text = essence;
  for (const [name, value] of parameters) {
    text += `;${name}=${TOKEN.test(value) ? value : `"${value.replace(/["\\]/g, "\\$&")}"`}`;
  }
  return text;
};

// Splits a header's (combined) value at the commas that are not in quotes.
const split = (value) => {
  const values = [];
  let at = 0;
  let part = "";
  for (;;) {
    const start = at;
    while (at < value.length && value[at] !== '"' && value[at] !== ",") at++;
    part += value.slice(start, at);
    if (value[at] === '"') {
      const quoted = quotedString(value, at, false);
      part += quoted.value;
      at = quoted.end;
      if (at < value.length) continue;
    }
    values.push(trim(part));
    if (at >= value.length) return values;
    part = "";
    at++;
  }
};

// The MIME type that a `content-type` header says (null when there is none); undefined when it says none.
const extract = (value) => {
  if (value === null) return undefined;
  let charset;
  let found;
  for (const part of split(value)) {
    const type = parse(part);
    if (!type || type.essence === "*/*") continue;
    if (type.essence !== found?.essence) charset = type.parameters.get("charset");
    else if (!type.parameters.has("charset") && charset !== undefined) type.parameters.set("charset", charset);
    found = type;
  }
  return found;
};

module.exports = { TOKEN, trim, lower, parse, serialize, extract };
