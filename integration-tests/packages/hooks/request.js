// request, with callbacks: JSON, a form, Basic authentication, an error.
const request = require("request");

module.exports = function (args, callback, deny) {
  const crm = request.defaults({ baseUrl: "https://crm.acme.example/v1", auth: { bearer: args.secrets.VENDOR_KEY } });
  crm.get({ url: "/customers", qs: { email: args.customer.info.email }, json: true }, (error, response, body) => {
    if (error) return callback(error);
    crm.post({ url: "/form", form: { a: "1 2", nested: { b: "ü" } } }, (error, sent, text) => {
      if (error) return callback(error);
      request.get("https://crm.acme.example/v1/basic", { auth: { user: "acme", pass: args.secrets.VENDOR_KEY }, gzip: true }, (error, basic) => {
        if (error) return callback(error);
        request("https://elsewhere.example/", (refused) => {
          callback(new TokenClaims({
            got: { tier: body.tier, status: response.statusCode, form: JSON.parse(text).form, basic: basic.statusCode, refused: refused instanceof Error },
          }));
        });
      });
    });
  });
};
