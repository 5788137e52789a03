// node:buffer, from Node.js documentation, "Buffer".
const buffer = require("buffer");

test("Buffer is global and a Uint8Array", () => {
  equal(buffer.Buffer, Buffer);
  const bytes = Buffer.from([1, 2, 3]);
  ok(bytes instanceof Uint8Array);
  ok(Buffer.isBuffer(bytes));
  ok(!Buffer.isBuffer(new Uint8Array(3)));
  equal(Object.prototype.toString.call(bytes), "[object Uint8Array]");
  equal(bytes.constructor, Buffer);
  equal(Buffer.name, "Buffer");
  const descriptor = Object.getOwnPropertyDescriptor(globalThis, "Buffer");
  same([descriptor.configurable, descriptor.enumerable], [true, false]);
});
const texts = { utf8: "tést €😀", utf16le: "tést €😀", latin1: "t\u00e9st", ascii: "test", hex: "74c3a9", base64: "dMOpc3Q=", base64url: "dMOpc3Q_-w" };
for (const [encoding, text] of Object.entries(texts)) {
  test(`${encoding} goes there and back`, () => {
    equal(Buffer.from(text, encoding).toString(encoding), text);
    equal(Buffer.from(text, encoding.toUpperCase()).toString(encoding), text);
    ok(Buffer.isEncoding(encoding));
    equal(Buffer.byteLength(text, encoding), Buffer.from(text, encoding).length);
  });
}
test("encodings, from the documentation", () => {
  const bytes = Buffer.from("hello world", "utf8");
  equal(bytes.toString("hex"), "68656c6c6f20776f726c64");
  equal(bytes.toString("base64"), "aGVsbG8gd29ybGQ=");
  same([...Buffer.from("fhqwhgads", "utf8")], [0x66, 0x68, 0x71, 0x77, 0x68, 0x67, 0x61, 0x64, 0x73]);
  same([...Buffer.from("fhqwhgads", "utf16le")].slice(0, 4), [0x66, 0, 0x68, 0]);
  equal(Buffer.from("1ag123", "hex").toString("hex"), "1a");
  equal(Buffer.from("1a7", "hex").toString("hex"), "1a");
  equal(Buffer.from("1634DD", "hex").toString("hex"), "1634dd");
  equal(Buffer.from("YQ ==\nYg", "base64").toString(), "a");
  equal(Buffer.from("-_-_", "base64").toString("base64"), "+/+/");
  equal(Buffer.from([0xff, 0xfe, 0xfd]).toString("base64url"), "__79");
  equal(Buffer.from([0xe9, 0x61]).toString("ascii"), "ia");
  equal(Buffer.from("\u20ac", "latin1")[0], 0xac);
  equal(Buffer.from([0xc3]).toString(), "\ufffd");
  equal(Buffer.from("\ud800x").toString(), "\ufffdx");
});
test("an encoding that is none", () => {
  equal(throws(() => Buffer.from("x", "nothing"), TypeError).code, "ERR_UNKNOWN_ENCODING");
  equal(throws(() => Buffer.from("x").toString("constructor"), TypeError).message, "Unknown encoding: constructor");
  equal(Buffer.isEncoding("constructor"), false);
});
test("from takes what the documentation says", () => {
  same([...Buffer.from([257, 257.5, -255, "1"])], [1, 1, 1, 1]);
  const memory = new Uint16Array([5000, 4000]);
  const shared = Buffer.from(memory.buffer);
  memory[1] = 6000;
  same([...shared], [0x88, 0x13, 0x70, 0x17]);
  equal(Buffer.from(new ArrayBuffer(10), 0, 2).length, 2);
  equal(Buffer.from(new String("this is a test")).toString(), "this is a test");
  equal(Buffer.from({ [Symbol.toPrimitive]: () => "this is a test" }).toString(), "this is a test");
  same([...Buffer.from({ length: 3, 0: 1, 1: 2, 2: 3 })], [1, 2, 3]);
  equal(Buffer.from(JSON.parse(JSON.stringify(Buffer.from("test")))).toString(), "test");
  for (const wrong of [undefined, null, 1, true, {}, () => {}]) equal(throws(() => Buffer.from(wrong), TypeError).code, "ERR_INVALID_ARG_TYPE");
  equal(throws(() => Buffer.from(new ArrayBuffer(2), 3), RangeError).code, "ERR_BUFFER_OUT_OF_BOUNDS");
  const original = Buffer.from("buffer");
  const copy = Buffer.from(original);
  original[0] = 0x61;
  equal(copy.toString(), "buffer");
});
test("the old constructor", () => {
  same([...new Buffer(3)], [0, 0, 0]);
  equal(Buffer("YQ==", "base64").toString(), "a");
});
test("alloc fills", () => {
  same([...Buffer.alloc(5)], [0, 0, 0, 0, 0]);
  equal(Buffer.alloc(5, "a").toString(), "aaaaa");
  equal(Buffer.alloc(11, "aGVsbG8gd29ybGQ=", "base64").toString(), "hello world");
  equal(Buffer.allocUnsafe(10).length, 10);
  equal(throws(() => Buffer.alloc(-1), RangeError).code, "ERR_OUT_OF_RANGE");
  equal(throws(() => Buffer.alloc("1"), TypeError).code, "ERR_INVALID_ARG_TYPE");
});
test("byteLength", () => {
  equal(Buffer.byteLength("\u00bd + \u00bc = \u00be"), 12);
  equal(Buffer.byteLength(new ArrayBuffer(4)), 4);
  equal(Buffer.byteLength("aGk=", "base64"), 2);
  throws(() => Buffer.byteLength(5), TypeError);
});
test("compare and equals", () => {
  equal(Buffer.compare(Buffer.from("1234"), Buffer.from("0123")), 1);
  same([Buffer.from("1234"), Buffer.from("0123")].sort(Buffer.compare).map(String), ["0123", "1234"]);
  const one = Buffer.from([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  const two = Buffer.from([5, 6, 7, 8, 9, 1, 2, 3, 4]);
  same([one.compare(two, 5, 9, 0, 4), one.compare(two, 0, 6, 4), one.compare(two, 5, 6, 5)], [0, -1, 1]);
  ok(Buffer.from("ABC").equals(new Uint8Array([65, 66, 67])));
  throws(() => Buffer.from("a").equals("a"), TypeError);
});
test("concat", () => {
  const parts = [Buffer.alloc(10), Buffer.alloc(14), Buffer.alloc(18)];
  equal(Buffer.concat(parts, 42).length, 42);
  equal(Buffer.concat([Buffer.from("abc")], 5).toString("hex"), "6162630000");
  equal(Buffer.concat([Buffer.from("abc"), Buffer.from("def")], 4).toString(), "abcd");
  equal(throws(() => Buffer.concat(["a"]), TypeError).message, 'The "list[0]" argument must be an instance of Buffer or Uint8Array. Received type string (\'a\')');
});
test("copy", () => {
  const one = Buffer.allocUnsafe(26).map((_, i) => i + 97);
  const two = Buffer.allocUnsafe(26).fill("!");
  equal(one.copy(two, 8, 16, 20), 4);
  equal(two.toString("ascii", 0, 25), "!!!!!!!!qrst!!!!!!!!!!!!!");
  one.copy(one, 0, 4, 10);
  equal(one.toString(), "efghijghijklmnopqrstuvwxyz");
});
test("fill", () => {
  equal(Buffer.allocUnsafe(5).fill("\u0222").toString("hex"), "c8a2c8a2c8");
  equal(Buffer.alloc(5).fill("abcd", 1, 4).toString("latin1"), "\0abc\0");
  equal(Buffer.alloc(5).fill("a").toString(), "aaaaa");
  equal(Buffer.alloc(5).fill("616", "hex").toString(), "aaaaa");
  equal(throws(() => Buffer.alloc(5).fill("zz", "hex")).code, "ERR_INVALID_ARG_VALUE");
  same([...Buffer.alloc(3).fill(257)], [1, 1, 1]);
});
test("search", () => {
  const bytes = Buffer.from("this is a buffer");
  same([bytes.indexOf("this"), bytes.indexOf("is"), bytes.indexOf(Buffer.from("a buffer")), bytes.indexOf(97), bytes.indexOf("is", 3), bytes.indexOf("zz")],
    [0, 2, 8, 8, 5, -1]);
  const wide = Buffer.from("\u039a\u0391\u03a3\u03a3\u0395", "utf16le");
  same([wide.indexOf("\u03a3", 0, "utf16le"), wide.indexOf("\u03a3", -4, "utf16le")], [4, 6]);
  const b = Buffer.from("abcdef");
  same([b.indexOf(99.9), b.indexOf(256 + 99), b.indexOf("b", undefined), b.indexOf("b", {}), b.indexOf("b", null), b.indexOf("b", [])], [2, 2, 1, 1, 1, 1]);
  const last = Buffer.from("this buffer is a buffer");
  same([last.lastIndexOf("this"), last.lastIndexOf("buffer"), last.lastIndexOf("buffer", 5), last.lastIndexOf("buffer", 4), last.lastIndexOf(97)], [0, 17, 5, -1, 15]);
  same([b.lastIndexOf("b", undefined), b.lastIndexOf("b", {}), b.lastIndexOf("b", null), b.lastIndexOf("b", [])], [1, 1, -1, -1]);
  same([bytes.includes("is"), bytes.includes(Buffer.from("a buffer example")), bytes.includes("this", 4)], [true, false, false]);
});
test("slices share memory", () => {
  const bytes = Buffer.from("buffer");
  equal(bytes.subarray(-6, -1).toString(), "buffe");
  equal(bytes.slice(-5, -2).toString(), "uff");
  bytes.subarray(0, 1)[0] = 0x61;
  equal(bytes.toString(), "auffer");
  ok(Buffer.isBuffer(bytes.map((byte) => byte + 1)));
});
test("swap", () => {
  equal(Buffer.from([1, 2, 3, 4, 5, 6, 7, 8]).swap16().toString("hex"), "0201040306050807");
  equal(Buffer.from([1, 2, 3, 4, 5, 6, 7, 8]).swap32().toString("hex"), "0403020108070605");
  equal(Buffer.from([1, 2, 3, 4, 5, 6, 7, 8]).swap64().toString("hex"), "0807060504030201");
  equal(throws(() => Buffer.alloc(3).swap16(), RangeError).code, "ERR_INVALID_BUFFER_SIZE");
});
test("write", () => {
  const bytes = Buffer.alloc(8);
  equal(bytes.write("\u00bd + \u00bc", 0), 7);
  equal(Buffer.alloc(10).write("abcd", 8), 2);
  equal(Buffer.alloc(4).write("€€"), 3);
  equal(Buffer.alloc(4).write("abcdef", "hex"), 3);
  equal(throws(() => Buffer.alloc(2).write("a", 3), RangeError).code, "ERR_OUT_OF_RANGE");
});
test("toJSON and inspect", () => {
  equal(JSON.stringify(Buffer.from([1, 2])), '{"type":"Buffer","data":[1,2]}');
  equal(require("util").inspect(Buffer.from("hi")), "<Buffer 68 69>");
  equal(require("util").inspect(Buffer.alloc(60)).slice(-21), "00 ... 10 more bytes>");
});
test("integers are read", () => {
  const bytes = Buffer.from([0x12, 0x34, 0x56, 0x78, 0x90, 0xab, 0xff, 0xfe]);
  const found = {
    readUInt8: bytes.readUInt8(1), readInt8: bytes.readInt8(6), readUInt16BE: bytes.readUInt16BE(0), readUInt16LE: bytes.readUint16LE(1),
    readUInt32BE: bytes.readUInt32BE(0), readUInt32LE: bytes.readUInt32LE(0), readInt32LE: bytes.readInt32LE(4), readInt16BE: bytes.readInt16BE(6),
    readIntBE: bytes.readIntBE(0, 6), readUIntLE: bytes.readUIntLE(0, 6), readIntLE: bytes.readIntLE(0, 6),
  };
  same(found, {
    readUInt8: 0x34, readInt8: -1, readUInt16BE: 0x1234, readUInt16LE: 0x5634, readUInt32BE: 0x12345678, readUInt32LE: 0x78563412,
    readInt32LE: -16798832, readInt16BE: -2, readIntBE: 0x1234567890ab, readUIntLE: 0xab9078563412, readIntLE: -0x546f87a9cbee,
  });
  equal(bytes.readBigUInt64BE(0), 0x1234567890abfffen);
  equal(bytes.readBigInt64LE(0), BigInt.asIntN(64, 0xfeffab9078563412n));
});
test("numbers that are out of range", () => {
  const bytes = Buffer.alloc(4);
  equal(throws(() => bytes.readUInt8(4), RangeError).message, 'The value of "offset" is out of range. It must be >= 0 and <= 3. Received 4');
  equal(throws(() => bytes.readUInt8(1.5), RangeError).message, 'The value of "offset" is out of range. It must be an integer. Received 1.5');
  equal(throws(() => bytes.readBigInt64LE(0), RangeError).code, "ERR_BUFFER_OUT_OF_BOUNDS");
  equal(throws(() => bytes.writeUInt8(256), RangeError).message, 'The value of "value" is out of range. It must be >= 0 and <= 255. Received 256');
  equal(throws(() => bytes.writeInt32BE(2 ** 33), RangeError).message,
    'The value of "value" is out of range. It must be >= -2147483648 and <= 2147483647. Received 8_589_934_592');
  equal(throws(() => bytes.writeIntBE(2 ** 40, 0, 5), RangeError).message,
    'The value of "value" is out of range. It must be >= -(2 ** 39) and < 2 ** 39. Received 1_099_511_627_776');
  equal(throws(() => bytes.readInt8("1"), TypeError).code, "ERR_INVALID_ARG_TYPE");
});
test("numbers are written", () => {
  const bytes = Buffer.alloc(8);
  equal(bytes.writeInt16BE(0x0102, 0), 2);
  bytes.writeInt16LE(0x0304, 2);
  equal(bytes.toString("hex"), "0102040300000000");
  bytes.writeUIntBE(0x1234567890ab, 0, 6);
  equal(bytes.toString("hex", 0, 6), "1234567890ab");
  bytes.writeIntLE(-2, 0, 3);
  equal(bytes.toString("hex", 0, 3), "feffff");
  bytes.writeDoubleLE(123.456, 0);
  equal(bytes.toString("hex"), "77be9f1a2fdd5e40");
  equal(bytes.readDoubleLE(), 123.456);
  bytes.writeFloatBE(0xcafebabe, 0);
  equal(bytes.toString("hex", 0, 4), "4f4afebb");
  bytes.writeBigInt64BE(0x0102030405060708n);
  equal(bytes.toString("hex"), "0102030405060708");
});
test("the rest of the module", () => {
  equal(buffer.constants.MAX_LENGTH, buffer.kMaxLength);
  equal(buffer.isUtf8(Buffer.from([0xc3])), false);
  equal(buffer.isUtf8(Buffer.from("é")), true);
  equal(buffer.isAscii(Buffer.from("é")), false);
  equal(buffer.transcode(Buffer.from("€"), "utf8", "ascii").toString(), "?");
  equal(buffer.atob, atob);
  equal(buffer.Blob, Blob);
  equal(Buffer.copyBytesFrom(new Uint16Array([0, 0xffff]), 1).length, 2);
});
test("iteration", () => {
  same([...Buffer.from("ab").entries()], [[0, 97], [1, 98]]);
  same([...Buffer.from("ab").keys()], [0, 1]);
  let text = "";
  for (const byte of Buffer.from([1, 2, 3])) text += byte;
  equal(text, "123");
});
test("resolveObjectURL gives what a blob: URL stands for", async () => {
  const { resolveObjectURL } = require("node:buffer");
  const url = URL.createObjectURL(new Blob(["a"], { type: "text/plain" }));
  const blob = resolveObjectURL(url);
  same([blob.type, await blob.text()], ["text/plain", "a"]);
  URL.revokeObjectURL(url);
  equal(resolveObjectURL(url), undefined);
  equal(resolveObjectURL("blob:nodedata:1"), undefined);
});

test("old packages make buffers with `new Buffer.alloc`", () => {
  equal(new Buffer.alloc(2).length, 2);
  equal(String(new Buffer.from("a")), "a");
});
