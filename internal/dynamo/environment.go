package dynamo

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	smithyendpoints "github.com/aws/smithy-go/endpoints"
)

// settings is everything that decides how the store is reached. Tests change what Open
// fixes.
type settings struct {
	getenv          func(string) string
	table, region   string
	endpoint        string // empty: AWS's own
	fips, dualStack bool
	caBundle        string   // empty: the system's
	systemRoots     []string // where the system's may lie
	dial            func(ctx context.Context, network, address string) (net.Conn, error)
	attempt         time.Duration // one attempt, connecting included
	patience        time.Duration // for the first byte from a connection that lay idle
	warm            time.Duration // for Warm
}

// read takes the settings from the environment, with the names and in the order of the
// AWS SDKs and Tools Reference Guide.
func read(getenv func(string) string) (settings, error) {
	s := settings{
		getenv: getenv, table: getenv("TABLE_NAME"), region: cmp.Or(getenv("AWS_REGION"), getenv("AWS_DEFAULT_REGION")),
		caBundle: getenv("AWS_CA_BUNDLE"), systemRoots: systemRoots,
		dial:    (&net.Dialer{KeepAlive: 15 * time.Second}).DialContext,
		attempt: 700 * time.Millisecond, patience: 250 * time.Millisecond, warm: 300 * time.Millisecond,
	}
	if s.table == "" {
		return settings{}, errors.New("TABLE_NAME is not set: the stack sets it for every function that uses the table")
	}
	if s.region == "" {
		return settings{}, errors.New("AWS_REGION is not set: Lambda sets it; elsewhere set it to the table's Region")
	}
	if !strings.EqualFold(getenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"), "true") {
		s.endpoint = cmp.Or(getenv("AWS_ENDPOINT_URL_DYNAMODB"), getenv("AWS_ENDPOINT_URL"))
	}
	if file := getenv("SSL_CERT_FILE"); file != "" {
		s.systemRoots = []string{file} // as crypto/x509 reads it
	}
	var err error
	if s.fips, err = flag(getenv, "AWS_USE_FIPS_ENDPOINT"); err != nil {
		return settings{}, err
	}
	if s.dualStack, err = flag(getenv, "AWS_USE_DUALSTACK_ENDPOINT"); err != nil {
		return settings{}, err
	}
	return s, nil
}

func flag(getenv func(string) string, name string) (bool, error) {
	switch value := getenv(name); {
	case value == "" || strings.EqualFold(value, "false"):
		return false, nil
	case strings.EqualFold(value, "true"):
		return true, nil
	default:
		return false, fmt.Errorf("%s is %q: write true or false", name, value)
	}
}

// resolve asks the SDK's rules for the endpoint, once and not for every request.
func (s settings) resolve() (smithyendpoints.Endpoint, error) {
	params := dynamodb.EndpointParameters{Region: &s.region, UseFIPS: &s.fips, UseDualStack: &s.dualStack}
	if s.endpoint != "" {
		params.Endpoint = &s.endpoint
	}
	endpoint, err := dynamodb.NewDefaultEndpointResolverV2().ResolveEndpoint(context.Background(), params)
	if err != nil {
		return endpoint, fmt.Errorf("finding the endpoint of DynamoDB in %s: %w", s.region, err)
	}
	if scheme := endpoint.URI.Scheme; scheme != "https" && scheme != "http" || endpoint.URI.Host == "" {
		return endpoint, fmt.Errorf("the endpoint %q is no URL: write https://HOST[:PORT] into AWS_ENDPOINT_URL_DYNAMODB", s.endpoint)
	}
	return endpoint, nil
}

// environment reads the credentials from the environment again for every request.
type environment struct{ getenv func(string) string }

var errNoCredentials = errors.New("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set: Lambda sets them; elsewhere set both")

// Retrieve returns the current credentials.
func (e environment) Retrieve(context.Context) (aws.Credentials, error) {
	c := aws.Credentials{
		AccessKeyID: e.getenv("AWS_ACCESS_KEY_ID"), SecretAccessKey: e.getenv("AWS_SECRET_ACCESS_KEY"),
		SessionToken: e.getenv("AWS_SESSION_TOKEN"), Source: "environment",
	}
	if c.AccessKeyID == "" || c.SecretAccessKey == "" {
		return aws.Credentials{}, errNoCredentials
	}
	return c, nil
}
