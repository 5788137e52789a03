// Performance: High Resolution Time section 7, Performance Timeline section 4, User Timing section 3.
"use strict";
const idl = require("web/idl");
const { EventTarget } = require("web/events");

const PRIVATE = Symbol("made by the user agent");
const illegal = () => new TypeError("Illegal constructor");
const failure = (message, name) => {
  const { DOMException } = require("web/dom_exception");
  return new DOMException(message, name);
};

let entryOf; // what an entry knows of itself

class PerformanceEntry {
  #entry;
  static { entryOf = (object) => object.#entry; }
  constructor(made = undefined, entry = undefined) {
    if (made !== PRIVATE) throw illegal();
    this.#entry = entry;
  }
  get name() { return this.#entry.name; }
  get entryType() { return this.#entry.entryType; }
  get startTime() { return this.#entry.startTime; }
  get duration() { return this.#entry.duration; }
  toJSON() {
    const { name, entryType, startTime, duration, detail } = this.#entry;
    const json = { name, entryType, startTime, duration };
    return this.#entry.entryType === "mark" || this.#entry.entryType === "measure" ? { ...json, detail } : json;
  }
}

const cloned = (detail) =>
  (detail === undefined || detail === null ? null : require("web/structured_clone").structuredClone(detail));

class PerformanceMark extends PerformanceEntry {
  constructor(markName, markOptions = {}) {
    idl.requireArguments(arguments.length, 1, "PerformanceMark");
    const name = idl.DOMString(markName);
    const { detail, startTime } = idl.dictionary(markOptions, "PerformanceMark's options");
    const at = startTime === undefined ? native.now() : idl.double(startTime, "startTime");
    if (at < 0) throw new TypeError(`startTime is ${at}, expected no negative time`);
    super(PRIVATE, { name, entryType: "mark", startTime: at, duration: 0, detail: cloned(detail) });
  }
  get detail() {
    if (!(#isMark in this)) throw new TypeError("detail: this is no PerformanceMark");
    return entryOf(this).detail;
  }
  #isMark = true;
}

class PerformanceMeasure extends PerformanceEntry {
  constructor(made = undefined, entry = undefined) { super(made, entry); }
  get detail() {
    if (!(#isMeasure in this)) throw new TypeError("detail: this is no PerformanceMeasure");
    return entryOf(this).detail;
  }
  #isMeasure = true;
}

class Performance extends EventTarget {
  #origin = native.unixTime() - native.now();
  #entries = []; // by startTime
  constructor(made = undefined) {
    if (made !== PRIVATE) throw illegal();
    super();
  }
  get timeOrigin() { return this.#origin; }
  now() { this.#entries; return native.now(); }
  toJSON() { return { timeOrigin: this.#origin }; }

  mark(markName, markOptions = {}) {
    this.#entries;
    idl.requireArguments(arguments.length, 1, "Performance.mark");
    const mark = new PerformanceMark(markName, markOptions);
    this.#add(mark);
    return mark;
  }
  measure(measureName, startOrMeasureOptions = {}, endMark = undefined) {
    this.#entries;
    idl.requireArguments(arguments.length, 1, "Performance.measure");
    const name = idl.DOMString(measureName);
    const given = startOrMeasureOptions;
    const isOptions = given === null || idl.isObject(given);
    const { detail, duration, end, start } = isOptions ? idl.dictionary(given) : { start: idl.DOMString(given) };
    const until = endMark === undefined ? undefined : idl.DOMString(endMark);
    const length = duration === undefined ? undefined : idl.double(duration, "duration");
    if (isOptions && [detail, duration, end, start].some((member) => member !== undefined)) {
      if (until !== undefined) throw new TypeError("Performance.measure: expected no endMark beside options");
      if (start === undefined && end === undefined) throw new TypeError("Performance.measure: expected start or end in the options");
      if (start !== undefined && end !== undefined && length !== undefined) {
        throw new TypeError("Performance.measure: expected at most two of start, end and duration");
      }
    }
    const from = start === undefined ? undefined : this.#timeOf(start);
    const last = until !== undefined ? this.#timeOf(until)
      : end !== undefined ? this.#timeOf(end)
        : from !== undefined && length !== undefined ? from + length : native.now();
    const startTime = from ?? (length !== undefined && end !== undefined ? last - length : 0);
    const measure = new PerformanceMeasure(PRIVATE, {
      name, entryType: "measure", startTime, duration: last - startTime, detail: cloned(detail),
    });
    this.#add(measure);
    return measure;
  }
  clearMarks(markName = undefined) { this.#clear("mark", markName); }
  clearMeasures(measureName = undefined) { this.#clear("measure", measureName); }
  getEntries() { return [...this.#entries]; }
  getEntriesByType(type) {
    this.#entries;
    idl.requireArguments(arguments.length, 1, "Performance.getEntriesByType");
    const wanted = idl.DOMString(type);
    return this.#entries.filter((entry) => entryOf(entry).entryType === wanted);
  }
  getEntriesByName(name, type = undefined) {
    this.#entries;
    idl.requireArguments(arguments.length, 1, "Performance.getEntriesByName");
    const wanted = idl.DOMString(name);
    const kind = type === undefined ? undefined : idl.DOMString(type);
    return this.#entries.filter((entry) =>
      entryOf(entry).name === wanted && (kind === undefined || entryOf(entry).entryType === kind));
  }

  #add(entry) {
    const at = this.#entries.findLastIndex((each) => entryOf(each).startTime <= entryOf(entry).startTime);
    this.#entries.splice(at + 1, 0, entry);
  }
  #clear(type, name) {
    this.#entries;
    const only = name === undefined ? undefined : idl.DOMString(name);
    this.#entries = this.#entries.filter((entry) =>
      entryOf(entry).entryType !== type || (only !== undefined && entryOf(entry).name !== only));
  }
  // A mark's time, by its name, or a time itself.
  #timeOf(mark) {
    if (typeof mark === "number") {
      const time = idl.double(mark, "a time");
      if (time < 0) throw new TypeError(`a time is ${time}, expected no negative one`);
      return time;
    }
    const name = idl.DOMString(mark);
    const found = this.#entries.findLast((entry) => entryOf(entry).entryType === "mark" && entryOf(entry).name === name);
    if (!found) throw failure(`The mark '${name}' does not exist.`, "SyntaxError");
    return entryOf(found).startTime;
  }
}

idl.interfaces(PerformanceEntry, PerformanceMark, PerformanceMeasure, Performance);
module.exports = {
  Performance, PerformanceEntry, PerformanceMark, PerformanceMeasure, performance: new Performance(PRIVATE),
};
