package userpool

import (
	"errors"
	"html/template"
	"maps"
	"net/http"
	"net/url"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool/federation"
)

// loginPage signs a user in (guide, "Login endpoint") and then sends the browser back to the
// app. PostAuthentication fires here: the guide's page of that trigger excepts no kind of
// sign-in, though its table of managed login does not list it.
func (p *Pool) loginPage(w http.ResponseWriter, r *http.Request, a authorization, form url.Values) (page, bool) {
	if form == nil {
		return p.firstPage(w, r, a)
	}
	if form.Get("challenge") != "" {
		return p.takeStep(w, r, a, form)
	}
	name := form.Get("username")
	u, err := p.proveOnPage(a.client, name, form.Get("password"))
	p.note(r, name, "SignIn", "Password", outcome(err, "next"), false)
	if err != nil {
		return p.leadOn(w, r, a, name, err)
	}
	return p.goOnPage(w, r, a, u, visit{})
}

// firstPage asks for a password, or a browser that is signed in below the level of the
// request for the factor that it lacks.
func (p *Pool) firstPage(w http.ResponseWriter, r *http.Request, a authorization) (page, bool) {
	v, signedIn := p.freshVisit(r, a)
	if u, known := p.store.find(v.username); signedIn && known && v.provider == federation.Native {
		if level, err := p.target(a, u); err == nil && levelOf(v.amr) < level {
			return p.goOnPage(w, r, a, u, v)
		}
	}
	return p.askPassword(a, a.loginHint, nil), true
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

// goOnPage asks for what the sign-in still demands, or completes it. before is the browser's
// sign-in that proved the first factor; zero if that was now.
func (p *Pool) goOnPage(w http.ResponseWriter, r *http.Request, a authorization, u user, before visit) (page, bool) {
	next, err := p.demandedOnPage(a, u, before.began)
	var refusal *oauthError
	switch {
	case errors.As(err, &refusal):
		redirect(w, r, a.refusal(refusal))
		return page{}, false
	case err != nil:
		return p.askPassword(a, u.username, err), true
	case next.ChallengeName != "":
		return p.askStep(a, next, u.username), true
	}
	return p.enterAndReturn(w, r, a, u, challenge{began: before.began}, byPassword)
}

// enterAndReturn signs the browser in, with the factors that c proved, and answers the app:
// after whatever the form was, with nothing below the level of the request.
func (p *Pool) enterAndReturn(w http.ResponseWriter, r *http.Request, a authorization, u user, c challenge, factors ...string) (page, bool) {
	if err := p.authenticated(u, a.client, nil); err != nil {
		return p.askPassword(a, u.username, err), true
	}
	p.store.forgive(u.username)
	p.note(r, u.username, "SignIn", map[bool]string{true: "Mfa"}[len(factors) > 1], "Pass", true)
	p.answerApp(w, r, a, p.enter(w, r, u, c.began, federation.Native, amr(factors...)), false)
	return page{}, false
}

func (p *Pool) askPassword(a authorization, name string, refused error) page {
	if !a.client.supports(federation.Native) {
		return page{Title: "Sign in", Notice: a.notice(), refused: refused, Links: p.providerLinks(a)}
	}
	links := append(p.providerLinks(a), link{"Forgot your password?", template.URL(a.link("/forgotPassword"))})
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
