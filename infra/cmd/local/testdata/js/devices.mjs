// The devices of amazon-cognito-identity-js, which confirms a new one by itself.
import idjs from 'amazon-cognito-identity-js';
import { serve, to } from './serve.mjs';

const { CognitoUserPool, CognitoUser, AuthenticationDetails } = idjs;
const pool = new CognitoUserPool({ UserPoolId: to.pool, ClientId: to.client, endpoint: to.endpoint });
const as = f => new Promise((resolve, reject) => f((err, value) => err ? reject(err) : resolve(value)));
const on = f => new Promise((onSuccess, onFailure) => f({ onSuccess, onFailure }));

let user; // signed in, or waiting for its code

await serve('amazon-cognito-identity-js', import.meta.url, {
  signIn: ({ name, password }) => new Promise((resolve, onFailure) => {
    user = new CognitoUser({ Username: name, Pool: pool });
    user.authenticateUser(new AuthenticationDetails({ Username: name, Password: password }), {
      onFailure, onSuccess: () => resolve({ device: user.deviceKey }), mfaRequired: challenge => resolve({ challenge }),
    });
  }),
  answer: ({ code }) => new Promise((resolve, onFailure) => user.sendMFACode(code, {
    onFailure, onSuccess: (session, ask) => resolve({ device: user.deviceKey, ask: `${ask === true}` }),
  })),
  remember: async () => ({ said: await on(done => user.setDeviceStatusRemembered(done)) }),
  unremember: async () => ({ said: await on(done => user.setDeviceStatusNotRemembered(done)) }),
  device: async () => ({ key: (await on(done => user.getDevice(done))).Device.DeviceKey }),
  devices: async () => ({ count: `${(await on(done => user.listDevices(60, null, done))).Devices.length}` }),
  // refreshSession repeats a refused call for seconds, so a refusal is asked for as the library does.
  refresh: async () => {
    const token = user.getSignInUserSession().getRefreshToken();
    const wanted = { ClientId: to.client, AuthFlow: 'REFRESH_TOKEN_AUTH', AuthParameters: { REFRESH_TOKEN: token.getToken(), DEVICE_KEY: user.deviceKey } };
    await as(done => pool.client.request('InitiateAuth', wanted, done));
    return { valid: `${(await as(done => user.refreshSession(token, done))).isValid()}` };
  },
  forget: async () => ({ said: await on(done => user.forgetDevice(done)) }),
});
