// axios 1: an instance with a base URL and interceptors, JSON both ways, an error's response.
const axios = require("axios");

const crm = axios.create({ baseURL: "https://crm.acme.example/v1", timeout: 5000 });

module.exports = async function (args, callback) {
  crm.interceptors.request.use((config) => {
    config.headers.Authorization = `Bearer ${args.secrets.VENDOR_KEY}`;
    return config;
  });
  const email = args.customer.info.email;
  const { data, status, headers } = await crm.get("/customers", { params: { email, fields: ["tier", "id"] } });
  const made = await crm.post("/events", { type: "login", customer: data.id });
  const form = await crm.post("/form", new URLSearchParams({ a: "1 2", b: "ü" }));
  let refused;
  try {
    await crm.get("/nothing");
  } catch (error) {
    refused = [axios.isAxiosError(error), error.code, error.response.status, error.response.data.error];
  }
  callback(new TokenClaims({
    got: { tier: data.tier, status, type: headers["content-type"], made: made.status, form: form.data.form, refused },
  }));
};
