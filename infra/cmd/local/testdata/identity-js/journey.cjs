// One user's life with amazon-cognito-identity-js, whose default sign-in is SRP. It reads
// {endpoint, pool, client, email} from its arguments, asks for the code of the confirmation
// on standard output and reads it from standard input. It prints each step, and fails with
// the first that goes wrong.
'use strict';
const assert = require('node:assert/strict');
const readline = require('node:readline');
const { CognitoUserPool, CognitoUser, CognitoUserAttribute, AuthenticationDetails } = require('amazon-cognito-identity-js');

const { endpoint, pool: UserPoolId, client: ClientId, email } = JSON.parse(process.argv[2]);
const pool = new CognitoUserPool({ UserPoolId, ClientId, endpoint });
const lines = readline.createInterface({ input: process.stdin })[Symbol.asyncIterator]();

// as turns a call with a node callback, or with onSuccess and onFailure, into a promise.
const as = f => new Promise((resolve, reject) => f((err, value) => err ? reject(err) : resolve(value)));
const signIn = (user, Password) => new Promise((onSuccess, onFailure) =>
  user.authenticateUser(new AuthenticationDetails({ Username: email, Password }), { onSuccess, onFailure }));
const someone = () => new CognitoUser({ Username: email, Pool: pool });
const refused = async (promise, name, message) => {
  await assert.rejects(promise, err => { assert.equal(err.name, name); if (message) assert.equal(err.message, message); return true; });
};
const claims = token => JSON.parse(Buffer.from(token.getJwtToken().split('.')[1], 'base64url'));

async function main() {
  const step = title => console.log('step ' + title);
  const first = 'Pässwörd-日本-7', second = 'Another-🐎-horse-8';

  const attributes = Object.entries({ email, name: 'Jo Script' }).map(([Name, Value]) => new CognitoUserAttribute({ Name, Value }));
  const made = await as(done => pool.signUp(email, first, attributes, null, done));
  assert.equal(made.userConfirmed, false);
  step('signed up');

  await refused(signIn(someone(), first), 'UserNotConfirmedException', 'User is not confirmed.');
  step('refused before the confirmation');

  console.log('code?');
  const { value: code } = await lines.next();
  await as(done => someone().confirmRegistration(code, true, done));
  step('confirmed');

  const user = someone();
  const session = await signIn(user, first);
  assert.equal(claims(session.getAccessToken()).sub, made.userSub);
  assert.equal(claims(session.getIdToken()).email, email);
  step('signed in by SRP');

  await refused(signIn(someone(), second), 'NotAuthorizedException', 'Incorrect username or password.');
  step('refused with a wrong password');

  const data = await as(done => user.getUserAttributes(done));
  assert.equal(data.find(a => a.getName() === 'sub').getValue(), made.userSub);
  step('read the attributes');

  const fresh = await as(done => user.refreshSession(session.getRefreshToken(), done));
  assert.notEqual(claims(fresh.getAccessToken()).jti, claims(session.getAccessToken()).jti);
  step('refreshed');

  await as(done => user.changePassword(first, second, done));
  await refused(signIn(someone(), first), 'NotAuthorizedException', 'Incorrect username or password.');
  const again = someone();
  const later = await signIn(again, second);
  step('changed the password and signed in with it');

  await new Promise((onSuccess, onFailure) => again.globalSignOut({ onSuccess, onFailure }));
  const stale = someone();
  stale.setSignInUserSession(later);
  await refused(as(done => stale.getUserAttributes(done)), 'NotAuthorizedException', 'Access Token has been revoked');
  // refreshSession repeats a refused call for seconds.
  const refresh = { ClientId, AuthFlow: 'REFRESH_TOKEN_AUTH', AuthParameters: { REFRESH_TOKEN: later.getRefreshToken().getToken() } };
  await refused(as(done => pool.client.request('InitiateAuth', refresh, done)), 'NotAuthorizedException', 'Invalid Refresh Token');
  step('signed out and was refused');
}

main().then(() => process.exit(0), err => { console.error(err); process.exit(1); });
