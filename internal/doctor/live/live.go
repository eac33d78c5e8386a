// Package live asks AWS, or the local cloud, the questions of package doctor.
//
// Every answer is JSON as it came, and unknown members stay in it: no SDK client stands in
// between, which would drop them. IAM, SNS, CloudFormation and CloudWatch answer with XML, which
// becomes JSON of the same members (query.go). All calls but DetectStackDrift only read.
//
// Questions are asked one after the other. DescribeUserPoolClient is asked at most 4 times a
// second: 5 a second is what a pool allows for its clients and resources (developer guide,
// "Quotas in Amazon Cognito"), and the app's own calls need a part of it. A throttled call is
// repeated a few times.
package live

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
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/cognito-triggers/cognito-triggers/internal/doctor"
)

// Client asks. Its methods are for one goroutine.
type Client struct {
	cfg      aws.Config
	endpoint func(service string) string
	clock    Clock
	without  map[string]string
	last     time.Time // of the last DescribeUserPoolClient
}

var _ doctor.Port = (*Client)(nil)

// Clock is the time, and how to wait.
type Clock interface {
	Now() time.Time
	Sleep(ctx context.Context, d time.Duration) error
}

// New returns a client with the credentials, the Region and the HTTP client of cfg. endpoint
// returns the address of a service, "" if it cannot be asked.
func New(cfg aws.Config, endpoint func(service string) string, clock Clock) *Client {
	return &Client{cfg: cfg, endpoint: endpoint, clock: clock}
}

// Without leaves operations out, by their names, each with the reason: an emulator answers them
// and does not do what it says. It returns c.
func (c *Client) Without(operations map[string]string) *Client {
	c.without = operations
	return c
}

// Refused is AWS's error.
type Refused struct{ Code string }

// Error is the code alone: AWS's sentence may name who asks.
func (r Refused) Error() string { return r.Code }

// ErrorCode returns AWS's code, such as AccessDeniedException.
func (r Refused) ErrorCode() string { return r.Code }

// The paces: between two DescribeUserPoolClient, after the first throttled call, and between two
// looks at a detection of drift.
const (
	clientPace = time.Second / 4
	backoff    = time.Second
	driftPace  = 2 * time.Second
)

// The bounds of repeated calls.
const (
	tries      = 4
	driftLooks = 60
)

// Ask is doctor.Port.
func (c *Client) Ask(ctx context.Context, service, operation string, input any) (json.RawMessage, error) {
	if reason, without := c.without[operation]; without {
		return nil, errors.New(reason)
	}
	if operation == "DetectStackDrift" {
		return c.detect(ctx, input)
	}
	if operation == "DescribeUserPoolClient" {
		if err := c.clock.Sleep(ctx, c.last.Add(clientPace).Sub(c.clock.Now())); err != nil {
			return nil, fmt.Errorf("waiting for the next app client: %w", err)
		}
		c.last = c.clock.Now()
	}
	return c.try(ctx, service, operation, input)
}

// try repeats a throttled call.
func (c *Client) try(ctx context.Context, service, operation string, input any) (json.RawMessage, error) {
	for wait := backoff; ; wait *= 2 {
		body, err := c.call(ctx, service, operation, input)
		refused, _ := errors.AsType[Refused](err)
		throttled := slices.Contains([]string{"TooManyRequestsException", "ThrottlingException", "Throttling", "LimitExceededException"}, refused.Code)
		if !throttled || wait >= backoff<<(tries-1) {
			return body, err
		}
		if err := c.clock.Sleep(ctx, wait); err != nil {
			return nil, fmt.Errorf("waiting to ask %s again: %w", service, err)
		}
	}
}

// detect starts a detection of drift and waits for its end (API reference, DetectStackDrift).
func (c *Client) detect(ctx context.Context, input any) (json.RawMessage, error) {
	body, err := c.try(ctx, "cloudformation", "DetectStackDrift", input)
	var started struct{ StackDriftDetectionId string }
	if err != nil || json.Unmarshal(body, &started) != nil {
		return body, err
	}
	for range driftLooks {
		body, err = c.try(ctx, "cloudformation", "DescribeStackDriftDetectionStatus", map[string]string{"StackDriftDetectionId": started.StackDriftDetectionId})
		var now struct{ DetectionStatus string }
		if err != nil || json.Unmarshal(body, &now) != nil || now.DetectionStatus != "DETECTION_IN_PROGRESS" {
			return body, err
		}
		if err := c.clock.Sleep(ctx, driftPace); err != nil {
			return nil, fmt.Errorf("waiting for the detection of drift: %w", err)
		}
	}
	return body, nil
}

// mostAnswer bounds an answer: a template has at most 1 MB.
const mostAnswer = 8 << 20

// call makes one signed request.
func (c *Client) call(ctx context.Context, name, operation string, input any) (json.RawMessage, error) {
	s, known := services[name]
	base := ""
	if known {
		base = c.endpoint(name)
	}
	if base == "" {
		return nil, errors.New("it cannot be asked here")
	}
	request, body, err := s.request(ctx, base, operation, input)
	if err != nil {
		return nil, err
	}
	if c.cfg.AppID != "" { // as AWS SDKs say it
		request.Header.Set("User-Agent", "app/"+c.cfg.AppID)
	}
	credentials, err := c.cfg.Credentials.Retrieve(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the AWS credentials: %w", err)
	}
	hash := sha256.Sum256(body)
	if err := v4.NewSigner().SignHTTP(ctx, credentials, request, hex.EncodeToString(hash[:]), s.signs(name), s.region(c.cfg.Region), time.Now()); err != nil {
		return nil, fmt.Errorf("signing a request to %s: %w", name, err)
	}
	answer, err := c.cfg.HTTPClient.Do(request)
	if err != nil {
		return nil, fmt.Errorf("%s does not answer: %w", name, err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, mostAnswer))
	if err != nil {
		return nil, fmt.Errorf("reading the answer of %s: %w", name, err)
	}
	if answer.StatusCode != http.StatusOK {
		return nil, Refused{s.code(answer, text)}
	}
	if s.version != "" && s.target == "" {
		return fromXML(text)
	}
	return text, nil
}

// request returns the request of an operation, and its body.
func (s service) request(ctx context.Context, base, operation string, input any) (*http.Request, []byte, error) {
	text, err := json.Marshal(input)
	if err != nil {
		return nil, nil, fmt.Errorf("writing the request %s: %w", operation, err)
	}
	method, url, kind, body := http.MethodPost, strings.TrimSuffix(base, "/")+"/", "application/x-amz-json-"+s.version, text
	switch {
	case s.paths != nil:
		path, err := s.path(operation, text)
		if err != nil {
			return nil, nil, err
		}
		method, url, body = http.MethodGet, strings.TrimSuffix(base, "/")+path, nil
	case s.target == "":
		kind, body = "application/x-www-form-urlencoded; charset=utf-8", []byte(query(operation, s.version, text))
	}
	request, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader(body))
	if err != nil {
		return nil, nil, fmt.Errorf("making the request %s: %w", operation, err)
	}
	request.Header.Set("Content-Type", kind)
	if s.target != "" {
		request.Header.Set("X-Amz-Target", s.target+"."+operation)
	}
	return request, body, nil
}
