// node:url (Node.js documentation, "URL"): the WHATWG classes, and the legacy parse, format and resolve.
"use strict";
const { coded, invalidArgType, needString } = require("internal/errors");

const SLASHED = new Set(["http:", "https:", "ftp:", "gopher:", "file:", "ws:", "wss:"]);
const isScript = (protocol) => protocol === "javascript:";

function Url() {
  Object.assign(this, {
    protocol: null, slashes: null, auth: null, host: null, port: null, hostname: null,
    hash: null, search: null, query: null, pathname: null, path: null, href: null,
  });
}

// Where the host ends: at the first character that none can have, after the last `@` before the path.
const authority = (rest) => {
  let nonHost = -1;
  let at = -1;
  let end = -1;
  for (let i = 0; i < rest.length && end < 0; i += 1) {
    const char = rest[i];
    if ("#/?".includes(char)) {
      if (nonHost < 0) nonHost = i;
      end = i;
    } else if (char === "@") [at, nonHost] = [i, -1];
    else if ("\t\n\r \"%';<>\\^`{|}".includes(char) && nonHost < 0) nonHost = i;
  }
  const hostEnd = nonHost < 0 ? rest.length : nonHost;
  return { auth: at < 0 ? null : rest.slice(0, at), host: rest.slice(at + 1, hostEnd), after: rest.slice(hostEnd) };
};
const ESCAPED = { __proto__: null };
for (const char of "\t\n\r \"<>\\^`{|}'") ESCAPED[char] = `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;

Url.prototype.parse = function parse(input, parseQuery, slashesDenoteHost) {
  needString(input, "url");
  const question = input.search(/[?#]/);
  const head = (question < 0 ? input : input.slice(0, question)).replaceAll("\\", "/");
  let rest = (head + (question < 0 ? "" : input.slice(question))).replace(/^[\s\ufeff]+|[\s\ufeff]+$/g, "");
  if (!slashesDenoteHost && !rest.includes("#") && !rest.includes("@")) {
    const simple = /^(\/\/?(?!\/)[^?\s]*)(\?[^\s]*)?$/.exec(rest);
    if (simple && !/["<>^`{|}'\\]/.test(rest)) {
      this.path = rest;
      this.href = rest;
      this.pathname = simple[1];
      if (simple[2]) {
        this.search = simple[2];
        this.query = parseQuery ? require("node/querystring").parse(simple[2].slice(1)) : simple[2].slice(1);
      } else if (parseQuery) {
        this.search = null;
        this.query = { __proto__: null };
      }
      return this;
    }
  }
  const scheme = /^[a-z0-9.+-]+:/i.exec(rest)?.[0];
  if (scheme) {
    this.protocol = scheme.toLowerCase();
    rest = rest.slice(scheme.length);
  }
  if ((slashesDenoteHost || scheme || /^\/\/[^@/]+@[^@/]+/.test(rest)) && rest.startsWith("//") && !isScript(this.protocol)) {
    rest = rest.slice(2);
    this.slashes = true;
  }
  if (!isScript(this.protocol) && (this.slashes || (scheme && !SLASHED.has(this.protocol)))) {
    const { auth, host, after } = authority(rest);
    if (auth !== null) {
      try { this.auth = decodeURIComponent(auth); } catch { throw coded(URIError, "ERR_INVALID_URI", "URI malformed"); }
    }
    this.host = host;
    rest = after;
    this.takeHost();
    if (this.hostname.length > 255) this.hostname = "";
    const literal = this.hostname.startsWith("[") && this.hostname.endsWith("]");
    if (!literal) {
      if (/[\0\t\n\r #%/<>?@[\\\]^|]/.test(this.hostname) || (this.hostname.includes(":") && this.hostname !== "")) {
        throw coded(TypeError, "ERR_INVALID_URL", "Invalid URL", { input });
      }
      this.hostname = this.hostname.toLowerCase();
      // eslint-disable-next-line no-control-regex
      if (/[^\x00-\x7f]/.test(this.hostname)) {
        const ascii = exports.domainToASCII(this.hostname);
        if (ascii === "") throw coded(TypeError, "ERR_INVALID_URL", "Invalid URL", { input });
        this.hostname = ascii;
      }
    }
    this.host = this.hostname + (this.port ? `:${this.port}` : "");
    if (literal) {
      this.hostname = this.hostname.slice(1, -1);
      if (!rest.startsWith("/")) rest = `/${rest}`;
    }
  }
  if (!isScript(this.protocol)) rest = rest.replace(/[\t\n\r "<>\\^`{|}']/g, (char) => ESCAPED[char]);
  const hash = rest.indexOf("#");
  if (hash >= 0) {
    this.hash = rest.slice(hash);
    rest = rest.slice(0, hash);
  }
  const query = rest.indexOf("?");
  if (query >= 0) {
    this.search = rest.slice(query);
    this.query = rest.slice(query + 1);
    if (parseQuery) this.query = require("node/querystring").parse(this.query);
    rest = rest.slice(0, query);
  } else if (parseQuery) {
    this.search = null;
    this.query = { __proto__: null };
  }
  if (rest) this.pathname = rest;
  if (SLASHED.has(this.protocol) && this.hostname && !this.pathname) this.pathname = "/";
  if (this.pathname || this.search) this.path = (this.pathname || "") + (this.search || "");
  this.href = this.format();
  return this;
};
// The port and the name of `host`.
Url.prototype.takeHost = function takeHost() {
  let { host } = this;
  const port = /:[0-9]*$/.exec(host)?.[0];
  if (port) {
    if (port !== ":") this.port = port.slice(1);
    host = host.slice(0, host.length - port.length);
  }
  this.hostname = host;
};
Object.defineProperty(Url.prototype, "parseHost", { value: Url.prototype.takeHost, writable: true, configurable: true });
Object.defineProperty(Url.prototype, "takeHost", { enumerable: false });

Url.prototype.format = function format() {
  const auth = this.auth ? `${encodeURIComponent(this.auth).replace(/%3A/i, ":")}@` : "";
  let protocol = this.protocol || "";
  let pathname = this.pathname || "";
  let hash = this.hash || "";
  let host = "";
  if (this.host) host = auth + this.host;
  else if (this.hostname) {
    host = auth + (this.hostname.includes(":") && !this.hostname.startsWith("[") ? `[${this.hostname}]` : this.hostname) +
      (this.port ? `:${this.port}` : "");
  }
  const query = this.query !== null && typeof this.query === "object" ? require("node/querystring").stringify(this.query) : "";
  let search = this.search || (query && `?${query}`) || "";
  if (protocol && !protocol.endsWith(":")) protocol += ":";
  pathname = pathname.replace(/[?#]/g, (char) => (char === "?" ? "%3F" : "%23"));
  if (this.slashes || SLASHED.has(protocol)) {
    if (this.slashes || host) {
      if (pathname && pathname[0] !== "/") pathname = `/${pathname}`;
      host = `//${host}`;
    } else if (/^file/.test(protocol)) host = "//";
  }
  search = search.replaceAll("#", "%23");
  if (hash && hash[0] !== "#") hash = `#${hash}`;
  if (search && search[0] !== "?") search = `?${search}`;
  return protocol + host + pathname + search + hash;
};
Url.prototype.resolve = function resolve(relative) { return this.resolveObject(urlParse(relative, false, true)).format(); };
Url.prototype.resolveObject = function resolveObject(relative) {
  if (typeof relative === "string") relative = new Url().parse(relative, false, true);
  const result = Object.assign(new Url(), this);
  result.hash = relative.hash;
  const done = () => { result.href = result.format(); return result; };
  if (relative.href === "") return done();
  if (relative.slashes && !relative.protocol) {
    for (const key of Object.keys(relative)) if (key !== "protocol") result[key] = relative[key];
    if (SLASHED.has(result.protocol) && result.hostname && !result.pathname) result.path = result.pathname = "/";
    return done();
  }
  if (relative.protocol && relative.protocol !== result.protocol) {
    if (!SLASHED.has(relative.protocol)) {
      Object.assign(result, relative);
      return done();
    }
    result.protocol = relative.protocol;
    if (!relative.host && !/^file:?$/.test(relative.protocol) && !isScript(relative.protocol)) {
      const parts = (relative.pathname || "").split("/");
      while (parts.length && !(relative.host = parts.shift()));
      relative.host ||= "";
      relative.hostname ||= "";
      if (parts[0] !== "") parts.unshift("");
      if (parts.length < 2) parts.unshift("");
      result.pathname = parts.join("/");
    } else result.pathname = relative.pathname;
    for (const key of ["search", "query", "auth", "port"]) result[key] = relative[key];
    result.host = relative.host || "";
    result.hostname = relative.hostname || relative.host;
    if (result.pathname || result.search) result.path = (result.pathname || "") + (result.search || "");
    result.slashes ||= relative.slashes;
    return done();
  }
  const isSourceAbsolute = Boolean(result.pathname?.startsWith("/"));
  const isRelativeAbsolute = Boolean(relative.host || relative.pathname?.startsWith("/"));
  let mustEndAbsolute = isRelativeAbsolute || isSourceAbsolute || Boolean(result.host && relative.pathname);
  const removeAllDots = mustEndAbsolute;
  let path = result.pathname?.split("/") ?? [];
  const other = relative.pathname?.split("/") ?? [];
  const noLeadingSlashes = Boolean(result.protocol && !SLASHED.has(result.protocol));
  if (noLeadingSlashes) {
    result.hostname = "";
    result.port = null;
    if (result.host) {
      if (path[0] === "") path[0] = result.host;
      else path.unshift(result.host);
    }
    result.host = "";
    if (relative.protocol) {
      relative.hostname = null;
      relative.port = null;
      result.auth = null;
      if (relative.host) {
        if (other[0] === "") other[0] = relative.host;
        else other.unshift(relative.host);
      }
      relative.host = null;
    }
    mustEndAbsolute &&= other[0] === "" || path[0] === "";
  }
  const takeQuery = () => { result.search = relative.search; result.query = relative.query; };
  const setPath = () => {
    if (result.pathname !== null || result.search !== null) result.path = (result.pathname || "") + (result.search || "");
  };
  if (isRelativeAbsolute) {
    if (relative.host || relative.host === "") {
      if (result.host !== relative.host) result.auth = null;
      result.host = relative.host;
      result.port = relative.port;
    }
    if (relative.hostname || relative.hostname === "") {
      if (result.hostname !== relative.hostname) result.auth = null;
      result.hostname = relative.hostname;
    }
    takeQuery();
    path = other;
  } else if (other.length) {
    path.pop();
    path = path.concat(other);
    takeQuery();
  } else if (relative.search !== null && relative.search !== undefined) {
    if (noLeadingSlashes) {
      result.hostname = result.host = path.shift();
      const inHost = result.host?.indexOf("@") > 0 && result.host.split("@");
      if (inHost) {
        result.auth = inHost.shift();
        result.host = result.hostname = inHost.shift();
      }
    }
    takeQuery();
    setPath();
    return done();
  }
  if (!path.length) {
    result.pathname = null;
    result.path = result.search ? `/${result.search}` : null;
    return done();
  }
  const last = path.at(-1);
  const endsWithSlash = ((result.host || relative.host || path.length > 1) && (last === "." || last === "..")) || last === "";
  let up = 0;
  for (let i = path.length - 1; i >= 0; i -= 1) {
    if (path[i] === ".") path.splice(i, 1);
    else if (path[i] === "..") { path.splice(i, 1); up += 1; } else if (up) { path.splice(i, 1); up -= 1; }
  }
  if (!mustEndAbsolute && !removeAllDots) while (up) { path.unshift(".."); up -= 1; }
  if (mustEndAbsolute && path[0] !== "" && (!path[0] || path[0][0] !== "/")) path.unshift("");
  if (endsWithSlash && path.join("/").at(-1) !== "/") path.push("");
  const isAbsolute = path[0] === "" || path[0]?.[0] === "/";
  if (noLeadingSlashes) {
    result.hostname = result.host = isAbsolute ? "" : path.length ? path.shift() : "";
    const inHost = result.host.indexOf("@") > 0 && result.host.split("@");
    if (inHost) {
      result.auth = inHost.shift();
      result.host = result.hostname = inHost.shift();
    }
  }
  mustEndAbsolute ||= Boolean(result.host && path.length);
  if (mustEndAbsolute && !isAbsolute) path.unshift("");
  result.pathname = path.length ? path.join("/") : null;
  if (!path.length) result.path = null;
  setPath();
  result.auth = relative.auth || result.auth;
  result.slashes ||= relative.slashes;
  return done();
};

function urlParse(url, parseQuery, slashesDenoteHost) {
  return url instanceof Url ? url : new Url().parse(url, parseQuery, slashesDenoteHost);
}
function urlFormat(url, options) {
  if (typeof url === "string") return urlParse(url).format();
  if (typeof url !== "object" || url === null) throw invalidArgType("urlObject", "one of type object or string", url);
  if (typeof URL !== "function" || !(url instanceof URL)) return Url.prototype.format.call(url);
  const { auth = true, fragment = true, search = true, unicode = false } = options ?? {};
  const host = unicode ? exports.domainToUnicode(url.hostname) + (url.port ? `:${url.port}` : "") : url.host;
  const user = auth && (url.username || url.password) ? `${url.username}${url.password ? `:${url.password}` : ""}@` : "";
  const slashes = url.host || url.href.startsWith(`${url.protocol}//`) ? "//" : "";
  return `${url.protocol}${slashes}${user}${host}${url.pathname}${search ? url.search : ""}${fragment ? url.hash : ""}`;
}
function fileURLToPath(path, options) {
  const url = typeof path === "string" ? new URL(path) : path;
  if (!(url instanceof URL)) throw invalidArgType("path", "of type string or an instance of URL", path);
  if (url.protocol !== "file:") throw coded(TypeError, "ERR_INVALID_URL_SCHEME", "The URL must be of scheme file");
  if (options?.windows) {
    const found = /^\/([A-Za-z]:.*)$/.exec(decodeURIComponent(url.pathname))?.[1];
    if (!found) throw coded(TypeError, "ERR_INVALID_FILE_URL_PATH", "File URL path must be absolute");
    return found.replaceAll("/", "\\");
  }
  if (url.hostname !== "") {
    throw coded(TypeError, "ERR_INVALID_FILE_URL_HOST", 'File URL host must be "localhost" or empty on linux');
  }
  if (/%2f/i.test(url.pathname)) {
    throw coded(TypeError, "ERR_INVALID_FILE_URL_PATH", "File URL path must not include encoded / characters");
  }
  return decodeURIComponent(url.pathname);
}
function pathToFileURL(path) {
  let resolved = require("node/path").resolve(path);
  if (path.endsWith("/") && !resolved.endsWith("/")) resolved += "/";
  return new URL(`file://${resolved.replace(/[%\\\n\r\t?#]/g, (char) => encodeURIComponent(char))}`);
}

Object.assign(exports, {
  Url, parse: urlParse, format: urlFormat, fileURLToPath, pathToFileURL,
  resolve: (source, relative) => urlParse(source, false, true).resolve(relative),
  resolveObject: (source, relative) => (source ? urlParse(source, false, true).resolveObject(relative) : relative),
  domainToASCII(domain) {
    if (`${domain}` === "" || /[/?#@:\\]/.test(domain)) return "";
    try { return new URL(`http://${domain}`).hostname; } catch { return ""; }
  },
  domainToUnicode(domain) {
    const ascii = exports.domainToASCII(domain);
    return ascii === "" ? "" : require("node/punycode").toUnicode(ascii);
  },
  urlToHttpOptions(url) {
    const { hostname, pathname, port, username, password, search } = url;
    const options = {
      __proto__: null, ...url, protocol: url.protocol,
      hostname: hostname?.startsWith("[") ? hostname.slice(1, -1) : hostname,
      hash: url.hash, search, pathname, path: `${pathname || ""}${search || ""}`, href: url.href,
    };
    if (port !== "") options.port = Number(port);
    if (username || password) options.auth = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    return options;
  },
});
for (const name of ["URL", "URLSearchParams"]) {
  Object.defineProperty(exports, name, { configurable: true, enumerable: true, get: () => globalThis[name] });
}
