/**
 * A person with a browser, as far as a login needs one: cookies, redirects, HTML forms.
 *
 * Nothing here knows a platform. A form is filled by what its fields are, and of several
 * submit buttons the first that does not refuse is pressed.
 */
import { CookieJar, FormData, parse5 } from './_packages.mjs';

// A login takes about ten exchanges; more means that pages lead back to each other.
const MAX_EXCHANGES = 30;
const REFUSALS = new Set(['deny', 'logout', 'cancel', 'no', 'abort', 'decline', 'reject']);
const TEXT_TYPES = ['text', 'email', 'tel'];

/** The way through the pages did not end at the redirect_uri. */
export class LoginFailed extends Error {}

/**
 * Goes from `authorizationUrl` through the platform's pages to the redirect_uri.
 *
 * Resolves to the URL that the browser is sent to there; nothing needs to listen on it.
 * Rejects with `LoginFailed` where a person would be stuck.
 */
export async function logIn(fetch, authorizationUrl, redirectUri, user, password) {
  const jar = new CookieJar();
  let request = { url: new URL(authorizationUrl), method: 'GET' };
  let passwordsSent = 0;

  for (let exchange = 0; exchange < MAX_EXCHANGES; exchange += 1) {
    const response = await send(fetch, jar, request);
    const page = await response.text();
    const location = response.headers.get('location');
    if (location !== null && response.status >= 300 && response.status < 400) {
      request = redirected(request, response.status, new URL(location, request.url));
      if (withoutQuery(request.url) === withoutQuery(new URL(redirectUri))) return request.url;
      continue;
    }

    const { forms, text } = readPage(page);
    const where = `at ${request.url.pathname} (HTTP ${response.status})`;
    const seen = `the page says: ${text.slice(0, 400)}`;
    const form = formToFill(forms);
    if (response.status >= 400 || form === undefined) {
      throw new LoginFailed(`found no form to go on with ${where}; ${seen}`);
    }
    if (has(form, ['password'])) {
      passwordsSent += 1;
      if (passwordsSent > 1) {
        throw new LoginFailed(`was asked for the password twice ${where}; ${seen}`);
      }
    }
    request = submission(request.url, form, user, password);
  }
  throw new LoginFailed(`no redirect to ${redirectUri} after ${MAX_EXCHANGES} exchanges`);
}

async function send(fetch, jar, { url, method, body }) {
  // The words on the buttons are known in English.
  const headers = { 'accept-language': 'en', cookie: await jar.getCookieString(url.href) };
  const response = await fetch(url.href, { method, body, headers, redirect: 'manual' });
  for (const line of response.headers.getSetCookie()) {
    await jar.setCookie(line, url.href, { ignoreError: true });
  }
  return response;
}

/** As browsers do: 307 and 308 repeat the request, all others become a GET. */
function redirected(request, status, url) {
  return status === 307 || status === 308 ? { ...request, url } : { url, method: 'GET' };
}

function withoutQuery(url) {
  return url.origin + url.pathname;
}

/** The forms of a page with their controls, and its visible text. */
function readPage(html) {
  const forms = [];
  const words = [];
  walk(parse5.parse(html), undefined, undefined);
  return { forms, text: words.join(' / ') };

  function walk(node, form, button) {
    if (node.nodeName === 'script' || node.nodeName === 'style') return;
    if (node.nodeName === '#text') {
      const word = node.value.trim().replaceAll(/\s+/g, ' ');
      if (word !== '') words.push(word);
      if (button !== undefined) button.text += word;
      return;
    }
    const given = Object.fromEntries((node.attrs ?? []).map(({ name, value }) => [name, value]));
    if (node.nodeName === 'form') {
      form = {
        action: given.action ?? '',
        method: (given.method ?? 'get').toLowerCase(),
        enctype: given.enctype ?? '',
        controls: [],
      };
      forms.push(form);
    } else if (form !== undefined && (node.nodeName === 'input' || node.nodeName === 'button')) {
      const type = given.type ?? (node.nodeName === 'input' ? 'text' : 'submit');
      const { name = '', value = '' } = given;
      const control = { type: type.toLowerCase(), name, value, checked: 'checked' in given, text: '' };
      form.controls.push(control);
      if (node.nodeName === 'button') button = control;
    }
    for (const child of node.childNodes ?? []) walk(child, form, button);
  }
}

/** The form that carries on: the one with a password, else with text, else the first. */
function formToFill(all) {
  const forms = all.filter(({ method }) => method === 'post');
  return (
    forms.find((form) => has(form, ['password'])) ??
    forms.find((form) => has(form, TEXT_TYPES)) ??
    forms[0]
  );
}

function has(form, types) {
  return form.controls.some(({ type }) => types.includes(type));
}

function submission(pageUrl, form, user, password) {
  const fields = form.enctype === 'multipart/form-data' ? new FormData() : new URLSearchParams();
  for (const { type, name, value, checked } of form.controls) {
    if (name === '' || ['submit', 'button', 'image', 'reset'].includes(type)) continue;
    if (type === 'checkbox' || type === 'radio') {
      if (checked) fields.append(name, value || 'on');
    } else if (type === 'password') fields.append(name, password);
    else if (TEXT_TYPES.includes(type)) fields.append(name, user);
    else fields.append(name, value);
  }
  const pressed = form.controls.find((control) => control.type === 'submit' && !refuses(control));
  if (pressed?.name) fields.append(pressed.name, pressed.value);
  return { url: new URL(form.action || pageUrl, pageUrl), method: 'POST', body: fields };
}

function refuses({ name, value, text }) {
  return [name, value, text].some((word) => REFUSALS.has(word.trim().toLowerCase()));
}
