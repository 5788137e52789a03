// CompressionStream and DecompressionStream: the Compression Standard (formats of RFC 1950, 1951, 1952
// and 7932).
"use strict";
const idl = require("web/idl");
const { TransformStream } = require("web/streams");

const KINDS = { brotli: "brotliCompress", deflate: "deflate", "deflate-raw": "deflateRaw", gzip: "gzip" };
// zlib's own choice; Brotli's best is ten times as slow as this one, and hardly smaller.
const level = (format) => format === "brotli" ? 5 : -1;
// What comes out at most, in bytes: a script's own limit of memory is below it.
const LIMIT = 1 << 28;
const GZIP_TRAILER = 8;

// All that came, as one Uint8Array; native functions keep nothing from piece to piece.
class Input {
  #pieces = [];
  length = 0;
  add(chunk) {
    const bytes = idl.bufferSource(chunk, "a chunk");
    if (!idl.isArrayBuffer(bytes.buffer)) throw new TypeError("a chunk: expected memory that is not shared");
    if (bytes.length === 0) return;
    this.#pieces.push(new Uint8Array(bytes));
    this.length += bytes.length;
  }
  get bytes() {
    if (this.#pieces.length === 1) return this.#pieces[0];
    const all = new Uint8Array(this.length);
    let at = 0;
    for (const piece of this.#pieces) {
      all.set(piece, at);
      at += piece.length;
    }
    this.#pieces = [all];
    return all;
  }
}

const compressor = (format) => {
  const input = new Input();
  return {
    transform(chunk) { input.add(chunk); },
    flush(controller) {
      const output = native.zlib(KINDS[format], input.bytes, level(format), LIMIT, false);
      if (typeof output === "string") throw new TypeError(`CompressionStream: ${output}`);
      controller.enqueue(new Uint8Array(output));
    },
  };
};

// Where the data of a gzip member begins (RFC 1952 section 2.3); undefined when its header goes on
// after `bytes`.
const afterHeader = (bytes) => {
  const wanted = [0x1f, 0x8b, 8];
  if (wanted.some((byte, index) => index < bytes.length && bytes[index] !== byte)) fail("this is no gzip data");
  if (bytes.length < 10) return undefined;
  const flags = bytes[3];
  if (flags & 0xe0) fail("the header has flags that are reserved");
  let at = 10;
  if (flags & 4) at += 2 + (bytes[at] | bytes[at + 1] << 8);
  for (const flag of [8, 16]) {
    if (!(flags & flag)) continue;
    const end = bytes.indexOf(0, at);
    if (end < 0) return undefined;
    at = end + 1;
  }
  if (flags & 2) at += 2;
  return at <= bytes.length ? at : undefined; // NaN too, when the length of the extra field is missing
};

const fail = (what) => { throw new TypeError(`DecompressionStream: ${what}`); };

const decompressor = (format) => {
  const input = new Input();
  let done = 0; // how much of the input was looked at
  let given = 0; // how much of the output was enqueued
  let ended = false;

  const look = (controller) => {
    done = input.length;
    const bytes = input.bytes;
    const start = format === "gzip" ? afterHeader(bytes) : 0;
    if (start === undefined) return;
    const body = bytes.subarray(start);
    const result = format === "brotli"
      ? native.brotliPrefix(body, LIMIT)
      : native.inflatePrefix(body, format === "deflate", LIMIT);
    if (!result) fail(`this is no ${format} data`);
    const [output, used, isEnd] = result;
    if (output.byteLength > given) controller.enqueue(new Uint8Array(output.slice(given)));
    given = output.byteLength;
    if (output.byteLength >= LIMIT) fail("the output is too large");
    if (!isEnd) return;
    const trailer = body.subarray(used);
    const size = format === "gzip" ? GZIP_TRAILER : 0;
    if (trailer.length < size) return;
    if (format === "gzip") {
      const check = new DataView(trailer.buffer, trailer.byteOffset);
      if (check.getUint32(0, true) !== native.crc32(output, 0)) fail("the checksum does not match");
      if (check.getUint32(4, true) !== output.byteLength) fail("the length does not match");
    }
    ended = true;
    if (trailer.length > size) fail("there is more input after the end");
  };
  return {
    // Each look begins at the beginning: so only when there is half as much more than last time.
    transform(chunk, controller) {
      input.add(chunk);
      if (input.length === done) return;
      if (ended) fail("there is more input after the end");
      if (input.length >= done * 1.5) look(controller);
    },
    flush(controller) {
      if (!ended && input.length > done) look(controller);
      if (!ended) fail("the input ends too early");
    },
  };
};

class CompressionStream {
  #transform;
  constructor(format) {
    idl.requireArguments(arguments.length, 1, "CompressionStream");
    this.#transform = new TransformStream(compressor(idl.enumeration(format, Object.keys(KINDS), "the format")));
  }
  get readable() { return this.#transform.readable; }
  get writable() { return this.#transform.writable; }
}

class DecompressionStream {
  #transform;
  constructor(format) {
    idl.requireArguments(arguments.length, 1, "DecompressionStream");
    this.#transform = new TransformStream(decompressor(idl.enumeration(format, Object.keys(KINDS), "the format")));
  }
  get readable() { return this.#transform.readable; }
  get writable() { return this.#transform.writable; }
}
idl.interfaces(CompressionStream, DecompressionStream);

module.exports = { CompressionStream, DecompressionStream };
