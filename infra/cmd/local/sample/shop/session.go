package shop

import (
	"crypto/rand"
	"crypto/sha256"
	"net/http"
)

// sessionCookie is a name of its own: a browser sends the cookies of localhost to every port.
const sessionCookie = "shop-session"

// cookie is out of reach for scripts and for requests that begin at another site. Browsers take
// localhost for secure without TLS, but for Safari.
func cookie(value string, seconds int) *http.Cookie {
	return &http.Cookie{Name: sessionCookie, Value: value, Path: "/", MaxAge: seconds, HttpOnly: true, Secure: true, SameSite: http.SameSiteStrictMode}
}

// sameOrigin refuses a change that a page of another origin asks for. The cookie's SameSite is not
// enough: every port of a machine, and every name under a domain, is one site.
func sameOrigin(next http.HandlerFunc) http.Handler {
	return http.NewCrossOriginProtection().Handler(next)
}

// sessionOf returns the key of the request's session; there is none with the key of no cookie.
func sessionOf(r *http.Request) [sha256.Size]byte {
	sent, err := r.Cookie(sessionCookie)
	if err != nil {
		return [sha256.Size]byte{}
	}
	return sha256.Sum256([]byte(sent.Value))
}

// bySession finds the customer of a session.
func (a *App) bySession(next owned) http.Handler {
	return sameOrigin(func(w http.ResponseWriter, r *http.Request) {
		if who := a.sessions[sessionOf(r)]; who != nil {
			next(w, r, who)
			return
		}
		refuse(w, http.StatusUnauthorized, "Please sign in.")
	})
}

// signIn checks a password. Which of name and password is wrong is not said.
func (a *App) signIn(w http.ResponseWriter, r *http.Request) {
	var given struct{ Email, Password string }
	if !read(w, r, &given) {
		return
	}
	who := a.ofPassword(given.Email, given.Password)
	if who == nil {
		refuse(w, http.StatusUnauthorized, "Incorrect address or password.")
		return
	}
	value := rand.Text() // 130 bits
	delete(a.sessions, sessionOf(r))
	a.sessions[sha256.Sum256([]byte(value))] = who
	http.SetCookie(w, cookie(value, 0))
	w.WriteHeader(http.StatusNoContent)
}

func (a *App) signOut(w http.ResponseWriter, r *http.Request) {
	delete(a.sessions, sessionOf(r))
	http.SetCookie(w, cookie("", -1))
	w.WriteHeader(http.StatusNoContent)
}
