package userpool

import (
	"maps"
	"net/http"
)

// serveRevoke serves POST /oauth2/revoke (guide, "Revoke endpoint"; RFC 7009).
func (p *Pool) serveRevoke(w http.ResponseWriter, r *http.Request) {
	client, err := p.clientOf(r)
	if err == nil {
		err = p.revoke(client, r.PostForm.Get("token"))
	}
	if err != nil {
		writeOAuthError(w, err)
	}
}

// revoke ends the session of a refresh token: its refresh tokens, also the rotated ones,
// and its access tokens. An unknown token is revoked already (RFC 7009, section 2.2).
func (p *Pool) revoke(client Client, token string) error {
	if token == "" || client.NoTokenRevocation {
		return &oauthError{"invalid_request", "token is missing, or the app client has no token revocation"}
	}
	if p.isOwnJWT(token) {
		return &oauthError{"unsupported_token_type", "the token is no refresh token"}
	}
	switch g, known := p.store.grant(token); {
	case known && g.clientID != client.ID:
		return &oauthError{"invalid_request", "the token is another client's"}
	case known:
		p.store.endSession(g.originJTI)
	}
	return nil
}

func (s *store) endSession(originJTI string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.end(originJTI)
}

// end is endSession for a caller that has locked the store.
func (s *store) end(originJTI string) {
	s.revoked[originJTI] = true
	maps.DeleteFunc(s.grants, func(_ string, g *grant) bool { return g.originJTI == originJTI })
}
