// node:tls: loadable; connections are the host's.
"use strict";
const { unavailable } = require("internal/unavailable");
module.exports = unavailable("tls",
  "connect createServer createSecureContext createSecurePair getCiphers convertALPNProtocols TLSSocket Server " +
  "SecureContext", {
  checkServerIdentity: () => undefined, rootCertificates: [], DEFAULT_ECDH_CURVE: "auto", DEFAULT_MIN_VERSION: "TLSv1.2", DEFAULT_MAX_VERSION: "TLSv1.3", DEFAULT_CIPHERS: "", CLIENT_RENEG_LIMIT: 3, CLIENT_RENEG_WINDOW: 600,
});
