// Bytes in memory as a ReadableStream: what Blob.stream (File API section 3.3.2) and `body` (Fetch section 5.2)
// give; and their text, what `textStream` of both gives.
"use strict";

// How much one chunk has at most.
const CHUNK = 65_536;

// `failure()` is asked before each chunk; it gives { reason } when there shall be no more.
exports.byteStream = (bytes, failure = () => undefined) => {
  const { ReadableStream } = require("web/streams");
  let at = 0;
  // Without prototypes: what all objects inherit is no part of it.
  return new ReadableStream({
    __proto__: null,
    type: "bytes",
    start(controller) {
      if (bytes.length === 0) controller.close();
    },
    pull(controller) {
      const failed = failure();
      if (failed) return controller.error(failed.reason);
      // A copy: whoever reads it gets its memory too.
      controller.enqueue(bytes.slice(at, at += CHUNK));
      if (at >= bytes.length) controller.close();
    },
  }, { __proto__: null });
};

// The stream's bytes as text (UTF-8, whatever a content-type says), part by part.
exports.textStream = (stream) => {
  const { ReadableStream } = require("web/streams");
  const { TextDecoderStream } = require("web/encoding");
  return ReadableStream.prototype.pipeThrough.call(stream, new TextDecoderStream());
};
