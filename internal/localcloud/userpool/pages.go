package userpool

import (
	"net/http"
	"strings"

	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/smithy-go/auth"
)

// pages reports whether a web page may send a request: to the OAuth routes, to discovery
// and public keys, and for the operations that the API's model marks unsigned. The others
// are an administrator's. A preflight does not name its operation.
func (p *Pool) pages() func(*http.Request) bool {
	// The SDK is generated from the model.
	model := cognito.New(cognito.Options{}).Options().AuthSchemeResolver
	return func(r *http.Request) bool {
		if r.URL.Path != "/" {
			return strings.HasPrefix(r.URL.Path, "/oauth2/") || strings.HasPrefix(r.URL.Path, "/"+p.cfg.ID+"/.well-known/")
		}
		if r.Method == http.MethodOptions {
			return true
		}
		schemes, err := model.ResolveAuthSchemes(r.Context(), &cognito.AuthResolverParameters{Operation: named(r)})
		return err == nil && schemes[0].SchemeID == auth.SchemeIDAnonymous
	}
}
