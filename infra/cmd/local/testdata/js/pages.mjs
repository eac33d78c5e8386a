// A browser without JavaScript for the hosted pages: it keeps cookies, fills forms in and
// stops where the app begins.
import { refusal, to } from './serve.mjs';
import { totp } from './totp.mjs';

const unescaped = text => text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(amp|lt|gt|quot));/gi, (_, dec, hex, name) =>
  name ? { amp: '&', lt: '<', gt: '>', quot: '"' }[name.toLowerCase()] : String.fromCodePoint(dec ? +dec : parseInt(hex, 16)));
const attributes = tag => Object.fromEntries([...tag.matchAll(/ ([a-z-]+)="([^"]*)"/g)].map(([, name, value]) => [name, unescaped(value)]));
const tags = (html, name) => [...html.matchAll(new RegExp(`<${name}(?: [^>]*)?>`, 'g'))].map(([tag]) => attributes(tag));
const inside = (html, tag) => unescaped(html.match(new RegExp(`<${tag}[^>]*>([^<]*)<`))?.[1] ?? '');

const app = new URL(to.callback).origin;

class Browser {
  #cookies = new Map();

  // go opens an address and follows it to a page, or to the app, whose URL it returns.
  async go(address, init = {}) {
    for (let url = new URL(address, this.at), left = 10; left > 0; left--) {
      if (url.origin === app) { this.at = undefined; return url; }
      const res = await fetch(url, { ...init, redirect: 'manual', headers: { ...init.headers, cookie: [...this.#cookies].map(c => c.join('=')).join('; ') } });
      for (const line of res.headers.getSetCookie()) {
        const [, name, value] = line.match(/^([^=]+)=([^;]*)/);
        this.#cookies.set(name, value);
      }
        const html = await res.text();
      if (res.status < 300 || res.status > 399) { this.#read(url, html, res.status); return undefined; }
      url = new URL(res.headers.get('location'), url);
      init = {};
    }
    throw new Error('too many redirects');
  }

  #read(url, html, status) {
    Object.assign(this, { at: url, status, title: inside(html, 'h1'), alert: inside(html, 'p class="error"') });
    this.action = tags(html, 'form')[0]?.action;
    this.fields = new URLSearchParams(tags(html, 'input').map(({ name, value = '' }) => [name, value]));
    this.links = tags(html, 'a').map(a => a.href);
  }

  // follow opens the page's link to a path.
  follow(path) { return this.go(this.links.find(to => to.startsWith(path))); }

  // send fills the page's form in. A page that then shows a refusal throws it.
  async send(typed) {
    for (const [name, value] of Object.entries(typed)) {
      if (!this.fields.has(name)) throw new Error(`the page ${this.title} has no field ${name}: ${this.alert}`);
      this.fields.set(name, value);
    }
    const done = await this.go(this.action, {
      method: 'POST', body: this.fields.toString(), headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    if (!done && this.alert) throw refusal('Page', this.alert);
    return done;
  }
}

// service calls an operation of a user with an access token, as an app without an SDK does.
async function service(operation, members) {
  const res = await fetch(to.endpoint, {
    method: 'POST', body: JSON.stringify(members),
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `AWSCognitoIdentityProviderService.${operation}` },
  });
  const told = await res.json();
  if (!res.ok) throw refusal(told.__type, told.message);
  return told;
}

// pages are the calls of every client that signs in through the hosted pages. authorize
// returns the address to begin with, finish makes tokens of the address that the app got.
export function pages({ authorize, finish }) {
  let browser = new Browser();
  const open = async path => {
    browser = new Browser();
    await browser.go(await authorize());
    if (path) await browser.follow(path);
  };
  const ended = async done => {
    if (done) return finish(done);
    if (browser.at.pathname === '/confirmUser') throw refusal('UserNotConfirmedException', 'User is not confirmed.');
    return { challenge: browser.fields.get('challenge') ?? browser.title };
  };
  return {
    signUp: async ({ email, password, name }) => {
      await open('/signup');
      await browser.send({ username: email, password, name });
    },
    confirm: async ({ code }) => { await browser.send({ code }); },
    signIn: async ({ email, password }) => {
      await open();
      return ended(await browser.send({ username: email, password }));
    },
    ...totp,
    answer: async ({ code }) => ended(await browser.send({ code })),
    change: async ({ access, password, next }) => {
      await service('ChangePassword', { AccessToken: access, PreviousPassword: password, ProposedPassword: next });
    },
    associate: async ({ access }) => ({ secret: (await service('AssociateSoftwareToken', { AccessToken: access })).SecretCode }),
    enrol: async ({ access, code }) => {
      await service('VerifySoftwareToken', { AccessToken: access, UserCode: code });
      await service('SetUserMFAPreference', { AccessToken: access, SoftwareTokenMfaSettings: { Enabled: true, PreferredMfa: true } });
    },
    forgot: async ({ email }) => { await open('/forgotPassword'); await browser.send({ username: email }); },
    reset: async ({ code, password }) => { await browser.send({ code, password }); },
    // leave signs the browser out: it goes to the app, and the next request for a code asks who it is.
    leave: async address => {
      if ((await browser.go(address))?.href !== to.logout) throw new Error(`the logout ended at ${browser.at}: ${browser.alert}`);
      if (await browser.go(await authorize())) throw new Error('the browser is still signed in');
    },
  };
}
