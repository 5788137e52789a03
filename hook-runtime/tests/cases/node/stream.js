// node:stream, from Node.js documentation, "Stream".
const stream = require("stream");
const { Readable, Writable, Transform, Duplex, PassThrough, pipeline, finished } = stream;

const sink = (chunks, options) => new Writable({ ...options, write(chunk, encoding, done) { chunks.push(`${chunk}`); done(); } });
const upper = () => new Transform({ transform(chunk, encoding, done) { done(null, `${chunk}`.toUpperCase()); } });

test("the module is the old Stream, with all classes", () => {
  equal(stream.Stream, stream);
  for (const name of ["Readable", "Writable", "Duplex", "Transform", "PassThrough"]) {
    equal(stream[name].name, name);
    ok(new stream[name]({ read() {}, write() {}, transform() {} }) instanceof require("events"), name);
  }
  ok(new Duplex() instanceof Writable);
});
test("data flows", async () => {
  const chunks = [];
  await new Promise((resolve) => Readable.from(["a", "b"]).on("data", (chunk) => chunks.push(chunk)).on("end", resolve));
  same(chunks, ["a", "b"]);
});
test("readable and read", async () => {
  const readable = new Readable({ read() {} });
  readable.push("abc");
  readable.push("def");
  readable.push(null);
  await new Promise((resolve) => readable.once("readable", resolve));
  equal(readable.read(2).toString(), "ab");
  equal(readable.read().toString(), "cdef");
});
test("setEncoding joins characters", async () => {
  const readable = Readable.from([Buffer.from([0xe2, 0x82]), Buffer.from([0xac])], { objectMode: false });
  readable.setEncoding("utf8");
  let text = "";
  for await (const chunk of readable) text += chunk;
  equal(text, "€");
});
test("pipe", async () => {
  const chunks = [];
  await new Promise((resolve) => Readable.from(["a", "b"]).pipe(upper()).pipe(sink(chunks)).on("finish", resolve));
  same(chunks, ["A", "B"]);
});
test("pipeline, by callback and by promise", async () => {
  const chunks = [];
  await new Promise((resolve, reject) => { pipeline(Readable.from(["a"]), upper(), sink(chunks), (error) => (error ? reject(error) : resolve())); });
  await require("stream/promises").pipeline(Readable.from(["b"]), async function* (source) { for await (const chunk of source) yield `${chunk}!`; }, sink(chunks));
  same(chunks, ["A", "b!"]);
  const failing = new Transform({ transform(chunk, encoding, done) { done(new RangeError("broken")); } });
  equal((await rejects(stream.promises.pipeline(Readable.from(["a"]), failing, sink([])))).message, "broken");
});
test("finished", async () => {
  const writable = sink([]);
  writable.end("x");
  await require("util").promisify(finished)(writable);
  const broken = new Readable({ read() { this.destroy(new Error("gone")); } });
  broken.resume();
  equal((await rejects(stream.promises.finished(broken))).message, "gone");
});
test("backpressure", () => {
  const writable = new Writable({ highWaterMark: 3, write() {} });
  equal(writable.write("ab"), true);
  equal(writable.write("c"), false);
  equal(writable.writableNeedDrain, true);
});
test("writing after the end", async () => {
  const writable = sink([]);
  writable.end();
  const error = new Promise((resolve) => writable.on("error", resolve));
  writable.write("x");
  equal((await error).code, "ERR_STREAM_WRITE_AFTER_END");
});
test("cork and writev", async () => {
  const batches = [];
  const writable = new Writable({ writev(chunks, done) { batches.push(chunks.length); done(); } });
  writable.cork();
  writable.write("a");
  writable.write("b");
  writable.end();
  await stream.promises.finished(writable);
  same(batches, [2]);
});
test("iteration helpers", async () => {
  same(await Readable.from([1, 2, 3, 4]).filter((n) => n % 2 === 0).map((n) => n * 10).toArray(), [20, 40]);
  equal(await Readable.from([1, 2, 3]).reduce((sum, n) => sum + n, 0), 6);
});
test("old ways to inherit", async () => {
  function Counter(options) { if (!(this instanceof Counter)) return new Counter(options); Readable.call(this, options); this.left = 2; return undefined; }
  require("util").inherits(Counter, Readable);
  Counter.prototype._read = function () { this.push(this.left ? `${this.left--}` : null); };
  same(await Counter().map(String).toArray(), ["2", "1"]);
});
test("PassThrough, destroy, and errors", async () => {
  const through = new PassThrough();
  through.end("x");
  equal(await require("stream/consumers").text(through), "x");
  const readable = new Readable({ read() {} });
  const closed = new Promise((resolve) => readable.on("close", resolve));
  readable.on("error", () => {});
  readable.destroy(new Error("x"));
  await closed;
  equal(readable.destroyed, true);
  equal(readable.errored.message, "x");
});
test("from and to the web's streams", async () => {
  const web = Readable.toWeb(Readable.from([Buffer.from("ab"), Buffer.from("c")]));
  equal(await new Response(web).text(), "abc");
  const node = Readable.fromWeb(new Blob(["hello"]).stream());
  equal(await require("stream/consumers").text(node), "hello");
  const chunks = [];
  const writer = Writable.toWeb(sink(chunks)).getWriter();
  await writer.write("x");
  await writer.close();
  same(chunks, ["x"]);
  equal(require("stream/web").ReadableStream, ReadableStream);
});
test("consumers", async () => {
  const consumers = require("stream/consumers");
  same(await consumers.json(Readable.from(['{"a":', "1}"])), { a: 1 });
  equal((await consumers.buffer(Readable.from([Buffer.from("ab")]))).toString("hex"), "6162");
  equal((await consumers.arrayBuffer(Readable.from(["abc"]))).byteLength, 3);
});
