package lambdahost

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/timeline"
)

// maxPayload is Lambda's limit for a synchronous request and for a reply, in bytes
// (docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: 6 MB each).
const maxPayload = 6 * 1024 * 1024

// Invocation is what happened to one event. Do not change its slices: the caller holds
// the same reply.
type Invocation struct {
	// Function is the name without qualifier; InvokedARN is what the caller named.
	Function, InvokedARN, RequestID string
	// Cause is that of the context of Invoke; zero for others.
	Cause timeline.Cause
	// Event is the input, Reply the output, nil if FunctionError is not.
	Event, Reply  []byte
	FunctionError *FunctionError
	// Start is when the event was handed over, after a cold start's init phase.
	Start time.Time
	// Duration ends with the reply; InitDuration is 0 unless Cold.
	Duration, InitDuration time.Duration
	Cold                   bool
	// PID is the environment's process, 0 if none started.
	PID int
	// LogLines are the lines printed since the environment's previous invocation (a cold
	// one includes the init phase), without line ends and without blank lines.
	LogLines []string
}

// call is an invocation in progress.
type call struct {
	fn         *function
	requestID  string
	traceID    string
	invokedARN string
	event      []byte
	why        timeline.Cause
	deadline   time.Time
	answered   chan answer     // one answer, as soon as it is known
	finished   chan Invocation // the record, when the environment is free
}

// answer is what the caller gets.
type answer struct {
	reply []byte
	fail  *FunctionError
}

func (a answer) result() ([]byte, error) {
	if a.fail != nil {
		return nil, a.fail
	}
	return a.reply, nil
}

func newCall(fn *function, invokedARN string, event []byte, why timeline.Cause) *call {
	return &call{
		fn: fn, requestID: newRequestID(), traceID: newTraceID(time.Now()), invokedARN: invokedARN, event: event, why: why,
		answered: make(chan answer, 1), finished: make(chan Invocation, 1),
	}
}

// checkEvent refuses an event beyond Lambda's limits; an empty one becomes {}.
func checkEvent(event []byte) ([]byte, error) {
	switch {
	case len(event) > maxPayload:
		return nil, &ServiceError{
			Code: "RequestTooLargeException", Status: 413,
			Message: fmt.Sprintf("Request must be smaller than %d bytes for the InvokeFunction operation", maxPayload),
		}
	case len(event) == 0:
		return []byte("{}"), nil
	case !json.Valid(event):
		return nil, &ServiceError{
			Code: "InvalidRequestContentException", Status: 400,
			Message: "Could not parse request body into json",
		}
	}
	return append([]byte(nil), event...), nil
}

// readPayload keeps one byte more than the limit, which shows an excess, and reads to the
// end, so that the sender lives to see the refusal.
func readPayload(body io.Reader) ([]byte, error) {
	payload, err := io.ReadAll(io.LimitReader(body, maxPayload+1))
	if err == nil {
		_, err = io.Copy(io.Discard, body)
	}
	return payload, err
}

// newRequestID returns a UUID of version 4, as Lambda does.
func newRequestID() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// newTraceID returns an X-Ray header for a request that is not sampled.
func newTraceID(now time.Time) string {
	var b [20]byte
	_, _ = rand.Read(b[:])
	return fmt.Sprintf("Root=1-%08x-%x;Parent=%x;Sampled=0", now.Unix(), b[:12], b[12:])
}
