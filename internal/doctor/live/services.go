package live

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"strings"
)

// service says how a service is spoken to: JSON with a target, XML with a version alone, or
// paths.
type service struct {
	target, version string
	paths           map[string]string
	sign, host      string // its names in signatures and addresses, if it has others
	global          bool
	env             string // what AWS_ENDPOINT_URL_ is followed by
}

// services are all that packages doctor and attach ask.
var services = map[string]service{
	"cognito-idp":    {target: "AWSCognitoIdentityProviderService", version: "1.1", env: "COGNITO_IDENTITY_PROVIDER"},
	"dynamodb":       {target: "DynamoDB_20120810", version: "1.0", env: "DYNAMODB"},
	"cloudtrail":     {target: "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101", version: "1.1", env: "CLOUDTRAIL"},
	"cloudformation": {version: "2010-05-15", env: "CLOUDFORMATION"},
	"cloudwatch":     {version: "2010-08-01", sign: "monitoring", env: "CLOUDWATCH"},
	"iam":            {version: "2010-05-08", global: true, env: "IAM"},
	"sns":            {version: "2010-03-31", env: "SNS"},
	"sesv2": {env: "SESV2", sign: "ses", host: "email", paths: map[string]string{
		"GetEmailIdentity": "/v2/email/identities/{EmailIdentity}",
	}},
	"lambda": {env: "LAMBDA", paths: map[string]string{
		"GetFunctionConfiguration": "/2015-03-31/functions/{FunctionName}/configuration",
		"GetPolicy":                "/2015-03-31/functions/{FunctionName}/policy",
		"GetAlias":                 "/2015-03-31/functions/{FunctionName}/aliases/{Name}",
		"ListVersionsByFunction":   "/2015-03-31/functions/{FunctionName}/versions",
		"GetFunctionConcurrency":   "/2019-09-30/functions/{FunctionName}/concurrency",
		"GetAccountSettings":       "/2016-08-19/account-settings/",
	}},
}

// Endpoint returns the address of a service in a Region, or what AWS_ENDPOINT_URL_<SERVICE> and
// AWS_ENDPOINT_URL say, as every AWS SDK does.
func Endpoint(name, region string) string {
	s, known := services[name]
	if !known {
		return ""
	}
	for _, variable := range []string{"AWS_ENDPOINT_URL_" + s.env, "AWS_ENDPOINT_URL"} {
		if at := os.Getenv(variable); at != "" {
			return at
		}
	}
	suffix := ".amazonaws.com"
	if strings.HasPrefix(region, "cn-") {
		suffix += ".cn"
	}
	switch {
	case s.global && strings.HasPrefix(region, "us-gov-"):
		return "https://" + name + ".us-gov" + suffix
	case s.global && !strings.HasPrefix(region, "cn-"):
		return "https://" + name + suffix
	}
	return "https://" + cmp.Or(s.host, s.signs(name)) + "." + s.region(region) + suffix
}

// signs returns the service's name in a signature.
func (s service) signs(name string) string {
	if s.sign != "" {
		return s.sign
	}
	return name
}

// region returns the Region that a signature names: a service of a whole partition is signed for
// one of its Regions (IAM user guide, "Signing AWS API requests").
func (s service) region(of string) string {
	switch {
	case !s.global:
		return of
	case strings.HasPrefix(of, "cn-"):
		return "cn-north-1"
	case strings.HasPrefix(of, "us-gov-"):
		return "us-gov-west-1"
	}
	return "us-east-1"
}

// path returns the path of an operation; what the path does not name goes into the query.
func (s service) path(operation string, input []byte) (string, error) {
	path, known := s.paths[operation]
	if !known {
		return "", fmt.Errorf("%s is no question of this package", operation)
	}
	var members map[string]any
	if err := json.Unmarshal(input, &members); err != nil {
		return "", fmt.Errorf("writing the request %s: %w", operation, err)
	}
	rest := url.Values{}
	for name, value := range members {
		text := fmt.Sprint(value)
		if marked := "{" + name + "}"; strings.Contains(path, marked) {
			path = strings.ReplaceAll(path, marked, url.PathEscape(text))
		} else {
			rest.Set(name, text)
		}
	}
	if len(rest) > 0 {
		path += "?" + rest.Encode()
	}
	return path, nil
}
