package userpool

import "maps"

// refreshAuth is REFRESH_TOKEN_AUTH, which "isn't compatible" with rotation (guide,
// "Refresh tokens"). AWS documents no exception; this pool answers as for a flow that the
// client does not allow.
func (p *Pool) refreshAuth(client Client, in initiateAuthInput) (authOutput, error) {
	params := in.AuthParameters
	if client.RefreshTokenRotation {
		return authOutput{}, invalidParameter("Auth flow not enabled for this client")
	}
	g, err := p.grantOf(params["REFRESH_TOKEN"], client)
	if err != nil {
		return authOutput{}, err
	}
	if err := client.checkSecretHash(g.username, params["SECRET_HASH"]); err != nil {
		return authOutput{}, err
	}
	result, err := p.issue(g, client, "RefreshTokens", nil)
	return authOutput{AuthenticationResult: result}, err
}

type getTokensInput struct {
	ClientID       string `json:"ClientId"`
	ClientSecret   string
	RefreshToken   string
	DeviceKey      string
	ClientMetadata map[string]string
}

// getTokensFromRefreshToken fires pre token generation alone, with the source
// TokenGeneration_Authentication ("User authentication or token refresh complete"; guide,
// "Customizing user pool workflows with Lambda triggers", API operations and their
// triggers). It is the only refresh that carries ClientMetadata. The token is replaced
// after the trigger, so that a failing trigger does not end the session (guide, "Refresh
// tokens").
func (p *Pool) getTokensFromRefreshToken(in getTokensInput) (authOutput, error) {
	client, err := p.clientByID(in.ClientID)
	if err != nil {
		return authOutput{}, err
	}
	if client.Secret != "" && !client.authenticates(in.ClientSecret) {
		return authOutput{}, notAuthorized("Unable to verify the client secret of client %s", client.ID)
	}
	client.device = in.DeviceKey
	result, err := p.refresh(client, in.RefreshToken, "Authentication", in.ClientMetadata)
	return authOutput{AuthenticationResult: result}, err
}

// refresh issues tokens for a refresh token and, if the client rotates them, a new
// refresh token.
func (p *Pool) refresh(client Client, token, source string, metadata map[string]string) (*authResult, error) {
	g, err := p.grantOf(token, client)
	if err != nil {
		return nil, err
	}
	result, err := p.issue(g, client, source, metadata)
	if err != nil || !client.RefreshTokenRotation {
		return result, err
	}
	result.RefreshToken, err = p.rotate(token, client)
	if err != nil {
		return nil, err
	}
	return result, nil
}

// WithSecondToken calls use with a second refresh token on the newest session that a user has
// with an app client, and with the key of its device ("" if it has none). A tool that refreshes
// as the user takes it: where tokens rotate, the app's own would be used up. When use returns,
// the token and what came from it end; the session stays. known is false, and use is not
// called, if there is no such session. Cognito has nothing like it.
func (p *Pool) WithSecondToken(sub, clientID string, use func(token, device string) error) (known bool, err error) {
	second, device, known := p.secondToken(sub, clientID)
	if !known {
		return false, nil
	}
	defer func() {
		p.store.mu.Lock()
		defer p.store.mu.Unlock()
		maps.DeleteFunc(p.store.grants, func(_ string, g *grant) bool { return g.second == second })
	}()
	return true, use(second, device)
}

func (p *Pool) secondToken(sub, clientID string) (token, device string, known bool) {
	s, now := p.store, p.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	var newest *grant
	for _, g := range s.grants {
		if g.sub == sub && g.clientID == clientID && g.rotated.IsZero() && now.Before(g.expires) && (newest == nil || g.authTime.After(newest.authTime)) {
			newest = g
		}
	}
	if newest == nil {
		return "", "", false
	}
	twin := *newest
	twin.second = secret()
	s.grants[twin.second] = &twin
	return twin.second, twin.device, true
}
