// fetch: Fetch sections 4 (fetching, as far as there is anything to it without a browser: no origins, no
// CORS, no cookies, no cache) and 5.6 (the method). Each hop of a redirect is a call of its own, so that
// the host sees every URL.
"use strict";
const { Body } = require("web/body");
const headersOf = require("web/headers");
const idl = require("web/idl");
const { Request, ownOrigin, stateOf } = require("web/request");
const { NULL_BODY, REDIRECT, makeResponse } = require("web/response");

const [HREF, ORIGIN, PROTOCOL, USERNAME, PASSWORD, PORT] = [0, 1, 2, 3, 4, 7];
const REDIRECTS = 20;
// What a content-encoding may make of a response.
const DECODED = 8 << 20;
// Who sends a message says these itself: they are about it and its connection. `host` is the URL's,
// for what a hook may reach is decided by that.
const FRAMING = ["connection", "content-length", "expect", "host", "keep-alive", "proxy-connection", "te", "trailer",
  "transfer-encoding", "upgrade"];
// Fetch section 2.9.
const BAD_PORTS = new Set(("0 1 7 9 11 13 15 17 19 20 21 22 23 25 37 42 43 53 69 77 79 87 95 101 102 103 104 109 "
  + "110 111 113 115 117 119 123 135 137 139 143 161 179 389 427 465 512 513 514 515 526 530 531 532 540 548 554 "
  + "556 563 587 601 636 989 990 993 995 1719 1720 1723 2049 3659 4045 4190 5060 5061 6000 6566 6665 6666 6667 "
  + "6668 6669 6679 6697 10080").split(" "));

const { fetch } = {
  fetch(input, init = undefined) {
    return new Promise((resolve, reject) => {
      idl.requireArguments(arguments.length, 1, "fetch");
      start(stateOf(new Request(input, init)), resolve, reject);
    });
  },
};
Object.defineProperty(fetch, "length", { value: 1 });

const start = (request, resolve, reject) => {
  const { signal } = request;
  let isOver = false;
  let cancel = () => {};
  const end = (settle) => (value) => {
    if (isOver) return;
    isOver = true;
    if (signal) require("web/abort").removeAbortAlgorithm(signal, abort);
    settle(value);
  };
  const abort = (reason) => {
    cancel();
    request.body?.cancel(reason);
    end(reject)(reason);
  };
  if (signal) {
    const { addAbortAlgorithm, isAborted } = require("web/abort");
    if (isAborted(signal)) return abort(signal.reason);
    addAbortAlgorithm(signal, abort);
  }
  const fetching = {
    request,
    done: end(resolve),
    failed: end(reject),
    // Calls the host; `then` takes the response.
    call: (message, then) => {
      if (isOver) return;
      cancel = native.http(message, (error, response) => {
        try {
          if (error !== undefined) throw networkError(error);
          then(response);
        } catch (thrown) {
          end(reject)(thrown);
        }
      });
    },
  };
  try {
    main(fetching);
  } catch (error) {
    fetching.failed(error);
  }
};

// "Main fetch": what there is to do before anything is sent.
const main = (fetching) => {
  const { request, failed } = fetching;
  const url = native.urlParse(request.url);
  if (url[PROTOCOL] === "data:") return data(fetching, withoutFragment(url[HREF]));
  if (url[PROTOCOL] === "blob:") return blob(fetching, withoutFragment(url[HREF]));
  const first = { url, method: request.method, headers: headersOf.list(request.headers), redirects: 0 };
  check(request, url);
  if (!request.body) return http(fetching, { ...first, bytes: null });
  if (request.body.bytes !== null) return http(fetching, { ...first, bytes: request.body.bytes });
  // There is no sending in parts: a stream is read first.
  request.body.take(
    (bytes) => {
      try {
        http(fetching, { ...first, bytes });
      } catch (error) {
        failed(error);
      }
    },
    (error) => failed(networkError("the stream of the request's body failed", error)));
};

const check = ({ mode }, url) => {
  if (url[PROTOCOL] !== "http:" && url[PROTOCOL] !== "https:") {
    throw networkError(`unknown scheme ${url[PROTOCOL]} expected http:, https:, data: or blob:`);
  }
  if (BAD_PORTS.has(url[PORT])) throw networkError("bad port");
  if (mode === "same-origin") {
    if (url[ORIGIN] !== ownOrigin()) throw networkError('the mode "same-origin" allows no other origin, and there is none here');
  }
};

const data = ({ request, done }, url) => {
  const read = require("web/data_url").read(url);
  if (!read) throw networkError("invalid data: URL");
  answer(request, done, {
    url,
    status: 200,
    headers: [["content-type", read.type]],
    bytes: request.method === "HEAD" ? null : read.bytes,
    redirected: false,
  });
};

// "Scheme fetch", blob: the blob as it was when the request was made, or a part of it.
const blob = ({ request, done }, url) => {
  if (request.method !== "GET") throw networkError(`a blob: URL is fetched with GET, found ${request.method}`);
  if (!request.blob) throw networkError("the blob: URL stands for no blob");
  const { bytes, type } = request.blob;
  const range = headersOf.get(headersOf.list(request.headers), "range");
  const [from, to] = range === null ? [0, bytes.length] : part(range, bytes.length);
  const headers = [["content-length", `${to - from}`], ["content-type", type]];
  if (range !== null) headers.push(["content-range", `bytes ${from}-${to - 1}/${bytes.length}`]);
  const status = range === null ? 200 : 206;
  answer(request, done, { url, status, headers, bytes: bytes.subarray(from, to), redirected: false });
};
// "Parse a single range header value", as [from, to).
const part = (range, length) => {
  const [, start, last] = /^bytes[\t ]*=[\t ]*(\d*)[\t ]*-[\t ]*(\d*)$/.exec(range) ?? ["", "", ""];
  const from = start === "" ? Math.max(length - Number(last), 0) : Number(start);
  const to = start === "" || last === "" ? length : Math.min(Number(last) + 1, length);
  if ((start === "" && last === "") || from >= to) throw networkError(`the range ${JSON.stringify(range)} is none of ${length} bytes`);
  return [from, to];
};

// "HTTP fetch", for one hop: { url, method, headers, bytes, redirects }.
const http = (fetching, hop) => {
  const { request, done } = fetching;
  const message = {
    method: hop.method,
    url: withoutFragment(hop.url[HREF]),
    headers: outgoing(request, hop),
    body: hop.bytes,
  };
  fetching.call(message, ({ status, headers, body }) => {
    if (REDIRECT.includes(status)) {
      if (request.redirect === "error") throw networkError("unexpected redirect");
      const location = headersOf.get(headers, "location");
      // Shown as it is where scripts want that (`manual`), as in Node: a response that hides all (an
      // opaque redirect) is of use to browsers only.
      if (location !== null && request.redirect === "follow") return http(fetching, next(request, hop, status, location));
    }
    const isEmpty = hop.method === "HEAD" || NULL_BODY.includes(status);
    answer(request, done, {
      url: message.url,
      status,
      headers,
      bytes: isEmpty ? null : new Uint8Array(body),
      redirected: hop.redirects > 0,
    });
  });
};

// "HTTP-redirect fetch": the hop after `hop`.
const next = (request, hop, status, location) => {
  const { isomorphicEncode, utf8Decode } = require("web/bytes");
  // Servers send it as UTF-8, whatever the standards say about it.
  const url = native.urlParse(utf8Decode(isomorphicEncode(location)), hop.url[HREF]);
  if (url === null) throw networkError(`the redirect's location ${JSON.stringify(location)} is no URL`);
  check(request, url);
  if (hop.redirects === REDIRECTS) throw networkError("redirect count exceeded");
  if (url[USERNAME] !== "" || url[PASSWORD] !== "") throw networkError("the redirect's location has a user name or password");
  if (status !== 303 && hop.bytes !== null && request.body.bytes === null) {
    throw networkError("a body that is a stream cannot be sent again after a redirect");
  }
  let { method, headers, bytes } = hop;
  const without = (...names) => { headers = headers.filter(([name]) => !names.includes(name)); };
  if ((status <= 302 && method === "POST") || (status === 303 && method !== "GET" && method !== "HEAD")) {
    method = "GET";
    bytes = null;
    without("content-encoding", "content-language", "content-location", "content-type");
  }
  // The last two are headers that browsers let no script set.
  if (url[ORIGIN] !== hop.url[ORIGIN]) without("authorization", "cookie", "proxy-authorization");
  return { url, method, headers, bytes, redirects: hop.redirects + 1 };
};

const withoutFragment = (href) => {
  const hash = href.indexOf("#");
  return hash < 0 ? href : href.slice(0, hash);
};

// "HTTP-network-or-cache fetch": the headers as they are sent.
const outgoing = ({ cache }, { method, headers, bytes }) => {
  const list = headers.filter(([name]) => !FRAMING.includes(name));
  const has = (key) => list.some(([name]) => name === key);
  const add = (name, value) => { if (!has(name)) list.push([name, value]); };
  if (bytes !== null) list.push(["content-length", `${bytes.length}`]);
  else if (method === "POST" || method === "PUT") list.push(["content-length", "0"]);
  add("accept", "*/*");
  add("accept-language", "*");
  add("user-agent", "lifecycle-hooks");
  if (cache === "no-cache") add("cache-control", "max-age=0");
  if (cache === "no-store" || cache === "reload") {
    add("pragma", "no-cache");
    add("cache-control", "no-cache");
  }
  add("accept-encoding", has("range") ? "identity" : "gzip, deflate, br");
  return list;
};

// Hands out the Response.
const answer = (request, done, { url, status, headers, bytes, redirected }) => {
  let body = null;
  if (bytes === null && request.integrity !== "") throw networkError("integrity mismatch: the response has no body");
  if (bytes !== null) {
    const decoded = decode(headersOf.get(headers, "content-encoding"), bytes);
    if (request.integrity !== "") matches(request.integrity, decoded);
    body = new Body(decoded.bytes, null, request.signal, decoded.broken);
  }
  done(makeResponse({
    type: "basic",
    url,
    redirected,
    status,
    statusText: require("web/reason_phrases")[status] ?? "",
    headers: headersOf.made(headers, { immutable: true }),
    body,
  }));
};

const CODINGS = { gzip: "gunzip", "x-gzip": "gunzip", deflate: "inflate", br: "brotliDecompress" };
// { bytes }, and { broken } when they are not what the header says: then reading them fails.
const decode = (encoding, bytes) => {
  if (encoding === null || bytes.length === 0) return { bytes };
  const codings = encoding.split(",").map((coding) => CODINGS[coding.trim().toLowerCase()]);
  if (codings.includes(undefined)) return { bytes };
  let decoded = bytes;
  for (const coding of codings.reverse()) {
    let given = native.zlib(coding, decoded, 0, DECODED, true);
    // Some servers say deflate and leave its envelope (RFC 1950) off.
    if (typeof given === "string" && coding === "inflate") given = native.zlib("inflateRaw", decoded, 0, DECODED, true);
    if (typeof given === "string") {
      const reason = given === "too large" ? `it becomes more than ${DECODED} bytes` : given;
      return { bytes, broken: { reason: new TypeError("terminated", { cause: new Error(`content-encoding ${encoding}: ${reason}`) }) } };
    }
    decoded = new Uint8Array(given);
  }
  return { bytes: decoded };
};

// Subresource Integrity sections 3.3.2 to 3.3.4: of the strongest algorithm that is named, one digest has to match.
const matches = (integrity, { bytes, broken }) => {
  const named = integrity.split(/[\t\n\f\r ]+/)
    .map((item) => /^(sha256|sha384|sha512)-([A-Za-z0-9+/_-]+={0,2})(?:\?.*)?$/.exec(item))
    .filter((item) => item !== null);
  const strongest = named.map((item) => item[1]).sort().at(-1);
  if (strongest === undefined) return;
  const digest = native.cryptoDigest(strongest.replace("sha", "SHA-"), bytes);
  const found = native.bufferText(digest, "base64url");
  // Either alphabet of base64 will do, padded or not.
  const wanted = named.filter((item) => item[1] === strongest)
    .map((item) => item[2].replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, ""));
  if (broken || !wanted.includes(found)) throw networkError("integrity mismatch");
};

// A network error: its cause says why. What the host says begins with a code where Node has one.
const networkError = (message, error = undefined) => {
  let cause = error;
  if (error === undefined) {
    cause = new Error(message);
    const code = /^([A-Z][A-Z0-9_]+): /.exec(message);
    if (code) cause.code = code[1];
  }
  return new TypeError("fetch failed", { cause });
};

module.exports = { fetch };
