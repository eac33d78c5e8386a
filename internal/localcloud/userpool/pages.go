package userpool

import (
	"net/http"
	"strings"
)

// pages reports whether a web page may send a request: to the OAuth routes, to discovery
// and public keys, to cognito-identity, and for the operations that the API's model marks
// unsigned. The others are an administrator's. A preflight does not name its operation. To
// a hosted page a web page may lead its user, and the page itself sends its form.
func (p *Pool) pages() func(*http.Request) bool {
	pages, forms := hosted(), http.NewCrossOriginProtection()
	return func(r *http.Request) bool {
		if pages[r.URL.Path] != nil {
			mode := r.Header.Get("Sec-Fetch-Mode")
			return r.Method != http.MethodOptions && (mode == "" || mode == "navigate") && forms.Check(r) == nil
		}
		if r.URL.Path != "/" {
			return strings.HasPrefix(r.URL.Path, "/oauth2/") || strings.Contains(r.URL.Path, "/.well-known/")
		}
		_, identity := askedIdentity(r)
		return identity || r.Method == http.MethodOptions || p.unsigned(named(r))
	}
}
