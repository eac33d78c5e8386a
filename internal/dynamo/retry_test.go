package dynamo

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/aws/smithy-go"
)

// TestR23_TheWaitsAreDrawnFromTheirWholeRange checks "full jitter".
func TestR23_TheWaitsAreDrawnFromTheirWholeRange(t *testing.T) {
	for attempt, limit := range map[int]time.Duration{
		-5: 25, 0: 25, 1: 25, 2: 50, 3: 100, 4: 125, 9: 125, 1000: 125,
	} {
		limit *= time.Millisecond
		var longest, shortest time.Duration = 0, time.Hour
		for range 2000 {
			wait, err := retryer{}.RetryDelay(attempt, nil)
			if err != nil {
				t.Fatal(err)
			}
			longest, shortest = max(longest, wait), min(shortest, wait)
		}
		if longest > limit || longest < limit*9/10 || shortest > limit/10 {
			t.Errorf("attempt %d waits from %v to %v, want up to %v", attempt, shortest, longest, limit)
		}
	}
}

func TestR23_NoTokenIsEverMissing(t *testing.T) {
	again, err := retryer{}.GetRetryToken(t.Context(), nil)
	if err != nil || again(nil) != nil {
		t.Errorf("a retry is refused: %v", err)
	}
	first, err := retryer{}.GetAttemptToken(t.Context())
	if err != nil || first(errors.New("x")) != nil || (retryer{}).GetInitialToken()(nil) != nil {
		t.Errorf("an attempt is refused: %v", err)
	}
}

type withStatus int

func (s withStatus) Error() string       { return fmt.Sprint("status ", int(s)) }
func (s withStatus) HTTPStatusCode() int { return int(s) }

type unsure bool

func (u unsure) Error() string        { return "unsure" }
func (u unsure) RetryableError() bool { return bool(u) }

type unsent bool

func (u unsent) Error() string         { return "unsent" }
func (u unsent) ConnectionError() bool { return bool(u) }

func TestWhatIsTriedAgain(t *testing.T) {
	for err, want := range map[error]bool{
		unsure(true): true, unsure(false): false,
		&smithy.CanceledError{Err: unsent(true)}: false,
		unsent(true):                             true, unsent(false): false,
		withStatus(200): true, withStatus(299): true, withStatus(300): false, withStatus(301): false, withStatus(302): false,
		withStatus(400): false, withStatus(403): false, withStatus(428): false, withStatus(429): true, withStatus(430): false,
		withStatus(499): false, withStatus(500): true, withStatus(503): true,
		withStatus(0): false,
		&smithy.GenericAPIError{Code: "ThrottlingException"}: true, &smithy.GenericAPIError{Code: "ValidationException"}: false,
		errors.New("anything else"): false,
	} {
		for _, err := range []error{err, fmt.Errorf("wrapped: %w", err)} {
			if got := (retryer{}).IsErrorRetryable(err); got != want {
				t.Errorf("%v is tried again: %v", err, got)
			}
		}
	}
}
