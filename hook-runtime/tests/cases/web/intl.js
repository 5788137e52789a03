// Intl (ECMA-402): lists (section 13) in English; what needs locale data says that there is none.
"use strict";

test("lists of each type and style", () => {
  const list = ["a", "b", "c"];
  const format = (options, items) => new Intl.ListFormat("en", options).format(items);
  equal(format({}, list), "a, b, and c");
  equal(format({}, ["a", "b"]), "a and b");
  equal(format({}, ["a"]), "a");
  equal(format({}, []), "");
  equal(format({ type: "disjunction" }, list), "a, b, or c");
  equal(format({ style: "short" }, list), "a, b, & c");
  equal(format({ style: "narrow" }, list), "a, b, c");
  equal(format({ type: "unit", style: "narrow" }, list), "a b c");
});

test("the parts of a list", () => {
  same(new Intl.ListFormat("en").formatToParts(["a", "b"]), [
    { type: "element", value: "a" }, { type: "literal", value: " and " }, { type: "element", value: "b" },
  ]);
  same(new Intl.ListFormat("en-gb", { style: "short" }).resolvedOptions(),
    { locale: "en-GB", type: "conjunction", style: "short" });
});

test("what is no list, no locale and no option is refused", () => {
  throws(() => new Intl.ListFormat("en").format([1]), TypeError);
  throws(() => new Intl.ListFormat("e_n"), RangeError);
  throws(() => new Intl.ListFormat("en", { type: "all" }), RangeError);
  throws(() => Intl.ListFormat("en"), TypeError);
});

test("what needs locale data is named", () => {
  throws(() => new Intl.DateTimeFormat("en").format(0), Error);
  let message;
  try { Intl.NumberFormat("de").format(1); } catch (error) { message = error.message; }
  equal(message, "Intl.NumberFormat is not available to hooks: the sandbox has no locale data");
});

test("locales are put right", () => {
  same(Intl.getCanonicalLocales(["EN-us", "zh-hant-TW", "en-US"]), ["en-US", "zh-Hant-TW"]);
  same(Intl.ListFormat.supportedLocalesOf(["de", "en-US"]), ["en-US"]);
});

test("the time zone of the system is UTC", () => {
  equal(Intl.DateTimeFormat().resolvedOptions().timeZone, "UTC");
  equal(new Intl.DateTimeFormat("en-US", { timeZone: "Etc/UTC" }).resolvedOptions().locale, "en-US");
  ok(Intl.DateTimeFormat() instanceof Intl.DateTimeFormat);
  throws(() => new Intl.DateTimeFormat("en", { timeZone: "Europe/Berlin" }), RangeError);
});
