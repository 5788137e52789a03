// node:https (Node.js documentation, "HTTPS"): the client of node:http, for https: addresses.
"use strict";
const client = require("internal/http_client");
const { thrower } = require("internal/unavailable");

function request(...values) {
  let options = {};
  if (typeof values[0] === "string") options = require("node/url").urlToHttpOptions(new URL(values.shift()));
  else if (typeof URL === "function" && values[0] instanceof URL) options = require("node/url").urlToHttpOptions(values.shift());
  if (values[0] && typeof values[0] !== "function") options = { ...options, ...values.shift() };
  return new client.ClientRequest({ ...options, _defaultAgent: exports.globalAgent }, ...values);
}
function get(url, options, done) {
  const made = request(url, options, done);
  made.end();
  return made;
}
Object.assign(exports, {
  Agent: client.SecureAgent, request, get, createServer: thrower("https", "createServer"), Server: thrower("https", "Server"),
});
Object.defineProperty(exports, "globalAgent", {
  configurable: true, enumerable: true, get: () => client.secureGlobalAgent, set(agent) { client.secureGlobalAgent = agent; },
});
