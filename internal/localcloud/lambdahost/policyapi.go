package lambdahost

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
)

// servePolicy answers GetPolicy and RemovePermission (docs.aws.amazon.com/lambda/latest/api, each
// a page), and reports false for another path. AddPermission is left to deployments.
func (a invokeAPI) servePolicy(w http.ResponseWriter, r *http.Request) bool {
	escaped, what, _ := strings.Cut(strings.TrimPrefix(r.URL.EscapedPath(), functionsPath), "/")
	kind, statement, _ := strings.Cut(what, "/")
	removes := r.Method == http.MethodDelete && statement != ""
	if kind != "policy" || !removes && (r.Method != http.MethodGet || statement != "") {
		return false
	}
	name, _ := url.PathUnescape(escaped)
	fn, arn, err := a.host.find(name, r.URL.Query().Get("Qualifier"))
	var answer any
	switch {
	case err != nil:
	case removes:
		err = fn.removePermission(arn, statement, r.URL.Query().Get("RevisionId"))
	default:
		answer, err = fn.describePolicy(arn)
	}
	switch {
	case err != nil:
		refuse(w, err)
	case removes:
		w.Header().Set("X-Amzn-Requestid", newRequestID())
		w.WriteHeader(http.StatusNoContent)
	default:
		writeJSON(w, answer)
	}
	return true
}

// removePermission takes a statement away. A revision of the policy is that of the function.
func (f *function) removePermission(arn, escaped, revision string) error {
	id, _ := url.PathUnescape(escaped)
	f.mu.Lock()
	stale := revision != "" && revision != f.revision
	f.mu.Unlock()
	switch {
	case stale:
		return &ServiceError{Code: "PreconditionFailedException", Status: 412, Message: "The RevisionId provided does not match the latest RevisionId. Call the GetPolicy API to retrieve the latest RevisionId for your resource."}
	case len(f.policyOf(arn)) == 0:
		return &ServiceError{Code: "ResourceNotFoundException", Status: 404, Message: "No policy is associated with the given resource."}
	case !f.remove(arn, id):
		return &ServiceError{Code: "ResourceNotFoundException", Status: 404, Message: "Statement " + id + " is not found in resource policy."}
	}
	return nil
}

// describePolicy returns the policy as AddPermission writes it.
func (f *function) describePolicy(arn string) (any, error) {
	type object = map[string]any
	statements := []object{}
	for _, p := range f.policyOf(arn) {
		s := object{"Sid": p.StatementID, "Effect": "Allow", "Principal": object{"Service": p.Principal}, "Action": p.Action, "Resource": arn}
		if p.Principal == "*" {
			s["Principal"] = "*"
		}
		condition := object{}
		if p.SourceARN != "" {
			condition["ArnLike"] = object{"AWS:SourceArn": p.SourceARN}
		}
		if p.SourceAccount != "" {
			condition["StringEquals"] = object{"AWS:SourceAccount": p.SourceAccount}
		}
		if len(condition) > 0 {
			s["Condition"] = condition
		}
		statements = append(statements, s)
	}
	if len(statements) == 0 {
		return nil, &ServiceError{Code: "ResourceNotFoundException", Status: 404, Message: "The resource you requested does not exist."}
	}
	policy, _ := json.Marshal(object{"Version": "2012-10-17", "Id": "default", "Statement": statements}) // texts
	f.mu.Lock()
	defer f.mu.Unlock()
	return object{"Policy": string(policy), "RevisionId": f.revision}, nil
}
