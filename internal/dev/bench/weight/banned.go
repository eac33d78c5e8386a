package weight

import "strings"

// banned are packages that no function may link, with all below them, and why.
var banned = []struct{ path, reason string }{
	{"github.com/aws/aws-sdk-go-v2/config", "it brings SSO, STS and IMDS clients and reads files; internal/dynamo reads the few variables itself"},
	{"github.com/aws/aws-sdk-go-v2/credentials", "Lambda's credentials are three variables"},
	{"github.com/aws/aws-sdk-go-v2/feature/ec2/imds", "a function is no EC2 instance"},
	{"github.com/aws/aws-sdk-go-v2/feature/dynamodb", "reflection on the path of every event; rows are marshalled by hand"},
	{"github.com/aws/aws-sdk-go-v2/service/sso", "see config"},
	{"github.com/aws/aws-sdk-go-v2/service/ssooidc", "see config"},
	{"github.com/aws/aws-sdk-go-v2/service/sts", "see config"},
	{"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider", "3 MB and 1.6 ms; no trigger calls Cognito"},
	{"github.com/aws/aws-lambda-go/events", "typed events lose what they do not know"},
	{"github.com/aws/aws-cdk-go", "the stack is not a part of a function"},
	{"github.com/aws/jsii-runtime-go", "the stack is not a part of a function"},
	{"github.com/goccy/go-yaml", "policies are compiled to JSON at synth"},
	{"github.com/golang-jwt", "no trigger reads a token"},
	{"github.com/go-webauthn", "the local user pool's"},
	{"pgregory.net/rapid", "a test's"},
	{"go.uber.org/goleak", "a test's"},
	{"testing", "a test's; it adds flags to the program"},
	{"net/http/httptest", "a test's; it adds a flag to the program"},
	{"net/http/pprof", "it opens a door in http.DefaultServeMux"},
	{"net/rpc", "the RPC mode of the retired go1.x runtime: build with -tags lambda.norpc"},
	{"html/template", "reflection by method name keeps every exported method in the file"},
	{"text/template", "reflection by method name keeps every exported method in the file"},
	{"encoding/gob", "its registry is filled before main"},
	{"os/exec", "a function starts no program"},
	{"plugin", "a function loads no code"},
}

// Banned returns why a package may not be linked, "" if it may.
func Banned(path string) string {
	for _, b := range banned {
		if path == b.path || strings.HasPrefix(path, b.path+"/") {
			return b.reason
		}
	}
	return ""
}
