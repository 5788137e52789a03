// node:diagnostics_channel (Node.js documentation, "Diagnostics Channel").
"use strict";
const { needFunction, invalidArgType } = require("internal/errors");
const channels = new Map();

class Channel {
  constructor(name) { this.name = name; Object.defineProperty(this, "_subscribers", { value: [], writable: true }); Object.defineProperty(this, "_stores", { value: new Map() }); }
  get hasSubscribers() { return this._subscribers.length > 0 || this._stores.size > 0; }
  subscribe(listener) {
    needFunction(listener, "subscription");
    this._subscribers = [...this._subscribers, listener];
  }
  unsubscribe(listener) {
    const at = this._subscribers.indexOf(listener);
    if (at < 0) return false;
    this._subscribers = this._subscribers.toSpliced(at, 1);
    return true;
  }
  bindStore(store, transform) { this._stores.set(store, transform); }
  unbindStore(store) { return this._stores.delete(store); }
  publish(message) { for (const listener of this._subscribers) listener(message, this.name); }
  runStores(message, run, receiver, ...values) {
    let call = () => {
      this.publish(message);
      return Reflect.apply(run, receiver, values);
    };
    for (const [store, transform] of this._stores) {
      const inner = call;
      call = () => store.run(transform ? transform(message) : message, inner);
    }
    return call();
  }
}
const channel = (name) => {
  if (typeof name !== "string" && typeof name !== "symbol") throw invalidArgType("channel", "of type string or an instance of symbol", name);
  if (!channels.has(name)) channels.set(name, new Channel(name));
  return channels.get(name);
};
const EVENTS = ["start", "end", "asyncStart", "asyncEnd", "error"];
class TracingChannel {
  constructor(names) {
    for (const event of EVENTS) this[event] = typeof names === "string" ? channel(`tracing:${names}:${event}`) : names[event];
  }
  get hasSubscribers() { return EVENTS.some((event) => this[event]?.hasSubscribers); }
  subscribe(handlers) { for (const event of EVENTS) if (handlers[event]) this[event]?.subscribe(handlers[event]); }
  unsubscribe(handlers) {
    return EVENTS.filter((event) => handlers[event]).map((event) => this[event]?.unsubscribe(handlers[event]) ?? false).every(Boolean);
  }
  traceSync(run, context = {}, receiver, ...values) {
    return this.start.runStores(context, () => {
      try {
        const result = Reflect.apply(run, receiver, values);
        context.result = result;
        return result;
      } catch (error) {
        context.error = error;
        this.error.publish(context);
        throw error;
      } finally { this.end.publish(context); }
    });
  }
  tracePromise(run, context = {}, receiver, ...values) {
    const settle = (name, value) => {
      context[name] = value;
      if (name === "error") this.error.publish(context);
      this.asyncStart.publish(context);
      this.asyncEnd.publish(context);
    };
    return this.start.runStores(context, () => {
      try {
        return Promise.resolve(Reflect.apply(run, receiver, values)).then(
          (result) => { settle("result", result); return result; }, (error) => { settle("error", error); throw error; });
      } catch (error) {
        context.error = error;
        this.error.publish(context);
        throw error;
      } finally { this.end.publish(context); }
    });
  }
  traceCallback(run, position = -1, context = {}, receiver, ...values) {
    const done = values.at(position);
    needFunction(done, "callback");
    values.splice(position < 0 ? values.length + position : position, 1, (...results) => {
      if (results[0]) { context.error = results[0]; this.error.publish(context); } else context.result = results[1];
      return this.asyncStart.runStores(context, () => {
        try { return Reflect.apply(done, receiver, results); } finally { this.asyncEnd.publish(context); }
      });
    });
    return this.start.runStores(context, () => {
      try { return Reflect.apply(run, receiver, values); } catch (error) {
        context.error = error;
        this.error.publish(context);
        throw error;
      } finally { this.end.publish(context); }
    });
  }
}
Object.assign(exports, {
  Channel, channel, hasSubscribers: (name) => channels.get(name)?.hasSubscribers ?? false,
  subscribe(name, listener) { channel(name).subscribe(listener); },
  unsubscribe: (name, listener) => channel(name).unsubscribe(listener),
  tracingChannel: (names) => new TracingChannel(names), TracingChannel,
});
