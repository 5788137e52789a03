// DOMException and QuotaExceededError: Web IDL sections 2.8 (names, codes) and 3.14 (objects).
"use strict";
const idl = require("web/idl");
const { captureStackTrace } = Error;

const CODES = {
  IndexSizeError: 1, HierarchyRequestError: 3, WrongDocumentError: 4, InvalidCharacterError: 5,
  NoModificationAllowedError: 7, NotFoundError: 8, NotSupportedError: 9, InUseAttributeError: 10,
  InvalidStateError: 11, SyntaxError: 12, InvalidModificationError: 13, NamespaceError: 14,
  InvalidAccessError: 15, TypeMismatchError: 17, SecurityError: 18, NetworkError: 19, AbortError: 20,
  URLMismatchError: 21, QuotaExceededError: 22, TimeoutError: 23, InvalidNodeTypeError: 24,
  DataCloneError: 25,
};

// The fields of a DOMException, put onto an Error that the engine made: so it has a stack, and is an
// error to whoever asks the engine.
class Fields extends function (error) { return error; } {
  #message;
  #name;
  constructor(error, message, name) {
    super(error);
    this.#message = message;
    this.#name = name;
  }
  static message(error) { return error.#message; }
  static nameOf(error) { return error.#name; }
}

class DOMException {
  constructor(message = "", name = "Error") {
    const [text, title] = [idl.DOMString(message), idl.DOMString(name)];
    const error = Reflect.construct(Error, [], new.target);
    captureStackTrace(error, DOMException);
    return new Fields(error, text, title);
  }
  get name() { return Fields.nameOf(this); }
  get message() { return Fields.message(this); }
  get code() {
    const name = Fields.nameOf(this);
    return Object.hasOwn(CODES, name) ? CODES[name] : 0;
  }
}
Object.setPrototypeOf(DOMException.prototype, Error.prototype);
idl.interfaces(DOMException);
idl.constants(DOMException, {
  INDEX_SIZE_ERR: 1, DOMSTRING_SIZE_ERR: 2, HIERARCHY_REQUEST_ERR: 3, WRONG_DOCUMENT_ERR: 4,
  INVALID_CHARACTER_ERR: 5, NO_DATA_ALLOWED_ERR: 6, NO_MODIFICATION_ALLOWED_ERR: 7, NOT_FOUND_ERR: 8,
  NOT_SUPPORTED_ERR: 9, INUSE_ATTRIBUTE_ERR: 10, INVALID_STATE_ERR: 11, SYNTAX_ERR: 12,
  INVALID_MODIFICATION_ERR: 13, NAMESPACE_ERR: 14, INVALID_ACCESS_ERR: 15, VALIDATION_ERR: 16,
  TYPE_MISMATCH_ERR: 17, SECURITY_ERR: 18, NETWORK_ERR: 19, ABORT_ERR: 20, URL_MISMATCH_ERR: 21,
  QUOTA_EXCEEDED_ERR: 22, TIMEOUT_ERR: 23, INVALID_NODE_TYPE_ERR: 24, DATA_CLONE_ERR: 25,
});

class QuotaExceededError extends DOMException {
  #quota = null;
  #requested = null;
  constructor(message = "", options = {}) {
    const given = idl.dictionary(options, "QuotaExceededError's options");
    const [quota, requested] = [given.quota, given.requested].map((value, index) =>
      value === undefined ? null : idl.double(value, index === 0 ? "quota" : "requested"));
    super(message, "QuotaExceededError");
    if (quota !== null && quota < 0) throw new RangeError(`quota is ${quota}, expected no negative number`);
    if (requested !== null && requested < 0) {
      throw new RangeError(`requested is ${requested}, expected no negative number`);
    }
    if (quota !== null && requested !== null && requested < quota) {
      throw new RangeError(`requested is ${requested}, less than quota, ${quota}`);
    }
    this.#quota = quota;
    this.#requested = requested;
  }
  get quota() { return this.#quota; }
  get requested() { return this.#requested; }
}
idl.interfaces(QuotaExceededError);

module.exports = { DOMException, QuotaExceededError };
