package userpool

import "errors"

type clientTokenInput struct {
	ClientID       string `json:"ClientId"`
	Secret         string
	Scopes         []string
	ClientMetadata map[string]string
}

type clientTokenOutput struct{ ClientAuthenticationResult clientTokenResult }

type clientTokenResult struct {
	AccessToken string
	ExpiresIn   int
	TokenType   string
}

// getClientToken is the grant of client credentials without a domain: "both authorize an
// application rather than a user" (API reference). Which exception a missing flow or a wrong
// scope has it does not say.
func (p *Pool) getClientToken(in clientTokenInput) (clientTokenOutput, error) {
	client, err := p.clientByID(in.ClientID)
	switch {
	case err != nil:
		return clientTokenOutput{}, err
	case client.Secret == "" || !client.authenticates(in.Secret):
		return clientTokenOutput{}, notAuthorized("Unable to verify the client secret of client %s", client.ID)
	case !client.allows(clientTokenFlow):
		return clientTokenOutput{}, invalidParameter("Auth flow not enabled for this client")
	}
	out, err := p.machineGrant(client, in.Scopes, in.ClientMetadata)
	var refusal *oauthError
	if errors.As(err, &refusal) {
		err = invalidParameter("%s", refusal.Description)
	}
	return clientTokenOutput{clientTokenResult{out.AccessToken, out.ExpiresIn, out.TokenType}}, err
}
