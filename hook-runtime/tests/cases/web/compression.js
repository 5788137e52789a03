// The Compression Standard.
const FORMATS = ["brotli", "deflate", "deflate-raw", "gzip"];
const utf8 = (text) => Uint8Array.from(text, (char) => char.charCodeAt(0));
const text = (bytes) => String.fromCharCode(...bytes);
const through = async (stream, ...chunks) => {
  const writer = stream.writable.getWriter();
  const writing = Promise.all([...chunks.map((chunk) => writer.write(chunk)), writer.close()]);
  writing.catch(() => {});
  const seen = [];
  for await (const chunk of stream.readable) {
    ok(chunk.constructor === Uint8Array);
    seen.push(...chunk);
  }
  await writing;
  return Uint8Array.from(seen);
};
// "expected output", as zlib and Brotli compress it.
const KNOWN = {
  brotli: [27, 14, 0, 248, 37, 0, 138, 16, 67, 170, 148, 110, 166, 16],
  deflate: [120, 156, 75, 173, 40, 72, 77, 46, 73, 77, 81, 200, 47, 45, 41, 40, 45, 1, 0, 48, 173, 6, 36],
  gzip: [31, 139, 8, 0, 0, 0, 0, 0, 0, 3, 75, 173, 40, 72, 77, 46, 73, 77, 81, 200, 47, 45, 41, 40, 45, 1, 0, 176, 1, 57, 179, 15, 0, 0, 0],
  "deflate-raw": [75, 173, 40, 72, 77, 46, 73, 77, 81, 200, 47, 45, 41, 40, 45, 1, 0],
};

for (const format of FORMATS) {
  test(`${format}: there and back`, async () => {
    const long = "some text, ".repeat(2000);
    const small = await through(new CompressionStream(format), utf8(long));
    ok(small.length < long.length / 20);
    equal(text(await through(new DecompressionStream(format), small)), long);
  });
  test(`${format}: what others have compressed`, async () => {
    equal(text(await through(new DecompressionStream(format), Uint8Array.from(KNOWN[format]))), "expected output");
  });
  test(`${format}: byte by byte`, async () => {
    const chunks = KNOWN[format].map((byte) => Uint8Array.of(byte));
    equal(text(await through(new DecompressionStream(format), ...chunks)), "expected output");
  });
  test(`${format}: nothing, and empty chunks`, async () => {
    const none = await through(new CompressionStream(format));
    ok(none.length > 0);
    equal((await through(new DecompressionStream(format), none)).length, 0);
    const some = await through(new CompressionStream(format), new Uint8Array(0), utf8("a"), new Uint8Array(0), utf8("b"));
    equal(text(await through(new DecompressionStream(format), new Uint8Array(0), some)), "ab");
  });
  test(`${format}: every kind of buffer`, async () => {
    const bytes = Uint8Array.from([0, ...KNOWN[format]]);
    for (const chunk of [bytes.slice(1).buffer, bytes.subarray(1), new DataView(bytes.buffer, 1), new Int8Array(bytes.buffer, 1)]) {
      equal(text(await through(new DecompressionStream(format), chunk)), "expected output");
    }
  });
  test(`${format}: chunks that are no buffers`, async () => {
    for (const type of [CompressionStream, DecompressionStream]) {
      for (const chunk of [undefined, null, 3.14, {}, "text", [65], new SharedArrayBuffer(2), new Uint8Array(new SharedArrayBuffer(2))]) {
        const { readable, writable } = new type(format);
        const [reader, writer] = [readable.getReader(), writable.getWriter()];
        const [written, read] = [writer.write(chunk), reader.read()];
        writer.closed.catch(() => {});
        reader.closed.catch(() => {});
        await rejects(written, TypeError);
        await rejects(read, TypeError);
      }
    }
  });
  test(`${format}: invalid data is an error at once`, async () => {
    const wrong = format === "brotli" ? 0x11 : 7; // no window size has these bits; no block or header the others
    const { readable, writable } = new DecompressionStream(format);
    const [reader, writer] = [readable.getReader(), writable.getWriter()];
    writer.closed.catch(() => {});
    reader.closed.catch(() => {});
    const [written, read] = [writer.write(Uint8Array.of(wrong, 1, 2, 3)), reader.read()];
    await rejects(written, TypeError);
    await rejects(read, TypeError);
  });
  test(`${format}: data that ends too early is an error`, async () => {
    for (const length of [0, 1, 5, KNOWN[format].length - 1]) {
      await rejects(through(new DecompressionStream(format), Uint8Array.from(KNOWN[format].slice(0, length))), TypeError);
    }
  });
  test(`${format}: more data after the end is an error, after the output`, async () => {
    const { readable, writable } = new DecompressionStream(format);
    const [reader, writer] = [readable.getReader(), writable.getWriter()];
    writer.closed.catch(() => {});
    writer.write(Uint8Array.from([...KNOWN[format], 0])).catch(() => {});
    equal(text((await reader.read()).value), "expected output");
    await rejects(reader.read(), TypeError);
    await rejects(through(new DecompressionStream(format), Uint8Array.from(KNOWN[format]), Uint8Array.of(0)), TypeError);
  });
  test(`${format}: output comes before the end`, async () => {
    const { readable, writable } = new DecompressionStream(format);
    const writer = writable.getWriter();
    writer.write(Uint8Array.from(KNOWN[format]));
    equal(text((await readable.getReader().read()).value), "expected output");
  });
}
test("gzip: a header with all its fields", async () => {
  const header = [31, 139, 8, 31, 1, 2, 3, 4, 0, 3, 2, 0, 9, 9, 110, 0, 99, 0, 7, 7];
  const data = Uint8Array.from([...header, ...KNOWN.gzip.slice(10)]);
  equal(text(await through(new DecompressionStream("gzip"), data)), "expected output");
  const chunks = Array.from(data, (byte) => Uint8Array.of(byte));
  equal(text(await through(new DecompressionStream("gzip"), ...chunks)), "expected output");
});
test("gzip: a wrong checksum, a wrong length, a second member", async () => {
  for (const index of [KNOWN.gzip.length - 8, KNOWN.gzip.length - 4]) {
    const data = Uint8Array.from(KNOWN.gzip);
    data[index] ^= 1;
    await rejects(through(new DecompressionStream("gzip"), data), TypeError);
  }
  await rejects(through(new DecompressionStream("gzip"), Uint8Array.from([...KNOWN.gzip, ...KNOWN.gzip])), TypeError);
});
test("deflate: a wrong checksum", async () => {
  const data = Uint8Array.from(KNOWN.deflate);
  data[data.length - 1] ^= 1;
  await rejects(through(new DecompressionStream("deflate"), data), TypeError);
});
test("constructors", () => {
  for (const type of [CompressionStream, DecompressionStream]) {
    for (const wrong of [undefined, null, "a", "GZIP", {}]) throws(() => new type(wrong), TypeError);
    throws(() => new type(), TypeError);
    throws(() => type("gzip"), TypeError);
    equal(type.length, 1);
    const stream = new type({ toString: () => "gzip" });
    ok(stream.readable instanceof ReadableStream && stream.writable instanceof WritableStream);
    equal(String(stream), `[object ${type.name}]`);
    same(Object.keys(type.prototype), ["readable", "writable"]);
    for (const name of ["readable", "writable"]) {
      throws(() => Object.getOwnPropertyDescriptor(type.prototype, name).get.call({}), TypeError);
    }
  }
});
test("in a pipe", async () => {
  const source = ReadableStream.from([utf8("a"), utf8("b")]);
  const seen = [];
  for await (const chunk of source.pipeThrough(new CompressionStream("gzip")).pipeThrough(new DecompressionStream("gzip"))) seen.push(...chunk);
  equal(text(seen), "ab");
});
