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
	// attempts × 700 ms and the waits between them end within a function's 2.5 s.
	// Cognito calls again around them.
	attempts  = 3
	firstWait = 25 * time.Millisecond
	// longestWait bounds a wait, however the SDK counts attempts: two of them are the
	// 250 ms that all waits may take.
	longestWait = 125 * time.Millisecond
)

// retryer is the only layer of retries. The SDK's own waits a second and more when
// throttled, changes with its versions (its fourth attempt waits to be switched on),
// and keeps a bucket of tokens that outlives an outage.
type retryer struct{}

// MaxAttempts returns the number of attempts, the first included.
func (retryer) MaxAttempts() int { return attempts }

// RetryDelay returns a random part ("full jitter") of 25 ms, then 50 ms, also for
// throttling. The SDK counts attempts from 1, and from 0 in its next mode.
func (retryer) RetryDelay(attempt int, _ error) (time.Duration, error) {
	limit := min(firstWait<<min(max(attempt-1, 0), 8), longestWait)
	return rand.N(limit + 1), nil
}

// GetRetryToken never refuses: three attempts are few.
func (retryer) GetRetryToken(context.Context, error) (func(error) error, error) { return released, nil }

// GetInitialToken is the deprecated form of GetAttemptToken.
func (retryer) GetInitialToken() func(error) error { return released }

// GetAttemptToken never delays an attempt.
func (retryer) GetAttemptToken(context.Context) (func(error) error, error) { return released, nil }

func released(error) error { return nil }

// IsErrorRetryable reports whether the network or the service failed, in reads and
// writes alike, since all of them converge. It is false for what the request or its
// sender causes: a refused signature stays refused.
func (retryer) IsErrorRetryable(err error) bool {
	if told, ok := errors.AsType[interface {
		error
		RetryableError() bool
	}](err); ok {
		return told.RetryableError() // clock skew, which the SDK has corrected by now
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
