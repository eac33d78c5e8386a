package iam

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/door"
)

// Guard stands before a DynamoDB and lets through what is signed and allowed.
type Guard struct {
	keys   *Keys
	tables []Table
	region string
	next   http.Handler
}

// NewGuard returns the guard of a store that has these tables. Signatures are for the region.
func NewGuard(keys *Keys, tables []Table, region string, store http.Handler) *Guard {
	return &Guard{keys, tables, region, store}
}

// target is the service and version of every operation.
const target = "DynamoDB_20120810."

// ServeHTTP implements http.Handler. A GET is a health check, which anybody may make.
func (g *Guard) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet && r.Header.Get("X-Amz-Target") == "" {
		g.next.ServeHTTP(w, r)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	who, refused := g.verify(r, body, now(r.Context()))
	switch {
	case refused != nil:
	case who.Admin && door.FromPage(r.Header): // every page can know the administrator's key
		refused = &refusal{"AccessDeniedException", "The local cloud does not take the administrator's key from a web page."}
	case !who.Admin:
		refused = g.authorize(who, r.Header.Get("X-Amz-Target"), body)
	}
	if refused == nil {
		g.next.ServeHTTP(w, r)
		return
	}
	answer, _ := json.Marshal(map[string]string{"__type": "com.amazon.coral.service#" + refused.code, "message": refused.message})
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	w.Header().Set("Date", now(r.Context()).UTC().Format(http.TimeFormat)) // by which an SDK corrects its clock
	w.WriteHeader(http.StatusBadRequest)
	_, _ = w.Write(answer)
}

// Allows reports whether the principal may do what a request asks for: an operation, such as
// GetItem, with this body.
func (g *Guard) Allows(who Principal, operation string, body []byte) bool {
	return who.Admin || g.authorize(who, target+operation, body) == nil
}

// authorize returns nil if the principal may do all that the request asks for.
func (g *Guard) authorize(who Principal, header string, body []byte) *refusal {
	operation, ok := strings.CutPrefix(header, target)
	if !ok {
		return &refusal{"UnknownOperationException", ""}
	}
	all, err := asked(operation, body, g.tables)
	if err != nil {
		return denied(who, "dynamodb:"+operation, "*", "not modelled in the local cloud: "+err.Error())
	}
	for _, r := range all {
		for name, value := range who.Tags {
			r.keys["aws:principaltag/"+strings.ToLower(name)] = []string{value}
		}
		v := evaluate(who.Policies, r)
		switch {
		case v.explicit:
			return denied(who, r.action, r.resource, "with an explicit deny in an identity-based policy")
		case v.allowed:
		case v.unplaced != "":
			return denied(who, r.action, r.resource, "not modelled in the local cloud: "+v.unplaced)
		default:
			return denied(who, r.action, r.resource, fmt.Sprintf("because no identity-based policy allows the %s action", r.action))
		}
	}
	return nil
}

// denied is AWS's sentence (IAM user guide, "Troubleshoot access denied error messages").
func denied(who Principal, action, resource, why string) *refusal {
	return &refusal{"AccessDeniedException", fmt.Sprintf("User: %s is not authorized to perform: %s on resource: %s %s", who.ARN, action, resource, why)}
}
