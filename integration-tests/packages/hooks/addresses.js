// ipaddr.js and libphonenumber-js: where the customer comes from, and their number as vendors want it.
const ipaddr = require("ipaddr.js");
const { parsePhoneNumberFromString, AsYouType, isValidNumber } = require("libphonenumber-js");

module.exports = async function (args, callback) {
  const office = ["192.0.2.0/24", "2001:db8::/32"].map((range) => ipaddr.parseCIDR(range));
  const inside = (text) => {
    const address = ipaddr.process(text);
    return office.some((range) => range[0].kind() === address.kind() && address.match(range));
  };
  const phone = parsePhoneNumberFromString("030 123456-7", "DE");
  callback(new TokenClaims({
    got: {
      inside: ["192.0.2.7", "::ffff:192.0.2.8", "2001:db8::1", "198.51.100.1"].map(inside),
      range: ipaddr.parse("10.1.2.3").range(),
      phone: [phone.number, phone.country, phone.formatInternational(), phone.formatNational(), phone.isValid()],
      typed: new AsYouType("US").input("2133734253"),
      valid: [isValidNumber("+31201234567"), isValidNumber("12", "NL")],
    },
  }));
};
