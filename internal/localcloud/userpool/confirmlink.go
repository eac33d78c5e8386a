package userpool

import "net/http"

// serveConfirmUser is the page that takes a code, and the target of a link in an e-mail.
func (p *Pool) serveConfirmUser(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet && r.URL.Query().Has("confirmation_code") && p.cfg().Messages.ConfirmWithLink {
		p.confirmByLink(w, r)
		return
	}
	paged((*Pool).confirmPage)(p, w, r)
}

// confirmByLink confirms a sign-up as ConfirmSignUp does: the user who opens the link has read
// the e-mail. A link counts once. AWS's page leads nowhere either.
func (p *Pool) confirmByLink(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	client, err := p.clientByID(q.Get("client_id"))
	if err == nil {
		_, err = onPage(p, "ConfirmSignUp", p.confirmSignUp, confirmSignUpInput{
			ClientID: client.ID, SecretHash: client.ownHash(q.Get("user_name")), Username: q.Get("user_name"), ConfirmationCode: q.Get("confirmation_code"),
		})
	}
	if err != nil {
		p.fail(w, http.StatusBadRequest, "Your account is not confirmed", oauthErrorOf(err).Description)
		return
	}
	p.writePage(w, http.StatusOK, shown{page: page{Title: "Your account is confirmed", Notice: "Go back to the app and sign in."}}, "")
}
