// An external processor for Envoy that does what the hook `add-tier` does: it adds a claim to the ID
// token of each token response, and signs it anew. Prints `ready PORT` when it serves.
//
//   node server.mjs KEYS          with KEYS a file of PEM, an RSA key and one on the curve P-256

import { createPrivateKey, sign } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import grpc from "@grpc/grpc-js";
import protoLoader from "@grpc/proto-loader";

// Read once: a key that is made anew for each signature would cost more than the signature.
const pems = readFileSync(process.argv[2], "utf8").match(/-----BEGIN[^]*?-----END[^\n]*/g);
const keys = pems.map((pem) => createPrivateKey(pem));
const rsa = keys.find((key) => key.asymmetricKeyType === "rsa");
const ec = keys.find((key) => key.asymmetricKeyType === "ec");
const signers = {
  RS256: (input) => sign("sha256", input, rsa),
  ES256: (input) => sign("sha256", input, { key: ec, dsaEncoding: "ieee-p1363" }),
};

const decoded = (part) => JSON.parse(Buffer.from(part, "base64url").toString());
const encoded = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** The token response with the claim, as bytes; none for a response without an ID token. */
function withTier(body) {
  const response = JSON.parse(body.toString());
  if (!response.id_token) return undefined;
  const [head, payload] = response.id_token.split(".");
  const header = decoded(head);
  const claims = decoded(payload);
  claims.tier = claims.email ? "gold" : "silver";
  const input = `${encoded({ ...header, kid: "hooks" })}.${encoded(claims)}`;
  const signature = signers[header.alg](Buffer.from(input));
  response.id_token = `${input}.${signature.toString("base64url")}`;
  return Buffer.from(JSON.stringify(response));
}

// Envoy refuses a changed body that has not the length that was announced.
const anyLength = { response: { header_mutation: { remove_headers: ["content-length"] } } };

/** The answer to what Envoy shows: headers, where it is configured to, and the response's body. */
function answer(request) {
  if (request.request_headers) return { request_headers: {} };
  if (request.response_headers) return { response_headers: anyLength };
  const body = withTier(request.response_body.body);
  return { response_body: body ? { response: { body_mutation: { body } } } : {} };
}

function serve(call) {
  call.on("data", (request) => call.write(answer(request)));
  call.on("end", () => call.end());
  // Envoy leaves when its client does.
  call.on("error", () => {});
}

const proto = fileURLToPath(new URL("external_processor.proto", import.meta.url));
const definition = protoLoader.loadSync(proto, { keepCase: true });
const { ExternalProcessor } = grpc.loadPackageDefinition(definition).envoy.service.ext_proc.v3;
const server = new grpc.Server();
server.addService(ExternalProcessor.service, { process: serve });
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  console.log(`ready ${port}`);
});
