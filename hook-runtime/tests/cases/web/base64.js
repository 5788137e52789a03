// HTML section 8.3 (atob, btoa), over the Infra Standard's forgiving-base64.
test("btoa writes byte strings", () => {
  for (const [text, expected] of [["", ""], ["a", "YQ=="], ["ab", "YWI="], ["abc", "YWJj"], ["\xff\xfe\0", "//4A"], ["é", "6Q=="]]) equal(btoa(text), expected);
  same([btoa(undefined), btoa(null), btoa(12)], ["dW5kZWZpbmVk", "bnVsbA==", "MTI="]);
});
test("btoa refuses what is beyond U+00FF", () => {
  for (const text of ["\u0100", "€", "😀", "\ud800"]) equal(throws(() => btoa(text), "InvalidCharacterError").code, 5);
  throws(() => btoa(), TypeError);
});
test("atob reads base64, with and without padding, blanks anywhere", () => {
  for (const [text, expected] of [["", ""], ["YQ==", "a"], ["YQ", "a"], ["YWI=", "ab"], ["YWI", "ab"], ["YWJj", "abc"], [" Y\tW\nJ\fj\r", "abc"], ["//4A", "\xff\xfe\0"], ["Y Q = =", "a"], ["YR", "a"], ["/+", "\xff"]]) {
    equal(atob(text), expected, JSON.stringify(text));
  }
  equal(atob(null), "\x9e\xe9e");
  equal(atob(12), "\xd7");
});
test("atob refuses all else", () => {
  for (const text of ["a", "YWJjZ", "YQ=", "YQ===", "=", "YQ==YQ==", "Y=Q=", "YW\u00a0Jj", "-_-_", "YWJ\0", "é", "😀"]) throws(() => atob(text), "InvalidCharacterError");
  throws(() => atob(undefined), "InvalidCharacterError");
  throws(() => atob(), TypeError);
});
test("every byte survives, at every length", () => {
  let text = "";
  for (let i = 0; i < 260; i++) {
    equal(atob(btoa(text)), text);
    text += String.fromCharCode(i % 256);
  }
});
test("they are functions of one argument", () => same([atob.length, btoa.length, atob.name, btoa.name], [1, 1, "atob", "btoa"]));
