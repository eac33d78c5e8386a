package userpool

import (
	"encoding/json"
	"slices"
)

type initiateAuthInput struct {
	ofPool         // AdminInitiateAuth only
	AuthFlow       string
	AuthParameters map[string]string
	ClientID       string `json:"ClientId"`
}

// authOutput is the answer of every call that completes or continues a sign-in.
type authOutput struct {
	AuthenticationResult *authResult       `json:",omitempty"`
	ChallengeName        string            `json:",omitempty"`
	ChallengeParameters  map[string]string `json:",omitempty"`
	Session              string            `json:",omitempty"`
}

type authResult struct {
	AccessToken  string
	ExpiresIn    int
	IDToken      string `json:"IdToken"`
	RefreshToken string `json:",omitempty"`
	TokenType    string
}

// initiateAuth ignores ClientMetadata: on AWS it reaches neither PostAuthentication nor
// pre token generation, only triggers that this pool does not fire (guide, "Pre token
// generation Lambda trigger", clientMetadata).
func (p *Pool) initiateAuth(in initiateAuthInput) (authOutput, error) {
	return p.initiate(in, "USER_PASSWORD_AUTH flow not enabled for this client", "USER_PASSWORD_AUTH")
}

func (p *Pool) adminInitiateAuth(in initiateAuthInput) (authOutput, error) {
	return p.initiate(in, "Auth flow not enabled for this client", "ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH")
}

// initiate refreshes, or signs in with a password by one of the flows.
func (p *Pool) initiate(in initiateAuthInput, refusal string, flows ...string) (authOutput, error) {
	client, err := p.clientByID(in.ClientID)
	switch {
	case err != nil:
		return authOutput{}, err
	case in.AuthFlow == "REFRESH_TOKEN_AUTH", in.AuthFlow == "REFRESH_TOKEN":
		return p.refreshAuth(client, in.AuthParameters)
	case !slices.Contains(flows, in.AuthFlow):
		return authOutput{}, invalidParameter("AuthFlow %s: the local user pool does not simulate it.", in.AuthFlow)
	case !slices.ContainsFunc(flows, client.allows):
		return authOutput{}, invalidParameter("%s", refusal)
	}
	return p.passwordAuth(client, in.AuthParameters)
}

// passwordAuth is one password sign-in: PostAuthentication, then pre token generation,
// then tokens. This order of the triggers fits "after authentication" and "before token
// generation"; the guide does not promise it.
func (p *Pool) passwordAuth(client Client, params map[string]string) (authOutput, error) {
	for _, name := range []string{"USERNAME", "PASSWORD"} {
		if params[name] == "" {
			return authOutput{}, invalidParameter("Missing required parameter %s", name)
		}
	}
	if err := client.checkSecretHash(params["USERNAME"], params["SECRET_HASH"]); err != nil {
		return authOutput{}, err
	}
	u, err := p.checkPassword(client, params["USERNAME"], params["PASSWORD"])
	if err != nil {
		return authOutput{}, err
	}
	if u.status == forceChangePassword {
		return p.newPasswordChallenge(u, client)
	}
	if err := p.firePostAuthentication(u, client.ID, nil); err != nil {
		return authOutput{}, err
	}
	return p.open(u.username, client, "Authentication", nil)
}

// checkPassword reveals a user's state only after the right password. An unknown user is
// told apart if the client does not prevent that (guide, "Managing user existence error
// responses").
func (p *Pool) checkPassword(client Client, name, password string) (user, error) {
	u, ok := p.store.find(name)
	switch {
	case !ok && !client.PreventUserExistenceErrors:
		return user{}, errNoUser()
	case ok && u.enabled && u.status == resetRequired:
		// An imported user has no password that could be wrong (guide, "Importing users
		// from a CSV file").
		return user{}, refuse("PasswordResetRequiredException", "Password reset required for the user")
	case !ok || !u.password.matches(password):
		return user{}, errIncorrect()
	case !u.enabled:
		return user{}, errDisabled()
	case u.status == unconfirmed:
		return user{}, refuse("UserNotConfirmedException", "User is not confirmed.")
	case u.status == forceChangePassword && p.now().After(u.temporaryUntil):
		return user{}, notAuthorized("Temporary password has expired and must be reset by an administrator.")
	}
	return u, nil
}

// newPasswordChallenge is NEW_PASSWORD_REQUIRED (API reference, RespondToAuthChallenge).
func (p *Pool) newPasswordChallenge(u user, client Client) (authOutput, error) {
	session := secret()
	p.store.setChallenge(session, challenge{username: u.username, clientID: client.ID, expires: p.now().Add(client.sessionLife())})
	shown := map[string]string{}
	for name, value := range u.attributes {
		if client.readable(name) {
			shown[name] = value
		}
	}
	attributes, err := json.Marshal(shown)
	return authOutput{
		ChallengeName: "NEW_PASSWORD_REQUIRED", Session: session,
		ChallengeParameters: map[string]string{
			"USER_ID_FOR_SRP": u.username, "requiredAttributes": "[]", "userAttributes": string(attributes),
		},
	}, err
}
