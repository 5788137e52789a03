// TextEncoder, TextDecoder and their streams: Encoding Standard section 7.
"use strict";
const idl = require("web/idl");

class TextEncoder {
  #brand;
  get encoding() { this.#brand; return "utf-8"; }
  encode(input = "") {
    this.#brand;
    return new Uint8Array(native.utf8(idl.DOMString(input)));
  }
  encodeInto(source, destination) {
    this.#brand;
    idl.requireArguments(arguments.length, 2, "TextEncoder.encodeInto");
    const text = idl.DOMString(source);
    if (!isUint8Array(destination)) {
      throw new TypeError("TextEncoder.encodeInto: expected a Uint8Array to write to");
    }
    const target = idl.bytesOf(destination);
    // Each code unit takes at least one byte: what is further cannot fit in.
    const reach = text.length > target.length ? text.slice(0, target.length + 1) : text;
    const [bytes, read] = native.utf8Into(reach, target.length);
    target.set(new Uint8Array(bytes));
    return { read, written: bytes.byteLength };
  }
}

const tagOf = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag).get;
const isUint8Array = (value) => tagOf.call(value) === "Uint8Array";

// [AllowShared] BufferSource
const sharedLength = Object.getOwnPropertyDescriptor(SharedArrayBuffer.prototype, "byteLength").get;
const isShared = (value) => {
  try { sharedLength.call(value); return true; } catch { return false; }
};
const bytesFrom = (value, what) => (isShared(value) ? new Uint8Array(value) : idl.bufferSource(value, what));

const encodingOf = (label) => {
  const name = label === "utf-8" ? label : native.encodingName(label);
  if (name === null) throw new RangeError(`"${label}" is the label of no encoding that can be decoded`);
  return name;
};
const wrong = (name) => Object.assign(new TypeError(`The encoded data was not valid for encoding ${name}`), {
  code: "ERR_ENCODING_INVALID_ENCODED_DATA",
});

// Decoding from call to call: `kept` are the bytes that no text came of yet (for ISO-2022-JP: all, of
// which the `leading` ones have been read).
class Decoding {
  constructor(name, fatal, ignoreBOM) {
    this.name = name;
    this.fatal = fatal;
    this.ignoreBOM = ignoreBOM || !name.startsWith("utf-");
    this.reset();
  }
  reset() {
    this.kept = undefined;
    this.leading = 0;
    this.bomSeen = false;
  }
  #text(text) {
    if (this.ignoreBOM || this.bomSeen || text === "") return text;
    this.bomSeen = true;
    return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  }
  // `bytes`, with more to come or as the end.
  push(bytes, last) {
    let text;
    if (last && this.kept === undefined) {
      text = native.decode(this.name, bytes, this.fatal);
    } else {
      const all = this.#joined(bytes);
      const [read, rest, leading] = native.decodePart(this.name, all, this.fatal, this.leading, last);
      this.kept = rest === 0 ? undefined : all.slice(all.length - rest);
      this.leading = leading;
      text = read;
    }
    if (text === null) throw wrong(this.name);
    return this.#text(text);
  }
  #joined(bytes) {
    if (this.kept === undefined) return bytes;
    const all = new Uint8Array(this.kept.length + bytes.length);
    all.set(this.kept);
    all.set(bytes, this.kept.length);
    return all;
  }
}

const decodingOf = (label, options) => {
  const name = idl.DOMString(label);
  const given = idl.dictionary(options, "TextDecoder's options");
  const fatal = Boolean(given.fatal);
  const ignoreBOM = Boolean(given.ignoreBOM);
  const decoding = new Decoding(encodingOf(name), fatal, ignoreBOM);
  return { decoding, fatal, ignoreBOM };
};

class TextDecoder {
  #decoding;
  #fatal;
  #ignoreBOM;
  #goesOn = false;
  constructor(label = "utf-8", options = {}) {
    const { decoding, fatal, ignoreBOM } = decodingOf(label, options);
    this.#decoding = decoding;
    this.#fatal = fatal;
    this.#ignoreBOM = ignoreBOM;
  }
  get encoding() { return this.#decoding.name; }
  get fatal() { return this.#fatal; }
  get ignoreBOM() { return this.#ignoreBOM; }
  decode(input = undefined, options = {}) {
    const decoding = this.#decoding;
    const bytes = input === undefined ? new Uint8Array(0) : bytesFrom(input, "TextDecoder.decode");
    const stream = Boolean(idl.dictionary(options, "TextDecoder.decode's options").stream);
    if (!this.#goesOn) decoding.reset();
    this.#goesOn = stream;
    return decoding.push(bytes, !stream);
  }
}

class TextEncoderStream {
  #transform;
  constructor() {
    const { TransformStream } = require("web/streams");
    // A lead surrogate at the end of a chunk waits for its other half.
    let lead = "";
    const push = (text, controller) => {
      if (text !== "") controller.enqueue(new Uint8Array(native.utf8(text)));
    };
    this.#transform = new TransformStream({
      transform(chunk, controller) {
        let text = lead + idl.DOMString(chunk);
        lead = "";
        if (/[\uD800-\uDBFF]$/.test(text)) {
          lead = text.slice(-1);
          text = text.slice(0, -1);
        }
        push(text, controller);
      },
      flush(controller) { push(lead, controller); },
    });
  }
  get encoding() { this.#transform; return "utf-8"; }
  get readable() { return this.#transform.readable; }
  get writable() { return this.#transform.writable; }
}

class TextDecoderStream {
  #decoding;
  #fatal;
  #ignoreBOM;
  #transform;
  constructor(label = "utf-8", options = {}) {
    const { decoding, fatal, ignoreBOM } = decodingOf(label, options);
    this.#decoding = decoding;
    this.#fatal = fatal;
    this.#ignoreBOM = ignoreBOM;
    const { TransformStream } = require("web/streams");
    const push = (text, controller) => { if (text !== "") controller.enqueue(text); };
    this.#transform = new TransformStream({
      transform(chunk, controller) {
        push(decoding.push(bytesFrom(chunk, "TextDecoderStream"), false), controller);
      },
      flush(controller) { push(decoding.push(new Uint8Array(0), true), controller); },
    });
  }
  get encoding() { return this.#decoding.name; }
  get fatal() { return this.#fatal; }
  get ignoreBOM() { return this.#ignoreBOM; }
  get readable() { return this.#transform.readable; }
  get writable() { return this.#transform.writable; }
}

idl.interfaces(TextEncoder, TextDecoder, TextEncoderStream, TextDecoderStream);
module.exports = { TextEncoder, TextDecoder, TextEncoderStream, TextDecoderStream };
