// Amplify v6, whose default sign-in is SRP. It holds one session; its store is a map, so that
// the tokens of a user who signed out can be put back.
import { Amplify } from 'aws-amplify';
import * as auth from 'aws-amplify/auth';
import { cognitoUserPoolsTokenProvider } from 'aws-amplify/auth/cognito';
import { Hub } from 'aws-amplify/utils';
import { refusal, serve, to } from '../js/serve.mjs';
import { totp } from '../js/totp.mjs';

Amplify.configure({ Auth: { Cognito: { userPoolId: to.pool, userPoolClientId: to.client, userPoolEndpoint: to.endpoint, loginWith: { email: true } } } });
let kept = new Map();
cognitoUserPoolsTokenProvider.setKeyValueStorage({
  getItem: async name => kept.get(name) ?? null, setItem: async (name, value) => { kept.set(name, value); },
  removeItem: async name => { kept.delete(name); }, clear: async () => kept.clear(),
});

const tokens = async options => {
  const session = await auth.fetchAuthSession(options);
  if (!session.tokens) throw refusal('NoSession', 'there are no tokens');
  const refresh = [...kept].find(([name]) => name.endsWith('.refreshToken'))[1];
  return { access: session.tokens.accessToken.toString(), id: session.tokens.idToken.toString(), refresh };
};
const signedIn = async ({ nextStep: { signInStep: step } }) => {
  if (step === 'CONFIRM_SIGN_UP') throw refusal('UserNotConfirmedException', 'User is not confirmed.');
  return step === 'DONE' ? tokens() : { challenge: step === 'CONFIRM_SIGN_IN_WITH_TOTP_CODE' ? 'SOFTWARE_TOKEN_MFA' : step };
};
// Amplify returns no session instead of the service's refusal of a refresh.
let lost;
Hub.listen('auth', ({ payload }) => { if (payload.event === 'tokenRefresh_failure') lost = payload.data.error; });

await serve('aws-amplify', import.meta.url, {
  ...totp,
  signUp: async ({ email, password, name }) =>
    ({ sub: (await auth.signUp({ username: email, password, options: { userAttributes: { email, name } } })).userId }),
  confirm: async ({ email, code }) => { await auth.confirmSignUp({ username: email, confirmationCode: code }); },
  signIn: async ({ email, password }) => {
    await auth.signOut();
    return signedIn(await auth.signIn({ username: email, password }));
  },
  answer: async ({ code }) => signedIn(await auth.confirmSignIn({ challengeResponse: code })),
  refresh: async () => {
    lost = undefined;
    return tokens({ forceRefresh: true }).catch(err => { throw lost ?? err; });
  },
  user: () => auth.fetchUserAttributes(),
  change: async ({ password, next }) => { await auth.updatePassword({ oldPassword: password, newPassword: next }); },
  forgot: async ({ email }) => { await auth.resetPassword({ username: email }); },
  reset: async ({ email, code, password }) => { await auth.confirmResetPassword({ username: email, confirmationCode: code, newPassword: password }); },
  associate: async () => ({ secret: (await auth.setUpTOTP()).sharedSecret }),
  enrol: async ({ code }) => {
    await auth.verifyTOTPSetup({ code });
    await auth.updateMFAPreference({ totp: 'PREFERRED' });
  },
  signOut: async () => {
    const before = new Map(kept);
    await auth.signOut({ global: true });
    kept = before;
  },
});
