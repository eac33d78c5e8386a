package userpool

import (
	"errors"
	"net/http"
	"strings"
)

// serveUserInfo serves /oauth2/userInfo: the attributes that client and scopes allow, all
// strings (guide, "UserInfo endpoint"). The form of a refusal is RFC 6750, section 3.
func (p *Pool) serveUserInfo(w http.ResponseWriter, r *http.Request) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !p.hasDomain() || !strings.EqualFold(scheme, "Bearer") {
		refuseBearer(w, http.StatusBadRequest, "invalid_request", "The user pool has no domain, or the request no bearer token")
		return
	}
	u, client, scopes, err := p.bearer(token, "openid")
	switch {
	case errors.Is(err, errNoScope):
		refuseBearer(w, http.StatusForbidden, "insufficient_scope", "The access token does not have the scope openid")
		return
	case err != nil:
		refuseBearer(w, http.StatusUnauthorized, "invalid_token", "Access token is expired, disabled, or deleted, or the user has globally signed out.")
		return
	}
	info := map[string]string{"username": u.username}
	for _, a := range u.list(func(name string) bool { return client.readable(name) && disclosed(scopes, name) }) {
		info[a.Name] = a.Value
	}
	writeJSON(w, http.StatusOK, oauthJSON, info)
}

func refuseBearer(w http.ResponseWriter, status int, code, why string) {
	w.Header().Set("WWW-Authenticate", `Bearer error="`+code+`", error_description="`+why+`"`)
	writeJSON(w, status, oauthJSON, &oauthError{code, why})
}
