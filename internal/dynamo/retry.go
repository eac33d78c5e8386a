package dynamo

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go"
)

const (
	// attempts × 700 ms and the waits between them end within the 2.5 s that a
	// function works. Cognito is the layer around it and calls again by itself.
	attempts  = 3
	firstWait = 25 * time.Millisecond
	// longestWait bounds a wait whatever the SDK takes for the attempt's number:
	// two of them are the 250 ms that all waits may last.
	longestWait = 125 * time.Millisecond
)

// retryer is the only layer of retries. The SDK's own would wait a second and more
// when throttled, changes with its versions (its fourth attempt waits to be
// switched on), and keeps a bucket of tokens that outlives an outage.
type retryer struct{}

// MaxAttempts counts the first one, too.
func (retryer) MaxAttempts() int { return attempts }

// RetryDelay is a random part ("full jitter") of 25 ms, then 50 ms, also for
// throttling. The SDK counts attempts from 1, and from 0 in its next mode.
func (retryer) RetryDelay(attempt int, _ error) (time.Duration, error) {
	limit := min(firstWait<<min(max(attempt-1, 0), 8), longestWait)
	return rand.N(limit + 1), nil
}

// GetRetryToken never refuses: three attempts are few.
func (retryer) GetRetryToken(context.Context, error) (func(error) error, error) { return released, nil }

// GetInitialToken is the deprecated form of GetAttemptToken.
func (retryer) GetInitialToken() func(error) error { return released }

// GetAttemptToken never makes an attempt wait.
func (retryer) GetAttemptToken(context.Context) (func(error) error, error) { return released, nil }

func released(error) error { return nil }

// IsErrorRetryable retries what the network or the service did, on reads and
// writes alike since all of them converge, and not what the request or its sender
// is: a refused signature does not get better by being sent again.
func (retryer) IsErrorRetryable(err error) bool {
	if told, ok := errors.AsType[interface {
		error
		RetryableError() bool
	}](err); ok {
		return told.RetryableError() // clock skew, which the SDK corrects meanwhile
	}
	if cancelled := (*smithy.CanceledError)(nil); errors.As(err, &cancelled) {
		return false
	}
	if api := smithy.APIError(nil); errors.As(err, &api) && throttles(api.ErrorCode()) {
		return true
	}
	if answer, ok := errors.AsType[interface {
		error
		HTTPStatusCode() int
	}](err); ok && answer.HTTPStatusCode() != 0 { // 0: there was no reply
		// A good status with an error is a reply that could not be read.
		status := answer.HTTPStatusCode()
		return status >= 500 || status == 429 || status < 300
	}
	sent, ok := errors.AsType[interface {
		error
		ConnectionError() bool
	}](err)
	return ok && sent.ConnectionError() && !hopeless(err)
}

func throttles(code string) bool {
	switch code {
	case "ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded", "TransactionInProgressException":
		return true
	}
	return false
}

var _ aws.RetryerV2 = retryer{}
