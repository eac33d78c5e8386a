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
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/cognito-triggers/cognito-triggers/internal/awsraw"
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
		if !awsraw.Throttled(err) || wait >= backoff<<(tries-1) {
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
	request, err := s.request(operation, input)
	if err != nil {
		return nil, err
	}
	raw := awsraw.Client{Credentials: c.cfg.Credentials, Region: s.region(c.cfg.Region), Endpoint: base, HTTP: c.cfg.HTTPClient}
	if c.cfg.AppID != "" { // as AWS SDKs say it
		raw.Agent = "app/" + c.cfg.AppID
	}
	body, _, err := raw.Do(ctx, s.signs(name), request)
	if refused, is := errors.AsType[*awsraw.Error](err); is {
		refused.Message = "" // it may name who asks
	}
	switch {
	case err != nil:
		return nil, fmt.Errorf("asking %s: %w", name, err)
	case s.version != "" && s.target == "":
		return fromXML(body)
	}
	return body, nil
}

// request returns the request of an operation.
func (s service) request(operation string, input any) (awsraw.Request, error) {
	text, err := json.Marshal(input)
	if err != nil {
		return awsraw.Request{}, fmt.Errorf("writing the request %s: %w", operation, err)
	}
	switch {
	case s.paths != nil:
		path, err := s.path(operation, text)
		return awsraw.Request{Method: http.MethodGet, Path: path}, err
	case s.target == "":
		return awsraw.Request{ContentType: "application/x-www-form-urlencoded; charset=utf-8", Body: []byte(query(operation, s.version, text))}, nil
	}
	return awsraw.Request{ContentType: "application/x-amz-json-" + s.version, Target: s.target + "." + operation, Body: text}, nil
}
