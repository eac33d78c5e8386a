package userpool

import (
	"crypto/hmac"
	"crypto/sha256"
	"net/http"
)

// formToken returns the anti-forgery token of the browser's cookie, and makes the cookie.
func (p *Pool) formToken(w http.ResponseWriter, r *http.Request) string {
	return p.tokenOf(p.cookieOfForms(w, r))
}

// cookieOfForms returns the cookie by which a browser is known before anybody signs in, and
// makes it.
func (p *Pool) cookieOfForms(w http.ResponseWriter, r *http.Request) string {
	value := p.browserOf(r)
	if value == "" {
		value = secret()
		p.setCookie(w, p.formCookie(), value, 0)
	}
	return value
}

// browserOf returns that cookie, "" for a browser without one.
func (p *Pool) browserOf(r *http.Request) string {
	cookie, err := r.Cookie(p.formCookie())
	if err != nil {
		return ""
	}
	return cookie.Value
}

func (p *Pool) formCookie() string { return "XSRF-TOKEN-" + p.cfg().ID }

func (p *Pool) tokenOf(cookie string) string {
	mac := hmac.New(sha256.New, p.formKey)
	mac.Write([]byte(cookie))
	return base64URL(mac.Sum(nil))
}

// ownForm reports whether a form comes from this browser's page. _csrf is AWS's name.
func (p *Pool) ownForm(r *http.Request) bool {
	browser := p.browserOf(r)
	return browser != "" && hmac.Equal([]byte(r.PostForm.Get("_csrf")), []byte(p.tokenOf(browser)))
}
