package awsraw

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// FromEnvironment returns a client with the Region and the credentials that Lambda sets for a
// function. It reads them from the environment before each request.
func FromEnvironment() Client {
	return Client{Region: cmp.Or(os.Getenv("AWS_REGION"), os.Getenv("AWS_DEFAULT_REGION")), Credentials: aws.CredentialsProviderFunc(environment)}
}

func environment(context.Context) (aws.Credentials, error) {
	c := aws.Credentials{
		AccessKeyID: os.Getenv("AWS_ACCESS_KEY_ID"), SecretAccessKey: os.Getenv("AWS_SECRET_ACCESS_KEY"), SessionToken: os.Getenv("AWS_SESSION_TOKEN"),
	}
	if !c.HasKeys() {
		return aws.Credentials{}, errors.New("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not both set: Lambda sets them; elsewhere set both")
	}
	return c, nil
}

// named are the services that the environment calls by another name than their endpoints.
var named = map[string]string{"cognito-idp": "COGNITO_IDENTITY_PROVIDER", "secretsmanager": "SECRETS_MANAGER"}

// endpoint returns the URL of a service.
func (c Client) endpoint(service string) (string, error) {
	name := "AWS_ENDPOINT_URL_" + cmp.Or(named[service], strings.ToUpper(strings.ReplaceAll(service, "-", "_")))
	given := c.Endpoint
	if given == "" && !strings.EqualFold(os.Getenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"), "true") {
		given = cmp.Or(os.Getenv(name), os.Getenv("AWS_ENDPOINT_URL"))
	}
	switch at, err := url.Parse(given); {
	case c.Region == "":
		return "", errors.New("no Region: set AWS_REGION")
	case given == "" && strings.HasPrefix(c.Region, "cn-"):
		return "https://" + service + "." + c.Region + ".amazonaws.com.cn", nil
	case given == "":
		return "https://" + service + "." + c.Region + ".amazonaws.com", nil
	case err != nil || at.Scheme != "https" && at.Scheme != "http" || at.Host == "" || at.RawQuery != "":
		return "", fmt.Errorf("the endpoint %q is no URL: write https://HOST[:PORT] into %s", given, name)
	}
	return strings.TrimSuffix(given, "/"), nil
}
