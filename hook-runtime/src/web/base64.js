// atob and btoa: HTML section 8.3, over the forgiving base64 of the Infra Standard.
"use strict";
const idl = require("web/idl");

const invalid = (message) => {
  const { DOMException } = require("web/dom_exception");
  return new DOMException(message, "InvalidCharacterError");
};

const { atob, btoa } = {
  atob(data) {
    idl.requireArguments(arguments.length, 1, "atob");
    const text = native.atob(idl.DOMString(data));
    if (text === null) throw invalid("The string to be decoded is not correctly encoded.");
    return text;
  },
  btoa(data) {
    idl.requireArguments(arguments.length, 1, "btoa");
    const text = native.btoa(idl.DOMString(data));
    if (text === null) throw invalid("The string to be encoded contains characters outside of the Latin1 range.");
    return text;
  },
};
module.exports = { atob, btoa };
