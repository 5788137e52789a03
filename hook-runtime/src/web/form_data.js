// FormData: XMLHttpRequest section 4. How it is written and read in messages: `web/multipart`.
"use strict";
const { File, contentOf, makeFile } = require("web/blob");
const idl = require("web/idl");

let entriesOf;

class FormData {
  #entries = [];

  static {
    entriesOf = (value) => idl.isObject(value) && #entries in value ? value.#entries : undefined;
  }

  constructor(form = undefined, submitter = undefined) {
    if (form !== undefined) throw new TypeError("FormData: expected no arguments, for there are no HTML forms here");
  }
  append(name, value, filename = undefined) {
    this.#entries;
    this.#entries.push(entry("FormData.append", arguments));
  }
  delete(name) {
    this.#entries;
    idl.requireArguments(arguments.length, 1, "FormData.delete");
    const key = idl.USVString(name);
    this.#keep((entry) => entry[0] !== key);
  }
  get(name) {
    this.#entries;
    idl.requireArguments(arguments.length, 1, "FormData.get");
    const key = idl.USVString(name);
    const found = this.#entries.find((entry) => entry[0] === key);
    return found ? found[1] : null;
  }
  getAll(name) {
    this.#entries;
    idl.requireArguments(arguments.length, 1, "FormData.getAll");
    const key = idl.USVString(name);
    return this.#entries.filter((entry) => entry[0] === key).map((entry) => entry[1]);
  }
  has(name) {
    this.#entries;
    idl.requireArguments(arguments.length, 1, "FormData.has");
    const key = idl.USVString(name);
    return this.#entries.some((entry) => entry[0] === key);
  }
  set(name, value, filename = undefined) {
    this.#entries;
    const given = entry("FormData.set", arguments);
    const first = this.#entries.findIndex((other) => other[0] === given[0]);
    if (first < 0) {
      this.#entries.push(given);
      return;
    }
    this.#entries[first] = given;
    this.#keep((other, index) => index <= first || other[0] !== given[0]);
  }
  #keep(wanted) { this.#entries = this.#entries.filter(wanted); }
}
idl.iterable(FormData, (form) => {
  const entries = entriesOf(form);
  if (!entries) throw new TypeError("this is no FormData");
  return entries;
});
idl.interfaces(FormData);
require("web/inspectable")(FormData, (form) => entriesOf(form).map(([name, value]) => ({ name, value })));
for (const name of ["append", "set"]) Object.defineProperty(FormData.prototype[name], "length", { value: 2 });

// "Create an entry" from the arguments of append or set: with a file name only a Blob will do.
const entry = (what, given) => {
  idl.requireArguments(given.length, 2, what);
  const [name, value, filename] = given;
  const isBlob = contentOf(value) !== undefined;
  if (given.length > 2 && !isBlob) throw new TypeError(`${what}: expected a Blob, for there is a file name`);
  const key = idl.USVString(name);
  if (!isBlob) return [key, idl.USVString(value)];
  const renamed = filename === undefined ? undefined : idl.USVString(filename);
  if (renamed === undefined && value instanceof File) return [key, value];
  const { bytes, type } = contentOf(value);
  return [key, makeFile(bytes, type, renamed ?? "blob", value instanceof File ? value.lastModified : Date.now())];
};

// Over a list of [name, string or File], which is not copied.
const makeFormData = (entries) => {
  const form = new FormData();
  entriesOf(form).push(...entries);
  return form;
};

module.exports = {
  FormData,
  makeFormData,
  // The list of [name, string or File], to be read only; undefined for what is no FormData.
  entriesOf,
};
