// node:path, from Node.js documentation, "Path".
const path = require("path");
const { posix, win32 } = path;

const all = (name, method, table) => test(name, () => {
  for (const [values, expected] of table) equal(method(...values), expected, `${name}(${values.map((it) => JSON.stringify(it))})`);
});
all("posix.basename", posix.basename, [[["/foo/bar/baz/asdf/quux.html"], "quux.html"], [["/foo/bar/quux.html", ".html"], "quux"], [["/aaa/"], "aaa"], [["/"], ""],
  [["//a"], "a"], [["a", "a"], ""], [["/a", "a"], "a"], [["aaa\\bbb"], "aaa\\bbb"], [["C:\\foo.html", ".html"], "C:\\foo"], [[""], ""]]);
all("win32.basename", win32.basename, [[["C:\\foo.HTML", ".html"], "foo.HTML"], [["C:\\foo.html", ".html"], "foo"], [["C:"], ""], [["C:basename.ext"], "basename.ext"],
  [["aaa\\bbb/"], "bbb"]]);
all("posix.dirname", posix.dirname, [[["/foo/bar/baz/asdf/quux"], "/foo/bar/baz/asdf"], [["/a/b/"], "/a"], [["/a"], "/"], [[""], "."], [["/"], "/"], [["////"], "/"], [["foo"], "."]]);
all("win32.dirname", win32.dirname, [[["c:\\foo\\"], "c:\\"], [["c:\\foo\\bar"], "c:\\foo"], [["\\foo\\bar\\baz"], "\\foo\\bar"], [["c:foo\\bar"], "c:foo"], [["dir\\file"], "dir"],
  [["\\\\unc\\share\\foo\\bar"], "\\\\unc\\share\\foo"]]);
all("extname", posix.extname, [[["index.html"], ".html"], [["index.coffee.md"], ".md"], [["index."], "."], [["index"], ""], [[".index"], ""], [[".index.md"], ".md"], [[".."], ""],
  [["file.ext/"], ".ext"], [["file/.."], ""]]);
all("posix.normalize", posix.normalize, [[["/foo/bar//baz/asdf/quux/.."], "/foo/bar/baz/asdf"], [["./fixtures///b/../b/c.js"], "fixtures/b/c.js"], [["///../../.."], "/"],
  [["a//b//../b"], "a/b"], [["./"], "./"], [[""], "."], [["../.../../foobar/../../../bar/../../baz"], "../../../../baz"], [["foo/bar/"], "foo/bar/"]]);
all("win32.normalize", win32.normalize, [[["C:\\temp\\\\foo\\bar\\..\\"], "C:\\temp\\foo\\"], [["C:////temp\\\\/\\/\\/foo/bar"], "C:\\temp\\foo\\bar"],
  [["//server/share/dir/../file.ext"], "\\\\server\\share\\file.ext"], [["C:..\\abc"], "C:..\\abc"], [["C:"], "C:."]]);
all("posix.join", posix.join, [[["/foo", "bar", "baz/asdf", "quux", ".."], "/foo/bar/baz/asdf"], [["", ""], "."], [["a", "../../.."], "../.."], [[" /foo"], " /foo"], [["/", "..", ".."], "/"]]);
all("win32.join", win32.join, [[["c:\\", "a", "..", "b"], "c:\\b"], [["a", "b/c"], "a\\b\\c"], [["//foo", "bar"], "\\\\foo\\bar\\"], [["/", "/foo"], "\\foo"]]);
all("posix.resolve", posix.resolve, [[["/foo/bar", "./baz"], "/foo/bar/baz"], [["/foo/bar", "/tmp/file/"], "/tmp/file"], [["/some/dir", ".", "/absolute/"], "/absolute"], [["/var/lib", "../", "file/"], "/var/file"]]);
all("win32.resolve", win32.resolve, [[["c:/blah\\blah", "d:/games", "c:../a"], "c:\\blah\\a"], [["c:/", "//"], "c:\\"], [["c:/", "//server/share"], "\\\\server\\share\\"], [["c:/ignore", "c:/some/file"], "c:\\some\\file"]]);
all("relative", posix.relative, [[["/data/orandea/test/aaa", "/data/orandea/impl/bbb"], "../../impl/bbb"], [["/var/lib", "/var"], ".."], [["/a", "/a"], ""], [["/", "/foo"], "foo"]]);
all("win32.relative", win32.relative, [[["C:\\orandea\\test\\aaa", "C:\\orandea\\impl\\bbb"], "..\\..\\impl\\bbb"], [["c:/a", "d:/b"], "d:\\b"]]);
all("isAbsolute", posix.isAbsolute, [[["/foo/bar"], true], [["qux/"], false], [["."], false]]);
all("win32.isAbsolute", win32.isAbsolute, [[["//server"], true], [["C:/foo/.."], true], [["C:foo"], false], [["bar/baz"], false]]);
test("parse", () => {
  same(posix.parse("/home/user/dir/file.txt"), { root: "/", dir: "/home/user/dir", base: "file.txt", ext: ".txt", name: "file" });
  same(posix.parse("./file"), { root: "", dir: ".", base: "file", ext: "", name: "file" });
  same(posix.parse("file.txt"), { root: "", dir: "", base: "file.txt", ext: ".txt", name: "file" });
  same(posix.parse("/"), { root: "/", dir: "/", base: "", ext: "", name: "" });
  same(win32.parse("C:\\path\\dir\\file.txt"), { root: "C:\\", dir: "C:\\path\\dir", base: "file.txt", ext: ".txt", name: "file" });
});
test("format", () => {
  equal(posix.format({ root: "/ignored", dir: "/home/user/dir", base: "file.txt" }), "/home/user/dir/file.txt");
  equal(posix.format({ root: "/", base: "file.txt", ext: "ignored" }), "/file.txt");
  equal(posix.format({ root: "/", name: "file", ext: "txt" }), "/file.txt");
});
test("the rest", () => {
  same([path.sep, path.delimiter, win32.sep, win32.delimiter], ["/", ":", "\\", ";"]);
  equal(path.posix, path);
  equal(throws(() => path.join(1), TypeError).code, "ERR_INVALID_ARG_TYPE");
});
