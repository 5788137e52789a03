// node:zlib, from Node.js documentation, "Zlib".
const zlib = require("zlib");
const text = "hello hello hello hello ".repeat(50);
const pairs = [["gzip", "gunzip"], ["deflate", "inflate"], ["deflateRaw", "inflateRaw"], ["brotliCompress", "brotliDecompress"], ["gzip", "unzip"], ["deflate", "unzip"]];
const classOf = (name) => zlib[`create${name[0].toUpperCase()}${name.slice(1)}`];

for (const [pack, unpack] of pairs) {
  test(`${pack} and ${unpack}`, async () => {
    const packed = zlib[`${pack}Sync`](text);
    ok(Buffer.isBuffer(packed) && packed.length < 150, `${packed.length} bytes`);
    equal(zlib[`${unpack}Sync`](packed).toString(), text);
    const { promisify } = require("util");
    equal((await promisify(zlib[unpack])(await promisify(zlib[pack])(Buffer.from(text)))).toString(), text);
    const source = classOf(pack)();
    source.write(text.slice(0, 100));
    source.end(text.slice(100));
    equal(await require("stream/consumers").text(source.pipe(classOf(unpack)())), text);
  });
}
test("what others packed", () => {
  equal(zlib.inflateSync(Buffer.from("eJzT0yMAAGTvBe8=", "base64")).toString(), ".................................");
  equal(zlib.unzipSync(Buffer.from("eJzT0yMAAGTvBe8=", "base64")).toString(), ".................................");
  equal(zlib.gunzipSync(Buffer.from("H4sIAAAAAAAAA8tIzcnJBwCGphA2BQAAAA==", "base64")).toString(), "hello");
  equal(zlib.brotliDecompressSync(Buffer.from("CwKAaGVsbG8D", "base64")).toString(), "hello");
});
test("members of gzip one after another, and what follows them", () => {
  const twice = Buffer.concat([zlib.gzipSync("abc"), zlib.gzipSync("def")]);
  equal(zlib.gunzipSync(twice).toString(), "abcdef");
  equal(zlib.gunzipSync(Buffer.concat([twice, Buffer.alloc(4)])).toString(), "abcdef");
});
test("input that is broken", async () => {
  const error = throws(() => zlib.gunzipSync(Buffer.from("no gzip")));
  same([error.code, error.errno, error.message], ["Z_DATA_ERROR", -3, "incorrect header check"]);
  equal(throws(() => zlib.inflateSync(Buffer.from([0x78, 0x9c, 1]))).code, "Z_BUF_ERROR");
  const short = zlib.gzipSync(text).subarray(0, 20);
  const cut = throws(() => zlib.gunzipSync(short));
  same([cut.code, cut.message], ["Z_BUF_ERROR", "unexpected end of file"]);
  ok(text.startsWith(zlib.gunzipSync(short, { finishFlush: zlib.constants.Z_SYNC_FLUSH }).toString()));
  const wrong = zlib.gzipSync("abc");
  wrong[wrong.length - 6] ^= 1;
  equal(throws(() => zlib.gunzipSync(wrong)).message, "incorrect data check");
  await new Promise((resolve) => zlib.gunzip("no gzip", (failure) => { equal(failure.code, "Z_DATA_ERROR"); resolve(); }));
  const stream = zlib.createGunzip();
  const failed = new Promise((resolve) => stream.on("error", resolve));
  stream.end("no gzip");
  equal((await failed).code, "Z_DATA_ERROR");
  throws(() => zlib.brotliDecompressSync(Buffer.from("no brotli")));
});
test("a limit of what comes out", () => {
  const bomb = zlib.gzipSync(Buffer.alloc(100000));
  const error = throws(() => zlib.gunzipSync(bomb, { maxOutputLength: 1000 }), RangeError);
  equal(error.code, "ERR_BUFFER_TOO_LARGE");
  equal(zlib.gunzipSync(bomb, { maxOutputLength: 100000 }).length, 100000);
});
test("levels and arguments", () => {
  ok(zlib.deflateSync(text, { level: 0 }).length > text.length);
  equal(zlib.inflateSync(zlib.deflateSync(text, { level: 9 })).toString(), text);
  equal(throws(() => zlib.deflateSync(text, { level: 10 }), RangeError).code, "ERR_OUT_OF_RANGE");
  equal(throws(() => zlib.gzipSync(1), TypeError).code, "ERR_INVALID_ARG_TYPE");
  equal(zlib.gunzipSync(zlib.gzipSync("")).length, 0);
  equal(zlib.gunzipSync(zlib.gzipSync(new Uint16Array([0x6161]))).toString(), "aa");
});
test("constants, codes, classes", () => {
  same([zlib.constants.Z_SYNC_FLUSH, zlib.Z_BEST_COMPRESSION, zlib.codes.Z_DATA_ERROR, zlib.codes[-3]], [2, 9, -3, "Z_DATA_ERROR"]);
  ok(zlib.createGzip() instanceof zlib.Gzip);
  ok(zlib.Gunzip() instanceof require("stream").Transform);
});
