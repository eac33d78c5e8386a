// An app as the documentation of Amplify shows it: its Authenticator, unchanged.
import { createRoot } from 'react-dom/client';
import { Amplify } from 'aws-amplify';
import 'aws-amplify/auth/enable-oauth-listener';
import * as auth from 'aws-amplify/auth';
import { Authenticator } from '@aws-amplify/ui-react';
import '@aws-amplify/ui-react/styles.css';
import local from 'local.js';

Amplify.configure(local);
window.auth = auth;

const Signed = ({ signOut, user }) => (
  <main>
    <h1>Signed in</h1>
    <p id="user">{user?.username}</p>
    <button onClick={signOut}>Sign out</button>
  </main>
);

// At /?passkeys the app prefers passkeys, and proposes one after a sign-in.
const passwordless = new URLSearchParams(location.search).has('passkeys')
  ? { hiddenAuthMethods: ['EMAIL_OTP', 'SMS_OTP'], preferredAuthMethod: 'WEB_AUTHN', passkeyRegistrationPrompts: { afterSignin: 'ALWAYS' } } : undefined;

createRoot(document.getElementById('root')).render(
  <Authenticator loginMechanisms={['email']} signUpAttributes={['name']} passwordless={passwordless}>{Signed}</Authenticator>,
);
