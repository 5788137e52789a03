// node:http2: loadable; HTTP is spoken by the host.
"use strict";
const { unavailable } = require("internal/unavailable");
module.exports = unavailable("http2",
  "connect createServer createSecureServer getDefaultSettings getPackedSettings getUnpackedSettings " +
  "performServerHandshake Http2ServerRequest Http2ServerResponse", {
  sensitiveHeaders: Symbol("nodejs.http2.sensitiveHeaders"), constants: { NGHTTP2_CANCEL: 8, NGHTTP2_NO_ERROR: 0, NGHTTP2_REFUSED_STREAM: 7, HTTP2_HEADER_AUTHORITY: ":authority", HTTP2_HEADER_METHOD: ":method", HTTP2_HEADER_PATH: ":path", HTTP2_HEADER_SCHEME: ":scheme", HTTP2_HEADER_STATUS: ":status", HTTP2_HEADER_CONTENT_TYPE: "content-type", HTTP2_HEADER_CONTENT_LENGTH: "content-length", HTTP2_HEADER_HOST: "host", HTTP2_METHOD_GET: "GET", HTTP2_METHOD_POST: "POST" },
});
