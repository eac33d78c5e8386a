package userpool

import (
	"html/template"
	"net/http"
	"net/url"
)

// forgotPage asks for a reset code, as ForgotPassword does.
func (p *Pool) forgotPage(w http.ResponseWriter, r *http.Request, a authorization, form url.Values) (page, bool) {
	ask := page{
		Title: "Forgot your password?", Button: "Send a code", Fields: []field{p.nameField(a, form)},
		Links: []link{{"Sign in instead", template.URL(a.link("/login"))}},
	}
	if form == nil {
		return ask, true
	}
	name := form.Get("username")
	_, ask.refused = onPage(p, "ForgotPassword", p.forgotPassword, resendInput{ClientID: a.client.ID, SecretHash: a.client.ownHash(name), Username: name})
	if ask.refused != nil {
		return ask, true
	}
	return a.goTo(w, r, "/confirmForgotPassword", name, "sent")
}

// resetPage takes the code and the new password, as ConfirmForgotPassword does.
func (p *Pool) resetPage(w http.ResponseWriter, r *http.Request, a authorization, form url.Values) (page, bool) {
	ask := page{
		Title: "Choose a new password", Button: "Set the password",
		Fields: []field{p.nameField(a, form), codeField(), {"password", "New password", "password", "", "new-password"}},
	}
	if form == nil {
		ask.Notice = a.notice()
		return ask, true
	}
	name := form.Get("username")
	_, ask.refused = onPage(p, "ConfirmForgotPassword", p.confirmForgotPassword, confirmForgotInput{
		ClientID: a.client.ID, SecretHash: a.client.ownHash(name), Username: name, ConfirmationCode: form.Get("code"), Password: form.Get("password"),
	})
	if ask.refused != nil {
		return ask, true
	}
	return a.goTo(w, r, "/login", name, "reset")
}
