// amazon-cognito-identity-js, whose default sign-in is SRP.
import idjs from 'amazon-cognito-identity-js';
import { serve, to } from './serve.mjs';
import { totp } from './totp.mjs';

const { CognitoUserPool, CognitoUser, CognitoUserAttribute, CognitoUserSession, AuthenticationDetails } = idjs;
const pool = new CognitoUserPool({ UserPoolId: to.pool, ClientId: to.client, endpoint: to.endpoint });

// as turns a call with a node callback, or with onSuccess and onFailure, into a promise.
const as = f => new Promise((resolve, reject) => f((err, value) => err ? reject(err) : resolve(value)));
const on = f => new Promise((onSuccess, onFailure) => f({ onSuccess, onFailure }));
const someone = email => new CognitoUser({ Username: email, Pool: pool });
const tokens = session => ({
  access: session.getAccessToken().getJwtToken(), id: session.getIdToken().getJwtToken(), refresh: session.getRefreshToken().getToken(),
});

// holder is the user whom these tokens belong to.
function holder({ email, access, id, refresh }) {
  const user = someone(email);
  user.setSignInUserSession(new CognitoUserSession({
    IdToken: new idjs.CognitoIdToken({ IdToken: id }), AccessToken: new idjs.CognitoAccessToken({ AccessToken: access }),
    RefreshToken: new idjs.CognitoRefreshToken({ RefreshToken: refresh }),
  }));
  return user;
}

let waiting; // the user whose second factor is asked for

await serve('amazon-cognito-identity-js', import.meta.url, {
  ...totp,
  signUp: async ({ email, password, name }) => {
    const attributes = Object.entries({ email, name }).map(([Name, Value]) => new CognitoUserAttribute({ Name, Value }));
    return { sub: (await as(done => pool.signUp(email, password, attributes, null, done))).userSub };
  },
  confirm: async ({ email, code }) => { await as(done => someone(email).confirmRegistration(code, true, done)); },
  signIn: ({ email, password }) => new Promise((resolve, onFailure) => {
    waiting = someone(email);
    waiting.authenticateUser(new AuthenticationDetails({ Username: email, Password: password }), {
      onFailure, onSuccess: session => resolve(tokens(session)), totpRequired: challenge => resolve({ challenge }),
    });
  }),
  answer: ({ code }) => new Promise((resolve, onFailure) =>
    waiting.sendMFACode(code, { onFailure, onSuccess: session => resolve(tokens(session)) }, 'SOFTWARE_TOKEN_MFA')),
  // refreshSession repeats a refused call for seconds, so a refusal is asked for as the library does.
  refresh: async given => {
    const wanted = { ClientId: to.client, AuthFlow: 'REFRESH_TOKEN_AUTH', AuthParameters: { REFRESH_TOKEN: given.refresh } };
    await as(done => pool.client.request('InitiateAuth', wanted, done));
    const user = holder(given);
    return tokens(await as(done => user.refreshSession(user.getSignInUserSession().getRefreshToken(), done)));
  },
  user: async given => Object.fromEntries((await as(done => holder(given).getUserAttributes(done))).map(a => [a.getName(), a.getValue()])),
  change: async given => { await as(done => holder(given).changePassword(given.password, given.next, done)); },
  forgot: async ({ email }) => { await on(done => someone(email).forgotPassword(done)); },
  reset: async ({ email, code, password }) => { await on(done => someone(email).confirmPassword(code, password, done)); },
  associate: given => new Promise((resolve, onFailure) =>
    holder(given).associateSoftwareToken({ onFailure, associateSecretCode: secret => resolve({ secret }) })),
  enrol: async given => {
    const user = holder(given);
    await on(done => user.verifySoftwareToken(given.code, 'phone', done));
    await as(done => user.setUserMfaPreference(null, { Enabled: true, PreferredMfa: true }, done));
  },
  signOut: async given => { await on(done => holder(given).globalSignOut(done)); },
});
