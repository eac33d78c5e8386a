// A whole app: it signs a user up, confirms, signs in, refreshes and signs out. It runs unchanged
// against AWS: all that differs is in local.js, which `make local` writes and serves. For AWS write
// the same file yourself, with the stack's outputs and
// userPoolEndpoint: 'https://cognito-idp.<region>.amazonaws.com/'.
//
// The calls are those that any SDK makes and need no signature. With AWS Amplify the same file is
// Amplify.configure(local), and signUp, confirmSignUp and signIn of 'aws-amplify/auth' take the
// place of cognito(); signIn then proves the password by SRP and never sends it.
import local from './local.js';
import { pool, signIn } from './cognito.mjs';
import { decode, decodeURL } from './refusal.mjs';

const { userPoolEndpoint, userPoolClientId: ClientId, loginWith: { oauth } } = local.Auth.Cognito;
const page = id => document.getElementById(id);

// The tokens stay in memory: who closes the page is signed out of it.
let tokens, email = '', busy = false;

const cognito = pool(local.Auth.Cognito);

const does = {
  async 'sign-up'({ email, name, password }) {
    const UserAttributes = Object.entries({ email, name }).filter(([, Value]) => Value).map(([Name, Value]) => ({ Name, Value }));
    const { CodeDeliveryDetails: to } = await cognito('SignUp', { Username: email, Password: password, UserAttributes });
    page('sent').textContent = `A code was sent to ${to?.Destination ?? email}.`;
    show('confirm');
  },
  async confirm({ email, code }) {
    await cognito('ConfirmSignUp', { Username: email, ConfirmationCode: code });
    show('sign-in');
  },
  async resend({ email }) {
    await cognito('ResendConfirmationCode', { Username: email });
    page('sent').textContent = 'Another code was sent.';
  },
  async 'sign-in'(given) {
    keep(await signIn(cognito, given));
    show('signed-in');
  },
  // Refresh tokens rotate: each may be used once, and the answer brings the next.
  async refresh() {
    const { AuthenticationResult } = await cognito('GetTokensFromRefreshToken', { RefreshToken: tokens.RefreshToken });
    keep({ ...tokens, ...AuthenticationResult });
  },
  // Revoked, a refresh token brings nothing any more; the tokens that are out expire by themselves.
  // Cognito's own page forgets the user at /logout only.
  async signOut() {
    await cognito('RevokeToken', { Token: tokens.RefreshToken });
    const { hosted } = tokens;
    tokens = undefined;
    page('claims').replaceChildren();
    if (hosted) location.assign(`https://${oauth.domain}/logout?${new URLSearchParams({ client_id: ClientId, logout_uri: home })}`);
    else show('sign-in');
  },
  // The code grant with PKCE (RFC 7636): the password stays on Cognito's page.
  async hosted() {
    const [verifier, state] = [random(), random()];
    sessionStorage.setItem('hosted', JSON.stringify({ verifier, state }));
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
    location.assign(`https://${oauth.domain}/oauth2/authorize?${new URLSearchParams({
      client_id: ClientId, response_type: 'code', redirect_uri: home, scope: oauth.scopes.join(' '), state,
      code_challenge_method: 'S256', code_challenge: base64url(digest),
    })}`);
  },
  // Back from there, with a code or an error. Only an answer to this browser's own question counts.
  async back() {
    const answer = new URLSearchParams(location.search), refused = decodeURL(location.href);
    const { verifier, state } = JSON.parse(sessionStorage.getItem('hosted') ?? '{}');
    sessionStorage.removeItem('hosted');
    show('sign-in');
    const own = state && answer.get('state') === state; // or anybody's link could say something here
    if (own && refused) throw new Error(`${refused.sentence} [${refused.code || refused.trigger}]`);
    if (!own || !answer.has('code')) throw new Error('That sign-in did not end: please try again.');
    const response = await fetch(`https://${oauth.domain}/oauth2/token`, {
      method: 'POST', body: new URLSearchParams({ grant_type: 'authorization_code', client_id: ClientId, redirect_uri: home, code: answer.get('code'), code_verifier: verifier }),
    });
    const given = await response.json();
    if (!response.ok) throw new Error(`That sign-in did not end: ${given.error}.`);
    keep({ IdToken: given.id_token, AccessToken: given.access_token, RefreshToken: given.refresh_token, hosted: true });
    show('signed-in');
  },
};

// home is this page's address. It must be one of the app client's callback and logout URLs.
const home = location.origin + '/';
const base64url = bytes => btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)));

function keep(result) {
  tokens = result;
  const [id, access] = [claims(tokens.IdToken), claims(tokens.AccessToken)];
  page('issued').textContent = `Issued at ${new Date(access.iat * 1000).toLocaleTimeString()}.`;
  page('claims').replaceChildren(...Object.keys({ ...id, ...access }).sort().map(name => {
    const row = document.createElement('tr');
    const head = Object.assign(document.createElement('th'), { scope: 'row', textContent: name });
    row.append(head, ...[id, access].map(of => Object.assign(document.createElement('td'), { textContent: text(of[name]) })));
    return row;
  }));
}

const text = value => value === undefined ? '–' : typeof value === 'string' ? value : JSON.stringify(value);

// claims are for showing. A server that decides by them verifies the signature (aws-jwt-verify).
const claims = token => JSON.parse(new TextDecoder().decode(
  Uint8Array.from(atob(token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/')), c => c.charCodeAt(0))));

/** Shows one part of the page and leads the keyboard there. Without tokens nobody is signed in. */
function show(id) {
  if (!page(id)?.matches('main > form, main > section') || id === 'signed-in' && !tokens) id = 'sign-in';
  for (const part of document.querySelectorAll('main > form, main > section')) part.hidden = part.id !== id;
  for (const input of document.querySelectorAll('[type=password]')) input.value = '';
  const part = page(id);
  if (email && part.elements?.email) part.elements.email.value = email;
  refuse(part, '');
  part.querySelector('h2').focus();
  history.replaceState(null, '', home + '#' + id);
}

/** Says above the fields why it did not work; the field that it is about, if any, is marked and focused. */
function refuse(part, sentence, field) {
  const alert = part.querySelector('[role=alert]');
  alert.textContent = sentence;
  for (const input of part.querySelectorAll('[aria-invalid]')) {
    input.removeAttribute('aria-invalid');
    input.removeAttribute('aria-describedby');
  }
  const input = part.elements?.[field];
  input?.setAttribute('aria-invalid', 'true');
  input?.setAttribute('aria-describedby', alert.id);
  input?.focus();
}

const fields = { InvalidPasswordException: 'password', UsernameExistsException: 'email', CodeMismatchException: 'code', ExpiredCodeException: 'code' };

/** Does what a form or button asks for, one call at a time. A rule of the suite refuses with a code of its own. */
async function act(part, name) {
  if (busy) return;
  busy = true;
  const given = part.elements ? Object.fromEntries(new FormData(part)) : {};
  email = given.email ?? email;
  refuse(part, '');
  try {
    await does[name](given);
  } catch (error) {
    const refused = decode(error); // a stage with sentences of its own passes their table here
    if (refused) refuse(part, `${refused.sentence} [${refused.code || refused.trigger}]`, refused.code.split('-')[0]);
    else if (error.name === 'UserNotConfirmedException') show('confirm');
    else if (error instanceof TypeError) refuse(part, `Nothing answers at ${userPoolEndpoint} (${error.message}).`);
    else refuse(part, error.message, fields[error.name]);
  } finally {
    busy = false;
  }
}

document.addEventListener('submit', event => {
  event.preventDefault();
  act(event.target, event.target.id);
});
document.addEventListener('click', event => {
  if (event.target.dataset.do) act(event.target.closest('form, section'), event.target.dataset.do);
});
addEventListener('hashchange', () => show(location.hash.slice(1)));

page('hosted').hidden = !oauth?.redirectSignIn.includes(home);
if (/[?&](code|error)=/.test(location.search)) act(page('sign-in'), 'back');
else show(location.hash.slice(1));
