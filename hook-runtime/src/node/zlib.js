// node:zlib (Node.js documentation, "Zlib") over native.zlib. The classes gather what is written and work
// when it ends: an answer to a hook is no larger than its limit anyway.
"use strict";
const { coded, invalidArgType, outOfRange, needFunction } = require("internal/errors");
const { Transform } = require("node/stream");
const { Buffer } = require("node/buffer");

// What comes out at most, when nobody says and at all: compressed input can be a bomb, and native code runs
// until it is done.
const USUAL = 16 << 20;
const MOST = 64 << 20;
const WRITES = { Z_DATA_ERROR: -3, Z_BUF_ERROR: -5 };

const constants = {
  Z_NO_FLUSH: 0, Z_PARTIAL_FLUSH: 1, Z_SYNC_FLUSH: 2, Z_FULL_FLUSH: 3, Z_FINISH: 4, Z_BLOCK: 5, Z_TREES: 6,
  Z_OK: 0, Z_STREAM_END: 1, Z_NEED_DICT: 2, Z_ERRNO: -1, Z_STREAM_ERROR: -2, Z_DATA_ERROR: -3, Z_MEM_ERROR: -4, Z_BUF_ERROR: -5, Z_VERSION_ERROR: -6,
  Z_NO_COMPRESSION: 0, Z_BEST_SPEED: 1, Z_BEST_COMPRESSION: 9, Z_DEFAULT_COMPRESSION: -1,
  Z_FILTERED: 1, Z_HUFFMAN_ONLY: 2, Z_RLE: 3, Z_FIXED: 4, Z_DEFAULT_STRATEGY: 0, ZLIB_VERNUM: 4880,
  DEFLATE: 1, INFLATE: 2, GZIP: 3, GUNZIP: 4, DEFLATERAW: 5, INFLATERAW: 6, UNZIP: 7, BROTLI_DECODE: 8, BROTLI_ENCODE: 9,
  Z_MIN_WINDOWBITS: 8, Z_MAX_WINDOWBITS: 15, Z_DEFAULT_WINDOWBITS: 15, Z_MIN_CHUNK: 64, Z_MAX_CHUNK: Infinity, Z_DEFAULT_CHUNK: 16384,
  Z_MIN_MEMLEVEL: 1, Z_MAX_MEMLEVEL: 9, Z_DEFAULT_MEMLEVEL: 8, Z_MIN_LEVEL: -1, Z_MAX_LEVEL: 9, Z_DEFAULT_LEVEL: -1,
  BROTLI_OPERATION_PROCESS: 0, BROTLI_OPERATION_FLUSH: 1, BROTLI_OPERATION_FINISH: 2, BROTLI_OPERATION_EMIT_METADATA: 3,
  BROTLI_PARAM_MODE: 0, BROTLI_MODE_GENERIC: 0, BROTLI_MODE_TEXT: 1, BROTLI_MODE_FONT: 2, BROTLI_DEFAULT_MODE: 0,
  BROTLI_PARAM_QUALITY: 1, BROTLI_MIN_QUALITY: 0, BROTLI_MAX_QUALITY: 11, BROTLI_DEFAULT_QUALITY: 11,
  BROTLI_PARAM_LGWIN: 2, BROTLI_MIN_WINDOW_BITS: 10, BROTLI_MAX_WINDOW_BITS: 24, BROTLI_LARGE_MAX_WINDOW_BITS: 30, BROTLI_DEFAULT_WINDOW: 22,
  BROTLI_PARAM_LGBLOCK: 3, BROTLI_PARAM_DISABLE_LITERAL_CONTEXT_MODELING: 4, BROTLI_PARAM_SIZE_HINT: 5, BROTLI_PARAM_LARGE_WINDOW: 6,
  BROTLI_PARAM_NPOSTFIX: 7, BROTLI_PARAM_NDIRECT: 8, BROTLI_DECODER_PARAM_DISABLE_RING_BUFFER_REALLOCATION: 0, BROTLI_DECODER_PARAM_LARGE_WINDOW: 1,
};

const KINDS = {
  Gzip: "gzip", Gunzip: "gunzip", Deflate: "deflate", Inflate: "inflate", DeflateRaw: "deflateRaw", InflateRaw: "inflateRaw",
  Unzip: "unzip", BrotliCompress: "brotliCompress", BrotliDecompress: "brotliDecompress",
};

const bytesOf = (input) => {
  if (typeof input === "string") return Buffer.from(input);
  if (ArrayBuffer.isView(input) || input instanceof ArrayBuffer) return input;
  throw invalidArgType("buffer", "of type string or an instance of Buffer, TypedArray, DataView, or ArrayBuffer", input);
};
const checked = (kind, options) => {
  const { level, dictionary, maxOutputLength, params } = options ?? {};
  if (dictionary !== undefined) {
    throw coded(Error, "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM", "node:zlib of Node.js has options that are not available to hooks: dictionary");
  }
  for (const [name, value, least, most] of [["options.level", level, -1, 9], ["options.maxOutputLength", maxOutputLength, 1, Infinity],
    ["options.windowBits", options?.windowBits, kind.startsWith("brotli") ? -Infinity : kind === "gzip" || kind === "deflate" ? 9 : 0, Infinity]]) {
    if (value === undefined) continue;
    if (typeof value !== "number") throw invalidArgType(name, "of type number", value);
    if (!(value >= least && value <= most)) throw outOfRange(name, `>= ${least} and <= ${most}`, value);
  }
  const finish = options?.finishFlush;
  return {
    level: kind === "brotliCompress" ? params?.[constants.BROTLI_PARAM_QUALITY] ?? 11 : level ?? -1,
    limit: Math.min(maxOutputLength ?? USUAL, MOST),
    partial: finish !== undefined && finish !== (kind.startsWith("brotli") ? constants.BROTLI_OPERATION_FINISH : constants.Z_FINISH),
  };
};
const failure = (wrong, kind, limit) => {
  if (wrong === "too large") {
    return coded(RangeError, "ERR_BUFFER_TOO_LARGE", `Cannot create a Buffer larger than ${limit} bytes`);
  }
  if (kind === "brotliDecompress" && wrong !== "unexpected end of file") {
    return Object.assign(new Error(wrong), { errno: -2, code: "ERR__ERROR_FORMAT_PADDING_1" });
  }
  const code = wrong === "unexpected end of file" ? "Z_BUF_ERROR" : "Z_DATA_ERROR";
  return Object.assign(new Error(wrong), { errno: WRITES[code], code });
};
const work = (kind, input, { level, limit, partial }) => {
  const result = native.zlib(kind, input, level, limit, partial);
  if (typeof result === "string") throw failure(result, kind, limit);
  return Buffer.from(result);
};

// A class as Node has it: callable without `new`, and to be inherited from.
const makeClass = (name, kind) => {
  const Class = { [name]: function (options) {
    if (!(this instanceof Class)) return new Class(options);
    const settings = checked(kind, options);
    Transform.call(this, options);
    Object.assign(this, { bytesWritten: 0, _level: settings.level, _strategy: options?.strategy ?? 0, _chunks: [] });
    Object.defineProperty(this, "_settings", { value: settings, writable: true, enumerable: false });
    return undefined;
  } }[name];
  Object.setPrototypeOf(Class.prototype, Transform.prototype);
  Object.setPrototypeOf(Class, Transform);
  Object.assign(Class.prototype, {
    _transform(chunk, _encoding, done) {
      this.bytesWritten += chunk.length;
      this._chunks.push(chunk);
      done();
    },
    _flush(done) {
      const input = Buffer.concat(this._chunks);
      this._chunks = [];
      if (input.length === 0 && !["Gzip", "Deflate", "DeflateRaw", "BrotliCompress"].includes(name)) { done(); return; }
      let output;
      try { output = work(kind, input, this._settings); } catch (error) { done(error); return; }
      for (let at = 0; at < output.length; at += 16384) this.push(output.subarray(at, at + 16384));
      done();
    },
    flush(_kind, done) { if (typeof _kind === "function") done = _kind; if (done) require("node/process").nextTick(done); },
    close(done) { if (done) require("node/process").nextTick(done); this.destroy(); },
    reset() { this._chunks = []; },
    params(level, strategy, done) {
      this._settings = { ...this._settings, level };
      Object.assign(this, { _level: level, _strategy: strategy });
      if (done) require("node/process").nextTick(done);
    },
  });
  Object.defineProperty(Class.prototype, "bytesRead", { configurable: true, get() { return this.bytesWritten; } });
  return Class;
};

for (const [name, kind] of Object.entries(KINDS)) {
  const Class = makeClass(name, kind);
  exports[name] = Class;
  exports[`create${name}`] = (options) => new Class(options);
  exports[`${kind}Sync`] = (input, options) => work(kind, bytesOf(input), checked(kind, options));
  exports[kind] = { [kind](input, options, done) {
    if (typeof options === "function") [done, options] = [options, {}];
    needFunction(done, "callback");
    const [bytes, settings] = [bytesOf(input), checked(kind, options)];
    setImmediate(() => {
      let output;
      try { output = work(kind, bytes, settings); } catch (error) { done(error); return; }
      done(null, output);
    });
  } }[kind];
}
exports.crc32 = function crc32(data, value = 0) {
  if (typeof data !== "string" && !ArrayBuffer.isView(data)) throw invalidArgType("data", "of type string or an instance of Buffer, TypedArray, or DataView", data);
  return native.crc32(bytesOf(data), value);
};
exports.constants = Object.freeze({ __proto__: null, ...constants });
exports.codes = Object.freeze(Object.fromEntries(
  ["Z_OK", "Z_STREAM_END", "Z_NEED_DICT", "Z_ERRNO", "Z_STREAM_ERROR", "Z_DATA_ERROR", "Z_MEM_ERROR", "Z_BUF_ERROR", "Z_VERSION_ERROR"]
    .flatMap((name) => [[name, constants[name]], [constants[name], name]])));
for (const [name, value] of Object.entries(constants)) {
  if (name.startsWith("Z_")) Object.defineProperty(exports, name, { value, enumerable: false });
}
