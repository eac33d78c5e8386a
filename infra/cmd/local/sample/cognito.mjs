/** Returns a function that calls the user pool. An error has Cognito's code as its name. */
export const pool = ({ userPoolEndpoint, userPoolClientId: ClientId }) => async (operation, members) => {
  const response = await fetch(userPoolEndpoint, {
    method: 'POST', cache: 'no-store',
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `AWSCognitoIdentityProviderService.${operation}` },
    body: JSON.stringify({ ClientId, ...members }),
  });
  const answer = JSON.parse(await response.text() || '{}');
  if (!response.ok) throw Object.assign(new Error(answer.message ?? answer.Message), { name: String(answer.__type).split('#').pop() });
  return answer;
};

/** Signs in with the password, which goes over TLS; the stage allows it with flows: [password]. */
export async function signIn(cognito, { email, password }) {
  const answer = await cognito('InitiateAuth', { AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters: { USERNAME: email, PASSWORD: password } });
  if (!answer.AuthenticationResult) throw new Error(`This sign-in asks for ${answer.ChallengeName}, which this sample does not answer: Amplify does.`);
  return answer.AuthenticationResult;
}
