package dynamo

import (
	"context"
	"crypto/tls"
	"errors"
	"net"

	"github.com/aws/smithy-go"
)

// Error is a call that failed. Its text has no data of a user or the account, so that
// it can be logged. Unwrap returns what the service said in full.
type Error struct {
	doing, code string
	err         error
}

// explain returns the error of a call, nil for one that succeeded.
func explain(doing string, err error) error {
	if err == nil {
		return nil
	}
	return &Error{doing: doing, code: codeOf(err), err: err}
}

// Error returns what failed and the code.
func (e *Error) Error() string { return e.doing + ": " + e.code }

// Operation returns what failed: writing PROFILE, reading AUTHZ …
func (e *Error) Operation() string { return e.doing }

// ErrorCode returns AWS's error code, or one of timeout, unreachable, cancelled,
// certificate, credentials, UnprocessedKeys and unreadable.
func (e *Error) ErrorCode() string { return e.code }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.err }

// Lasting reports whether waiting does not help and an operator must act: permissions,
// a missing table or key, certificates, an unreadable row. The log line says so.
func (e *Error) Lasting() bool {
	switch e.code {
	case "timeout", "unreachable", "cancelled", "UnprocessedKeys":
		return false
	}
	answer, answered := errors.AsType[interface {
		error
		HTTPStatusCode() int
	}](e.err)
	return !throttles(e.code) && (!answered || answer.HTTPStatusCode() < 500)
}

func codeOf(err error) string {
	if api := smithy.APIError(nil); errors.As(err, &api) && api.ErrorCode() != "" {
		return api.ErrorCode()
	}
	timeout, isTimeout := errors.AsType[interface {
		error
		Timeout() bool
	}](err)
	sent, isSent := errors.AsType[interface {
		error
		ConnectionError() bool
	}](err)
	switch {
	case errors.Is(err, errNoCredentials):
		return "credentials"
	case isCertificate(err):
		return "certificate"
	case errors.Is(err, context.DeadlineExceeded), isTimeout && timeout.Timeout(), errors.Is(err, errImpatient):
		return "timeout"
	case isSent && sent.ConnectionError():
		return "unreachable"
	case errors.Is(err, errUnprocessed):
		return "UnprocessedKeys"
	case errors.Is(err, context.Canceled):
		return "cancelled"
	default:
		return "unreadable"
	}
}

func isCertificate(err error) bool {
	certificate := (*tls.CertificateVerificationError)(nil)
	return errors.As(err, &certificate)
}

// hopeless reports whether another attempt would only repeat a connection error.
func hopeless(err error) bool {
	name := (*net.DNSError)(nil)
	return isCertificate(err) || errors.As(err, &name) && name.IsNotFound
}
