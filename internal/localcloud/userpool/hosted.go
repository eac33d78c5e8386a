package userpool

import (
	"crypto/rand"
	_ "embed"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool/federation"
)

// hosted are the pages by path, with AWS's names (guide, "User pool endpoints and managed
// login reference").
func hosted() map[string]endpoint {
	return map[string]endpoint{
		"/login": paged((*Pool).loginPage), "/signup": paged((*Pool).signUpPage), "/confirmUser": (*Pool).serveConfirmUser,
		"/forgotPassword": paged((*Pool).forgotPage), "/confirmForgotPassword": paged((*Pool).resetPage), "/logout": (*Pool).serveLogout,
		somebodyPath: paged((*Pool).somebodyPage), "/oauth2/idpresponse": (*Pool).serveIdpResponse, "/saml2/idpresponse": (*Pool).serveIdpResponse,
	}
}

// page is what one page shows: a form, or a sentence alone.
type page struct {
	Title, Notice string
	Fields        []field
	// Button sends the form; Other, if not "", sends it as it is, with the field other. Each
	// of Choices sends it with its value.
	Button, Other string
	Choices       []field
	Links         []link
	// refused is why the last form was refused; nil shows no refusal.
	refused error
}

type field struct{ Name, Label, Type, Value, Autocomplete string }

// link leads to a page or to a registered address of the app, which may have any scheme.
type link struct {
	Text string
	To   template.URL
}

//go:embed page.html
var pageHTML string

var pageTemplate = template.Must(template.New("page").Parse(pageHTML))

// shown is what page.html reads.
type shown struct {
	page
	Error, Action, Token, Nonce string
	// Focus names the field that a refused form begins with: its description is the refusal, so
	// that a screen reader reads it.
	Focus string
}

// step answers one page: with the page to show, or false if it has answered itself. form
// is nil until the user sends it.
type step func(p *Pool, w http.ResponseWriter, r *http.Request, a authorization, form url.Values) (page, bool)

// paged makes a step an endpoint: it checks the request for a code, then the form's token.
func paged(next step) endpoint {
	return func(p *Pool, w http.ResponseWriter, r *http.Request) {
		a, ok := p.asked(w, r)
		if !ok {
			return
		}
		var form url.Values
		if r.Method == http.MethodPost {
			if r.ParseForm() != nil || !p.ownForm(r) {
				p.fail(w, http.StatusForbidden, "This form has expired", "Go back to the app and start again. The page needs its cookie.")
				return
			}
			form = r.PostForm
			if r.URL.Path != somebodyPath && !a.client.supports(federation.Native) {
				p.fail(w, http.StatusForbidden, "No sign-in with a password", "The app client supports other identity providers only.")
				return
			}
		}
		if show, answer := next(p, w, r, a, form); answer {
			p.show(w, r, a, show)
		}
	}
}

// onPages is the frame of all pages: they belong to a domain, no other site reads or
// frames them.
func onPages(next endpoint) endpoint {
	return func(p *Pool, w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Del("Access-Control-Allow-Origin")
		h.Del("Access-Control-Expose-Headers")
		h.Set("X-Frame-Options", "DENY")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		if !p.hasDomain() {
			p.fail(w, http.StatusNotFound, "No such page", "The user pool has no domain, and without one no pages.")
			return
		}
		next(p, w, r)
	}
}

// show writes a page. A browser lets the form go to this host and, by the redirect that
// follows, to the app.
func (p *Pool) show(w http.ResponseWriter, r *http.Request, a authorization, s page) {
	out := shown{page: s, Action: r.URL.Path + "?" + a.query.Encode(), Token: p.formToken(w, r)}
	status := http.StatusOK
	if s.refused != nil {
		// Local managed login shows a refusal above the form (guide, "Managed login and
		// federation error responses").
		refusal := oauthErrorOf(s.refused)
		out.Error, status = refusal.Description, http.StatusBadRequest
		p.call.Error, p.call.Message = refusal.Code, refusal.Description
		if i := slices.IndexFunc(s.Fields, func(f field) bool { return f.Type != "hidden" }); i >= 0 {
			out.Focus = s.Fields[i].Name
		}
		if refusal.Code == "invalid_request" {
			// A trigger's: the app may want to say more. AWS's redirects end with a blank.
			to := a.refusal(&oauthError{refusal.Code, refusal.Description + " "})
			out.Links = append(out.Links, link{"Return to the app with this error", template.URL(to)})
		}
	}
	p.writePage(w, status, out, sourceOf(a.redirect))
}

// fail writes a page with an error and nothing to do.
func (p *Pool) fail(w http.ResponseWriter, status int, title, why string) {
	p.call.Message = why
	p.writePage(w, status, shown{page: page{Title: title}, Error: why}, "")
}

func (p *Pool) writePage(w http.ResponseWriter, status int, s shown, formsTo string) {
	s.Nonce = rand.Text()
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'nonce-"+s.Nonce+
		"'; form-action 'self' "+formsTo+"; frame-ancestors 'none'; base-uri 'none'")
	w.WriteHeader(status)
	_ = pageTemplate.Execute(w, s) // the browser has gone
}

// sourceOf returns the origin of a registered address as a Content-Security-Policy names
// it (CSP Level 3, "Source Lists"); "" for one that no header can hold.
func sourceOf(address string) string {
	to, err := url.Parse(address)
	switch {
	case err != nil || strings.ContainsAny(to.Host, " ;,"):
		return ""
	case to.Scheme == "http" || to.Scheme == "https":
		return to.Scheme + "://" + to.Host
	}
	return to.Scheme + ":"
}
