// Package customresource serves what CloudFormation asks of the stack's own functions
// (AWS CloudFormation User Guide, "Custom resources").
//
// Every request may come twice (CloudFormation invokes asynchronously, and Lambda repeats
// what fails), so what a function makes of one must be repeatable. A missing answer holds a
// deployment up until its time-out. So the answer is sent several times if needed, the work
// ends in time for it, and a request that cannot be understood or whose work panics is
// answered as failed.
//
// A request has one log line: its type, the resource's logical id, and the cause of a failure.
package customresource

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
)

// Request is what CloudFormation sends (User Guide, "Custom resource request objects"). The
// properties are decoded later, since a fault in them must be answered too.
type Request struct {
	RequestType           string
	ResponseURL           string
	StackID               string `json:"StackId"`
	RequestID             string `json:"RequestId"`
	LogicalResourceID     string `json:"LogicalResourceId"`
	PhysicalResourceID    string `json:"PhysicalResourceId"`
	ResourceProperties    json.RawMessage
	OldResourceProperties json.RawMessage
}

// Server serves the requests of one kind of resource. It is safe for concurrent use if Apply
// is.
type Server struct {
	// PhysicalID names the resource that a request is about, also one that fails. To answer an
	// Update with another id makes CloudFormation delete the old resource afterwards.
	PhysicalID func(Request) string
	// Apply does what the request asks for, which may be done already. It also serves requests
	// that no resource should get: an unknown type is its to refuse.
	Apply func(context.Context, Request) error
	// DeletesAlways answers every Delete as done, and only logs why it was not.
	DeletesAlways bool
	Log           *slog.Logger
}

// Handle serves one request and answers it. It returns an error if the answer could not be
// sent: Lambda then repeats the request.
func (s Server) Handle(ctx context.Context, in Request) error {
	err := s.apply(ctx, in)
	s.record(in, err)
	if in.RequestType == "Delete" && s.DeletesAlways {
		err = nil
	}
	return in.answer(ctx, s.PhysicalID(in), err)
}

// apply leaves the time to answer.
func (s Server) apply(ctx context.Context, in Request) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("the function panicked: %T", cause)
		}
	}()
	if end, limited := ctx.Deadline(); limited {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, end.Add(-attempts*(patience+pause)))
		defer cancel()
	}
	return s.Apply(ctx, in)
}

// record writes the request's one log line.
func (s Server) record(in Request, err error) {
	attrs := []any{slog.String("requestType", in.RequestType), slog.String("resource", in.LogicalResourceID)}
	if err != nil {
		s.Log.Error("failed", append(attrs, slog.String("cause", err.Error()))...)
		return
	}
	s.Log.Info("done", attrs...)
}

// Decode reads properties into p; absent ones change nothing. With an error p has those that
// are of the right type.
func Decode(raw json.RawMessage, p any) error {
	if len(raw) == 0 {
		return nil
	}
	if err := json.Unmarshal(raw, p); err != nil { // it goes on behind a value of another type
		return fmt.Errorf("reading the resource's properties: %w", err)
	}
	return nil
}
