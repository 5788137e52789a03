// multipart/form-data: written as HTML section 4.10.21.7 says, read as Fetch section 5.3 ("multipart/form-data
// parsing") wants it: strictly, as browsers write it.
"use strict";
const { contentOf, makeFile } = require("web/blob");
const { concat, isomorphicDecode, isomorphicEncode, utf8DecodeWithoutBom, utf8Encode } = require("web/bytes");
const mime = require("web/mime");

const CR = 0x0d;
const LF = 0x0a;

// { bytes, type }: entries ([name, string or File]…), and the MIME type with the boundary.
const encode = (entries) => {
  const random = Array.from(new Uint8Array(native.randomBytes(12)), (byte) => byte.toString(16).padStart(2, "0"));
  const boundary = `----lifecycle-hooks-${random.join("")}`;
  const parts = [];
  for (const [name, value] of entries) {
    const start = `--${boundary}\r\nContent-Disposition: form-data; name="${escape(lines(name))}"`;
    if (typeof value === "string") {
      parts.push(utf8Encode(`${start}\r\n\r\n${lines(value)}\r\n`));
      continue;
    }
    const { bytes, type } = contentOf(value);
    parts.push(
      utf8Encode(`${start}; filename="${escape(value.name)}"\r\nContent-Type: ${type || "application/octet-stream"}\r\n\r\n`),
      bytes,
      isomorphicEncode("\r\n"));
  }
  parts.push(isomorphicEncode(`--${boundary}--\r\n`));
  return { bytes: concat(parts), type: `multipart/form-data; boundary=${boundary}` };
};
const lines = (text) => text.replace(/\r\n?|\n/g, "\r\n");
const ESCAPES = { "\n": "%0A", "\r": "%0D", '"': "%22" };
const escape = (text) => text.replace(/[\n\r"]/g, (mark) => ESCAPES[mark]);

// The entries; undefined when the bytes are no such message. `boundary` as the MIME type has it.
const decode = (bytes, boundary) => {
  if (!boundary) return undefined;
  const delimiter = utf8Encode(`--${boundary}`);
  if (!startsWith(bytes, delimiter, 0)) return undefined;
  const entries = [];
  let at = delimiter.length;
  for (;;) {
    const closes = bytes[at] === 0x2d && bytes[at + 1] === 0x2d;
    if (closes) at += 2;
    while (bytes[at] === 0x20 || bytes[at] === 0x09) at++;
    if (closes && at === bytes.length) return entries;
    if (!isLineEnd(bytes, at)) return undefined;
    at += 2;
    if (closes) return entries;
    const headers = readHeaders(bytes, at);
    if (!headers?.disposition) return undefined;
    const end = findDelimiter(bytes, delimiter, headers.end);
    if (end < 0) return undefined;
    entries.push(entry(headers, bytes.slice(headers.end, end)));
    at = end + 2 + delimiter.length;
  }
};

const entry = ({ disposition: { name, filename }, type }, bytes) =>
  [name, filename === undefined ? utf8DecodeWithoutBom(bytes) : makeFile(bytes, type, filename, 0)];

const startsWith = (bytes, start, at) => {
  if (bytes.length - at < start.length) return false;
  for (let i = 0; i < start.length; i++) if (bytes[at + i] !== start[i]) return false;
  return true;
};
const isLineEnd = (bytes, at) => bytes[at] === CR && bytes[at + 1] === LF;
// Where the line end before the next delimiter is; -1 when there is none. `indexOf` is the engine's own
// loop, so that a large file costs little.
const findDelimiter = (bytes, delimiter, from) => {
  for (let at = bytes.indexOf(CR, from); at >= 0; at = bytes.indexOf(CR, at + 1)) {
    if (bytes[at + 1] === LF && startsWith(bytes, delimiter, at + 2)) return at;
  }
  return -1;
};

// The headers of a part, up to and with the empty line: { disposition, type, end }, or undefined.
const readHeaders = (bytes, from) => {
  let disposition;
  let contentType = null;
  for (let at = from;;) {
    if (isLineEnd(bytes, at)) {
      const type = contentType === null ? "text/plain" : typeOf(contentType);
      return { disposition, type, end: at + 2 };
    }
    const end = bytes.indexOf(CR, at);
    if (end < 0 || !isLineEnd(bytes, end)) return undefined;
    const line = bytes.subarray(at, end);
    const colon = line.indexOf(0x3a);
    if (colon < 0 || line.includes(0) || line.includes(LF)) return undefined;
    const name = mime.trim(isomorphicDecode(line.subarray(0, colon)));
    if (!mime.TOKEN.test(name)) return undefined;
    const value = line.subarray(colon + 1);
    switch (name.toLowerCase()) {
      case "content-disposition":
        disposition = readDisposition(mime.trim(utf8DecodeWithoutBom(value)));
        if (!disposition) return undefined;
        break;
      case "content-type": {
        const text = mime.trim(isomorphicDecode(value));
        contentType = contentType === null ? text : `${contentType}, ${text}`;
        break;
      }
    }
    at = end + 2;
  }
};
const typeOf = (contentType) => {
  const type = mime.extract(contentType);
  return type ? mime.serialize(type) : "";
};

// form-data; name="…"; filename="…": quotes and what else is special in them are written as %22 and
// so on, and stay so; a backslash is one.
const readDisposition = (text) => {
  const start = /^form-data[\t ]*/i.exec(text);
  if (!start) return undefined;
  const found = {};
  for (let at = start[0].length; at < text.length;) {
    const parameter = /;[\t ]*(?:([^\s=;"]+)=(?:"([^"]*)"|([^\s;"]*)))?[\t ]*/y;
    parameter.lastIndex = at;
    const match = parameter.exec(text);
    if (!match) return undefined;
    at = parameter.lastIndex;
    const name = match[1]?.toLowerCase();
    if (name === "name" || name === "filename") found[name] ??= match[2] ?? match[3];
  }
  return found.name === undefined ? undefined : found;
};

module.exports = { encode, decode };
