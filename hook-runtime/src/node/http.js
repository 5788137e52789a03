// node:http (Node.js documentation, "HTTP"): its client. There are no servers.
"use strict";
const client = require("internal/http_client");
const messages = require("internal/http_messages");
const { thrower } = require("internal/unavailable");

const { Agent, ClientRequest } = client;
function request(url, options, done) { return new ClientRequest(url, options, done); }
function get(url, options, done) {
  const made = request(url, options, done);
  made.end();
  return made;
}
Object.assign(exports, {
  Agent, ClientRequest, request, get, IncomingMessage: messages.IncomingMessage, OutgoingMessage: messages.OutgoingMessage,
  validateHeaderName: messages.validateHeaderName, validateHeaderValue: messages.validateHeaderValue,
  STATUS_CODES: { ...require("web/reason_phrases") }, maxHeaderSize: 16384, setMaxIdleHTTPParsers() {},
  METHODS: ("ACL BIND CHECKOUT CONNECT COPY DELETE GET HEAD LINK LOCK M-SEARCH MERGE MKACTIVITY MKCALENDAR MKCOL MOVE NOTIFY OPTIONS PATCH POST " +
    "PROPFIND PROPPATCH PURGE PUT QUERY REBIND REPORT SEARCH SOURCE SUBSCRIBE TRACE UNBIND UNLINK UNLOCK UNSUBSCRIBE").split(" "),
  createServer: thrower("http", "createServer"), Server: thrower("http", "Server"), ServerResponse: thrower("http", "ServerResponse"),
  _connectionListener: thrower("http", "_connectionListener"),
});
Object.setPrototypeOf(exports.ServerResponse.prototype, messages.OutgoingMessage.prototype);
Object.defineProperty(exports, "globalAgent", {
  configurable: true, enumerable: true, get: () => client.globalAgent, set(agent) { client.globalAgent = agent; },
});
for (const name of ["WebSocket", "CloseEvent", "MessageEvent"]) {
  Object.defineProperty(exports, name, { configurable: true, enumerable: true, get: () => globalThis[name] });
}
