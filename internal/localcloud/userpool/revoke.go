package userpool

type revokeInput struct {
	Token        string
	ClientID     string `json:"ClientId"`
	ClientSecret string
}

// revokeToken ends the session of a refresh token: all access tokens of the session, and
// every refresh token that rotation made of it (API reference, RevokeToken, for rotation
// guide, "Refresh tokens"). An unknown token is revoked already (RFC 7009, section 2.2), but
// a request must have one (API reference, RevokeToken: Required: Yes).
// The API models no NotAuthorizedException, so a wrong secret and another client's token
// are unauthorized.
func (p *Pool) revokeToken(in revokeInput) (empty, error) {
	client, known := p.store.client(in.ClientID)
	g, live := p.store.grant(in.Token)
	switch {
	case in.Token == "":
		return empty{}, violation(" null", "token", "not be null")
	case !known:
		return empty{}, invalidParameter("Invalid client id provided")
	case !client.authenticates(in.ClientSecret):
		return empty{}, refuse("UnauthorizedException", "Unable to verify the client secret of client %s", client.ID)
	case client.NoTokenRevocation:
		return empty{}, refuse("UnsupportedOperationException", "Token revocation is not enabled for this client")
	case p.isOwnJWT(in.Token):
		return empty{}, refuse("UnsupportedTokenTypeException", "Unsupported token type")
	case live && g.clientID != client.ID:
		return empty{}, refuse("UnauthorizedException", "The token is not one of client %s", client.ID)
	case live:
		p.store.endSession(g.originJTI)
	}
	return empty{}, nil
}

func (p *Pool) isOwnJWT(token string) bool {
	for _, key := range []func() (*signingKey, error){p.keys.id, p.keys.access} {
		if k, err := key(); err == nil {
			if _, ours := k.verify(token); ours {
				return true
			}
		}
	}
	return false
}
