package kernel

import (
	"context"
	"errors"
	"fmt"
	"net"
	"runtime"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
)

// cause returns the class of an error for the log. It leaves the error's text out:
// DynamoDB's messages quote keys and values, a resolver's quote hosts.
func cause(err error) string {
	class := className(err)
	if operation, ok := errors.AsType[interface {
		error
		Operation() string
	}](err); ok {
		return operation.Operation() + ": " + class
	}
	return class
}

// lasts reports whether the error says that waiting does not help and an operator
// must act, because a permission or a table is missing.
func lasts(err error) bool {
	lasting, ok := errors.AsType[interface {
		error
		Lasting() bool
	}](err) // nil has none
	return ok && lasting.Lasting()
}

func className(err error) string {
	var (
		api    interface{ ErrorCode() string }
		netErr net.Error
	)
	switch {
	case errors.Is(err, cognito.ErrNotAnEvent), errors.Is(err, cognito.ErrDuplicate),
		errors.Is(err, cognito.ErrTooLarge), errors.Is(err, ErrUnknownSource):
		return err.Error()
	case errors.Is(err, context.DeadlineExceeded):
		return "timeout"
	case errors.As(err, &api):
		return api.ErrorCode()
	case errors.As(err, &netErr) && netErr.Timeout():
		return "timeout"
	}
	if crash, ok := errors.AsType[panicError](err); ok {
		return "panic: " + crash.stack
	}
	return fmt.Sprintf("%T", innermost(err))
}

func innermost(err error) error {
	for next := errors.Unwrap(err); next != nil; next = errors.Unwrap(err) {
		err = next
	}
	return err
}

// callers returns the functions that led to a panic, innermost first: names and line
// numbers, no values.
func callers() string {
	frames := runtime.CallersFrames(stack())
	var names []string
	for len(names) < 12 {
		frame, more := frames.Next()
		if !strings.HasPrefix(frame.Function, "runtime.") {
			names = append(names, fmt.Sprintf("%s:%d", frame.Function, frame.Line))
		}
		if !more {
			break
		}
	}
	return strings.Join(names, " < ")
}

func stack() []uintptr {
	pcs := make([]uintptr, 32)
	const ownFrames = 5 // runtime.Callers, stack, callers, newPanicError, the deferred function
	return pcs[:runtime.Callers(ownFrames, pcs)]
}
