// aws-jwt-verify, which knows a pool's issuer, and with it where the keys are, from its id.
// Its fetcher can be replaced: here it looks for the keys at another host.
import { CognitoJwtVerifier } from 'aws-jwt-verify';
import { SimpleJwksCache } from 'aws-jwt-verify/jwk';
import { serve, to } from './serve.mjs';

const jwksCache = new SimpleJwksCache({
  fetcher: { fetch: async uri => (await fetch(new URL(new URL(uri).pathname, to.keys))).arrayBuffer() },
});

await serve('aws-jwt-verify', import.meta.url, {
  verify: async ({ token, use, client }) => {
    await CognitoJwtVerifier.create({ userPoolId: to.pool, tokenUse: use, clientId: client }, { jwksCache }).verify(token);
  },
});
