package attach

import (
	"errors"
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/doctor"
)

// errMoved says that the pool changed between Describe A and B.
var errMoved = errors.New("somebody else changed the pool meanwhile")

// Refused is why a pool is not changed. Nothing was sent.
type Refused struct{ Reason error }

// Error returns the reasons, a line each.
func (r Refused) Error() string { return r.Reason.Error() }

// Unwrap returns the reason.
func (r Refused) Unwrap() error { return r.Reason }

// Uncertain is an error after an update was sent: the pool may have changed.
type Uncertain struct{ Cause error }

// Error returns the cause's.
func (u Uncertain) Error() string { return u.Cause.Error() }

// Unwrap returns the cause.
func (u Uncertain) Unwrap() error { return u.Cause }

// Unverified says that the pool took an update and is not as that asked for.
type Unverified struct {
	// Members are those of the pool that differ.
	Members []string
}

// Error names the members.
func (u Unverified) Error() string {
	return "the pool took the update, and ten seconds later it is not as that asked for: look at " + strings.Join(u.Members, ", ")
}

// ofPool is an error of a call to the pool.
type ofPool struct {
	doing string
	error
}

func (e ofPool) Error() string { return e.doing + ": " + e.error.Error() }

func (e ofPool) Unwrap() error { return e.error }

// notFound is AWS's code for a pool that is gone, and for a table.
const notFound = "ResourceNotFoundException"

// Gone reports whether the error says that there is no such pool. Of a table that is gone,
// DynamoDB says the same.
func Gone(err error) bool {
	_, pool := errors.AsType[ofPool](err)
	return pool && doctor.Code(err) == notFound
}

// passing are the codes of errors after which the same request may succeed (Cognito API
// reference, UpdateUserPool and "Common Errors").
var passing = []string{
	"ConcurrentModificationException", "InternalErrorException", "InternalFailure", "LimitExceededException", "RequestLimitExceeded",
	"ServiceUnavailable", "ThrottlingException", "Throttling", "TooManyRequestsException",
}

// passes reports whether another try from the beginning may end well. An error of the pool
// without a code is an answer that did not come.
func passes(err error) bool {
	_, refused := errors.AsType[Refused](err)
	_, unverified := errors.AsType[Unverified](err)
	_, pool := errors.AsType[ofPool](err)
	switch code := doctor.Code(err); {
	case refused || unverified:
		return false
	case errors.Is(err, errMoved), errors.Is(err, ErrOther), slices.Contains(passing, code):
		return true
	default:
		return pool && code == ""
	}
}
