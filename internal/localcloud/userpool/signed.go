package userpool

import (
	"context"
	"net/http"
	"slices"

	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/smithy-go/auth"
)

// unsigned returns a function that reports whether AWS wants no signature for an operation
// of this name. The SDK is generated from the API's model, which marks them; botocore 1.44.8
// has a newer one.
func unsigned() func(name string) bool {
	model := cognito.New(cognito.Options{}).Options().AuthSchemeResolver
	newer := []string{"ListUserSessions", "RevokeUserSession"}
	return func(name string) bool {
		if slices.Contains(newer, name) {
			return true
		}
		schemes, err := model.ResolveAuthSchemes(context.Background(), &cognito.AuthResolverParameters{Operation: name})
		return err == nil && schemes[0].SchemeID == auth.SchemeIDAnonymous
	}
}

// checkSigned refuses an administrator's request without a signature; what a signature
// says is not checked. The sentence is AWS's (aws-sdk-net-extensions-cognito#95).
func (p *Pool) checkSigned(name string, r *http.Request) error {
	if r.Header.Get("Authorization") == "" && !p.unsigned(name) {
		return refuse("MissingAuthenticationTokenException", "Missing Authentication Token")
	}
	return nil
}
