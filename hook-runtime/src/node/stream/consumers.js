// node:stream/consumers (Node.js documentation, "Utility consumers").
"use strict";
const buffer = async (stream) => {
  const { Buffer } = require("node/buffer");
  const chunks = [];
  for await (const chunk of stream) {
    chunks.push(typeof chunk === "string" || Array.isArray(chunk) ? Buffer.from(chunk)
      : ArrayBuffer.isView(chunk) ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
        : chunk instanceof ArrayBuffer ? Buffer.from(chunk) : Buffer.from(await chunk.arrayBuffer()));
  }
  return Buffer.concat(chunks);
};
const text = async (stream) => {
  const decoder = new TextDecoder();
  let made = "";
  for await (const chunk of stream) made += typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true });
  return made + decoder.decode();
};
Object.assign(exports, {
  buffer, text,
  async arrayBuffer(stream) {
    const bytes = await buffer(stream);
    return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  },
  async blob(stream) { return new Blob([await buffer(stream)]); },
  async json(stream) { return JSON.parse(await text(stream)); },
});
