// The AWS SDK for JavaScript v3. It has no SRP of its own and signs in with the password.
import * as sdk from '@aws-sdk/client-cognito-identity-provider';
import { serve, to } from '../js/serve.mjs';
import { totp } from '../js/totp.mjs';

// Its region and its credentials come from the environment.
const client = new sdk.CognitoIdentityProviderClient({ endpoint: to.endpoint, maxAttempts: 1 });
const call = (operation, input) => client.send(new sdk[operation + 'Command'](input));
const ClientId = to.client;
const tokens = ({ AuthenticationResult: t }) => ({ access: t.AccessToken, id: t.IdToken, refresh: t.RefreshToken });
let waiting; // the challenge that was not answered yet
const signedIn = out => (waiting = out).ChallengeName ? { challenge: out.ChallengeName } : tokens(out);

await serve('@aws-sdk/client-cognito-identity-provider', import.meta.url, {
  ...totp,
  signUp: async ({ email, password, name }) => {
    const UserAttributes = Object.entries({ email, name }).map(([Name, Value]) => ({ Name, Value }));
    return { sub: (await call('SignUp', { ClientId, Username: email, Password: password, UserAttributes })).UserSub };
  },
  confirm: async ({ email, code }) => { await call('ConfirmSignUp', { ClientId, Username: email, ConfirmationCode: code }); },
  signIn: async ({ email, password }) =>
    signedIn(await call('InitiateAuth', { ClientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters: { USERNAME: email, PASSWORD: password } })),
  answer: async ({ email, code }) => signedIn(await call('RespondToAuthChallenge', {
    ClientId, ChallengeName: waiting.ChallengeName, Session: waiting.Session, ChallengeResponses: { USERNAME: email, SOFTWARE_TOKEN_MFA_CODE: code },
  })),
  refresh: async ({ refresh }) =>
    tokens(await call('InitiateAuth', { ClientId, AuthFlow: 'REFRESH_TOKEN_AUTH', AuthParameters: { REFRESH_TOKEN: refresh } })),
  user: async ({ access }) => Object.fromEntries((await call('GetUser', { AccessToken: access })).UserAttributes.map(a => [a.Name, a.Value])),
  change: async ({ access, password, next }) => { await call('ChangePassword', { AccessToken: access, PreviousPassword: password, ProposedPassword: next }); },
  forgot: async ({ email }) => { await call('ForgotPassword', { ClientId, Username: email }); },
  reset: async ({ email, code, password }) =>
    { await call('ConfirmForgotPassword', { ClientId, Username: email, ConfirmationCode: code, Password: password }); },
  associate: async ({ access }) => ({ secret: (await call('AssociateSoftwareToken', { AccessToken: access })).SecretCode }),
  enrol: async ({ access, code }) => {
    await call('VerifySoftwareToken', { AccessToken: access, UserCode: code });
    await call('SetUserMFAPreference', { AccessToken: access, SoftwareTokenMfaSettings: { Enabled: true, PreferredMfa: true } });
  },
  signOut: async ({ access }) => { await call('GlobalSignOut', { AccessToken: access }); },
});
