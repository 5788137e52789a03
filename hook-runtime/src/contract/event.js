"use strict";
// The `event` of the trigger form, made of `args`. What the traffic does not tell is left out; what
// scripts lean on is always there: `user` with its two metadata, `client` and `connection` with
// theirs, `request` with `query`, `body` and `geoip`, `transaction` and `authentication` with their
// lists, `stats`, `tenant`, `secrets`, `configuration`. Nothing is frozen.
//
// `args` may bring members of `event` itself (`user`, `connection`, `organization`, …): they win.

const object = (value) =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
const list = (value) => (Array.isArray(value) ? value : []);
const text = (value) => (typeof value === "string" ? value : undefined);

// Without what is undefined.
const known = (members) => {
  for (const name of Object.keys(members)) if (members[name] === undefined) delete members[name];
  return members;
};

// Claims that speak of the token, not of the customer.
const OF_THE_TOKEN = [
  "id", "userName", "iss", "sub", "aud", "exp", "nbf", "iat", "jti", "typ", "nonce", "azp", "acr", "amr", "sid",
  "auth_time", "at_hash", "c_hash", "s_hash", "client_id", "scope", "phone_number_verified", "preferred_username",
  "org_id", "org_name", "roles", "logins_count",
];

// Grant types (RFC 6749, 8628, 8693) as the protocols of a transaction.
const PROTOCOLS = {
  authorization_code: "oidc-basic-profile",
  refresh_token: "oauth2-refresh-token",
  password: "oauth2-password",
  implicit: "oidc-implicit-profile",
  "urn:ietf:params:oauth:grant-type:device_code": "oauth2-device-code",
  "urn:ietf:params:oauth:grant-type:token-exchange": "oauth2-token-exchange",
};

// What is always there, whatever `args` says.
const OBJECTS = [
  ["user", "user_metadata"], ["user", "app_metadata"], ["client", "metadata"], ["connection", "metadata"],
];
const LISTS = [
  ["user", "groups"], ["transaction", "acr_values"], ["transaction", "requested_scopes"],
  ["transaction", "ui_locales"], ["authentication", "methods"],
];

// Seconds since 1970, as tokens count, as a date.
const date = (seconds) => (typeof seconds === "number" ? new Date(seconds * 1000).toISOString() : text(seconds));

const userOf = (customer) => {
  const [info, identifiers] = [object(customer.info), object(customer.identifiers)];
  const attributes = object(customer.attributes);
  const [emails, phones, name] = [object(attributes.emails), object(attributes.phones), object(attributes.name)];
  const claims = { ...info };
  for (const claim of OF_THE_TOKEN) delete claims[claim];
  const given = name.givenName ?? info.given_name;
  const family = name.familyName ?? info.family_name;
  const whole = [given, family].filter((part) => typeof part === "string").join(" ");
  return {
    ...claims,
    ...known({
      user_id: info.id ?? info.sub,
      email: identifiers.email ?? emails.primaryEmail ?? info.email,
      username: identifiers.username ?? info.userName ?? info.preferred_username,
      phone_number: identifiers.phone ?? phones.primaryPhone ?? info.phone_number,
      phone_verified: info.phone_number_verified,
      given_name: given,
      family_name: family,
      name: info.name ?? (whole || undefined),
      created_at: date(info.created_at),
      updated_at: date(info.updated_at),
    }),
    groups: list(customer.groups),
    user_metadata: object(info.user_metadata),
    app_metadata: object(info.app_metadata),
  };
};

const requestOf = (args, customer) => {
  const request = object(args.request);
  const location = object(customer.location);
  const coordinates = object(location.coordinates);
  return {
    ...known({
      ip: text(customer.ip_address),
      hostname: text(request.host)?.replace(/:\d+$/, ""),
      method: request.method,
      user_agent: request.user_agent,
      language: request.language,
      ...request,
      host: undefined,
      path: undefined,
    }),
    query: { ...object(request.query), ...object(args.continue_context) },
    body: object(request.body),
    geoip: {
      ...known({
        countryCode: location.country_code,
        countryName: location.country,
        subdivisionName: location.state,
        cityName: location.city,
        latitude: coordinates.latitude,
        longitude: coordinates.longitude,
        timeZone: location.time_zone,
      }),
      ...object(request.geoip),
    },
  };
};

const transactionOf = (args, grant) => {
  const oidc = object(args.oidc_context);
  const words = (value) => (Array.isArray(value) ? value : text(value)?.split(" ").filter(Boolean));
  const flow = words(oidc.response_type);
  const fromFlow = flow && (flow.includes("code")
    ? (flow.length > 1 ? "oidc-hybrid-profile" : PROTOCOLS.authorization_code)
    : PROTOCOLS.implicit);
  const locales = list(oidc.ui_locales);
  const scopes = list(args.requested_scopes);
  return {
    ...known({
      protocol: PROTOCOLS[grant] ?? fromFlow,
      redirect_uri: oidc.redirect_uri,
      response_type: oidc.response_type,
      response_mode: oidc.response_mode,
      state: oidc.state,
      locale: locales[0] ?? object(args.request).language,
      prompt: words(oidc.prompt),
      login_hint: oidc.login_hint,
    }),
    acr_values: list(oidc.acr_values),
    requested_scopes: scopes.length > 0 ? scopes : list(oidc.scopes),
    ui_locales: locales,
  };
};

// The grant type of a token request, when that is where the event shows.
exports.grantType = (args) => text(object(args.tokens).grant_type) ?? text(object(args.event).path);

// The `event` of `trigger`.
exports.eventOf = (trigger, args) => {
  const customer = object(args.customer);
  const info = object(customer.info);
  const application = object(args.application);
  const accessToken = object(object(args.tokens).access_token);
  const audience = [accessToken.aud].flat().find((value) => typeof value === "string");
  const authenticated = date(info.auth_time);
  const methods = list(info.amr).map((name) => known({ name, timestamp: authenticated }));
  const events = {
    user: userOf(customer),
    client: { ...known({ client_id: application.client_id, name: application.name }), metadata: {} },
    connection: { metadata: {} },
    request: requestOf(args, customer),
    transaction: transactionOf(args, exports.grantType(args)),
    authentication: { methods },
    stats: known({ logins_count: info.logins_count }),
    tenant: known({ id: text(object(customer.store).tenant) ?? text(customer.store) }),
  };
  const optional = {
    authorization: Array.isArray(info.roles) ? { roles: info.roles } : undefined,
    organization: info.org_id === undefined ? undefined
      : known({ id: info.org_id, name: info.org_name, metadata: {} }),
    resource_server: audience === undefined ? undefined : { identifier: audience },
    session: info.sid === undefined ? undefined : { id: info.sid },
    accessToken: trigger === "CredentialsExchange"
      ? { customClaims: {}, scope: text(accessToken.scope)?.split(" ") ?? [] } : undefined,
    message_options: trigger === "SendPhoneMessage"
      ? known({ recipient: events.user.phone_number }) : undefined,
    refresh_token: undefined,
  };
  for (const name of Object.keys(optional)) {
    if (optional[name] !== undefined) events[name] = optional[name];
    // `session` of args is the journey's, which is something else.
    else if (name !== "session" && args[name] !== undefined) events[name] = {};
  }
  for (const name of Object.keys(events)) {
    if (name !== "request" && name !== "session") Object.assign(events[name], object(args[name]));
  }
  for (const [of, name] of OBJECTS) events[of][name] = object(events[of][name]);
  for (const [of, name] of LISTS) events[of][name] = list(events[of][name]);
  events.secrets = object(args.secrets);
  events.configuration = object(args.configuration ?? args.variables);
  return events;
};
