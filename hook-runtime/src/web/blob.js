// Blob and File: File API sections 3 and 4; blob: URLs, section 8. The bytes lie in memory, and are shared
// by what is cut from them.
"use strict";
const { concat, utf8Decode, utf8Encode } = require("web/bytes");
const idl = require("web/idl");

// What a new Blob takes instead of parts, when we make it.
class Content {
  bytes;
  type;
  constructor(bytes, type) {
    this.bytes = bytes;
    this.type = type;
  }
}

let contentOf;

class Blob {
  #content;

  static {
    contentOf = (value) => idl.isObject(value) && #content in value ? value.#content : undefined;
  }

  constructor(blobParts = undefined, options = undefined) {
    this.#content = blobParts instanceof Content
      ? blobParts
      : joined(blobParts === undefined ? [] : converted(blobParts, "Blob"), propertyBag(options, "Blob"));
  }
  get size() { return this.#content.bytes.length; }
  get type() { return this.#content.type; }
  slice(start = undefined, end = undefined, contentType = undefined) {
    const { bytes } = this.#content;
    const size = bytes.length;
    const place = (value, otherwise) => {
      if (value === undefined) return otherwise;
      const at = idl.longLong(value, "clamp");
      return at < 0 ? Math.max(size + at, 0) : Math.min(at, size);
    };
    const from = place(start, 0);
    const to = place(end, size);
    const type = contentType === undefined ? "" : normalizedType(idl.DOMString(contentType));
    return new Blob(new Content(bytes.subarray(from, Math.max(from, to)), type));
  }
  stream() { return streamOf(this.#content); }
  textStream() { return require("web/byte_stream").textStream(streamOf(this.#content)); }
  async text() { return utf8Decode(this.#content.bytes); }
  async arrayBuffer() { return this.#content.bytes.slice().buffer; }
  async bytes() { return this.#content.bytes.slice(); }
}

class File extends Blob {
  #name;
  #lastModified;

  constructor(fileBits, fileName, options = undefined) {
    if (fileBits instanceof Content) {
      super(fileBits);
      this.#name = fileName;
      this.#lastModified = options;
      return;
    }
    idl.requireArguments(arguments.length, 2, "File");
    const parts = converted(fileBits, "File");
    const name = idl.USVString(fileName);
    const bag = propertyBag(options, "File");
    const { lastModified } = idl.dictionary(options);
    super(joined(parts, bag));
    this.#lastModified = lastModified === undefined ? Date.now() : idl.longLong(lastModified);
    this.#name = name;
  }
  get name() { return this.#name; }
  get lastModified() { return this.#lastModified; }
}
idl.interfaces(Blob, File);
const inspectable = require("web/inspectable");
inspectable(Blob, ({ size, type }) => ({ size, type }));
inspectable(File, ({ size, type, name, lastModified }) => ({ size, type, name, lastModified }));

const streamOf = ({ bytes }) => require("web/byte_stream").byteStream(bytes);

// sequence<(BufferSource or Blob or USVString)>: the buffers are read when all is converted.
const converted = (parts, name) => {
  const method = idl.isObject(parts) ? parts[Symbol.iterator] : undefined;
  if (typeof method !== "function") {
    throw new TypeError(`${name}: expected a list of parts, found ${parts === null ? "null" : typeof parts}`);
  }
  return Array.from({ [Symbol.iterator]: () => method.call(parts) }, (part) =>
    contentOf(part) || ArrayBuffer.isView(part) || idl.isArrayBuffer(part) ? part : idl.USVString(part));
};

// BlobPropertyBag, in lexicographical order.
const propertyBag = (options, name) => {
  const given = idl.dictionary(options, `${name}'s options`);
  const endings = given.endings;
  const native = endings !== undefined
    && idl.enumeration(endings, ["transparent", "native"], "endings") === "native";
  const type = given.type;
  return { native, type: type === undefined ? "" : normalizedType(idl.DOMString(type)) };
};

const normalizedType = (type) => /[^\x20-\x7e]/.test(type) ? "" : type.toLowerCase();

const joined = (parts, { native, type }) => {
  const all = parts.map((part) => {
    if (typeof part !== "string") return contentOf(part)?.bytes ?? idl.bytesOf(part);
    return utf8Encode(native ? part.replace(/\r\n?/g, "\n") : part);
  });
  return new Content(concat(all), type);
};

// What blob: URLs stand for, by URL, until the invocation ends.
const contents = new Map();
const withoutFragment = (href) => href.replace(/#.*$/s, "");

module.exports = {
  Blob,
  File,
  // The static methods of URL.
  createObjectURL(object) {
    const content = contentOf(object);
    if (!content) throw new TypeError("URL.createObjectURL: expected a Blob");
    const { crypto } = require("web/crypto");
    const url = `blob:${require("web/request").ownOrigin() ?? "null"}/${crypto.randomUUID()}`;
    contents.set(url, content);
    return url;
  },
  revokeObjectURL(url) {
    const parts = native.urlParse(url);
    if (parts !== null) contents.delete(parts[0]);
  },
  // { bytes, type } of what a URL stands for now; undefined when that is nothing.
  contentOfUrl: (href) => contents.get(withoutFragment(href)),
  // { bytes, type } of a Blob or File, which nobody may change; undefined when it is none.
  contentOf,
  // Over bytes that nobody changes any more.
  makeBlob: (bytes, type) => new Blob(new Content(bytes, normalizedType(type))),
  makeFile: (bytes, type, name, lastModified) => new File(new Content(bytes, type), name, lastModified),
};
