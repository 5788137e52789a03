"use strict";
// The trigger form, (event, api): picks the function that the event calls for, and gives the calls
// that it makes on its `api`.
const { eventOf, grantType } = require("contract/event");
const { makeApi } = require("contract/api");

// Which trigger runs at which event; lifecycle's `trigger.rs` has the same table for those who check.
const AT = {
  "post-account-login": ["PostLogin"],
  "pre-id-token-generation": ["PostLogin", "CredentialsExchange"],
  "pre-registration": ["PreUserRegistration"],
  "post-registration": ["PostUserRegistration"],
  "post-password-reset": ["PostChangePassword"],
  "pre-password-reset": ["PostChallenge"],
  "pre-mfa-method-dispatch": ["SendPhoneMessage"],
};

// The trigger of `handlers` to run; undefined when the event is none of theirs.
const triggerOf = (handlers, args) => {
  const exported = Object.keys(handlers)
    .filter((name) => /^onExecute[A-Z]/.test(name) && typeof handlers[name] === "function")
    .map((name) => name.slice("onExecute".length));
  const type = args.event?.type;
  if (type === undefined && exported.length === 1) return exported[0];
  const here = exported.filter((name) => AT[type]?.includes(name));
  if (here.length === 0) {
    const names = exported.map((name) => `onExecute${name}`).join(", ");
    const wanted = AT[type]?.map((name) => `onExecute${name}`).join(" or ") ?? "no trigger";
    throw new Error(`${names} does not run at ${type}; ${wanted} does`);
  }
  if (type !== "pre-id-token-generation") return here[0];
  // An application that gets a token for itself is no login, and the other way round.
  const grant = grantType(args);
  const wanted = grant === "client_credentials" ? "CredentialsExchange" : "PostLogin";
  return here.find((name) => name === wanted) ?? (grant === undefined ? here[0] : undefined);
};

// A denial is out at once: what the script does after it cannot take it back, and nobody waits for it.
const ANSWERS = new Set(["access.deny"]);
// These stand even when the script fails after them.
const STAND = new Set(["access.deny", "validation.error"]);

// `handlers`: what the script exports. Gives a promise of the calls, `[{ method, arguments }]`, in
// order; it is rejected when the script fails.
exports.run = (handlers, args) => new Promise((resolve, reject) => {
  const trigger = triggerOf(handlers, args);
  if (trigger === undefined) {
    resolve([]);
    return;
  }
  const continues = args.continue_context !== null && args.continue_context !== undefined;
  const name = `${continues ? "onContinue" : "onExecute"}${trigger}`;
  if (typeof handlers[name] !== "function") {
    resolve([]);
    return;
  }
  const event = eventOf(trigger, args);
  const calls = [];
  let over = false;
  const note = (method, values) => {
    if (over) {
      native.print(2, `api.${method} came after the answer and was ignored`);
      return;
    }
    calls.push({ method, arguments: values });
    if (ANSWERS.has(method)) {
      resolve(calls);
      // By then it has been read.
      Promise.resolve().then(() => { over = true; });
    }
  };
  const end = () => {
    over = true;
    resolve(calls);
  };
  const fail = (error) => {
    over = true;
    if (calls.some(({ method }) => STAND.has(method))) {
      native.print(3, `after the answer: ${error?.stack ? `${error}\n${error.stack}` : error}`);
      resolve(calls);
    } else {
      reject(error);
    }
  };
  const api = makeApi(trigger, event, args, note, native);
  let running;
  try { running = handlers[name](event, api); } catch (error) { fail(error); return; }
  Promise.resolve(running).then(end, fail);
});
