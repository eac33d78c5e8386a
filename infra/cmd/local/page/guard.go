package page

import "net/http"

// headers stand on every answer: nothing is loaded from elsewhere, nothing inline runs, nobody
// frames the page, no other window keeps a hold of it, nothing is kept by the browser. With
// "Referrer-Policy: no-referrer" a form of the page itself would send "Origin: null" (Fetch,
// "append a request Origin header").
var headers = map[string]string{
	"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; " +
		"form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
	"X-Frame-Options":              "DENY",
	"X-Content-Type-Options":       "nosniff",
	"Referrer-Policy":              "same-origin",
	"Cross-Origin-Opener-Policy":   "same-origin",
	"Cross-Origin-Resource-Policy": "same-origin",
	"Cache-Control":                "no-store",
}

// mostForm bounds what a form or a program sends, in bytes.
const mostForm = 256 << 10

// guard sets the headers and bounds the body before anything else can answer: a view that
// asks for a form value reads a body, too.
func guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for name, value := range headers {
			w.Header().Set(name, value)
		}
		r.Body = http.MaxBytesReader(w, r.Body, mostForm)
		next.ServeHTTP(w, r)
	})
}
