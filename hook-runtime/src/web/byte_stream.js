// Bytes in memory as a ReadableStream: what Blob.stream (File API section 3.3.2) and `body` (Fetch section 5.2) give.
"use strict";

// How much one chunk has at most.
const CHUNK = 65_536;

// `failure()` is asked before each chunk; it gives { reason } when there shall be no more.
exports.byteStream = (bytes, failure = () => undefined) => {
  const { ReadableStream } = require("web/streams");
  let at = 0;
  return new ReadableStream({
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
  });
};
