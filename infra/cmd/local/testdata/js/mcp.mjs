// The MCP SDK's client: it knows the address of a server and the id of an app client that somebody
// registered for it, since Cognito registers none by itself.
import { randomUUID } from 'node:crypto';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import * as oauth from 'oauth4webapi';
import { pages } from './pages.mjs';
import { serve, to } from './serve.mjs';

let asked, expected, verifier, tokens, transport, client;

// provider is what the SDK asks an app to keep.
const provider = {
  redirectUrl: to.callback,
  clientMetadata: { redirect_uris: [to.callback] },
  clientInformation: () => ({ client_id: to.client }),
  state: () => expected = randomUUID(),
  tokens: () => tokens,
  saveTokens: got => { tokens = got; },
  saveCodeVerifier: made => { verifier = made; },
  codeVerifier: () => verifier,
  redirectToAuthorization: url => { asked = url; },
};

async function connect() {
  await client?.close();
  transport = new StreamableHTTPClientTransport(new URL(to.server), { authProvider: provider });
  client = new Client({ name: 'agent', version: '1' });
  await client.connect(transport);
}

const who = async () => ({ who: (await client.callTool({ name: 'whoami' })).content[0].text, access: tokens.access_token });

// The browser's part: the first connection is refused, and says where to sign in.
const { signIn } = pages({
  authorize: async () => {
    asked = tokens = undefined;
    await connect().catch(err => { if (!asked) throw err; });
    return asked;
  },
  finish: async url => {
    if (url.searchParams.get('state') !== expected) throw new Error(`the state of ${url} is not ours`);
    await transport.finishAuth(url.searchParams.get('code'));
    await connect();
    return who();
  },
});

// strict reads the same documents with a library that compares what they say of themselves with
// where they are (RFC 9728 §3.3, RFC 8414 §3.3), which the SDK does not.
async function strict() {
  const plain = { [oauth.allowInsecureRequests]: true };
  const resource = new URL(to.server);
  const about = await oauth.processResourceDiscoveryResponse(resource, await oauth.resourceDiscoveryRequest(resource, plain));
  const issuer = new URL(about.authorization_servers[0]);
  const server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, { ...plain, algorithm: 'oauth2' }));
  return { resource: about.resource, methods: server.code_challenge_methods_supported.join(' ') };
}

await serve('@modelcontextprotocol/sdk', import.meta.url, {
  strict,
  // unbound leaves resource= out, as older clients do.
  signIn: async ({ unbound, ...user }) => {
    provider.validateResourceURL = unbound && (() => undefined);
    return { ...await signIn(user), asked: asked.href };
  },
  // stale calls with a token that is not accepted any more: the SDK refreshes and calls again.
  stale: async () => {
    tokens = { ...tokens, access_token: 'a.b.c' };
    return who();
  },
});
