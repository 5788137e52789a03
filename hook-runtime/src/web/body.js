// The bodies of requests and responses, and the Body mixin: Fetch sections 2.2.4 and 5.2 to 5.3.
//
// A body is its bytes; a stream of them is made when a script looks at `body`. Only one that a script made
// from a stream of its own has to be read.
"use strict";
const { contentOf, makeBlob } = require("web/blob");
const { utf8Decode, utf8DecodeWithoutBom, utf8Encode } = require("web/bytes");
const { get, list } = require("web/headers");
const idl = require("web/idl");

const EMPTY = new Uint8Array(0);
const FORM = "application/x-www-form-urlencoded";

class Body {
  // null: only the stream knows.
  bytes;
  stream;
  // Without the stream's help.
  #taken = false;
  // The signal of the fetch that it is the answer to: aborted, it takes back what nobody has read.
  #signal;
  // { reason }: it came, and is not what it should be.
  #broken;

  constructor(bytes, stream = null, signal = null, broken = undefined) {
    this.bytes = bytes;
    this.stream = stream;
    this.#signal = signal;
    this.#broken = broken;
  }
  get isUsed() {
    return this.stream ? require("web/streams").isDisturbed(this.stream) : this.#taken;
  }
  get isUnusable() {
    return this.isUsed || (this.stream !== null && require("web/streams").isLocked(this.stream));
  }
  // What reading it comes to instead of bytes: { reason }, or undefined.
  get failure() {
    if (this.#broken) return this.#broken;
    if (!this.#signal || this.bytes?.length === 0) return undefined;
    return require("web/abort").isAborted(this.#signal) ? { reason: this.#signal.reason } : undefined;
  }
  asStream() {
    if (this.stream) return this.stream;
    const { byteStream } = require("web/byte_stream");
    if (this.#taken) {
      this.stream = byteStream(EMPTY);
      occupy(this.stream);
    } else {
      this.stream = byteStream(this.bytes, () => this.failure);
    }
    return this.stream;
  }
  // Calls done(bytes), which nobody may change, or failed(reason). Without promises of bytes, which would
  // ask them for a `then` that a script may have given to all objects.
  take(done, failed) {
    if (this.stream) {
      require("web/streams").readAllBytes(this.stream, done, failed);
      return;
    }
    const end = () => { if (this.failure) failed(this.failure.reason); else done(this.bytes); };
    // An aborted one is not read, and says so as often as it is asked.
    this.#taken = !this.failure || this.failure === this.#broken;
    if (this.failure) end();
    else Promise.resolve().then(end);
  }
  // The same to read once more.
  clone() {
    let stream = null;
    if (this.stream) [this.stream, stream] = tee(this.stream);
    return new Body(this.bytes, stream, this.#signal, this.#broken);
  }
  // The same in other hands: this one is used then.
  handOver() {
    if (this.bytes === null) {
      const { TransformStream } = require("web/streams");
      return new Body(null, this.stream.pipeThrough(new TransformStream()));
    }
    if (this.stream) occupy(this.stream);
    this.#taken = true;
    return new Body(this.bytes);
  }
  // Nobody wants it any more.
  cancel(reason) {
    if (this.bytes === null) require("web/streams").cancelStream(this.stream, reason).catch(() => {});
  }
}

// Reads from a stream and keeps it locked, as who reads all of it does.
const occupy = (stream) => { stream.getReader().read().catch(() => {}); };

// The second stream has chunks of its own (Streams, "ReadableStreamTee" with cloneForBranch2). Those of
// byte streams have them anyway.
const tee = (stream) => {
  const { ReadableStream } = require("web/streams");
  const { getReader, tee } = ReadableStream.prototype;
  let isByteStream = true;
  try {
    getReader.call(stream, { mode: "byob" }).releaseLock();
  } catch {
    isByteStream = false;
  }
  const [first, second] = tee.call(stream);
  if (isByteStream) return [first, second];
  const reader = second.getReader();
  const cloned = new ReadableStream({
    __proto__: null,
    async pull(controller) {
      const { done, value } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(structuredClone(value));
    },
    cancel: (reason) => reader.cancel(reason),
  }, { __proto__: null, highWaterMark: 0 });
  return [first, cloned];
};

// Whether it is an object of a class that may not even be loaded: it says so, and then is asked.
const isClass = (value, name, test) => Object.prototype.toString.call(value) === `[object ${name}]` && test();
const isReadableStream = (value) => typeof value.getReader === "function" && require("web/streams").isReadableStream(value);
const queryOf = (value) => {
  try {
    return require("web/url").URLSearchParams.prototype.toString.call(value);
  } catch {
    return undefined;
  }
};
const formOf = (value) => require("web/form_data").entriesOf(value);
const isIterable = (value) => typeof value[Symbol.asyncIterator] === "function";

// BodyInit: what is none of its objects becomes text. Objects that can be iterated over asynchronously
// (Node's streams) are read, as Node's fetch does.
const convert = (value) => {
  const known = idl.isObject(value) && (contentOf(value) || idl.bytesOf(value)
    || isClass(value, "FormData", () => formOf(value))
    || isClass(value, "URLSearchParams", () => queryOf(value) !== undefined)
    || isReadableStream(value) || isIterable(value));
  return known ? value : idl.USVString(value);
};

// "Extract a body": { body, type }, from what `convert` gave.
const extract = (value, keepalive = false) => {
  const whole = (bytes, type = null) => ({ body: new Body(bytes), type });
  if (typeof value === "string") return whole(utf8Encode(value), "text/plain;charset=UTF-8");
  const blob = contentOf(value);
  if (blob) return whole(blob.bytes, blob.type || null);
  const bytes = idl.bytesOf(value);
  if (bytes) return whole(bytes.slice());
  if (isClass(value, "FormData", () => formOf(value))) {
    const { bytes, type } = require("web/multipart").encode(formOf(value));
    return whole(bytes, type);
  }
  if (isClass(value, "URLSearchParams", () => true)) return whole(utf8Encode(queryOf(value)), `${FORM};charset=UTF-8`);
  if (keepalive) throw new TypeError("a body that is a stream cannot be kept alive (keepalive)");
  const { ReadableStream } = require("web/streams");
  const stream = isReadableStream(value) ? value : ReadableStream.from(value);
  const body = new Body(null, stream);
  if (body.isUnusable) throw new TypeError("the stream of a body is locked, or was read from already");
  return { body, type: null };
};

// Gives a class the members of the mixin. `inside(object)` gives its { body, headers }, body being null
// where there is none; it throws a TypeError when the object is of another class.
const mixin = (type, inside) => {
  const usable = (object) => {
    const { body, headers } = inside(object);
    if (body?.isUnusable) throw new TypeError("Body is unusable: it was read already, or its stream is locked");
    return { body, headers };
  };
  const consume = (object, convert) => new Promise((resolve, reject) => {
    const { body, headers } = usable(object);
    const end = (bytes) => {
      try { resolve(convert(bytes, headers)); } catch (error) { reject(error); }
    };
    if (body) body.take(end, reject);
    else end(EMPTY);
  });
  const { prototype } = type;
  Object.defineProperties(prototype, Object.getOwnPropertyDescriptors({
    get body() { return inside(this).body?.asStream() ?? null; },
    get bodyUsed() { return inside(this).body?.isUsed ?? false; },
    arrayBuffer() { return consume(this, (bytes) => bytes.slice().buffer); },
    blob() { return consume(this, (bytes, headers) => makeBlob(bytes, mimeType(headers, serialized) ?? "")); },
    bytes() { return consume(this, (bytes) => bytes.slice()); },
    formData() { return consume(this, readForm); },
    json() { return consume(this, (bytes) => JSON.parse(utf8Decode(bytes))); },
    text() { return consume(this, utf8Decode); },
    textStream() {
      const { body } = usable(this);
      const { byteStream, textStream } = require("web/byte_stream");
      return textStream(body ? body.asStream() : byteStream(EMPTY));
    },
  }));
};

// "Get the MIME type" of a message, undefined when it has none.
const mimeType = (headers, then) => {
  const type = require("web/mime").extract(get(list(headers), "content-type"));
  return type && then(type);
};
const serialized = (type) => require("web/mime").serialize(type);

const readForm = (bytes, headers) => {
  const { makeFormData } = require("web/form_data");
  const type = mimeType(headers, (type) => type);
  if (type?.essence === "multipart/form-data") {
    const entries = require("web/multipart").decode(bytes, type.parameters.get("boundary"));
    if (!entries) throw new TypeError("the body is no multipart/form-data with the boundary that its content-type names");
    return makeFormData(entries);
  }
  if (type?.essence === FORM) {
    const flat = bytes.length === 0 ? [] : native.formParse(utf8DecodeWithoutBom(bytes));
    const entries = [];
    for (let i = 0; i < flat.length; i += 2) entries.push([flat[i], flat[i + 1]]);
    return makeFormData(entries);
  }
  throw new TypeError(`formData: expected a content-type multipart/form-data or ${FORM}, found ${type?.essence ?? "none"}`);
};

module.exports = { Body, convert, extract, mixin };
