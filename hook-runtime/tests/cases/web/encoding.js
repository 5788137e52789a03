// Encoding Standard sections 7 (TextEncoder, TextDecoder and their streams) and 4.2 (labels).
const bytes = (...list) => new Uint8Array(list);
const decode = (label, list, options) => new TextDecoder(label, options).decode(new Uint8Array(list));

test("encode gives UTF-8, lone surrogates replaced", () => {
  same([...new TextEncoder().encode("aé€😀")], [0x61, 0xc3, 0xa9, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98, 0x80]);
  same([...new TextEncoder().encode("\udc00x\ud800")], [0xef, 0xbf, 0xbd, 0x78, 0xef, 0xbf, 0xbd]);
  same([...new TextEncoder().encode("\0")], [0]);
  equal(new TextEncoder().encode().length, 0);
  equal(new TextEncoder().encode(undefined).length, 0);
  equal(new TextDecoder().decode(new TextEncoder().encode(null)), "null");
  ok(new TextEncoder().encode("") instanceof Uint8Array);
  equal(new TextEncoder().encoding, "utf-8");
});
test("encodeInto writes whole characters, and says how many", () => {
  const into = (text, room) => {
    const target = new Uint8Array(room);
    const { read, written } = new TextEncoder().encodeInto(text, target);
    return [read, written, ...target];
  };
  same(into("abc", 2), [2, 2, 0x61, 0x62]);
  same(into("a€", 3), [1, 1, 0x61, 0, 0]);
  same(into("a😀b", 5), [3, 5, 0x61, 0xf0, 0x9f, 0x98, 0x80]);
  same(into("a😀b", 6), [4, 6, 0x61, 0xf0, 0x9f, 0x98, 0x80, 0x62]);
  same(into("\ud800", 3), [1, 3, 0xef, 0xbf, 0xbd]);
  same(into("\ud800", 2), [0, 0, 0, 0]);
  same(into("x".repeat(1000), 0), [0, 0]);
});
test("encodeInto writes where the view is, and into nothing else", () => {
  const target = new Uint8Array(6).fill(9);
  same(new TextEncoder().encodeInto("ab", target.subarray(2, 5)), { read: 2, written: 2 });
  same([...target], [9, 9, 0x61, 0x62, 9, 9]);
  for (const wrong of [new Uint8ClampedArray(4), new Int8Array(4), new DataView(new ArrayBuffer(4)), new ArrayBuffer(4), [], null]) {
    throws(() => new TextEncoder().encodeInto("a", wrong), TypeError);
  }
  throws(() => new TextEncoder().encodeInto("a"), TypeError);
  const shared = new Uint8Array(new SharedArrayBuffer(2));
  new TextEncoder().encodeInto("ab", shared);
  same([...shared], [0x61, 0x62]);
  const gone = new Uint8Array(4);
  gone.buffer.transfer();
  same(new TextEncoder().encodeInto("a", gone), { read: 0, written: 0 });
});
test("labels name encodings, whatever their case and the blanks around", () => {
  const names = { "UTF8": "utf-8", " unicode-1-1-utf-8\n": "utf-8", "ascii": "windows-1252", "latin1": "windows-1252", "\tISO-8859-1\f": "windows-1252",
    "utf-16": "utf-16le", "ucs-2": "utf-16le", "unicodefffe": "utf-16be", "gb2312": "gbk", "chinese": "gbk", "gb18030": "gb18030", "big5-hkscs": "big5",
    "sjis": "shift_jis", "x-euc-jp": "euc-jp", "csiso2022jp": "iso-2022-jp", "ks_c_5601-1987": "euc-kr", "l9": "iso-8859-15", "koi8-ru": "koi8-u",
    "logical": "iso-8859-8-i", "hebrew": "iso-8859-8", "mac": "macintosh", "dos-874": "windows-874", "x-user-defined": "x-user-defined", "866": "ibm866" };
  for (const label of Object.keys(names)) equal(new TextDecoder(label).encoding, names[label], JSON.stringify(label));
});
test("unknown labels and those of the replacement encoding are refused", () => {
  for (const label of ["", "utf-7", "utf-32", "utf-8\0", "\u00a0utf-8", "\u2028utf-8", "latin 1", "hz-gb-2312", "iso-2022-kr", "replacement", "iso-2022-cn", null]) {
    throws(() => new TextDecoder(label), RangeError);
  }
});
test("utf-8: what is wrong becomes U+FFFD, once for each longest beginning", () => {
  equal(decode("utf-8", [0x61, 0xc3, 0xa9, 0xf0, 0x9f, 0x98, 0x80]), "aé😀");
  equal(decode("utf-8", [0xff, 0x61]), "\ufffda");
  equal(decode("utf-8", [0xc0, 0x80]), "\ufffd\ufffd");
  equal(decode("utf-8", [0xf0, 0x9f, 0x98, 0x61]), "\ufffda");
  equal(decode("utf-8", [0xed, 0xa0, 0x80]), "\ufffd\ufffd\ufffd");
  equal(decode("utf-8", [0xf4, 0x90, 0x80, 0x80]), "\ufffd\ufffd\ufffd\ufffd");
  equal(decode("utf-8", [0xe2, 0x82]), "\ufffd");
});
test("fatal: what is wrong is a TypeError", () => {
  for (const list of [[0xff], [0xc0, 0x80], [0xe2, 0x82], [0xed, 0xa0, 0x80]]) throws(() => decode("utf-8", list, { fatal: true }), TypeError);
  throws(() => decode("utf-16le", [0, 0xd8], { fatal: true }), TypeError);
  throws(() => decode("windows-1253", [0xaa], { fatal: true }), TypeError);
  throws(() => decode("big5", [0x81], { fatal: true }), TypeError);
  equal(decode("utf-8", [0xe2, 0x82, 0xac], { fatal: true }), "€");
  const decoder = new TextDecoder("utf-8", { fatal: true });
  throws(() => decoder.decode(bytes(0xff)), TypeError);
  equal(decoder.decode(bytes(0x61)), "a");
});
test("the byte order mark is dropped, unless it is wanted", () => {
  const mark = [0xef, 0xbb, 0xbf];
  equal(decode("utf-8", [...mark, 0x61]), "a");
  equal(decode("utf-8", [...mark, ...mark, 0x61]), "\ufeffa");
  equal(decode("utf-8", [...mark, 0x61], { ignoreBOM: true }), "\ufeffa");
  equal(decode("utf-16le", [0xff, 0xfe, 0x61, 0]), "a");
  equal(decode("utf-16be", [0xfe, 0xff, 0, 0x61]), "a");
  equal(decode("utf-16le", [0xfe, 0xff, 0x61, 0]), "\ufffea");
  equal(decode("windows-1252", [...mark]), "ï»¿");
  const decoder = new TextDecoder();
  equal(decoder.decode(bytes(0xef, 0xbb), { stream: true }) + decoder.decode(bytes(0xbf, 0x61)), "a");
  equal(decoder.decode(bytes(...mark, 0x62)), "b");
});
test("legacy encodings", () => {
  equal(decode("windows-1252", [0x80, 0x81, 0x9f, 0xe9]), "€\u0081Ÿé");
  equal(decode("iso-8859-15", [0xa4]), "€");
  equal(decode("koi8-r", [0xc1, 0xc2]), "аб");
  equal(decode("gbk", [0xd6, 0xd0, 0xce, 0xc4, 0x80]), "中文€");
  equal(decode("gb18030", [0x81, 0x30, 0x81, 0x30, 0x94, 0x39, 0xda, 0x33]), "\u0080💩");
  equal(decode("big5", [0xa4, 0xa4, 0x88, 0x62]), "中\u00ca\u0304");
  equal(decode("euc-jp", [0xc6, 0xfc, 0x8e, 0xb1, 0x8f, 0xb0, 0xa1]), "日ｱ丂");
  equal(decode("shift_jis", [0x93, 0xfa, 0xb1, 0x5c]), "日ｱ\\");
  equal(decode("euc-kr", [0xc7, 0xd1]), "한");
  equal(decode("iso-2022-jp", [0x1b, 0x24, 0x42, 0x46, 0x7c, 0x1b, 0x28, 0x42, 0x61]), "日a");
  equal(decode("x-user-defined", [0x7f, 0x80, 0xff]), "\u007f\uf780\uf7ff");
  equal(decode("gbk", [0xd6, 0x0a, 0xff]), "\ufffd\n\ufffd");
});
test("streams: characters may be cut anywhere, in every encoding", () => {
  const samples = { "utf-8": [0x61, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98, 0x80, 0xe2, 0x61, 0xe2, 0x82], "utf-16le": [0x61, 0, 0x3d, 0xd8, 0, 0xde, 0x3d, 0xd8, 0x62],
    "utf-16be": [0, 0x61, 0xd8, 0x3d, 0xde, 0, 0xdb, 0x3d, 0xd8, 0, 0xde, 0xfe, 0xff], "gb18030": [0xd6, 0xd0, 0x94, 0x39, 0xda, 0x33, 0x81, 0x30, 0x41, 0x81, 0x30, 0x81],
    "big5": [0xa4, 0xa4, 0x88, 0x62, 0x81], "euc-jp": [0xc6, 0xfc, 0x8f, 0xb0, 0xa1, 0x8f, 0xb0], "shift_jis": [0x93, 0xfa, 0xb1, 0x93], "euc-kr": [0xc7, 0xd1, 0xc7],
    "iso-2022-jp": [0x41, 0x1b, 0x24, 0x42, 0x46, 0x7c, 0x46, 0x1b, 0x28, 0x4a, 0x5c, 0x1b, 0x28, 0x1b, 0x28, 0x42, 0x61, 0x1b] };
  for (const label of Object.keys(samples)) {
    const whole = decode(label, samples[label]);
    for (let size = 1; size < 5; size++) {
      const decoder = new TextDecoder(label);
      let text = "";
      for (let at = 0; at < samples[label].length; at += size) {
        text += decoder.decode(new Uint8Array(samples[label].slice(at, at + size)), { stream: true });
      }
      equal(text + decoder.decode(), whole, `${label} by ${size}`);
    }
  }
});
test("streams: the end of one is the beginning of the next", () => {
  const decoder = new TextDecoder();
  equal(decoder.decode(bytes(0xe2, 0x82), { stream: true }), "");
  equal(decoder.decode(), "\ufffd");
  equal(decoder.decode(bytes(0xac)), "\ufffd");
  equal(decoder.decode(bytes(0xe2), { stream: true }) + decoder.decode(bytes(0x82, 0xac)), "€");
});
test("streams: fatal goes on after what was wrong", () => {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  equal(decoder.decode(bytes(0xe2), { stream: true }), "");
  throws(() => decoder.decode(bytes(0x61), { stream: true }), TypeError);
  equal(decoder.decode(bytes(0x62)), "ab");
  const japanese = new TextDecoder("iso-2022-jp", { fatal: true });
  throws(() => japanese.decode(bytes(0x1b, 0x24, 0x42, 0xff, 0x46), { stream: true }), TypeError);
  equal(japanese.decode(bytes(0x7c)), "日");
});
test("any buffer source can be decoded", () => {
  const source = new Uint8Array([0x78, 0x61, 0x62, 0x63, 0x78, 0x78]);
  equal(new TextDecoder().decode(source.buffer), "xabcxx");
  equal(new TextDecoder().decode(source.subarray(1, 4)), "abc");
  equal(new TextDecoder().decode(new DataView(source.buffer, 1, 2)), "ab");
  equal(new TextDecoder().decode(new Uint16Array([0x6261])), "ab");
  const shared = new SharedArrayBuffer(2);
  new Uint8Array(shared).set([0x61, 0x62]);
  equal(new TextDecoder().decode(shared), "ab");
  equal(new TextDecoder().decode(new Uint8Array(shared, 1)), "b");
  const gone = new Uint8Array([0x61]);
  gone.buffer.transfer();
  equal(new TextDecoder().decode(gone), "");
  equal(new TextDecoder().decode(undefined), "");
  for (const wrong of [null, "a", 1, [0x61], {}]) throws(() => new TextDecoder().decode(wrong), TypeError);
});
test("options are read as dictionaries", () => {
  const read = [];
  const options = { get fatal() { read.push("fatal"); return 1; }, get ignoreBOM() { read.push("ignoreBOM"); return ""; } };
  const decoder = new TextDecoder("latin1", options);
  same(read, ["fatal", "ignoreBOM"]);
  same([decoder.encoding, decoder.fatal, decoder.ignoreBOM], ["windows-1252", true, false]);
  throws(() => new TextDecoder("utf-8", 5), TypeError);
  equal(new TextDecoder("utf-8", null).fatal, false);
});
test("the interfaces are those of Web IDL", () => {
  for (const [type, members] of [[TextEncoder, ["encoding", "encode", "encodeInto"]], [TextDecoder, ["encoding", "fatal", "ignoreBOM", "decode"]]]) {
    equal(type.length, 0);
    equal(Object.prototype.toString.call(new type()), `[object ${type.name}]`);
    same(Object.keys(type.prototype), members);
    throws(() => type(), TypeError);
  }
  equal(TextEncoder.prototype.encodeInto.length, 2);
  throws(() => TextEncoder.prototype.encode.call({}, "a"), TypeError);
  throws(() => TextDecoder.prototype.decode.call({}), TypeError);
});

const through = async (stream, chunks) => {
  const writer = stream.writable.getWriter();
  const written = Promise.all([...chunks.map((chunk) => writer.write(chunk)), writer.close()]);
  written.catch(() => {});
  const out = [];
  for await (const chunk of stream.readable) out.push(chunk);
  await written;
  return out;
};
test("TextDecoderStream decodes chunks, cut anywhere", async () => {
  same(await through(new TextDecoderStream(), [bytes(0xef, 0xbb, 0xbf, 0xe2), bytes(), bytes(0x82, 0xac).buffer, bytes(0xe2)]), ["€", "\ufffd"]);
  const stream = new TextDecoderStream("UTF-16", { fatal: true, ignoreBOM: true });
  same([stream.encoding, stream.fatal, stream.ignoreBOM], ["utf-16le", true, true]);
  await rejects(through(new TextDecoderStream("utf-8", { fatal: true }), [bytes(0xe2)]), TypeError);
  await rejects(through(new TextDecoderStream(), ["text"]), TypeError);
  throws(() => new TextDecoderStream("replacement"), RangeError);
});
test("TextEncoderStream joins surrogates of neighbouring chunks", async () => {
  const chunks = await through(new TextEncoderStream(), ["a\ud83d", "", "\ude00", 5, "\ud800"]);
  same(chunks.map((chunk) => [...chunk]), [[0x61], [0xf0, 0x9f, 0x98, 0x80], [0x35], [0xef, 0xbf, 0xbd]]);
  equal(new TextEncoderStream().encoding, "utf-8");
  await rejects(through(new TextEncoderStream(), [Symbol("s")]), TypeError);
});
