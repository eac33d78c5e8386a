package userpool

import (
	"bytes"
	"cmp"
	"encoding/json"
	"net/http"
	"strings"
)

// Neighbour is another API at the pool's endpoint, as cognito-identity is: AWS's have one
// host each, and the local cloud tells them apart by the first part of X-Amz-Target. All of
// its operations are unsigned. An error that is no *APIError is a fault.
type Neighbour func(operation string, body []byte) (any, error)

// identityTarget is that of cognito-identity.
const identityTarget = "AWSCognitoIdentityService."

// ServeIdentity lets the pool's endpoint answer for cognito-identity, too.
func (p *Pool) ServeIdentity(answer Neighbour) { p.service.identity.Store(&answer) }

// askedIdentity returns the operation of cognito-identity that a request asks for.
func askedIdentity(r *http.Request) (operation string, asked bool) {
	operation, asked = strings.CutPrefix(r.Header.Get("X-Amz-Target"), identityTarget)
	return operation, asked && r.URL.Path == "/" && r.Method == http.MethodPost
}

func (s *service) serveIdentity(w http.ResponseWriter, operation string, body []byte) {
	answer := s.identity.Load()
	if answer == nil {
		writeError(w, refuse("UnknownOperationException", "the stack has no identity pool"))
		return
	}
	out, err := (*answer)(operation, body)
	if err != nil {
		writeError(w, err)
		return
	}
	writeJSON(w, http.StatusOK, awsJSON, out)
}

// OwnIssuer reports whether this pool is the issuer of a token, as the token says. Nothing
// is verified.
func (p *Pool) OwnIssuer(token string) bool { return p.ownIssuer(claimed(token).Iss) }

// Signed returns the claims of an ID token or an access token that this pool signed; numbers
// are json.Number. Whether the token is still good is for the caller to ask.
func (p *Pool) Signed(token string) (map[string]any, bool) {
	for _, key := range p.keys.both() {
		k, err := key()
		if err != nil {
			return nil, false
		}
		if payload, ok := k.verify(token); ok {
			in, claims := json.NewDecoder(bytes.NewReader(payload)), map[string]any{}
			in.UseNumber()
			return claims, in.Decode(&claims) == nil
		}
	}
	return nil, false
}

// Ended reports whether the session of a token's claims has ended: its user was signed out,
// disabled or deleted, or its refresh token revoked.
func (p *Pool) Ended(claims map[string]any) bool {
	text := func(name string) string { text, _ := claims[name].(string); return text }
	u, known := p.store.find(cmp.Or(text("cognito:username"), text("username")))
	return !known || u.sub != text("sub") || !u.enabled || p.store.isRevoked(text("jti"), text("origin_jti"))
}
