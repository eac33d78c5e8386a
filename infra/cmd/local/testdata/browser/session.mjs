// One browser session: an app with Amplify's Authenticator, in Chromium, whose calls go from
// one page to the next. The app has the origin http://localhost:3000, where the stage's web
// client has its callback; the browser is told to find it at a free port.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import tls from 'node:tls';
import { build } from 'esbuild';
import { serve, to } from '../js/serve.mjs';
import { totp } from '../js/totp.mjs';
import { launch } from './chromium.mjs';
import { customers } from './customers.mjs';
import { journey } from './journey.mjs';
import { faults as found, wide, windows } from './page.mjs';

const origin = 'http://localhost:3000';
let browser, page;

// trusted is the key that the browser takes: Node verifies its certificate by the authority,
// which no test can put into a browser's store.
async function trusted() {
  const { hostname, port } = new URL(to.secure);
  const socket = tls.connect({ host: hostname, port, servername: hostname, ca: readFileSync(to.authority) });
  await once(socket, 'secureConnect');
  const key = socket.getPeerX509Certificate().publicKey.export({ type: 'spki', format: 'der' });
  socket.end();
  return createHash('sha256').update(key).digest('base64');
}

// open builds the app, serves it and starts the browser.
async function open() {
  const { outputFiles } = await build({
    entryPoints: ['app.jsx'], bundle: true, write: false, outdir: 'out', format: 'esm', minify: true, jsx: 'automatic', logLevel: 'error',
    alias: { 'local.js': path.resolve(to.local) }, define: { 'process.env.NODE_ENV': '"production"' },
  });
  const file = extension => outputFiles.find(f => f.path.endsWith(extension)).text;
  const files = { '/app.js': ['text/javascript', file('.js')], '/app.css': ['text/css', file('.css')] };
  const shell = '<!doctype html><html lang="en"><title>App</title><link rel="stylesheet" href="/app.css"><div id="root"></div><script type="module" src="/app.js"></script>';
  const server = createServer((request, response) => {
    const [type, body] = files[request.url] ?? ['text/html', shell];
    response.writeHead(200, { 'content-type': type + '; charset=utf-8' }).end(body);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  browser = await launch(`--ignore-certificate-errors-spki-list=${await trusted()}`, `--host-resolver-rules=MAP localhost:3000 127.0.0.1:${server.address().port}`);
  page = await browser.newPage({ viewport: { width: 900, height: 760 } });
  page.setDefaultTimeout(30_000);
  await page.goto(origin + '/');
  await signedOut();
}

let shots = 0;
// shot keeps what the page looks like, for who wants to look (SHOTS=folder).
const shot = async (name, of = page) => { if (process.env.SHOTS) await of.screenshot({ path: path.join(process.env.SHOTS, `${String(++shots).padStart(2, '0')}-${name}.png`), fullPage: true }); };
const fill = (name, value) => page.locator(`input[name="${name}"]`).first().fill(value);
const press = name => page.getByRole('button', { name, exact: true }).click();
const shows = name => page.locator(`input[name="${name}"]`).first().waitFor();
const signedIn = () => page.getByRole('heading', { name: 'Signed in' }).waitFor();
const signedOut = () => shows('username');
const says = text => page.getByText(text).waitFor();
const kept = name => page.evaluate(suffix => Object.entries(localStorage).find(([key]) => key.endsWith('.' + suffix))?.[1], name);
// accessible refuses a page in which axe-core finds a fault, or that is wider than a small window.
async function accessible(name) {
  await shot(name);
  const faults = await found(page);
  const size = page.viewportSize();
  await page.setViewportSize({ width: 320, height: 760 });
  if (await wide(page)) faults.push('wider than 320 px');
  await page.setViewportSize(size);
  if (faults.length) throw new Error(`${page.url()}: ${faults.join('; ')}`);
}
// claims are those of both tokens, as text.
const claims = forceRefresh => page.evaluate(async options => {
  const { tokens } = await window.auth.fetchAuthSession(options);
  const all = Object.entries({ ...tokens.idToken.payload, ...tokens.accessToken.payload });
  return Object.fromEntries(all.map(([name, value]) => [name, String(value)]));
}, { forceRefresh });

async function signIn({ email, password }) {
  await fill('username', email);
  await fill('password', password);
  await press('Sign in');
}

async function signOut() {
  const refresh = await kept('refreshToken');
  await press('Sign out');
  await signedOut();
  return { refresh };
}

async function hosted() {
  await page.evaluate(() => window.auth.signInWithRedirect());
  await page.waitForURL(to.secure + '/login**');
}

async function atHosted({ email, password }) {
  await fill('username', email);
  await fill('password', password);
  await page.locator('button[type="submit"]').first().click();
}

await serve('@aws-amplify/ui-react', import.meta.url, {
  ...totp, ...windows(() => browser, shot), ...journey(() => browser, shot), ...customers(() => browser, shot), open, signOut,
  signUp: async ({ email, name, password }) => {
    await shot('sign-in');
    await page.getByRole('tab', { name: 'Create Account' }).click();
    await fill('email', email);
    await fill('name', name);
    await fill('password', password);
    await fill('confirm_password', password);
    await shot('sign-up');
    await press('Create Account');
    await shows('confirmation_code');
    await shot('confirm');
  },
  // The Authenticator signs in by itself after it.
  confirm: async ({ code }) => {
    await fill('confirmation_code', code);
    await press('Confirm');
    await signedIn();
    await shot('signed-in');
    return claims(false);
  },
  refresh: () => claims(true),
  refused: async given => {
    await signIn(given);
    await says('Incorrect username or password.');
    await shot('refused');
  },
  signIn: async given => {
    await signIn(given);
    await signedIn();
  },
  // Wrong, then right, then out, and the hosted pages ask again.
  redirect: async given => {
    await hosted();
    await accessible('hosted');
    for (const name of ['Create an account', 'Forgot your password?']) {
      await page.getByRole('link', { name }).click();
      await page.getByRole('heading', { name }).waitFor();
      await accessible('hosted-' + name);
      await page.getByRole('link', { name: 'Sign in instead' }).click();
    }
    await atHosted({ ...given, password: given.password + '!' });
    await says('Incorrect username or password.');
    await accessible('hosted-refused');
    await atHosted(given);
    await page.waitForURL(origin + '/**');
    await signedIn();
    const told = await claims(false);
    await press('Sign out');
    await page.waitForURL(origin + '/');
    await signedOut();
    await hosted();
    await page.goto(origin + '/');
    await signedOut();
    return told;
  },
  forgot: async ({ email }) => {
    await page.getByRole('button', { name: 'Forgot your password?' }).click();
    await fill('username', email);
    await shot('forgot');
    await press('Send code');
    await shows('confirmation_code');
  },
  reset: async ({ code, password }) => {
    await fill('confirmation_code', code);
    await fill('password', password);
    await fill('confirm_password', password);
    await shot('reset');
    await press('Submit');
    await signedOut();
  },
  passkey: async given => {
    const devices = await page.context().newCDPSession(page);
    await devices.send('WebAuthn.enable');
    await devices.send('WebAuthn.addVirtualAuthenticator', {
      options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
    });
    await page.goto(origin + '/?passkeys');
    await fill('username', given.email);
    await press('Other sign-in options');
    await fill('password', given.password);
    await shot('passkey-or-password');
    await press('Sign In with Password');
    await press('Create a Passkey');
    await says('Passkey created successfully!');
    await shot('passkey-created');
    await press('Continue');
    await signedIn();
    await signOut();
    await fill('username', given.email);
    await shot('passkey-sign-in');
    await press('Sign In with Passkey');
    await signedIn();
    await shot('passkey-signed-in');
    return claims(false);
  },
  // ask sends a request to the table from the app's page. An answer is JSON, an error its name
  // and sentence.
  ask: async ({ request }) => page.evaluate(async request => {
    try {
      return { answer: JSON.stringify(await window.ask(request)) };
    } catch (error) {
      return { refused: `${error.name}: ${error.message}` };
    }
  }, JSON.parse(request)),
  associate: async given => {
    await hosted();
    await atHosted(given);
    await page.getByRole('button', { name: 'Authenticator app' }).click();
    await shows('code');
    await accessible('hosted-totp-setup');
    await page.goto(origin + '/');
    await signIn(given);
    await shows('confirmation_code');
    await shot('totp-setup');
    return { secret: await page.locator('[data-amplify-copy] > div').first().innerText() };
  },
  challenge: async given => {
    await signIn(given);
    await page.getByRole('heading', { name: 'Confirm TOTP Code' }).waitFor();
    await shot('totp');
  },
  wrong: async ({ code }) => {
    await fill('confirmation_code', code);
    await press('Confirm');
    await says('Invalid code received for user');
  },
  answer: async ({ code }) => {
    await fill('confirmation_code', code);
    await press('Confirm');
    await signedIn();
  },
});
