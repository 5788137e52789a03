"use strict";
// The `api` of the trigger form. Its methods note what the script wants, in order, for the host to
// read when the hook has answered (lifecycle's `outcome/trigger.rs`); each returns `api`, but for
// those that give a value.

exports.makeApi = (trigger, event, args, note, native) => {
  const api = {};
  const shown = (value) => {
    if (value === null) return "null";
    if (Array.isArray(value)) return "an array";
    return typeof value === "object" ? "an object" : `${typeof value}`;
  };
  const wrong = (method, what, value) => {
    throw new TypeError(`api.${method}: ${what}, found ${shown(value)}`);
  };
  const text = (method, name, value) =>
    typeof value === "string" && value !== "" ? value : wrong(method, `${name} must be a string that is not empty`, value);
  const options = (method, value) => {
    if (value === undefined || value === null) return {};
    return typeof value === "object" && !Array.isArray(value) ? value : wrong(method, "the options must be an object", value);
  };
  // As it is now: what the script does to it later is another matter.
  const json = (method, name, value) => {
    if (value === undefined) return null;
    let written;
    try { written = JSON.stringify(value); } catch (error) {
      throw new TypeError(`api.${method}: ${name} cannot be written as JSON: ${error.message}`);
    }
    return written === undefined ? wrong(method, `${name} must be a value that JSON knows`, value) : JSON.parse(written);
  };
  const seconds = (method, name, value) =>
    typeof value === "number" && value > 0 ? value : wrong(method, `${name} must be a number above 0`, value);

  // What each method makes of its arguments: a list is noted, anything else is given back.
  class Noted { constructor(values) { this.values = values; } }
  const noted = (...values) => new Noted(values);
  const add = (methods) => {
    for (const path of Object.keys(methods)) {
      const [group, name] = path.split(".");
      const run = methods[path];
      (api[group] ??= {})[name] = (...values) => {
        const result = run(path, ...values);
        if (!(result instanceof Noted)) return result;
        note(path, result.values);
        return api;
      };
    }
  };
  // A group of which nothing can be honoured, whatever its methods are called.
  const refuse = (group, why) => {
    const method = (name) => () => {
      throw new Error(`api.${group}.${name} has no counterpart in front of an identity platform: ${why}`);
    };
    api[group] = new Proxy({}, {
      get: (target, name) => (typeof name === "string" && name !== "then" && name !== "toJSON" ? method(name) : target[name]),
    });
  };

  const claim = (path, name, value) => noted(text(path, "the claim's name", name), json(path, "the claim", value));
  const scope = (path, value) =>
    noted(/^[\x21\x23-\x5b\x5d-\x7e]+$/.test(text(path, "the scope", value)) ? value
      : wrong(path, "the scope must be one word of RFC 6749 section 3.3", value));
  const metadata = (path, name, value) => noted(text(path, "the name", name), json(path, "the value", value));
  const factor = (path, value) => {
    if (typeof value !== "object" || value === null) wrong(path, "a factor must be an object such as { type: \"otp\" }", value);
    text(path, "the factor's type", value.type);
    return json(path, "the factor", value);
  };
  const oneFactor = (path, value, more) => {
    const others = options(path, more).additionalFactors ?? [];
    if (!Array.isArray(others)) wrong(path, "additionalFactors must be an array", others);
    return noted([value, ...others].map((each) => factor(path, each)));
  };
  const anyFactor = (path, values) => {
    if (!Array.isArray(values) || values.length === 0) wrong(path, "the factors must be an array that is not empty", values);
    return noted(values.map((value) => factor(path, value)));
  };

  // Notes (OAuth error, text for who asked, reason for the log). Whatever a script gives as its
  // reason, a denial is one.
  const reason = (value) => (value === undefined || value === null ? null : String(value));
  const deny = {
    PreUserRegistration: (path, internal, shownToCustomer) => noted("access_denied", reason(shownToCustomer), reason(internal)),
    CredentialsExchange: (path, error, description) => noted(reason(error) || "access_denied", reason(description), null),
  };
  const denyLogin = (path, why) => noted("access_denied", reason(why), null);

  const cache = {
    "cache.get": (path, key) => {
      const entry = native.cache.get(text(path, "the key", key));
      return entry && { value: entry[0], expires_at: Math.floor(native.unixTime() + entry[1]) };
    },
    "cache.set": (path, key, value, given) => {
      const { ttl, expires_at: until } = options(path, given);
      text(path, "the key", key);
      if (typeof value !== "string") wrong(path, "the value must be a string", value);
      const times = [DAY];
      if (ttl === undefined && until === undefined) times.push(QUARTER);
      if (ttl !== undefined) times.push(seconds(path, "ttl (milliseconds)", ttl));
      if (until !== undefined) times.push(seconds(path, "expires_at (milliseconds since 1970)", until) - native.unixTime());
      const time = Math.min(...times);
      if (time <= 0) {
        native.cache.delete(key);
        return { type: "success" };
      }
      const code = native.cache.set(key, value, time);
      return code === undefined || code === null ? { type: "success" } : { type: "error", code };
    },
    "cache.delete": (path, key) => {
      native.cache.delete(text(path, "the key", key));
      return { type: "success" };
    },
  };

  const redirect = {
    "redirect.sendUserTo": (path, url, given) => {
      text(path, "the URL", url);
      const query = json(path, "query", options(path, given).query ?? {});
      if (typeof query !== "object" || Array.isArray(query)) wrong(path, "query must be an object", query);
      // The place gives it back, and the customer is known again.
      const { state } = args.continue_request_parameters ?? {};
      return noted(url, state === undefined ? query : { state, ...query });
    },
    "redirect.encodeToken": (path, given) => {
      const { secret, payload, expiresInSeconds } = options(path, given);
      text(path, "the secret", secret);
      const iat = Math.floor(native.unixTime() / 1000);
      const claims = {
        ...json(path, "payload", options(path, payload)),
        iat,
        exp: iat + Math.floor(seconds(path, "expiresInSeconds", expiresInSeconds ?? 900)),
        iss: event.request.hostname,
        sub: event.user.user_id,
        ip: event.request.ip,
      };
      return native.jwtSign(secret, JSON.stringify(claims));
    },
    "redirect.validateToken": (path, given) => {
      const { secret, tokenParameterName = "session_token" } = options(path, given);
      text(path, "the secret", secret);
      const invalid = (why) => { throw new Error(`api.${path}: the token in \`${tokenParameterName}\` ${why}`); };
      const token = event.request.query[tokenParameterName] ?? event.request.body[tokenParameterName];
      if (typeof token !== "string") invalid("is not there");
      const written = native.jwtVerify(secret, token);
      if (written === null) invalid("is no JWT with an HS256 signature of this secret");
      const payload = JSON.parse(written);
      const now = native.unixTime() / 1000;
      if (typeof payload.exp !== "number") invalid("does not say when it expires (exp)");
      if (payload.exp <= now) invalid("has expired");
      if (payload.nbf > now) invalid("is not valid yet (nbf)");
      if (payload.sub !== undefined && payload.sub !== event.user.user_id) invalid("is about somebody else (sub)");
      const { state } = event.request.query;
      if (payload.state === undefined || payload.state !== state) invalid("is not of this journey (state)");
      return payload;
    },
  };

  const challenges = { "authentication.challengeWith": oneFactor, "authentication.challengeWithAny": anyFactor };
  const login = {
    "access.deny": denyLogin,
    "idToken.setCustomClaim": claim,
    "accessToken.setCustomClaim": claim,
    "accessToken.addScope": scope,
    "accessToken.removeScope": scope,
    "multifactor.enable": (path, provider, given) => {
      if (!PROVIDERS.includes(provider)) {
        throw new TypeError(`api.${path}: the provider must be one of ${PROVIDERS.join(", ")}, found ${String(provider)}`);
      }
      return noted(provider, json(path, "the options", options(path, given)));
    },
    ...challenges,
    "authentication.enrollWith": oneFactor,
    "authentication.enrollWithAny": anyFactor,
    "authentication.recordMethod": (path, url) => noted(text(path, "the method's URL", url)),
    "authentication.setPrimaryUser": (path, id) => noted(text(path, "the user's id", id)),
    "user.setUserMetadata": metadata,
    "user.setAppMetadata": metadata,
    "rules.wasExecuted": (path, id) => { text(path, "the rule's id", id); return false; },
    ...redirect,
  };
  const methods = {
    PostLogin: login,
    PreUserRegistration: {
      "access.deny": deny.PreUserRegistration,
      "user.setUserMetadata": metadata,
      "user.setAppMetadata": metadata,
      "validation.error": (path, code, message) => noted(text(path, "the code", code), text(path, "the message", message)),
    },
    PostChallenge: { "access.deny": denyLogin, ...challenges, ...redirect },
    CredentialsExchange: {
      "access.deny": deny.CredentialsExchange,
      "accessToken.setCustomClaim": claim,
      "accessToken.addScope": scope,
      "accessToken.removeScope": scope,
    },
  };
  add({ ...methods[trigger], ...cache });
  if (trigger === "PostLogin") {
    refuse("samlResponse", "there is no SAML response here");
    refuse("session", "the session, and how long it lasts, is the platform's own; set it there");
    refuse("refreshToken", "how long refresh tokens last is the platform's own; set it there");
    refuse("prompt", "forms are the platform's own; send the customer to a page of yours with api.redirect.sendUserTo");
    api.access.rejectInvalidSubjectToken = () => {
      throw new Error("api.access.rejectInvalidSubjectToken belongs to custom token exchange, which has no counterpart in front of an identity platform");
    };
  }
  return api;
};

const PROVIDERS = ["any", "duo", "google-authenticator", "guardian", "none"];
// How long an entry of the cache is kept when nothing else is said, and at most, in milliseconds.
const QUARTER = 15 * 60 * 1000;
const DAY = 24 * 60 * 60 * 1000;
