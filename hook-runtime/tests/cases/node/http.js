// node:http and node:https, from Node.js documentation, "HTTP". There is no network here: what is sent and
// received is tested where there is one.
const http = require("http");
const https = require("https");
// The request is given up before it is sent.
const made = (...values) => {
  const request = (values[0]?.protocol === "https:" || /^https/.test(values[0]) ? https : http).request(...values);
  request.on("error", () => {});
  request.destroy();
  return request;
};

test("tables", () => {
  equal(http.STATUS_CODES[404], "Not Found");
  ok(http.METHODS.includes("PATCH"));
  same([http.globalAgent.protocol, https.globalAgent.protocol, https.globalAgent.defaultPort], ["http:", "https:", 443]);
});
test("the arguments of request", () => {
  const one = made("http://user:pw@a.example:8080/p?q=1#h", { method: "post", headers: { "X-A": "1" } });
  same([one.method, one.path, one.host, one.protocol], ["POST", "/p?q=1", "a.example", "http:"]);
  same([one.getHeader("host"), one.getHeader("Authorization"), one.getHeader("x-a")], ["a.example:8080", `Basic ${Buffer.from("user:pw").toString("base64")}`, "1"]);
  const two = made({ protocol: "https:", hostname: "b.example", path: "/x", headers: ["A", "1", "A", "2"], agent: https.globalAgent });
  equal(two.path, "/x");
  equal(made(new URL("http://c.example/y")).path, "/y");
  equal(made("http://d.example", { setHost: false }).hasHeader("host"), false);
  ok(one instanceof http.ClientRequest && one instanceof http.OutgoingMessage && one instanceof require("stream").Stream);
});
test("arguments that are wrong", () => {
  equal(throws(() => http.request("https://a.example"), TypeError).message, 'Protocol "https:" not supported. Expected "http:"');
  equal(throws(() => http.request({ path: "/a b" }), TypeError).code, "ERR_UNESCAPED_CHARACTERS");
  equal(throws(() => http.request({ method: "A B" }), TypeError).code, "ERR_INVALID_HTTP_TOKEN");
  equal(throws(() => http.request("no url"), TypeError).code, "ERR_INVALID_URL");
  equal(throws(() => http.request({ headers: { "a b": "1" } }), TypeError).code, "ERR_INVALID_HTTP_TOKEN");
  equal(throws(() => http.request({ headers: { a: "\n" } }), TypeError).code, "ERR_INVALID_CHAR");
  equal(throws(() => http.request({ agent: {} }), TypeError).code, "ERR_INVALID_ARG_TYPE");
  equal(throws(() => http.validateHeaderName(""), TypeError).code, "ERR_INVALID_HTTP_TOKEN");
  equal(throws(() => http.validateHeaderValue("x", undefined), TypeError).code, "ERR_HTTP_INVALID_HEADER_VALUE");
});
test("headers", () => {
  const request = made("http://a.example", { setHost: false });
  equal(request.setHeader("Content-Type", "text/plain"), request);
  request.appendHeader("X", "1");
  request.appendHeader("X", "2");
  same(request.getHeaders(), { "content-type": "text/plain", x: ["1", "2"] });
  same(request.getHeaderNames(), ["content-type", "x"]);
  same(request.getRawHeaderNames(), ["Content-Type", "X"]);
  request.removeHeader("X");
  equal(request.hasHeader("x"), false);
  equal(request.headersSent, false);
});
test("abort, destroy and signals end it", async () => {
  const events = (request) => new Promise((resolve) => {
    const seen = [];
    for (const name of ["abort", "error", "close"]) request.on(name, (error) => { seen.push(error?.code ?? name); if (name === "close") setImmediate(() => resolve(seen)); });
  });
  const one = http.get("http://a.example/");
  const first = events(one);
  one.abort();
  same((await first).sort(), ["abort", "close"]);
  equal(one.destroyed, true);
  const two = http.get("http://a.example/");
  const second = events(two);
  two.destroy(Object.assign(new Error("x"), { code: "MINE" }));
  same(await second, ["MINE", "close"]);
  same(await events(http.get("http://a.example/", { signal: AbortSignal.abort() })), ["ABORT_ERR", "close"]);
});
test("agents and messages are inherited from in the old way", () => {
  function Own(options) { http.Agent.call(this, options); }
  require("util").inherits(Own, http.Agent);
  const agent = new Own({ keepAlive: true, maxSockets: 5 });
  same([agent.keepAlive, agent.maxSockets, agent.protocol], [true, 5, "http:"]);
  equal(agent.getName({ host: "localhost", port: 80 }), "localhost:80:");
  ok(new https.Agent() instanceof http.Agent);
  const message = Object.create(http.IncomingMessage.prototype);
  ok(message instanceof require("stream").Readable);
});
