// XMLHttpRequest section 4 (FormData); HTML section 4.10.21.7 (multipart/form-data); Fetch section 5.3 (reading it).
const list = (form) => [...form].map(([name, value]) => [name, typeof value === "string" ? value : `${value.name} ${value.type} ${value.size}`]);

test("entries are appended, set, deleted and read", () => {
  const form = new FormData();
  form.append("a", "1");
  form.append("b", 2);
  form.append("a", null);
  same(list(form), [["a", "1"], ["b", "2"], ["a", "null"]]);
  equal(form.get("a"), "1");
  same(form.getAll("a"), ["1", "null"]);
  equal(form.get("x"), null);
  same(form.getAll("x"), []);
  equal(form.has("b"), true);
  form.set("a", "3");
  same(list(form), [["a", "3"], ["b", "2"]]);
  form.set("c", "4");
  form.delete("b");
  form.delete("x");
  same(list(form), [["a", "3"], ["c", "4"]]);
  same([[...form.keys()], [...form.values()]], [["a", "c"], ["3", "4"]]);
  equal(form.append("d", ""), undefined);
});
test("names and values are scalar value strings", () => {
  const form = new FormData();
  form.append("\ud800", "\udc00x");
  same(list(form), [["\ufffd", "\ufffdx"]]);
  equal(form.get("\ud801"), "\ufffdx");
});
test("blobs become files, files stay what they are", () => {
  const form = new FormData();
  const file = new File(["abc"], "n.txt", { type: "a/b", lastModified: 5 });
  form.append("a", new Blob(["ab"], { type: "c/d" }));
  form.append("b", new Blob(["ab"]), "name\ud800");
  form.append("c", file);
  form.append("d", file, "other");
  form.append("e", file, undefined);
  same(list(form), [["a", "blob c/d 2"], ["b", "name\ufffd  2"], ["c", "n.txt a/b 3"], ["d", "other a/b 3"], ["e", "n.txt a/b 3"]]);
  ok(form.get("a") instanceof File);
  equal(form.get("c"), file);
  equal(form.get("e"), file);
  equal(form.get("d").lastModified, 5);
  equal(form.get("a"), form.get("a"));
  form.set("a", new Blob(), "again");
  equal(form.get("a").name, "again");
});
test("a file name goes with a blob only", () => {
  const form = new FormData();
  throws(() => form.append("a", "b", "c"), TypeError);
  throws(() => form.append("a", "b", undefined), TypeError);
  throws(() => form.set("a", {}, "c"), TypeError);
  same(list(form), []);
});
test("too few arguments are errors, and so are forms", () => {
  const form = new FormData();
  for (const run of [
    () => form.append(), () => form.append("a"), () => form.set("a"), () => form.get(), () => form.getAll(),
    () => form.has(), () => form.delete(), () => form.forEach(), () => new FormData(null), () => new FormData("a"), () => new FormData({}),
    () => FormData(), () => FormData.prototype.get.call({}, "a"), () => form.append("a", Symbol("b")),
  ]) throws(run, TypeError);
  new FormData(undefined);
});
test("iterators see what changes meanwhile", () => {
  const form = new FormData();
  form.append("a", "1");
  form.append("b", "2");
  const iterator = form.entries();
  same(iterator.next().value, ["a", "1"]);
  form.delete("a");
  equal(iterator.next().done, true);
  form.append("c", "3");
  const seen = [];
  form.forEach((value, name) => { seen.push(name); if (name === "b") form.append("d", "4"); });
  same(seen, ["b", "c", "d"]);
});
test("the interface has the shape that Web IDL says", () => {
  equal(Object.prototype.toString.call(new FormData()), "[object FormData]");
  equal(Object.prototype.toString.call(new FormData().keys()), "[object FormData Iterator]");
  equal(FormData.prototype[Symbol.iterator], FormData.prototype.entries);
  same([FormData.length, FormData.prototype.append.length, FormData.prototype.set.length, FormData.prototype.delete.length], [0, 2, 2, 1]);
});

// As a message.
const written = async (fill) => {
  const form = new FormData();
  fill(form);
  const response = new Response(form);
  const [, boundary] = /^multipart\/form-data; boundary=([0-9A-Za-z-]{27,70})$/.exec(response.headers.get("content-type"));
  const bytes = new Uint8Array(await response.arrayBuffer());
  return String.fromCharCode(...bytes).replaceAll(boundary, "B");
};
test("a form without entries is its end", async () => {
  equal(await written(() => {}), "--B--\r\n");
});
test("names are escaped, line ends in names and values are CRLF", async () => {
  equal(await written((form) => form.append('a"\n\r\r\nb%\\é', 'x\ny"\rz')),
    '--B\r\nContent-Disposition: form-data; name="a%22%0D%0A%0D%0A%0D%0Ab%\\\u00c3\u00a9"\r\n\r\nx\r\ny"\r\nz\r\n--B--\r\n');
});
test("files have their name, escaped, and a type", async () => {
  equal(await written((form) => {
    form.append("f", new File(["1\n2"], 'a"\n\rb', { type: "a/b" }));
    form.append("g", new Blob([new Uint8Array([0xff, 13])]));
  }),
  '--B\r\nContent-Disposition: form-data; name="f"; filename="a%22%0A%0Db"\r\nContent-Type: a/b\r\n\r\n1\n2\r\n'
    + '--B\r\nContent-Disposition: form-data; name="g"; filename="blob"\r\nContent-Type: application/octet-stream\r\n\r\n\u00ff\r\r\n--B--\r\n');
});
test("each message has a boundary of its own", () => {
  const form = new FormData();
  ok(new Response(form).headers.get("content-type") !== new Response(form).headers.get("content-type"));
});
test("the entries are those of the time when the message was made", async () => {
  const form = new FormData();
  form.append("a", "1");
  const response = new Response(form);
  form.append("b", "2");
  same(list(await response.formData()), [["a", "1"]]);
});

// From a message.
const parse = (body, type = "multipart/form-data; boundary=B") => new Response(body, { headers: { "content-type": type } }).formData();
const part = (headers, body) => `--B\r\n${headers}\r\n\r\n${body}\r\n--B--\r\n`;
const field = (name) => `Content-Disposition: form-data; name="${name}"`;
test("what was written is read", async () => {
  const form = new FormData();
  form.append("a", "1");
  form.append("ü", "ä\r\n--b");
  form.append("file", new File([new Uint8Array([0, 255, 13, 10, 45, 45])], "ö.bin", { type: "a/b" }));
  const read = await new Response(form).formData();
  same(list(read), [["a", "1"], ["ü", "ä\r\n--b"], ["file", "ö.bin a/b 6"]]);
  same([...await read.get("file").bytes()], [0, 255, 13, 10, 45, 45]);
  equal(read.get("file").lastModified, 0);
});
for (const [what, body, expected] of [
  ["nothing", "--B--\r\n", []],
  ["nothing without a line end", "--B--", []],
  ["a field", part(field("a"), "1"), [["a", "1"]]],
  ["an empty value", part(field("a"), ""), [["a", ""]]],
  ["padding after the boundaries", `--B \t\r\n${field("a")}\r\n\r\n1\r\n--B-- \t`, [["a", "1"]]],
  ["an epilogue", `${part(field("a"), "1")}more\r\nand more`, [["a", "1"]]],
  ["the boundary in a value", part(field("a"), "x--B B --B"), [["a", "x--B B --B"]]],
  ["headers in any order and case", part(`CONTENT-type: text/html\r\nx-other: 1\r\nContent-disposition: FORM-data; filename="f"; name="a"`, "1"), [["a", "f text/html 1"]]],
  ["whitespace around a header's name", part(` Content-Disposition \t:  form-data; name="a"  `, "1"), [["a", "1"]]],
  ["a file without a type", part(`${field("a")}; filename="f"`, "1"), [["a", "f text/plain 1"]]],
  ["a file without a name", part(`${field("a")}; filename=""`, "1"), [["a", " text/plain 1"]]],
  ["a file whose type is none", part(`${field("a")}; filename="f"\r\nContent-Type: text`, "1"), [["a", "f  1"]]],
  ["the last of several types", part(`${field("a")}; filename="f"\r\nContent-Type: a/b\r\nContent-Type: c/d`, "1"), [["a", "f c/d 1"]]],
  ["a type written anew", part(`${field("a")}; filename="f"\r\nContent-Type: Text/HTML;;x="y"`, "1"), [["a", "f text/html;x=y 1"]]],
  ["names as they are", part(field("a%22%0Ab\\"), "1"), [["a%22%0Ab\\", "1"]]],
  ["a name without quotes", part("Content-Disposition: form-data; name=a", "1"), [["a", "1"]]],
  ["base64 as it is", part(`${field("a")}\r\nContent-Transfer-Encoding: base64`, "dmFs"), [["a", "dmFs"]]],
  ["a byte order mark", part(field("a"), "\ufeff1"), [["a", "\ufeff1"]]],
]) test(`multipart/form-data: ${what}`, async () => { same(list(await parse(body)), expected); });
for (const [what, body] of [
  ["emptiness", ""], ["a preamble", `x\r\n${part(field("a"), "1")}`], ["no end", `--B\r\n${field("a")}\r\n\r\n1`],
  ["junk after the end", `--B\r\n${field("a")}\r\n\r\n1\r\n--B--x`], ["another boundary", part(field("a"), "1").replaceAll("B", "C")],
  ["no name", part("Content-Disposition: form-data", "1")], ["no disposition", part("Content-Type: a/b", "1")],
  ["another disposition", part('Content-Disposition: attachment; name="a"', "1")], ["no headers", "--B\r\n\r\n1\r\n--B--"],
  ["a header without a colon", part(`${field("a")}\r\nxyz`, "1")], ["a header whose name is none", part(`${field("a")}\r\nx y: z`, "1")],
  ["a folded header", part('Content-Disposition: form-data;\r\n name="a"', "1")], ["NUL in a header", part(`${field("a")}\r\nx: \0`, "1")],
  ["a line feed in a name", part(field("a\nb"), "1")], ["a carriage return in a name", part(field("a\rb"), "1")],
  ["only a boundary", "--B"], ["no line end before the boundary", `--B\r\n${field("a")}\r\n\r\n1--B--\r\n`],
  ["a quote that does not end", part('Content-Disposition: form-data; name="a', "1")],
]) test(`no multipart/form-data: ${what}`, () => rejects(parse(body), TypeError));
test("the boundary comes from the content-type", async () => {
  await rejects(parse(part(field("a"), "1"), "multipart/form-data"), TypeError);
  await rejects(parse("--\r\n", 'multipart/form-data; boundary=""'), TypeError);
  same(list(await parse(part(field("a"), "1").replaceAll("B", "x y(é)"), 'multipart/form-data; boundary="x y(é)"')), [["a", "1"]]);
});
test("bytes that are no UTF-8 are replaced in names and values", async () => {
  const body = new Blob(['--B\r\nContent-Disposition: form-data; name="', new Uint8Array([0xff]), '"\r\n\r\n', new Uint8Array([0xc3]), "\r\n--B--"]);
  same(list(await parse(body)), [["\ufffd", "\ufffd"]]);
});
test("urlencoded bodies are read", async () => {
  const urlencoded = (body) => parse(body, "Application/x-www-form-urlencoded; charset=x");
  same(list(await urlencoded("a=1&b=%C3%BC+x&a=&&c")), [["a", "1"], ["b", "ü x"], ["a", ""], ["c", ""]]);
  same(list(await urlencoded("")), []);
  same(list(await urlencoded("\ufeffa=1")), [["\ufeffa", "1"]]);
  same(list(await new Response(new URLSearchParams({ a: "&=" })).formData()), [["a", "&="]]);
});
test("other bodies are no forms", async () => {
  await rejects(parse("a=1", "text/plain"), TypeError);
  await rejects(new Response("a=1").formData(), TypeError);
  await rejects(new Response().formData(), TypeError);
});
