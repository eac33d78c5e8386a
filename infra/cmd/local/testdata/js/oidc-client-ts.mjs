// oidc-client-ts, the client of browsers, with a store of its own instead of one of a browser's:
// code and PKCE through the hosted pages. It asks userInfo at each sign-in, and compares sub.
import { OidcClient, WebStorageStateStore } from 'oidc-client-ts';
import { pages } from './pages.mjs';
import { serve, to } from './serve.mjs';

const kept = new Map();
const store = {
  get length() { return kept.size; }, key: i => [...kept.keys()][i] ?? null,
  getItem: name => kept.get(name) ?? null, setItem: (name, value) => kept.set(name, value), removeItem: name => kept.delete(name),
};
const client = new OidcClient({
  authority: to.discovery.replace('/.well-known/openid-configuration', ''), client_id: to.client, client_secret: to.secret || undefined,
  redirect_uri: to.callback, scope: to.scope, response_type: 'code', loadUserInfo: true, stateStore: new WebStorageStateStore({ store }),
});
const tokens = t => ({ access: t.access_token, id: t.id_token, refresh: t.refresh_token });

const { leave, ...shown } = pages({
  authorize: async () => (await client.createSigninRequest({ request_type: 'si:r', nonce: crypto.randomUUID(), state: 'the app\'s own' })).url,
  finish: async url => tokens(await client.processSigninResponse(url.href)),
});

await serve('oidc-client-ts', import.meta.url, {
  ...shown,
  refresh: async ({ access, id, refresh, sub }) => {
    const state = { access_token: access, id_token: id, refresh_token: refresh, scope: to.scope, profile: { sub } };
    return tokens(await client.useRefreshToken({ state }));
  },
  signOut: async ({ refresh }) => {
    await client.revokeToken(refresh, 'refresh_token');
    await leave((await client.createSignoutRequest({ extraQueryParams: { client_id: to.client, logout_uri: to.logout } })).url);
  },
});
