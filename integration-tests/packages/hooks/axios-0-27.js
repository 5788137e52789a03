// axios 0.27, as hooks of its years use it: basic authentication, a form, validateStatus, promises.
const axios = require("axios-0.27");
const qs = require("qs");

module.exports = function (args, callback) {
  const auth = { username: "acme", password: args.secrets.VENDOR_KEY };
  return axios
    .get("https://crm.acme.example/v1/basic", { auth, params: { email: args.customer.info.email } })
    .then(({ data }) =>
      axios({
        method: "post",
        url: "https://crm.acme.example/v1/form",
        data: qs.stringify({ tier: data.tier, tags: ["a", "b"] }),
        headers: { "content-type": "application/x-www-form-urlencoded", Authorization: "Bearer " + args.secrets.VENDOR_KEY },
        validateStatus: (status) => status < 500,
      }),
    )
    .then((response) =>
      axios.get("https://crm.acme.example/v1/nothing").catch((error) =>
        callback(new TokenClaims({ got: { form: response.data.form, refused: error.response.status, message: error.message } })),
      ),
    )
    .catch((error) => callback(error));
};
