// An app as the documentation of Amplify shows it: its Authenticator, unchanged. With the
// credentials of its user it asks the table, by AWS's own client.
import { createRoot } from 'react-dom/client';
import { Amplify } from 'aws-amplify';
import 'aws-amplify/auth/enable-oauth-listener';
import * as auth from 'aws-amplify/auth';
import * as dynamodb from '@aws-sdk/client-dynamodb';
import { Authenticator } from '@aws-amplify/ui-react';
import '@aws-amplify/ui-react/styles.css';
import local from 'local.js';

Amplify.configure(local);
window.auth = auth;

// ask sends a request to the table, signed with the user's credentials; forged are members of
// these credentials that take the place of the right ones, late is how late the clock is in ms.
window.ask = async ({ endpoint, region, operation, input, forged, late }) => {
  const { credentials } = await auth.fetchAuthSession();
  const client = new dynamodb.DynamoDBClient({ endpoint, region, maxAttempts: 1, systemClockOffset: late, credentials: { ...credentials, ...forged } });
  const { $metadata, ...answer } = await client.send(new dynamodb[operation + 'Command'](input));
  return answer;
};

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
