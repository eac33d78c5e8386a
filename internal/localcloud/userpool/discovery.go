package userpool

import "net/http"

// serveJWKS serves the two keys, of ID and access tokens (guide, "Verifying JSON web
// tokens").
func (p *Pool) serveJWKS(w http.ResponseWriter, _ *http.Request) {
	keys, err := p.keys.jwks()
	if err != nil {
		writeError(w, err)
		return
	}
	writeJSON(w, http.StatusOK, "application/json", map[string][]jwk{"keys": keys})
}

// serveDiscovery has AWS's members; the OAuth endpoints are there if the pool has a domain. AWS's
// document has no code_challenge_methods_supported. The issuer may be AWS's string; every
// endpoint has this pool's address, with TLS if the request has it.
func (p *Pool) serveDiscovery(w http.ResponseWriter, r *http.Request) {
	here := p.door.URLFor(r)
	document := map[string]any{
		"issuer":                                p.Issuer(),
		"jwks_uri":                              here + "/" + p.cfg().ID + "/.well-known/jwks.json",
		"token_endpoint_auth_methods_supported": []string{"client_secret_basic", "client_secret_post"},
		"id_token_signing_alg_values_supported": []string{"RS256"},
		"response_types_supported":              []string{"code", "token"},
		"subject_types_supported":               []string{"public"},
		"scopes_supported":                      []string{"openid", "email", "phone", "profile"},
	}
	if p.hasDomain() {
		for name, path := range map[string]string{
			"authorization_endpoint": "/oauth2/authorize", "token_endpoint": "/oauth2/token", "userinfo_endpoint": "/oauth2/userInfo",
			"revocation_endpoint": "/oauth2/revoke", "end_session_endpoint": "/logout",
		} {
			document[name] = here + path
		}
	}
	writeJSON(w, http.StatusOK, "application/json", document)
}
