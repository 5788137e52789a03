// Names and their records, as promises: what node:dns and node:dns/promises share.
"use strict";
const { coded, hide, invalidArgType, invalidArgValue, needString } = require("internal/errors");
const { isIP } = require("internal/ip");

const CODES = {
  NODATA: "ENODATA", FORMERR: "EFORMERR", SERVFAIL: "ESERVFAIL", NOTFOUND: "ENOTFOUND", NOTIMP: "ENOTIMP", REFUSED: "EREFUSED", BADQUERY: "EBADQUERY",
  BADNAME: "EBADNAME", BADFAMILY: "EBADFAMILY", BADRESP: "EBADRESP", CONNREFUSED: "ECONNREFUSED", TIMEOUT: "ETIMEOUT", EOF: "EOF", FILE: "EFILE",
  NOMEM: "ENOMEM", DESTRUCTION: "EDESTRUCTION", BADSTR: "EBADSTR", BADFLAGS: "EBADFLAGS", NONAME: "ENONAME", BADHINTS: "EBADHINTS",
  NOTINITIALIZED: "ENOTINITIALIZED", LOADIPHLPAPI: "ELOADIPHLPAPI", ADDRGETNETWORKPARAMS: "EADDRGETNETWORKPARAMS", CANCELLED: "ECANCELLED",
};
const RECORDS = { A: "resolve4", AAAA: "resolve6", CAA: "resolveCaa", CNAME: "resolveCname", MX: "resolveMx", NAPTR: "resolveNaptr", NS: "resolveNs",
  PTR: "resolvePtr", SOA: "resolveSoa", SRV: "resolveSrv", TXT: "resolveTxt", ANY: "resolveAny" };
const HAS = new Set(["A", "AAAA", "CAA", "CNAME", "MX", "NS", "PTR", "SRV", "TXT"]);

const failure = (syscall, code, hostname, why) => {
  const error = new Error(`${syscall} ${code} ${hostname}`);
  Object.assign(error, { errno: undefined, code, syscall, hostname });
  if (why) hide(error, "cause", new Error(why));
  return error;
};
const codeOf = (message) => /\bE[A-Z]{4,}\b/.exec(message)?.[0] ?? (/time/i.test(message) ? "ETIMEOUT"
  : /no (record|data|such record)/i.test(message) ? "ENODATA" : /refused|not allowed|egress|may not/i.test(message) ? "EREFUSED" : "ENOTFOUND");

const query = (name, record, syscall) => new Promise((resolve, reject) => {
  native.resolve(name, record, (message, records) => {
    if (message !== undefined) reject(failure(syscall, codeOf(message), name, message));
    else if (records.length === 0) reject(failure(syscall, "ENODATA", name));
    else resolve(records);
  });
});
// The address that a PTR record is asked for.
const reversed = (address) => {
  if (isIP(address) === 4) return `${address.split(".").reverse().join(".")}.in-addr.arpa`;
  const [head, tail] = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, a, b, c, d) =>
    `${(a << 8 | b).toString(16)}:${(c << 8 | d).toString(16)}`).split("::").map((half) => (half ? half.split(":") : []));
  const groups = tail ? [...head, ...Array(8 - head.length - tail.length).fill("0"), ...tail] : head;
  return `${groups.map((group) => group.padStart(4, "0")).join("").split("").reverse().join(".")}.ip6.arpa`;
};

const resolvers = {};
for (const [record, method] of Object.entries(RECORDS)) {
  resolvers[method] = async (name, options) => {
    needString(name, "name");
    const syscall = `query${record[0]}${record.slice(1).toLowerCase()}`;
    if (!HAS.has(record)) throw failure(syscall, "ENOTIMP", name);
    const records = await query(name, record, syscall);
    if ((record === "A" || record === "AAAA") && options?.ttl) return records.map((address) => ({ address, ttl: 0 }));
    return records;
  };
}
let order = "verbatim";
const lookup = async (name, options) => {
  if (name !== undefined && name !== null && name !== "") needString(name, "hostname");
  const wanted = typeof options === "number" ? { family: options } : options ?? {};
  const family = { IPv4: 4, IPv6: 6 }[wanted.family] ?? wanted.family ?? 0;
  if (![0, 4, 6].includes(family)) throw coded(TypeError, "ERR_INVALID_ARG_VALUE", `The property 'options.family' must be one of: 0, 4, 6. Received ${family}`);
  if (!name) return wanted.all ? [] : { address: null, family: family === 6 ? 6 : 4 };
  const known = isIP(name);
  let found = [];
  if (known) found = [{ address: name, family: known }];
  else {
    let why;
    for (const [record, of] of [["A", 4], ["AAAA", 6]]) {
      if (family && family !== of) continue;
      if (!family && of === 6 && found.length && !wanted.all) continue;
      try {
        for (const address of await query(name, record, "getaddrinfo")) found.push({ address, family: of });
      } catch (error) { why ??= error; }
    }
    if (found.length === 0) throw failure("getaddrinfo", why?.code === "ENODATA" ? "ENOTFOUND" : why?.code ?? "ENOTFOUND", name, why?.cause?.message);
  }
  if ((wanted.order ?? order) === "ipv6first") found.sort((left, right) => right.family - left.family);
  return wanted.all ? found : found[0];
};
const functions = {
  lookup,
  ...resolvers,
  async resolve(name, record = "A") {
    needString(name, "name");
    needString(record, "rrtype");
    const method = RECORDS[record];
    if (!method) throw invalidArgValue("rrtype", record);
    return resolvers[method](name);
  },
  async reverse(address) {
    if (!isIP(address)) throw failure("getHostByAddr", "EINVAL", address);
    return query(reversed(address), "PTR", "getHostByAddr");
  },
  async lookupService(address, port) {
    if (!isIP(address)) throw invalidArgValue("address", address);
    const names = await query(reversed(address), "PTR", "getnameinfo");
    return { hostname: names[0], service: `${port}` };
  },
};
let servers = ["127.0.0.1"];
const settings = {
  getServers: () => [...servers],
  setServers(list) {
    if (!Array.isArray(list)) throw invalidArgType("servers", "an instance of Array", list);
    servers = list.map(String); // Names are asked of the host, whatever is set.
  },
  setDefaultResultOrder(value) {
    if (!["verbatim", "ipv4first", "ipv6first"].includes(value)) throw invalidArgValue("dnsOrder", value, "must be one of: 'verbatim', 'ipv4first', 'ipv6first'");
    order = value;
  },
  getDefaultResultOrder: () => order,
};
const CONSTANTS = { ...CODES, ADDRCONFIG: 1024, ALL: 256, V4MAPPED: 2048 };

module.exports = { functions, settings, CODES: CONSTANTS };
