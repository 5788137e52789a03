// node-fetch 2: what hooks of 2018 fetch with. A gzipped answer, a form, Basic by hand, streams.
const fetch = require("node-fetch-2");

module.exports = async function (args, callback) {
  const response = await fetch("https://crm.acme.example/v1/customers?email=" + encodeURIComponent(args.customer.info.email), {
    headers: { Authorization: "Bearer " + args.secrets.VENDOR_KEY, "x-gzip": "1" },
  });
  const { tier } = await response.json();
  const params = new URLSearchParams();
  params.append("a", "1 2");
  const form = await fetch("https://crm.acme.example/v1/form", {
    method: "POST",
    body: params,
    headers: new fetch.Headers({ authorization: "Bearer " + args.secrets.VENDOR_KEY }),
  });
  const missing = await fetch("https://crm.acme.example/v1/nothing");
  let refused;
  try {
    await fetch("https://elsewhere.example/");
  } catch (error) {
    refused = error.name;
  }
  const text = await form.json();
  callback(new TokenClaims({
    got: { tier, ok: response.ok, type: response.headers.get("content-type"), form: text.form, missing: missing.status, refused },
  }));
};
