// node:path (Node.js documentation, "Path"), both ways of writing paths.
"use strict";
const { needString, needObject } = require("internal/errors");
const cwd = () => require("node/process").cwd();

// The parts without `.`, and each `..` with what it leaves.
const settle = (parts, rooted) => {
  const kept = [];
  for (const part of parts) {
    if (part === "" || part === ".") continue;
    if (part !== "..") kept.push(part);
    else if (kept.length && kept.at(-1) !== "..") kept.pop();
    else if (!rooted) kept.push("..");
  }
  return kept;
};
// What a path begins with: on Windows a drive or a share, and whether it is absolute.
const posixRoot = (path) => ({ device: "", root: path.startsWith("/") ? "/" : "" });
const windowsRoot = (path) => {
  const share = /^[\\/]{2}([^\\/]+)[\\/]+([^\\/]+)(?:[\\/]|$)/.exec(path);
  if (share) {
    const device = `\\\\${share[1]}\\${share[2]}`;
    return { device, root: "\\", length: share[0].length, share: true };
  }
  const drive = /^[A-Za-z]:/.exec(path)?.[0] ?? "";
  const absolute = /^[\\/]/.test(path.slice(drive.length));
  return { device: drive, root: absolute ? "\\" : "", length: drive.length + (absolute ? 1 : 0) };
};

const make = (sep, delimiter, split, rootOf) => {
  const windows = sep === "\\";
  const isSeparator = (char) => char === "/" || (windows && char === "\\");
  const rootLength = (path) => (windows ? rootOf(path).length : rootOf(path).root.length);
  // The path without separators at its end, but for its root.
  const trimmed = (path) => {
    const least = rootLength(path);
    let end = path.length;
    while (end > least && isSeparator(path[end - 1])) end -= 1;
    return path.slice(0, end);
  };
  const lastSeparator = (path) => {
    for (let i = path.length - 1; i >= 0; i -= 1) if (isSeparator(path[i])) return i;
    return -1;
  };
  const api = {
    sep, delimiter,
    normalize(path) {
      needString(path, "path");
      if (path.length === 0) return ".";
      const { device, root, share } = rootOf(path);
      const rest = path.slice(rootLength(path));
      let text = settle(rest.split(split), root !== "").join(sep);
      if (text === "" && root === "") text = ".";
      if (text !== "" && rest !== "" && isSeparator(path.at(-1))) text += sep;
      if (windows && share && text === "") return `${device}\\`;
      return device + root + text;
    },
    isAbsolute(path) {
      needString(path, "path");
      return rootOf(path).root !== "";
    },
    join(...paths) {
      for (const path of paths) needString(path, "path");
      let joined = paths.filter((path) => path !== "").join(sep);
      if (joined === "") return ".";
      // Two separators that only joining brought together are no share.
      if (windows && /^[\\/]{2}/.test(joined) && !/^[\\/]{2}[^\\/]/.test(paths.find((path) => path !== ""))) {
        joined = joined.replace(/^[\\/]+/, "\\");
      }
      return api.normalize(joined);
    },
    resolve(...paths) {
      let device = "";
      let resolved = "";
      let rooted = false;
      for (const path of [windows ? "C:\\" : cwd(), ...paths].reverse()) {
        needString(path, "path");
        if (path === "") continue;
        const found = rootOf(path);
        if (windows && found.device && device && found.device.toLowerCase() !== device.toLowerCase()) continue;
        device ||= found.device;
        if (!rooted) {
          resolved = `${path.slice(rootLength(path))}${sep}${resolved}`;
          rooted = found.root !== "";
        }
        if (rooted && (device || !windows)) break;
      }
      const text = settle(resolved.split(split), rooted).join(sep);
      return device + (rooted ? sep : "") + text || ".";
    },
    relative(from, to) {
      needString(from, "from");
      needString(to, "to");
      const [left, right] = [api.resolve(from), api.resolve(to)];
      const fold = (text) => (windows ? text.toLowerCase() : text);
      if (fold(left) === fold(right)) return "";
      const [here, there] = [left, right].map((path) => path.split(sep).filter((part) => part !== ""));
      if (windows && fold(here[0]) !== fold(there[0])) return right;
      let same = 0;
      while (same < here.length && same < there.length && fold(here[same]) === fold(there[same])) same += 1;
      return [...here.slice(same).fill(".."), ...there.slice(same)].join(sep);
    },
    toNamespacedPath: (path) => path,
    dirname(path) {
      needString(path, "path");
      if (path.length === 0) return ".";
      const least = rootLength(path);
      const rest = trimmed(path);
      let at = lastSeparator(rest);
      if (at < least) return least > 0 ? path.slice(0, least) : ".";
      while (at > least && isSeparator(rest[at - 1])) at -= 1;
      return rest.slice(0, at) || ".";
    },
    basename(path, suffix) {
      if (suffix !== undefined) needString(suffix, "suffix");
      needString(path, "path");
      if (suffix === path) return "";
      const drive = windows ? /^[A-Za-z]:/.exec(path)?.[0].length ?? 0 : 0;
      let end = path.length;
      while (end > drive && isSeparator(path[end - 1])) end -= 1;
      const rest = path.slice(drive, end);
      const base = rest.slice(lastSeparator(rest) + 1);
      return suffix !== undefined && base !== suffix && base.endsWith(suffix) ? base.slice(0, base.length - suffix.length) : base;
    },
    extname(path) {
      needString(path, "path");
      const base = api.basename(path);
      const at = base.lastIndexOf(".");
      return at <= 0 || base === ".." ? "" : base.slice(at);
    },
    format(parts) {
      needObject(parts, "pathObject");
      const dir = parts.dir || parts.root;
      const ext = parts.ext ? `${parts.ext[0] === "." ? "" : "."}${parts.ext}` : "";
      const base = parts.base || `${parts.name || ""}${ext}`;
      if (!dir) return base;
      return dir === parts.root ? `${dir}${base}` : `${dir}${sep}${base}`;
    },
    parse(path) {
      needString(path, "path");
      const root = path.slice(0, rootLength(path));
      const base = path.length > root.length ? api.basename(path.slice(root.length)) : "";
      const ext = api.extname(base);
      const dir = base === "" ? root : api.dirname(path);
      return { root, dir: dir === "." && !/^\.[\\/]/.test(path) ? "" : dir, base, ext, name: base.slice(0, base.length - ext.length) };
    },
    matchesGlob() { throw require("internal/unavailable").refuse("path", "path.matchesGlob"); },
  };
  return api;
};

const posix = make("/", ":", "/", posixRoot);
const win32 = make("\\", ";", /[\\/]/, windowsRoot);
posix._makeLong = posix.toNamespacedPath;
win32._makeLong = win32.toNamespacedPath;
for (const api of [posix, win32]) Object.assign(api, { posix, win32 });
module.exports = posix;
