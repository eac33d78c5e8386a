// Package awsraw calls AWS with JSON as it is: what goes in and what comes out is not decoded
// into types, so that no member of an answer is lost that a release of an SDK does not know.
//
// [Client.Call] speaks awsJson 1.1 (Amazon Cognito user pools, AWS CloudTrail and others: "AWS
// JSON 1.1 protocol", Smithy); [Client.Do] sends any signed request, such as one of Lambda's
// REST API. Both send one request. Whether a call may be made again only the caller knows, so
// none is; [Throttled] says of which error AWS wants that. Only net/http makes a request again,
// if it wrote nothing of it to a connection that turned out to be closed.
//
// The environment says where a service is, as for AWS's SDKs: AWS_ENDPOINT_URL_<SERVICE> before
// AWS_ENDPOINT_URL, both unless AWS_IGNORE_CONFIGURED_ENDPOINT_URLS is true ("AWS SDKs and Tools
// Reference Guide", Service-specific endpoints).
package awsraw

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

const (
	// patience is how long a call may take, its reply included, if HTTP is nil. UpdateUserPool
	// takes a second or two.
	patience = 20 * time.Second
	// maxReply is more than any answer that is asked for here: sixty users with fifty attributes
	// of 2,048 characters.
	maxReply = 16 << 20
)

// Client calls AWS. Its methods may be called concurrently.
type Client struct {
	Credentials aws.CredentialsProvider
	// Region is the name of a Region; it is required.
	Region string
	// Endpoint is the URL of every service; empty means what the environment says.
	Endpoint string
	// HTTP sends the requests. nil is a client that ends a call after twenty seconds and follows no
	// redirect, as AWS sends none.
	HTTP aws.HTTPClient
	// Agent is the header User-Agent; empty means net/http's.
	Agent string
}

// Request is one HTTP request to a service.
type Request struct {
	// Method is POST if it is empty.
	Method string
	// Path is the rest of the URL, with its query; empty means "/".
	Path string
	// ContentType and Target are headers; an empty one is not sent.
	ContentType, Target string
	Body                []byte
}

// Call calls an operation of an awsJson 1.1 service. The service is called as in its endpoint
// and its signatures, such as cognito-idp; the target is the header's, such as
// AWSCognitoIdentityProviderService.DescribeUserPool. The input is marshaled; a json.RawMessage
// goes as it is. The answer is JSON, and the header is that of the reply. What AWS refuses is an
// [*Error].
func (c Client) Call(ctx context.Context, service, target string, input any) (json.RawMessage, http.Header, error) {
	body, err := json.Marshal(input)
	if err != nil {
		return nil, nil, fmt.Errorf("writing the input of %s: %w", target, err)
	}
	if raw, is := input.(json.RawMessage); is {
		body = raw // Marshal would escape <, > and &
	}
	answer, header, err := c.Do(ctx, service, Request{ContentType: "application/x-amz-json-1.1", Target: target, Body: body})
	if err == nil && !json.Valid(answer) {
		err = errors.New("the answer is no JSON")
	}
	if err != nil {
		return nil, nil, fmt.Errorf("calling %s: %w", target, err)
	}
	return answer, header, nil
}

// Do sends a signed request to a service and returns its answer and the reply's header. What AWS
// refuses is an [*Error].
func (c Client) Do(ctx context.Context, service string, r Request) ([]byte, http.Header, error) {
	request, err := c.request(ctx, service, r)
	if err != nil {
		return nil, nil, err
	}
	client := c.HTTP
	if client == nil {
		client = usual
	}
	reply, err := client.Do(request)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = reply.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(reply.Body, maxReply+1))
	switch {
	case err != nil:
		return nil, nil, fmt.Errorf("reading the reply: %w", err)
	case len(body) > maxReply:
		return nil, nil, errors.New("the reply is too large")
	case reply.StatusCode/100 != 2:
		return nil, nil, refusal(reply, body)
	}
	return body, reply.Header, nil
}

// usual shares its connections with the process's other clients.
var usual = &http.Client{
	Timeout:       patience,
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// request makes and signs a request. net/http knows that its body is in memory and sends it in
// one piece with the headers: a reply that begins early then finds nothing to interrupt
// (aws/aws-sdk-go-v2#2737).
func (c Client) request(ctx context.Context, service string, r Request) (*http.Request, error) {
	url, err := c.endpoint(service)
	if err != nil {
		return nil, err
	}
	if r.Method == "" {
		r.Method = http.MethodPost
	}
	request, err := http.NewRequestWithContext(ctx, r.Method, url+r.Path, bytes.NewReader(r.Body))
	if err != nil {
		return nil, fmt.Errorf("making the request: %w", err)
	}
	for name, value := range map[string]string{"Content-Type": r.ContentType, "X-Amz-Target": r.Target, "User-Agent": c.Agent} {
		if value != "" {
			request.Header.Set(name, value)
		}
	}
	credentials, err := c.Credentials.Retrieve(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the credentials: %w", err)
	}
	sum := sha256.Sum256(r.Body)
	return request, v4.NewSigner().SignHTTP(ctx, credentials, request, hex.EncodeToString(sum[:]), service, c.Region, time.Now())
}
