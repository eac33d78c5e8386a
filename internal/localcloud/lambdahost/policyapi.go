package lambdahost

import (
	"net/http"
	"net/url"
	"strings"
)

// Policies are the resource policies of functions, versions and aliases, by ARN.
type Policies interface {
	// Policy returns the document; "" is none.
	Policy(arn string) string
	// Remove removes a statement, and reports whether it was there.
	Remove(arn, sid string) bool
}

// servePolicies answers GetPolicy and RemovePermission (docs.aws.amazon.com/lambda/latest/api,
// each a page), and reports false for another path.
func (a invokeAPI) servePolicies(w http.ResponseWriter, r *http.Request) bool {
	escaped, what, _ := strings.Cut(strings.TrimPrefix(r.URL.EscapedPath(), functionsPath), "/")
	kind, escapedSid, remove := strings.Cut(what, "/")
	if kind != "policy" || r.Method != map[bool]string{false: http.MethodGet, true: http.MethodDelete}[remove] {
		return false
	}
	name, _ := url.PathUnescape(escaped)
	sid, _ := url.PathUnescape(escapedSid)
	_, arn, err := a.host.find(name, r.URL.Query().Get("Qualifier"))
	policy := ""
	if err == nil && a.host.opts.Policies != nil {
		policy = a.host.opts.Policies.Policy(arn)
	}
	if err == nil && (policy == "" || remove && !a.host.opts.Policies.Remove(arn, sid)) {
		err = &ServiceError{Code: "ResourceNotFoundException", Status: 404, Message: "The resource you requested does not exist."}
	}
	switch {
	case err != nil:
		refuse(w, err)
	case remove:
		w.WriteHeader(http.StatusNoContent)
	default:
		writeJSON(w, map[string]any{"Policy": policy, "RevisionId": "local"})
	}
	return true
}
