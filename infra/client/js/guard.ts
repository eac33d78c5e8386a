// An example: the checks of package bearer (../bearer) for a server in TypeScript. The signature,
// the keys and the times are aws-jwt-verify's; what an API must ask beyond them is here. It is
// tried with the same table of tokens (../bearer/bearertest).
//
//   const judge = guard({ pool: 'eu-west-1_X', clients: ['1example'], metadata: 'https://api.example.com/.well-known/oauth-protected-resource' });
//
//   const answer = await judge(request.headersDistinct.authorization ?? [], { scopes: ['app/write'] });
//   if (answer.status !== 200) return reply.writeHead(answer.status, answer.headers).end();
//   const { subject, tenant, roles } = answer.who;
//
// aws-jwt-verify fetches keys when a token needs them, and an unknown kid at most every 10
// seconds. It asks neither for exp, nor for iat, nor for the use of a token that has an audience.
import { JwtVerifier } from 'aws-jwt-verify';
import { JwksNotAvailableInCacheError } from 'aws-jwt-verify/error';
import { SimpleJwksCache } from 'aws-jwt-verify/jwk';
import { decomposeUnverifiedJwt } from 'aws-jwt-verify/jwt';

/** What an API knows of its pool. */
export interface Config {
  pool: string;
  /** App clients whose tokens are accepted. */
  clients: string[];
  /** Further Regions with a replica of the pool. Default: none. */
  replicas?: string[];
  /** Values of aud that this API answers to. A token without aud is accepted, too. Default: none. */
  resources?: string[];
  /** The address of the protected-resource metadata (RFC 9728 §5.1). */
  metadata: string;
  /** Finds keys at another place than the issuer's. Default: the issuer's. */
  keys?: SimpleJwksCache;
}

/** What a route demands beyond a right access token of a user. All scopes are demanded. */
export interface Route {
  scopes?: string[];
  machines?: boolean;
  minACR?: number;
  /** Seconds since the user signed in. */
  maxAge?: number;
  resource?: string;
  role?: string;
  tenant?: string;
}

/** Who calls. subject is a machine's client id. */
export interface Principal {
  subject: string;
  client: string;
  machine: boolean;
  scopes: string[];
  tenant: string;
  roles: string[];
}

export type Answer = { status: 200; who: Principal } | { status: 400 | 401 | 403 | 503; error: string; headers: Record<string, string> };

type Claims = Record<string, unknown>;

const LONGEST = 8192;
const LEEWAY = 60;
const INVALID = 'invalid_token';

/** Returns the check of a request by the values of its header Authorization. */
export function guard(config: Config): (authorization: string[], route?: Route) => Promise<Answer> {
  const cache = config.keys ?? new SimpleJwksCache();
  const issuers = [config.pool.split('_')[0], ...(config.replicas ?? [])].map(region => `https://cognito-idp.${region}.amazonaws.com/${config.pool}`);
  const verifier = JwtVerifier.create(issuers.map(issuer => ({ issuer, audience: null, jwksUri: keysOf(issuer), graceSeconds: LEEWAY })), { jwksCache: cache });
  const newest = new Map<string, number>(); // the newest authz_version by subject; bound it in a server of many users
  const deny = (status: 400 | 401 | 403 | 503, error = '', more: Record<string, string> = {}): Answer => ({ status, error, headers: headers(config, status, error, more) });

  return async (authorization, route = {}) => {
    const token = tokenOf(authorization);
    if (token === undefined) return deny(401);
    if (token === '') return deny(400, 'invalid_request');
    if (token.endsWith('=')) return deny(401, INVALID); // base64url has no padding (RFC 7515 §2)
    let claims: Claims;
    try {
      claims = await verifier.verify(token);
    } catch {
      return noKeys(token, issuers, cache) ? deny(503) : deny(401, INVALID);
    }
    const who = principal(claims, config);
    if (!who || (who.machine && !route.machines)) return deny(401, INVALID);
    const version = claims.authz_version ?? undefined; // none while the table is down: such a token says nothing of the row
    if (version !== undefined && (typeof version !== 'number' || version < (newest.get(who.subject) ?? 0))) return deny(401, INVALID);
    if (version !== undefined) newest.set(who.subject, version);
    if (route.resource && claims.aud !== route.resource) return deny(401, INVALID);
    const lacking = route.scopes?.filter(scope => !who.scopes.includes(scope)) ?? [];
    if (lacking.length > 0) return deny(403, 'insufficient_scope', { scope: route.scopes!.join(' ') });
    if (!strongEnough(claims, route)) return deny(401, 'insufficient_user_authentication', stepUp(route));
    // Without a tenant of its own a route asks for roles that hold everywhere.
    if (route.role && (!who.roles.includes(route.role) || (!route.tenant && who.tenant))) return deny(403);
    if (route.tenant && who.tenant !== route.tenant) return deny(403);
    return { status: 200, who };
  };
}

const keysOf = (issuer: string) => `${issuer}/.well-known/jwks.json`;

/** Returns the token, undefined without one (another scheme is none), and '' for a malformed one. */
function tokenOf(authorization: string[]): string | undefined {
  if (authorization.length === 0 || (authorization.length === 1 && !/^bearer(\s|$)/i.test(authorization[0]))) return undefined;
  const found = authorization.length === 1 && authorization[0].length <= LONGEST && /^bearer +([\w.~+/-]+=*)$/i.exec(authorization[0]);
  return found ? found[1] : '';
}

/** Reports whether a token was refused because its issuer's keys could not be fetched. */
function noKeys(token: string, issuers: string[], cache: SimpleJwksCache): boolean {
  try {
    const parsed = decomposeUnverifiedJwt(token);
    const issuer = String(parsed.payload.iss);
    if (issuers.includes(issuer)) cache.getCachedJwk(keysOf(issuer), parsed);
  } catch (err) {
    return err instanceof JwksNotAvailableInCacheError;
  }
  return false;
}

/** Returns who a verified token is about, and undefined if the token is not for this API. */
function principal(claims: Claims, config: Config): Principal | undefined {
  const { sub, client_id: client, token_use: use, exp, iat, aud, username } = claims;
  const audiences = [...(config.resources ?? []), client];
  if (use !== 'access' || typeof sub !== 'string' || sub === '' || typeof client !== 'string' || !config.clients.includes(client)) return undefined;
  if (typeof exp !== 'number' || typeof iat !== 'number' || iat > Date.now() / 1000 + LEEWAY) return undefined;
  if (aud !== undefined && !audiences.includes(aud)) return undefined;
  const words = typeof claims.scope === 'string' ? claims.scope.split(' ').filter(Boolean) : [];
  return {
    subject: sub, client, machine: sub === client && (typeof username !== 'string' || username === ''), scopes: words,
    tenant: typeof claims.tenant === 'string' ? claims.tenant : '', roles: Array.isArray(claims.roles) ? claims.roles.filter(role => typeof role === 'string') : [],
  };
}

function strongEnough(claims: Claims, route: Route): boolean {
  const level = Number((typeof claims.acr === 'string' && /^urn:cognito:loa:([1-4])$/.exec(claims.acr)?.[1]) || 0);
  const age = typeof claims.auth_time === 'number' ? Date.now() / 1000 - claims.auth_time : Infinity;
  return level >= (route.minACR || 0) && age <= (route.maxAge || Infinity);
}

/** What the client asks for at its next sign-in (RFC 9470 §3). */
function stepUp(route: Route): Record<string, string> {
  return {
    ...(route.minACR ? { acr_values: `urn:cognito:loa:${route.minACR}` } : {}),
    ...(route.maxAge ? { max_age: String(route.maxAge) } : {}),
  };
}

/** Nothing of the request is in an answer (RFC 6750 §3). */
function headers(config: Config, status: number, error: string, more: Record<string, string>): Record<string, string> {
  if (status === 503) return { 'Retry-After': '10' };
  const fields = { ...(error ? { error } : {}), ...more, resource_metadata: config.metadata };
  return { 'WWW-Authenticate': 'Bearer ' + Object.entries(fields).map(([name, value]) => `${name}="${value}"`).join(', ') };
}
