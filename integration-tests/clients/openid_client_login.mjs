/**
 * A login by a second, independent OpenID Connect client: npm's openid-client, with jose.
 *
 *     node openid_client_login.mjs --issuer http://127.0.0.1:8080 --user demo --password … \
 *         --client-id … --client-secret … --redirect-uri http://127.0.0.1:9000/callback
 *
 * Options, output and exit codes are those of authlib_login.py, which describes them.
 */
import { createHash } from 'node:crypto';
import { parseArgs } from 'node:util';

import { logIn, LoginFailed } from './_browser.mjs';
import { Agent, buildConnector, fetch, jose, openid } from './_packages.mjs';

const METHODS = {
  client_secret_basic: openid.ClientSecretBasic,
  client_secret_post: openid.ClientSecretPost,
  none: openid.None,
};

/** An answer of the platform that a careful client must not accept. */
class NotVerified extends Error {}

const options = parseOptions();
const http = connectTo(options.issuer, options['connect-to']);
// The last answers; openid-client gives the parsed ones only.
const exchanges = { token: undefined };
try {
  console.log(JSON.stringify(await login()));
} catch (error) {
  const refusal = await oauthRefusal(error);
  if (refusal !== undefined) {
    console.log(JSON.stringify(refusal));
    process.exitCode = 3;
  } else {
    console.error(`openid_client_login: ${explained(error)}`);
    process.exitCode = 1;
  }
} finally {
  await http.close();
}

async function login() {
  const config = await discover();
  const metadata = config.serverMetadata();

  const [state, nonce] = [openid.randomState(), openid.randomNonce()];
  const pkceCodeVerifier = openid.randomPKCECodeVerifier();
  const redirectUri = options['redirect-uri'];
  const authorizationUrl = openid.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope: options.scope,
    state,
    nonce,
    code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
  });
  const { user, password } = options;
  const callback = await logIn(http.fetch, authorizationUrl, redirectUri, user, password);

  const token = await openid.authorizationCodeGrant(config, callback, {
    pkceCodeVerifier,
    expectedState: state,
    expectedNonce: nonce,
    idTokenExpected: true,
  });
  const tokenResponseHeaders = Object.fromEntries(exchanges.token.headers);
  const jwks = await getJson(http.fetch, metadata.jwks_uri);
  const report = await described(config, token, jwks);
  const { sub } = report.id_token;
  return {
    ...report,
    jwks_kids: jwks.keys.map(({ kid }) => kid),
    token_response_headers: tokenResponseHeaders,
    userinfo: options['no-userinfo']
      ? null
      : await openid.fetchUserInfo(config, token.access_token, sub),
    refreshed: await refresh(config, token, jwks, report.id_token),
    ...(options.jwks ? await platformKeys(metadata.jwks_uri, jwks) : {}),
  };
}

/** openid-client, set up from the issuer's discovery. */
async function discover() {
  const config = await openid.discovery(
    new URL(options.issuer),
    options['client-id'],
    undefined,
    METHODS[options['auth-method']](options['client-secret']),
    {
      execute: [openid.allowInsecureRequests],
      [openid.customFetch]: http.fetch,
      timeout: options.timeout,
    },
  );
  const { token_endpoint } = config.serverMetadata();
  config[openid.customFetch] = async (url, init) => {
    const response = await http.fetch(url, init);
    if (url === token_endpoint) exchanges.token = response;
    return response;
  };
  // By default a token that came over TLS from the token endpoint is believed unverified
  // (OpenID Connect Core 3.1.3.7, 6); here its signature is what matters.
  openid.enableNonRepudiationChecks(config);
  return config;
}

/** What was found in an ID token that openid-client has verified. */
async function described(config, token, jwks) {
  const claims = token.claims();
  const header = jose.decodeProtectedHeader(token.id_token);
  return {
    id_token: claims,
    header,
    kid_in_jwks: jwks.keys.some(({ kid }) => kid === header.kid),
    at_hash_ok: claims.at_hash === undefined ? null : checkAtHash(claims, header, token),
    ...(options.api ? { access_token: await asApi(config, token, jwks) } : {}),
  };
}

/** The claims of an access token, verified as the API does it (RFC 9068, 4). */
async function asApi(config, token, jwks) {
  const { issuer } = config.serverMetadata();
  const expected = { issuer, audience: options.api, typ: 'at+jwt', requiredClaims: ['exp'] };
  const keys = jose.createLocalJWKSet(jwks);
  const { payload } = await jose.jwtVerify(token.access_token, keys, expected);
  return payload;
}

/** OpenID Connect Core 3.1.3.6; openid-client leaves this one to its user. */
function checkAtHash(claims, header, token) {
  const hash = createHash(`sha${header.alg.slice(-3)}`).update(token.access_token).digest();
  const expected = hash.subarray(0, hash.length / 2).toString('base64url');
  if (claims.at_hash !== expected) {
    throw new NotVerified(`at_hash: expected ${expected}, found ${claims.at_hash}`);
  }
  return true;
}

async function refresh(config, token, jwks, first) {
  if (token.refresh_token === undefined) return null;
  const renewed = await openid.refreshTokenGrant(config, token.refresh_token);
  if (renewed.id_token === undefined) {
    return { id_token: null, header: null, kid_in_jwks: null, at_hash_ok: null };
  }
  const report = await described(config, renewed, jwks);
  // OpenID Connect Core 12.2: the same customer, login and client as at first.
  for (const name of ['iss', 'sub', 'aud', 'auth_time', 'azp', 'nonce']) {
    const [before, after] = [first[name], report.id_token[name]];
    if (before === undefined || after === undefined) continue;
    if (JSON.stringify(before) !== JSON.stringify(after)) {
      throw new NotVerified(`${name} changed with the refresh: ${before} to ${after}`);
    }
  }
  return report;
}

/** Whether each key of the platform's own JWKS is in the JWKS that clients are given. */
async function platformKeys(jwksUri, jwks) {
  const direct = connectTo(new URL(jwksUri).origin, options.jwks);
  try {
    const own = await getJson(direct.fetch, jwksUri);
    const thumbprints = await Promise.all(jwks.keys.map((key) => jose.calculateJwkThumbprint(key)));
    const given = new Set(thumbprints);
    const ownThumbprints = await Promise.all(own.keys.map((key) => jose.calculateJwkThumbprint(key)));
    return {
      platform_kids: own.keys.map(({ kid }) => kid),
      platform_keys_in_jwks: ownThumbprints.every((thumbprint) => given.has(thumbprint)),
    };
  } finally {
    await direct.close();
  }
}

async function getJson(fetch, url) {
  const response = await fetch(url);
  if (!response.ok) throw new NotVerified(`GET ${url}: HTTP ${response.status}`);
  return response.json();
}

/**
 * A fetch that opens the connections for `origin` at `address`, if one is given; URL and
 * Host stay as they are, as with curl's --connect-to.
 */
function connectTo(origin, address) {
  const connector = buildConnector({});
  const [from, to] = [new URL(origin), address && new URL(address)];
  const dispatcher = new Agent({
    connect(target, callback) {
      const redirect = to && target.protocol === from.protocol && target.host === from.host;
      const { protocol, hostname, port } = redirect ? to : target;
      connector({ ...target, protocol, hostname, port }, callback);
    },
  });
  return {
    fetch: (url, init) => fetch(url, { ...init, dispatcher }),
    close: () => dispatcher.close(),
  };
}

/** The report for an OAuth error of the token or the authorization endpoint. */
async function oauthRefusal(error) {
  const report = ({ error: code, error_description = null }, status, endpoint) => ({
    error: code,
    error_description,
    status,
    endpoint,
  });
  if (error instanceof openid.AuthorizationResponseError) return report(error, 302, 'authorization');
  if (error instanceof openid.ResponseBodyError) return report(error, error.status, 'token');
  // A 401 with WWW-Authenticate: openid-client reads the header and leaves the body.
  if (error instanceof openid.WWWAuthenticateChallengeError && error.response === exchanges.token) {
    const body = await error.response.json().catch(() => ({}));
    if (typeof body.error === 'string') return report(body, error.status, 'token');
  }
  return undefined;
}

/** What an error says, with its causes; the stack only of what nobody expected. */
function explained(error) {
  if (error instanceof LoginFailed || error instanceof NotVerified) return error.message;
  if (!(error instanceof openid.ClientError || error.code)) return error.stack;
  const messages = [];
  for (let cause = error; cause instanceof Error; cause = cause.cause) messages.push(cause.message);
  return messages.join(': ');
}

function parseOptions() {
  const text = { type: 'string' };
  const { values } = parseArgs({
    options: {
      issuer: text,
      user: text,
      password: text,
      'client-id': text,
      'client-secret': text,
      'auth-method': { ...text, default: 'client_secret_basic' },
      'redirect-uri': text,
      scope: { ...text, default: 'openid profile email' },
      'connect-to': text,
      jwks: text,
      api: text,
      'no-userinfo': { type: 'boolean', default: false },
      timeout: { ...text, default: '30' },
    },
  });
  const needed = ['issuer', 'user', 'password', 'client-id', 'redirect-uri'];
  const missing = needed.filter((name) => values[name] === undefined);
  if (missing.length > 0 || !(values['auth-method'] in METHODS)) {
    const names = missing.map((name) => `--${name}`).join(', ');
    const methods = Object.keys(METHODS).join(', ');
    console.error(`openid_client_login: missing: ${names || 'none'}; --auth-method: ${methods}`);
    process.exit(2);
  }
  return { ...values, timeout: Number(values.timeout) };
}
