// @xmldom/xmldom and xpath: a SAML assertion read, changed and written.
const { DOMParser, XMLSerializer } = require("@xmldom/xmldom");
const xpath = require("xpath");

module.exports = async function (args, callback) {
  const text = await (await fetch("https://login.partner.example/saml")).text();
  const document = new DOMParser({ onError: (level, message) => { throw new Error(message); } }).parseFromString(text, "text/xml");
  const select = xpath.useNamespaces({ saml: "urn:oasis:names:tc:SAML:2.0:assertion" });
  const values = select("//saml:Attribute[@Name='groups']/saml:AttributeValue/text()", document).map((node) => node.nodeValue);
  const name = select("string(//saml:NameID)", document);
  const count = select("count(//saml:AttributeValue)", document);
  const attribute = document.createElement("Note");
  attribute.setAttribute("by", "a & b");
  attribute.appendChild(document.createTextNode("<ok>"));
  let broken;
  try {
    new DOMParser().parseFromString("<a><b></a>", "text/xml");
  } catch (error) {
    broken = error.name;
  }
  callback(new TokenClaims({ got: { name, values, count, written: new XMLSerializer().serializeToString(attribute), broken } }));
};
