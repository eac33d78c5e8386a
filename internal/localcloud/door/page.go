package door

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// What a page may send and read: the headers of AWS Amplify and of the AWS SDKs in a
// browser, and those in which AWS's endpoints describe a failure.
const (
	allowedMethods = "GET, POST"
	allowedHeaders = "authorization, cache-control, content-type, x-amz-content-sha256, x-amz-date, x-amz-security-token, x-amz-target, x-amz-user-agent, amz-sdk-invocation-id, amz-sdk-request"
	exposedHeaders = "date, x-amzn-errormessage, x-amzn-errortype, x-amzn-requestid"
)

// ServeHTTP passes a request on, answers a preflight, or refuses.
func (d *Door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !d.called(r) {
		refuse(w, fmt.Sprintf("%s of the local cloud does not answer to the host %q: call it as %s", d.name, r.Host, d.URLFor(r)))
		return
	}
	open := d.pages != nil && d.pages(r)
	switch {
	case !open && FromPage(r.Header) && (!d.own || !fromOwn(r)):
		refuse(w, d.name+" of the local cloud does not answer "+d.pageless())
		return
	case open && !d.cors:
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Header().Set("Access-Control-Expose-Headers", exposedHeaders)
		if r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != "" {
			w.Header().Set("Access-Control-Allow-Methods", allowedMethods)
			w.Header().Set("Access-Control-Allow-Headers", allowedHeaders)
			w.WriteHeader(http.StatusNoContent)
			return
		}
	}
	d.next.ServeHTTP(w, r)
}

// pageless returns what a page lacks, and what to do.
func (d *Door) pageless() string {
	if d.cors {
		return "a web page of this origin: add the origin to api.allowOrigins in the stage file"
	}
	return "this request to a web page, whichever its origin: send it from a server or from the command line"
}

// called reports whether a request names this endpoint. Browsers resolve every name under
// localhost to the loopback interface themselves (RFC 6761, section 6.3), so nobody can
// rebind one.
func (d *Door) called(r *http.Request) bool {
	own, implied := d.Port(), "80" // which a URL leaves out
	if r.TLS != nil {
		own, implied = portOf(d.secure[0]), "443"
	}
	host := strings.ToLower(r.Host)
	name, port, err := net.SplitHostPort(host)
	if err != nil {
		name, port = strings.Trim(host, "[]"), implied
	}
	return port == strconv.Itoa(own) && (slices.Contains([]string{"localhost", "127.0.0.1", "::1"}, name) || strings.HasSuffix(name, ".localhost"))
}

// FromPage reports whether a browser sent the request for a page. Its user's own request,
// from the address bar, has "Sec-Fetch-Site: none".
func FromPage(header http.Header) bool {
	site := header.Get("Sec-Fetch-Site")
	return header["Origin"] != nil || site != "" && site != "none" && site != "same-origin"
}

// fromOwn reports whether a page sent the request to its own origin. Every method is judged
// as one that changes something: what is shown is not for others either. A followed link is
// judged by its site, which is this machine with any port.
func fromOwn(r *http.Request) bool {
	if r.Method == http.MethodGet && r.Header.Get("Sec-Fetch-Mode") == "navigate" && r.Header.Get("Sec-Fetch-Dest") == "document" &&
		r.Header.Get("Sec-Fetch-Site") == "same-site" && r.Header["Origin"] == nil {
		return true
	}
	judged := *r
	judged.Method = http.MethodPost
	return http.NewCrossOriginProtection().Check(&judged) == nil
}

// refuse answers in a form that every AWS SDK reads, with no CORS header: a page cannot
// read why, its developer can.
func refuse(w http.ResponseWriter, why string) {
	const code = "AccessDeniedException"
	body, _ := json.Marshal(map[string]string{"__type": code, "message": why})
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Amzn-Errortype", code)
	w.Header().Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	w.WriteHeader(http.StatusForbidden)
	_, _ = w.Write(body)
}
