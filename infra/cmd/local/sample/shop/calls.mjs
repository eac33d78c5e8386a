// What the page of the shop asks, and whom. It has no page in it, so that a program can ask the same.
import { pool, signIn } from '../cognito.mjs';

/** Returns the calls of a step. setup is setup.mjs; shop is the shop's address, "" in its page. */
export function calls({ step, api, ...userPool }, shop = '', fetch = globalThis.fetch) {
  const cognito = pool(userPool);
  let tokens; // in memory: who closes the page is signed out of it

  const ask = async (url, method, given, headers = {}) => {
    const response = await fetch(url, { method, cache: 'no-store', headers: { 'content-type': 'application/json', ...headers }, body: given && JSON.stringify(given) });
    const answer = JSON.parse(await response.text() || '{}');
    if (!response.ok) throw Object.assign(new Error(answer.message), { status: response.status });
    return answer;
  };
  const bySession = (method, path, given) => ask(shop + path, method, given);
  const byToken = async (method, path, given) => {
    if (!tokens) throw Object.assign(new Error('Please sign in.'), { status: 401 });
    return ask(api + path, method, given, { authorization: `Bearer ${tokens.AccessToken}` });
  };
  const byEither = (...call) => (tokens ? byToken : bySession)(...call);

  const inAtShop = given => bySession('POST', '/sign-in', given);
  const inAtPool = async given => { tokens = await signIn(cognito, given); };
  const outAtShop = () => bySession('POST', '/sign-out');
  const outAtPool = async () => {
    if (tokens) await cognito('RevokeToken', { Token: tokens.RefreshToken });
    tokens = undefined;
  };

  // What a real page changes at a step is what differs here.
  const [enter, leave, send] = {
    own: [inAtShop, outAtShop, bySession],
    both: [inAtPool, () => Promise.all([outAtPool(), outAtShop()]), byEither],
    pool: [inAtPool, outAtPool, byToken],
  }[step];
  return { enter, leave, order: () => send('GET', '/order'), change: note => send('PUT', '/order', { note }) };
}
