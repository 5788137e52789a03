/**
 * The npm packages of the JavaScript client.
 *
 * They are installed beside oidc-provider, one `npm ci` for both; an `import` from this
 * folder would not find them there.
 */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const platform = new URL('../platforms/oidc-provider/package.json', import.meta.url);
const { resolve } = createRequire(platform);

const load = (name) => import(pathToFileURL(resolve(name)).href);

export const openid = await load('openid-client');
export const jose = await load('jose');
export const parse5 = await load('parse5');
export const { CookieJar } = await load('tough-cookie');
export const { Agent, buildConnector, fetch, FormData } = await load('undici');
