// File API sections 3 (Blob) and 4 (File).
const bytes = async (blob) => [...new Uint8Array(await blob.arrayBuffer())];

test("a blob is made of strings, buffers, views and blobs", async () => {
  const blob = new Blob(["a\ud800", new Uint8Array([1, 2]).buffer, new Uint8Array([3, 4, 5]).subarray(1), new DataView(new ArrayBuffer(3), 1, 1), new Blob(["z"]), 12, null]);
  same(await bytes(blob), [97, 0xef, 0xbf, 0xbd, 1, 2, 4, 5, 0, 122, 49, 50, 110, 117, 108, 108]);
  equal(blob.size, 16);
  equal(blob.type, "");
  equal(new Blob().size, 0);
  equal(new Blob(undefined).size, 0);
  equal(new Blob(new Set(["a", "b"])).size, 2);
  equal(new Blob(new Uint8Array([1, 12])).size, 3);
  equal(new Blob(new String("xyz")).size, 3);
});
test("what is no list of parts makes no blob", () => {
  for (const parts of [null, "a", 1, true, {}, { length: 1 }, new Date(), /a/]) throws(() => new Blob(parts), TypeError);
  throws(() => new Blob([Symbol("a")]), TypeError);
  throws(() => Blob(), TypeError);
  throws(() => new Blob([], 1), TypeError);
  throws(() => new Blob([], "a"), TypeError);
  equal(new Blob([], null).size, 0);
  equal(new Blob([], () => {}).size, 0);
});
test("parts are iterated over once, options are read in their order, bytes at the end", async () => {
  const log = [];
  const buffer = new Uint8Array([1]);
  const blob = new Blob(
    { *[Symbol.iterator]() { log.push("parts"); yield { toString() { log.push("text"); return "x"; } }; yield buffer; } },
    { get type() { log.push("type"); buffer[0] = 9; return "a/B"; }, get endings() { log.push("endings"); } });
  same(log, ["parts", "text", "endings", "type"]);
  same(await bytes(blob), [120, 9]);
  buffer[0] = 5;
  same(await bytes(blob), [120, 9]);
});
test("the type is put into lower case, and is empty when it cannot be one", () => {
  const type = (type) => new Blob([], { type }).type;
  equal(type("Text/HTML; Charset=UTF-8"), "text/html; charset=utf-8");
  equal(type("te\u0009xt"), "");
  equal(type("te\u007fxt"), "");
  equal(type("tex\u00e9"), "");
  equal(type("\u212a"), "");
  equal(type(null), "null");
  equal(type(undefined), "");
});
test("line endings change when that is wanted, in strings only", async () => {
  const parts = ["a\r\nb\rc\nd\r", new Blob(["\r\n"]), "\n\r"];
  equal(await new Blob(parts, { endings: "native" }).text(), "a\nb\nc\nd\n\r\n\n\n");
  equal(await new Blob(parts, { endings: "transparent" }).text(), parts[0] + "\r\n" + parts[2]);
  throws(() => new Blob([], { endings: "x" }), TypeError);
  throws(() => new Blob([], { endings: null }), TypeError);
});
test("slices are blobs of a part", async () => {
  const blob = new Blob(["0123456789"], { type: "a/b" });
  for (const [args, text] of [
    [[], "0123456789"], [[3], "3456789"], [[-3], "789"], [[2, 5], "234"], [[2, -2], "234567"], [[5, 2], ""],
    [[-100, 100], "0123456789"], [[0, undefined], "0123456789"], [[undefined, 3], "012"], [[null, 3], "012"], [["2", "4"], "23"],
    [[NaN, 3], "012"], [[1.5, 3.5], "23"], [[2 ** 53, 1], ""], [[-(2 ** 60)], "0123456789"], [[Infinity], ""], [[0, Infinity], "0123456789"],
  ]) equal(await blob.slice(...args).text(), text, `slice(${args})`);
  equal(blob.slice().type, "");
  equal(blob.slice(0, 1, "X/y").type, "x/y");
  equal(blob.slice(0, 1, null).type, "null");
  equal(blob.slice(0, 1, "\u00e9").type, "");
  equal(await blob.slice(2, 8).slice(1, 3).text(), "34");
  equal(blob.slice.length, 0);
});
test("contents come as text, buffer and bytes, each time anew", async () => {
  const blob = new Blob(["\ufeffgr\u00fc\u00df", new Uint8Array([0xff])]);
  equal(await blob.text(), "gr\u00fc\u00df\ufffd");
  const buffer = await blob.arrayBuffer();
  ok(buffer instanceof ArrayBuffer);
  ok(buffer !== await blob.arrayBuffer());
  new Uint8Array(buffer)[0] = 0;
  equal((await blob.bytes())[0], 0xef);
  ok(await blob.bytes() instanceof Uint8Array);
  equal((await new Blob(["ab"]).slice(1).bytes()).buffer.byteLength, 1);
});
test("reading with a wrong receiver is a rejection, not an exception", async () => {
  for (const name of ["text", "arrayBuffer", "bytes"]) await rejects(Blob.prototype[name].call({}), TypeError);
  throws(() => Blob.prototype.slice.call({}), TypeError);
  throws(() => Blob.prototype.stream.call({}), TypeError);
  throws(() => Object.getOwnPropertyDescriptor(Blob.prototype, "size").get.call({}), TypeError);
});
test("a stream gives the bytes, in pieces and to BYOB readers too", async () => {
  const blob = new Blob(["x".repeat(70_000)]);
  const reader = blob.stream().getReader();
  let length = 0;
  let chunks = 0;
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    ok(read.value instanceof Uint8Array);
    length += read.value.length;
    chunks++;
  }
  equal(length, 70_000);
  ok(chunks > 1);
  const byob = new Blob(["hello"]).stream().getReader({ mode: "byob" });
  const first = await byob.read(new Uint8Array(3));
  same([...first.value], [104, 101, 108]);
  same([...(await byob.read(new Uint8Array(3))).value], [108, 111]);
  equal((await byob.read(new Uint8Array(3))).done, true);
  equal((await new Blob().stream().getReader().read()).done, true);
  equal((await new Blob().stream().getReader({ mode: "byob" }).read(new Uint8Array(1))).done, true);
});
test("a file has a name and a time", async () => {
  const file = new File(["abc"], "a/b\ud800.txt", { type: "Text/Plain", lastModified: 12.7 });
  equal(file.name, "a/b\ufffd.txt");
  equal(file.lastModified, 12);
  equal(file.type, "text/plain");
  equal(await file.text(), "abc");
  ok(file instanceof Blob);
  ok(!(file.slice() instanceof File));
  const before = Date.now();
  const { lastModified } = new File([], "x");
  ok(lastModified >= before && lastModified <= Date.now());
  equal(new File([], "x", { lastModified: new Date(5) }).lastModified, 5);
  equal(new File([], "x", { lastModified: null }).lastModified, 0);
  equal(new File([], "x", { lastModified: -1 }).lastModified, -1);
  equal(new File([], null).name, "null");
});
test("a file needs parts and a name", () => {
  for (const args of [[], [[]], ["a", "b"], [null, "b"], [{}, "b"], [new Blob(), "b"]]) throws(() => new File(...args), TypeError);
  throws(() => new File([], "a", 1), TypeError);
});
test("a file's arguments are converted in their order", () => {
  const log = [];
  new File({ *[Symbol.iterator]() { log.push("bits"); } }, { toString() { log.push("name"); return ""; } }, {
    get lastModified() { log.push("lastModified"); }, get type() { log.push("type"); }, get endings() { log.push("endings"); },
  });
  same(log, ["bits", "name", "endings", "type", "lastModified"]);
});
test("the interfaces have the shape that Web IDL says", () => {
  equal(Object.prototype.toString.call(new Blob()), "[object Blob]");
  equal(Object.prototype.toString.call(new File([], "")), "[object File]");
  same([Blob.length, File.length], [0, 2]);
  for (const [type, name] of [[Blob, "size"], [Blob, "type"], [Blob, "text"], [Blob, "bytes"], [File, "name"], [File, "lastModified"]]) {
    equal(Object.getOwnPropertyDescriptor(type.prototype, name).enumerable, true, name);
  }
  const blob = new Blob(["a"]);
  blob.size = 5;
  equal(blob.size, 1);
  equal(Object.getPrototypeOf(File), Blob);
});
test("textStream gives the text, each time anew", async () => {
  const blob = new Blob(["a\u00e9", "b"]);
  const streams = [blob.textStream(), blob.textStream()];
  equal(streams[0] === streams[1], false);
  for (const stream of streams) {
    let text = "";
    for await (const part of stream) text += part;
    equal(text, "a\u00e9b");
  }
});
