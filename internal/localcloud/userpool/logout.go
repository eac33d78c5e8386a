package userpool

import (
	"errors"
	"net/http"
	"slices"
)

// serveLogout signs the browser out, not its tokens (guide, "Logout endpoint"): then it
// goes to a registered logout_uri or, with the parameters of a request for a code, to the
// page to sign in again. Any other address gets a page, and the browser stays signed in.
func (p *Pool) serveLogout(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	client, err := p.clientByID(q.Get("client_id"))
	to := q.Get("logout_uri")
	if _, unfit := p.authorization(q); to == "" && !errors.Is(unfit, errNoReturn) {
		to = "/login?" + q.Encode() // which refuses the rest
	} else if err != nil || !slices.Contains(client.LogoutURLs, to) {
		p.fail(w, http.StatusBadRequest, "This app cannot sign you out here", p.unregistered(q.Get("client_id"), "LogoutURLs", "logout_uri"))
		return
	}
	p.leave(w, r)
	redirect(w, r, to)
}
