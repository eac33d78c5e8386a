// The example of infra/client/js, compiled beside this file's packages. Keys are fetched from
// the addresses of to.keys, by issuer.
import { SimpleJwksCache } from 'aws-jwt-verify/jwk';
import { serve, to } from './serve.mjs';

const { guard } = await import(to.compiled);
let judge;

await serve('aws-jwt-verify', import.meta.url, {
  // A check that has seen nothing yet.
  anew: async () => {
    const keys = new SimpleJwksCache({
      fetcher: { fetch: async uri => (await fetch(to.keys[uri.replace('/.well-known/jwks.json', '')])).arrayBuffer() },
    });
    judge = guard({ ...to.config, keys });
  },
  judge: async ({ authorization, route }) => {
    const answer = await judge(JSON.parse(authorization), JSON.parse(route));
    return { status: String(answer.status), error: answer.error ?? '', challenge: answer.headers?.['WWW-Authenticate'] ?? '' };
  },
});
