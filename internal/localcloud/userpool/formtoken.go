package userpool

import (
	"crypto/hmac"
	"crypto/sha256"
	"net/http"
)

// formToken returns the anti-forgery token of the browser's cookie, and makes the cookie.
func (p *Pool) formToken(w http.ResponseWriter, r *http.Request) string {
	cookie, err := r.Cookie(p.formCookie())
	if err != nil {
		cookie = &http.Cookie{Value: secret()}
		p.setCookie(w, p.formCookie(), cookie.Value, 0)
	}
	return p.tokenOf(cookie.Value)
}

func (p *Pool) formCookie() string { return "XSRF-TOKEN-" + p.cfg().ID }

func (p *Pool) tokenOf(cookie string) string {
	mac := hmac.New(sha256.New, p.formKey)
	mac.Write([]byte(cookie))
	return base64URL(mac.Sum(nil))
}

// ownForm reports whether a form comes from this browser's page. _csrf is AWS's name.
func (p *Pool) ownForm(r *http.Request) bool {
	cookie, err := r.Cookie(p.formCookie())
	return err == nil && hmac.Equal([]byte(r.PostForm.Get("_csrf")), []byte(p.tokenOf(cookie.Value)))
}
