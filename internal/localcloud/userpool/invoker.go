package userpool

import (
	"context"
	"fmt"
)

// Invoker calls a function as Cognito's Lambda client does: synchronously, by
// ARN. It must be safe for concurrent use.
type Invoker interface {
	// Invoke gives the function's reply, or a *FunctionError when the function
	// failed, or a *ServiceError when Lambda itself refused. Any other error is a
	// broken connection. The context ends when the pool is closed, not when an
	// attempt times out: Cognito stops waiting, the function goes on.
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

// Error gives type and message.
func (e *FunctionError) Error() string { return fmt.Sprintf("%s: %s", e.Type, e.Message) }

// ServiceError is a refusal of the Lambda service, such as AccessDeniedException
// (no permission) or TooManyRequestsException, with its HTTP status. Only the
// pointer is an error.
type ServiceError struct {
	Code, Message string
	Status        int
}

// Error gives code and message.
func (e *ServiceError) Error() string {
	return fmt.Sprintf("%s (HTTP %d): %s", e.Code, e.Status, e.Message)
}
