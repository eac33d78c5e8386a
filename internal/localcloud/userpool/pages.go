package userpool

import (
	"net/http"
	"strings"

	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/smithy-go/auth"
)

// pages reports whether a web page may send a request: to the OAuth routes, to discovery
// and public keys, and for the operations that the API's model marks unsigned. The others
// are an administrator's. A preflight does not name its operation. To a hosted page a web
// page may lead its user, and the page itself sends its form.
func (p *Pool) pages() func(*http.Request) bool {
	// The SDK is generated from the model.
	model := cognito.New(cognito.Options{}).Options().AuthSchemeResolver
	hosted, forms := p.hosted(), http.NewCrossOriginProtection()
	return func(r *http.Request) bool {
		if hosted[r.URL.Path] != nil {
			mode := r.Header.Get("Sec-Fetch-Mode")
			return r.Method != http.MethodOptions && (mode == "" || mode == "navigate") && forms.Check(r) == nil
		}
		if r.URL.Path != "/" {
			return strings.HasPrefix(r.URL.Path, "/oauth2/") || strings.HasPrefix(r.URL.Path, "/"+p.cfg().ID+"/.well-known/")
		}
		if r.Method == http.MethodOptions {
			return true
		}
		if unsignedSince(named(r)) {
			return true
		}
		schemes, err := model.ResolveAuthSchemes(r.Context(), &cognito.AuthResolverParameters{Operation: named(r)})
		return err == nil && schemes[0].SchemeID == auth.SchemeIDAnonymous
	}
}

// unsignedSince reports whether a newer model than the pinned SDK's marks an operation
// unsigned (botocore 1.44.8).
func unsignedSince(operation string) bool {
	return operation == "ListUserSessions" || operation == "RevokeUserSession"
}
