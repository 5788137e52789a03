// Intl (ECMA-402), as far as it goes without locale data, which the engine does not have: lists in
// English (section 13), and which time zone this is (section 11). Everything else is there by name and
// throws an error that says so, since packages take what depends on a locale only where they need it.
"use strict";
const { defineProperty } = Object;

const hidden = (object, name, value) =>
  defineProperty(object, name, { value, writable: true, configurable: true, enumerable: false });

// CanonicalizeLocaleList (section 9.2.1), with the shape of a tag checked and its case set right.
const canonical = (locales) => {
  if (locales === undefined) return [];
  if (locales === null) throw new TypeError("null is no list of locales");
  const list = typeof locales === "string" ? [locales] : Array.from(Object(locales));
  return [...new Set(list.map((tag) => {
    if (typeof tag !== "string" && (typeof tag !== "object" || tag === null)) {
      throw new TypeError(`a locale is a string such as "en-US", found ${String(tag)}`);
    }
    const text = String(tag);
    if (!/^[a-z]{2,8}(-[a-z0-9]{1,8})*$/i.test(text)) {
      throw new RangeError(`Incorrect locale information provided: ${text}`);
    }
    return text.split("-").map((part, place) => {
      if (place > 0 && part.length === 2) return part.toUpperCase();
      if (place > 0 && /^[a-z]{4}$/i.test(part)) return part[0].toUpperCase() + part.slice(1).toLowerCase();
      return part.toLowerCase();
    }).join("-");
  }))];
};
const supported = (locales) => canonical(locales).filter((tag) => /^en(-|$)/.test(tag));

const option = (options, name, allowed, fallback) => {
  const value = options[name];
  if (value === undefined) return fallback;
  const text = `${value}`;
  if (!allowed.includes(text)) throw new RangeError(`Value ${text} out of range for Intl.ListFormat options property ${name}`);
  return text;
};

// What stands between two, between the first of more, and before the last of more (CLDR, en).
const separators = (type, style) => {
  if (type === "disjunction") return [" or ", ", ", ", or "];
  if (type === "unit") return style === "narrow" ? [" ", " ", " "] : [", ", ", ", ", "];
  if (style === "narrow") return [", ", ", ", ", "];
  const word = style === "short" ? "&" : "and";
  return [` ${word} `, ", ", `, ${word} `];
};

class ListFormat {
  #options;
  constructor(locales = undefined, options = undefined) {
    const [locale = "en-US"] = supported(locales);
    if (options !== undefined && (typeof options !== "object" || options === null)) {
      throw new TypeError("the options of Intl.ListFormat are an object");
    }
    const given = options ?? Object.create(null);
    option(given, "localeMatcher", ["lookup", "best fit"]);
    const type = option(given, "type", ["conjunction", "disjunction", "unit"], "conjunction");
    const style = option(given, "style", ["long", "short", "narrow"], "long");
    this.#options = { locale, type, style };
  }
  static supportedLocalesOf(locales) { return supported(locales); }
  format(list) { return this.formatToParts(list).map((part) => part.value).join(""); }
  formatToParts(list) {
    const { type, style } = this.#options;
    const items = list === undefined ? [] : Array.from(list);
    const [pair, middle, last] = separators(type, style);
    return items.flatMap((value, place) => {
      if (typeof value !== "string") throw new TypeError("Iterable yielded a non-String value");
      const element = { type: "element", value };
      if (place === 0) return [element];
      const literal = items.length === 2 ? pair : place === items.length - 1 ? last : middle;
      return [{ type: "literal", value: literal }, element];
    });
  }
  resolvedOptions() { return { ...this.#options }; }
}
defineProperty(ListFormat.prototype, Symbol.toStringTag, { value: "Intl.ListFormat", configurable: true });
defineProperty(ListFormat, "length", { value: 0, configurable: true });

const unavailable = (what) => new Error(`Intl.${what} is not available to hooks: the sandbox has no locale data`);

// Packages ask it for the time zone of the system: that is UTC, and no other is known.
class DateTimeFormatOfUtc {
  #options;
  constructor(locales, options) {
    const [locale = "en-US"] = supported(locales);
    const timeZone = options?.timeZone === undefined ? "UTC" : `${options.timeZone}`;
    if (!/^(UTC|GMT|Etc\/(UTC|GMT))$/i.test(timeZone)) {
      throw new RangeError(`Invalid time zone specified: ${timeZone} (the sandbox knows UTC only)`);
    }
    this.#options = { locale, calendar: "gregory", numberingSystem: "latn", timeZone: "UTC" };
  }
  resolvedOptions() { return { ...this.#options }; }
  format() { throw unavailable("DateTimeFormat.format"); }
  formatToParts() { throw unavailable("DateTimeFormat.formatToParts"); }
}
// It is called with and without `new` (section 11.1.1).
function DateTimeFormat(locales = undefined, options = undefined) {
  return Reflect.construct(DateTimeFormatOfUtc, [locales, options], new.target ?? DateTimeFormat);
}
DateTimeFormat.prototype = DateTimeFormatOfUtc.prototype;
hidden(DateTimeFormat.prototype, "constructor", DateTimeFormat);
hidden(DateTimeFormat, "supportedLocalesOf", { supportedLocalesOf(locales) { return supported(locales); } }.supportedLocalesOf);
defineProperty(DateTimeFormat.prototype, Symbol.toStringTag, { value: "Intl.DateTimeFormat", configurable: true });

const Intl = {};
hidden(Intl, "getCanonicalLocales", { getCanonicalLocales(locales) { return canonical(locales); } }.getCanonicalLocales);
hidden(Intl, "DateTimeFormat", DateTimeFormat);
hidden(Intl, "ListFormat", ListFormat);
for (const name of ["Collator", "DisplayNames", "DurationFormat", "Locale", "NumberFormat",
  "PluralRules", "RelativeTimeFormat", "Segmenter"]) {
  hidden(Intl, name, {
    [name]: function () { throw unavailable(name); },
  }[name]);
}
defineProperty(Intl, Symbol.toStringTag, { value: "Intl", configurable: true });

exports.Intl = Intl;
