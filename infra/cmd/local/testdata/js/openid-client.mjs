// openid-client: code and PKCE through the hosted pages.
import * as oidc from 'openid-client';
import { pages } from './pages.mjs';
import { serve, to } from './serve.mjs';

const config = await oidc.discovery(new URL(to.discovery), to.client, to.secret || undefined, to.secret ? oidc.ClientSecretBasic(to.secret) : oidc.None(),
  { execute: to.discovery.startsWith('http:') ? [oidc.allowInsecureRequests] : [] });
const tokens = t => ({ access: t.access_token, id: t.id_token, refresh: t.refresh_token });

let asked;
const { leave, ...shown } = pages({
  authorize: async () => {
    asked = { pkceCodeVerifier: oidc.randomPKCECodeVerifier(), expectedState: oidc.randomState(), expectedNonce: oidc.randomNonce(), idTokenExpected: true };
    return oidc.buildAuthorizationUrl(config, {
      redirect_uri: to.callback, scope: to.scope, state: asked.expectedState, nonce: asked.expectedNonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(asked.pkceCodeVerifier), code_challenge_method: 'S256',
    });
  },
  finish: async url => tokens(await oidc.authorizationCodeGrant(config, url, asked)),
});

await serve('openid-client', import.meta.url, {
  ...shown,
  refresh: async ({ refresh }) => tokens(await oidc.refreshTokenGrant(config, refresh)),
  user: async ({ access, sub }) => oidc.fetchUserInfo(config, access, sub ?? oidc.skipSubjectCheck),
  signOut: async ({ refresh }) => {
    await oidc.tokenRevocation(config, refresh);
    await leave(oidc.buildEndSessionUrl(config, { logout_uri: to.logout }));
  },
});
