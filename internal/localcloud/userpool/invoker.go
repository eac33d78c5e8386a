package userpool

import (
	"context"
	"fmt"
)

// Invoker calls a function as Cognito's Lambda client does: synchronously, by ARN. It
// must be safe for concurrent use.
type Invoker interface {
	// Invoke returns the function's reply, a *FunctionError if the function failed, or a
	// *ServiceError if Lambda refused. Any other error is a broken connection. The
	// context ends when the pool is closed, not when an attempt times out: Cognito stops
	// waiting, the function runs on.
	Invoke(ctx context.Context, functionARN string, event []byte) (reply []byte, err error)
}

// InvokerFunc is a function used as an Invoker.
type InvokerFunc func(ctx context.Context, functionARN string, event []byte) ([]byte, error)

// Invoke calls f.
func (f InvokerFunc) Invoke(ctx context.Context, functionARN string, event []byte) ([]byte, error) {
	return f(ctx, functionARN, event)
}

// FunctionError is a function's own failure: the reply that Lambda marks with
// X-Amz-Function-Error. Only the pointer is an error.
type FunctionError struct{ Type, Message string }

// Error returns type and message.
func (e *FunctionError) Error() string { return fmt.Sprintf("%s: %s", e.Type, e.Message) }

// ServiceError is a refusal of the Lambda service, such as AccessDeniedException (no
// permission) or TooManyRequestsException, with its HTTP status. Only the pointer is an
// error.
type ServiceError struct {
	Code, Message string
	Status        int
}

// Error returns code, status and message.
func (e *ServiceError) Error() string {
	return fmt.Sprintf("%s (HTTP %d): %s", e.Code, e.Status, e.Message)
}
