package bearer

import (
	"net/http"
	"strconv"
)

// denial is an answer to whom is not let in. There are no others.
type denial struct {
	status int
	// code is that of WWW-Authenticate; "" has none.
	code string
	// says is the body: a fixed sentence, in which nothing of the request or of the token is.
	says string
}

// The codes are those of RFC 6750 §3.1 and, for stepUp, RFC 9470 §3. Who sends no token gets
// no code.
var (
	noToken   = &denial{http.StatusUnauthorized, "", "an access token is needed"}
	malformed = &denial{http.StatusBadRequest, "invalid_request", "the header Authorization is not one bearer token"}
	invalid   = &denial{http.StatusUnauthorized, "invalid_token", "the access token is not valid here"}
	narrow    = &denial{http.StatusForbidden, "insufficient_scope", "the access token lacks a scope"}
	stepUp    = &denial{http.StatusUnauthorized, "insufficient_user_authentication", "a stronger or newer sign-in is needed"}
	forbidden = &denial{http.StatusForbidden, "", "the user may not do this"}
	noKeys    = &denial{http.StatusServiceUnavailable, "", "access tokens cannot be checked at the moment"}
	noRow     = &denial{http.StatusServiceUnavailable, "", "the user's rights cannot be checked at the moment"}
)

// deny answers. Who may not do a thing with any token is not told how to get another one.
func (v *Verifier) deny(w http.ResponseWriter, d *denial, route *route) {
	header := w.Header()
	header.Set("Content-Type", "application/json")
	header.Set("Cache-Control", "no-store")
	if d.status == http.StatusServiceUnavailable {
		header.Set("Retry-After", strconv.Itoa(int(fetchEvery.Seconds())))
	} else if d != forbidden {
		header.Set("WWW-Authenticate", v.challenge(d, route))
	}
	w.WriteHeader(d.status)
	_, _ = w.Write([]byte(`{"message":"` + d.says + "\"}\n"))
}
