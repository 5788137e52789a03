// Web IDL section 2.8 (DOMException names) and 3.14 (DOMException objects).
test("the message and the name are empty and Error when not given", () => {
  const error = new DOMException();
  equal(error.message, "");
  equal(error.name, "Error");
  equal(error.code, 0);
});
test("undefined counts as not given, null is a string", () => {
  equal(new DOMException(undefined, undefined).name, "Error");
  equal(new DOMException(null).message, "null");
  equal(new DOMException("a", null).name, "null");
});
test("message and name are strings, whatever was given", () => {
  const error = new DOMException(42, { toString: () => "AbortError" });
  equal(error.message, "42");
  equal(error.name, "AbortError");
  equal(error.code, 20);
  throws(() => new DOMException(Symbol("x")), TypeError);
});
test("names have their legacy codes, other names 0", () => {
  const codes = {
    IndexSizeError: 1, HierarchyRequestError: 3, WrongDocumentError: 4, InvalidCharacterError: 5,
    NoModificationAllowedError: 7, NotFoundError: 8, NotSupportedError: 9, InUseAttributeError: 10,
    InvalidStateError: 11, SyntaxError: 12, InvalidModificationError: 13, NamespaceError: 14,
    InvalidAccessError: 15, TypeMismatchError: 17, SecurityError: 18, NetworkError: 19, AbortError: 20,
    URLMismatchError: 21, QuotaExceededError: 22, TimeoutError: 23, InvalidNodeTypeError: 24,
    DataCloneError: 25,
    EncodingError: 0, NotReadableError: 0, UnknownError: 0, ConstraintError: 0, DataError: 0,
    TransactionInactiveError: 0, ReadOnlyError: 0, VersionError: 0, OperationError: 0, NotAllowedError: 0,
    OptOutError: 0, DOMStringSizeError: 0, ValidationError: 0, toString: 0, constructor: 0, aborterror: 0,
  };
  for (const name of Object.keys(codes)) equal(new DOMException("", name).code, codes[name], name);
});
test("it is an error, of DOMException", () => {
  const error = new DOMException("gone", "AbortError");
  ok(error instanceof Error);
  ok(error instanceof DOMException);
  equal(Object.getPrototypeOf(DOMException.prototype), Error.prototype);
  equal(Object.getPrototypeOf(DOMException), Function.prototype);
  equal(String(error), "AbortError: gone");
  equal(Object.prototype.toString.call(error), "[object DOMException]");
  equal(typeof error.stack, "string");
});
test("an instance has no members of its own but the stack", () => {
  same(Object.getOwnPropertyNames(new DOMException("a", "b")).filter((name) => name !== "stack"), []);
  same(Object.keys(new DOMException("a", "b")), []);
});
test("attributes are accessors without setters on the prototype", () => {
  for (const name of ["name", "message", "code"]) {
    const found = Object.getOwnPropertyDescriptor(DOMException.prototype, name);
    equal(typeof found.get, "function", name);
    equal(found.get.name, `get ${name}`);
    equal(found.set, undefined, name);
    equal(found.enumerable, true, name);
    equal(found.configurable, true, name);
    throws(() => found.get.call({}), TypeError);
    throws(() => found.get.call(new Error("x")), TypeError);
    throws(() => DOMException.prototype[name], TypeError);
  }
});
test("constants are on the class and on its prototype, unchangeable", () => {
  const names = [
    "INDEX_SIZE_ERR", "DOMSTRING_SIZE_ERR", "HIERARCHY_REQUEST_ERR", "WRONG_DOCUMENT_ERR",
    "INVALID_CHARACTER_ERR", "NO_DATA_ALLOWED_ERR", "NO_MODIFICATION_ALLOWED_ERR", "NOT_FOUND_ERR",
    "NOT_SUPPORTED_ERR", "INUSE_ATTRIBUTE_ERR", "INVALID_STATE_ERR", "SYNTAX_ERR",
    "INVALID_MODIFICATION_ERR", "NAMESPACE_ERR", "INVALID_ACCESS_ERR", "VALIDATION_ERR",
    "TYPE_MISMATCH_ERR", "SECURITY_ERR", "NETWORK_ERR", "ABORT_ERR", "URL_MISMATCH_ERR",
    "QUOTA_EXCEEDED_ERR", "TIMEOUT_ERR", "INVALID_NODE_TYPE_ERR", "DATA_CLONE_ERR",
  ];
  names.forEach((name, index) => {
    for (const where of [DOMException, DOMException.prototype]) {
      same(Object.getOwnPropertyDescriptor(where, name),
        { value: index + 1, writable: false, enumerable: true, configurable: false }, name);
    }
  });
  same(Object.keys(DOMException), names);
});
test("the class is as Web IDL says", () => {
  equal(DOMException.length, 0);
  equal(DOMException.name, "DOMException");
  throws(() => DOMException("a"), TypeError);
  const found = Object.getOwnPropertyDescriptor(globalThis, "DOMException");
  same([found.writable, found.enumerable, found.configurable], [true, false, true]);
  same(Object.getOwnPropertyDescriptor(DOMException, "prototype").writable, false);
  same(Object.getOwnPropertyDescriptor(DOMException.prototype, Symbol.toStringTag),
    { value: "DOMException", writable: false, enumerable: false, configurable: true });
});
test("the stack begins where it was made", () => {
  const made = (function maker() { return new DOMException("x"); })();
  ok(made.stack.trimStart().startsWith("at maker "), made.stack);
});
test("classes can be made from it", () => {
  class Mine extends DOMException {
    constructor() { super("text", "DataError"); this.more = 1; }
  }
  const error = new Mine();
  ok(error instanceof Mine && error instanceof DOMException);
  equal(error.name, "DataError");
  equal(error.more, 1);
});
test("QuotaExceededError tells the quota and what was requested", () => {
  const error = new QuotaExceededError("full", { quota: 10, requested: 12 });
  ok(error instanceof DOMException);
  equal(Object.getPrototypeOf(QuotaExceededError), DOMException);
  same([error.name, error.code, error.message, error.quota, error.requested],
    ["QuotaExceededError", 22, "full", 10, 12]);
  equal(new QuotaExceededError().quota, null);
  equal(new QuotaExceededError().requested, null);
  equal(Object.prototype.toString.call(error), "[object QuotaExceededError]");
});
test("QuotaExceededError refuses what makes no sense", () => {
  throws(() => new QuotaExceededError("", { quota: -1 }), RangeError);
  throws(() => new QuotaExceededError("", { requested: -1 }), RangeError);
  throws(() => new QuotaExceededError("", { quota: 5, requested: 4 }), RangeError);
  throws(() => new QuotaExceededError("", { quota: NaN }), TypeError);
  throws(() => new QuotaExceededError("", 5), TypeError);
});
