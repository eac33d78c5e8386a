package userpool

import (
	"errors"
	"html/template"
	"maps"
	"net/http"
	"net/url"
	"slices"
)

// loginPage signs a user in (guide, "Login endpoint") and then sends the browser back with
// a code. PostAuthentication fires here; that the guide's table of managed login does not
// list it is taken for an omission.
func (p *Pool) loginPage(w http.ResponseWriter, r *http.Request, a authorization, form url.Values) (page, bool) {
	switch {
	case form == nil:
		return p.askPassword(a, a.loginHint, nil), true
	case form.Get("challenge") == "NEW_PASSWORD_REQUIRED":
		return p.takeNewPasswordForm(w, r, a, form)
	case slices.Contains(codeSteps, form.Get("challenge")):
		return p.takeCodeForm(w, r, a, form)
	}
	name := form.Get("username")
	u, err := p.proveOnPage(a.client, name, form.Get("password"))
	p.note(r, name, "SignIn", "Password", outcome(err, "next"), false)
	if err != nil {
		return p.leadOn(w, r, a, name, err)
	}
	return p.goOnPage(w, r, a, u)
}

// leadOn leads a user whose state wants something else to its page.
func (p *Pool) leadOn(w http.ResponseWriter, r *http.Request, a authorization, name string, err error) (page, bool) {
	var api *APIError
	if errors.As(err, &api) {
		switch api.Code {
		case "UserNotConfirmedException":
			return a.goTo(w, r, "/confirmUser", name, "unconfirmed")
		case "PasswordResetRequiredException":
			return a.goTo(w, r, "/confirmForgotPassword", name, "sent")
		}
	}
	return p.askPassword(a, name, err), true
}

// goTo sends the browser to another page, with the user's name and a notice.
func (a authorization) goTo(w http.ResponseWriter, r *http.Request, path, name, done string) (page, bool) {
	redirect(w, r, a.link(path, "login_hint", name, "done", done))
	return page{}, false
}

// link returns a page's address for the same request, with other parameters.
func (a authorization) link(path string, changes ...string) string {
	q := maps.Clone(a.query)
	q.Del("done")
	for i := 0; i < len(changes); i += 2 {
		q.Set(changes[i], changes[i+1])
	}
	return path + "?" + q.Encode()
}

// notice is what the page says that another one led to.
func (a authorization) notice() string {
	return map[string]string{
		"confirmed":   "Your account is confirmed. Sign in.",
		"reset":       "Your password is changed. Sign in.",
		"sent":        "Enter the code that was sent to you.",
		"unconfirmed": "Your account waits to be confirmed. Enter the code that was sent to you.",
	}[a.query.Get("done")]
}

func (p *Pool) proveOnPage(client Client, name, password string) (user, error) {
	if err := demand(map[string]string{"username": name, "password": password}, "username", "password"); err != nil {
		return user{}, err
	}
	if err := p.throttle.admit(counted{"UserAuthentication", 1}, p.now()); err != nil {
		return user{}, err
	}
	return p.proven(client, name, password, nil)
}

// goOnPage asks for what the sign-in still demands, or completes it.
func (p *Pool) goOnPage(w http.ResponseWriter, r *http.Request, a authorization, u user) (page, bool) {
	next, err := p.demanded(u, a.client, "HostedAuth")
	switch {
	case err != nil:
		return p.askPassword(a, u.username, err), true
	case next.ChallengeName == "NEW_PASSWORD_REQUIRED":
		return askNewPassword(next.Session, u.username, nil), true
	case slices.Contains(codeSteps, next.ChallengeName):
		return askCode(url.Values{"challenge": {next.ChallengeName}, "session": {next.Session}, "username": {u.username}}, nil), true
	case next.ChallengeName != "":
		return page{Title: "One more step", refused: &oauthError{
			"invalid_request",
			"The local pages cannot show " + next.ChallengeName + ". Sign in through the API.",
		}}, true
	}
	return p.enterAndReturn(w, r, a, u, false)
}

func (p *Pool) enterAndReturn(w http.ResponseWriter, r *http.Request, a authorization, u user, second bool) (page, bool) {
	if err := p.authenticated(u, a.client, nil); err != nil {
		return p.askPassword(a, u.username, err), true
	}
	p.store.forgive(u.username)
	p.note(r, u.username, "SignIn", map[bool]string{true: "Mfa"}[second], "Pass", true)
	p.returnCode(w, r, a, p.enter(w, r, u, second))
	return page{}, false
}

func (p *Pool) takeNewPasswordForm(w http.ResponseWriter, r *http.Request, a authorization, form url.Values) (page, bool) {
	u, err := p.takeNewPassword(a.client, respondInput{Session: form.Get("session"), ChallengeResponses: map[string]string{
		"USERNAME": form.Get("username"), "NEW_PASSWORD": form.Get("new_password"),
	}})
	if err != nil {
		return askNewPassword(form.Get("session"), form.Get("username"), err), true
	}
	return p.goOnPage(w, r, a, u)
}

// codeSteps are the challenges that a code answers on a page.
var codeSteps = []string{sms2, totp2, email2}

// takeCodeForm takes the code of a second factor: the pages begin no sign-in with a code.
func (p *Pool) takeCodeForm(w http.ResponseWriter, r *http.Request, a authorization, form url.Values) (page, bool) {
	if err := p.throttle.admit(countedOf("RespondToAuthChallenge", nil), p.now()); err != nil {
		return askCode(form, err), true
	}
	step, prove := form.Get("challenge"), p.proveOTP
	if step == totp2 {
		prove = p.proveTOTP
	}
	_, u, err := prove(a.client, respondInput{ChallengeName: step, Session: form.Get("session"), ChallengeResponses: map[string]string{
		"USERNAME": form.Get("username"), step + "_CODE": form.Get("code"),
	}})
	switch {
	case err != nil && !p.store.waits(form.Get("session")):
		return p.askPassword(a, form.Get("username"), err), true
	case err != nil:
		return askCode(form, err), true
	}
	return p.enterAndReturn(w, r, a, u, true)
}

func (p *Pool) askPassword(a authorization, name string, refused error) page {
	links := []link{{"Forgot your password?", template.URL(a.link("/forgotPassword"))}}
	if !p.cfg().AllowAdminCreateUserOnly {
		links = append(links, link{"Create an account", template.URL(a.link("/signup"))})
	}
	return page{
		Title: "Sign in", Button: "Sign in", Notice: a.notice(), refused: refused, Links: links,
		Fields: []field{
			{"username", p.nameLabel(), "text", name, "username"},
			{"password", "Password", "password", "", "current-password"},
		},
	}
}

// nameLabel says what users sign in with.
func (p *Pool) nameLabel() string {
	if names := p.cfg().UsernameAttributes; len(names) == 1 && names[0] == "email" {
		return "Email"
	}
	return "Username"
}

func askNewPassword(session, name string, refused error) page {
	return page{
		Title: "Choose a new password", Button: "Set the password", refused: refused,
		Fields: []field{
			{"challenge", "", "hidden", "NEW_PASSWORD_REQUIRED", ""},
			{"session", "", "hidden", session, ""},
			{"username", "", "hidden", name, ""},
			{"new_password", "New password", "password", "", "new-password"},
		},
	}
}

// askCode repeats what a form says of the sign-in that waits.
func askCode(waiting url.Values, refused error) page {
	label := "Code that was sent to you"
	if waiting.Get("challenge") == totp2 {
		label = "Code of your authenticator app"
	}
	return page{
		Title: "One more step", Button: "Sign in", refused: refused,
		Fields: []field{
			{"challenge", "", "hidden", waiting.Get("challenge"), ""},
			{"session", "", "hidden", waiting.Get("session"), ""},
			{"username", "", "hidden", waiting.Get("username"), ""},
			{"code", label, "text", "", "one-time-code"},
		},
	}
}
