// node:tls: loadable; connections are the host's.
"use strict";
const { thrower, unavailable } = require("internal/unavailable");

// Around a stream it can be made, as http2-wrapper does when it is loaded (for a class that it finds
// inside); it carries nothing.
const JSStreamSocket = thrower("tls", "JSStreamSocket");
function TLSSocket(socket) {
  if (socket === undefined) thrower("tls", "TLSSocket")();
  this._handle = { _parentWrap: Object.create(JSStreamSocket.prototype) };
}
for (const name of ["connect", "end", "getPeerCertificate", "write"]) {
  TLSSocket.prototype[name] = thrower("tls", `TLSSocket.${name}`);
}

module.exports = unavailable("tls",
  "connect createServer createSecureContext createSecurePair getCiphers convertALPNProtocols Server " +
  "SecureContext", {
  TLSSocket,
  checkServerIdentity: () => undefined, rootCertificates: [], DEFAULT_ECDH_CURVE: "auto", DEFAULT_MIN_VERSION: "TLSv1.2", DEFAULT_MAX_VERSION: "TLSv1.3", DEFAULT_CIPHERS: "", CLIENT_RENEG_LIMIT: 3, CLIENT_RENEG_WINDOW: 600,
});
