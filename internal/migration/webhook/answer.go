package webhook

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/migration"
	"github.com/cognito-triggers/cognito-triggers/internal/migration/wire"
)

// Error is a question without an answer. Its text is a class, and holds nothing of either.
type Error struct {
	code    string
	lasting bool
	err     error
}

// Error returns what was wrong.
func (e *Error) Error() string { return e.Operation() + ": " + e.code }

// Operation names what was being done, for the log.
func (e *Error) Operation() string { return "asking the old app" }

// ErrorCode is the class, for the log: timeout, unreachable, certificate, cancelled, the status,
// or what is wrong with the text.
func (e *Error) ErrorCode() string { return e.code }

// Lasting reports that waiting does not help: an operator has to mend the address, the
// certificate, the secret or the old app.
func (e *Error) Lasting() bool { return e.lasting }

// Unwrap returns the connection's error, nil for an answer.
func (e *Error) Unwrap() error { return e.err }

// unanswered returns the error of a connection.
func unanswered(err error) error {
	certificate := (*tls.CertificateVerificationError)(nil)
	switch {
	case errors.As(err, &certificate):
		return &Error{"certificate", true, err}
	case errors.Is(err, context.DeadlineExceeded):
		return &Error{"timeout", false, err}
	case errors.Is(err, context.Canceled):
		return &Error{"cancelled", false, err}
	}
	return &Error{"unreachable", false, err}
}

func wrong(format string, args ...any) error {
	return &Error{code: fmt.Sprintf(format, args...), lasting: true}
}

// judge reads an answer.
func judge(status int, answer []byte) (migration.Person, bool, error) {
	switch status {
	case http.StatusOK, http.StatusUnauthorized, http.StatusNotFound:
	default:
		busy := status == http.StatusTooManyRequests || status >= 500
		return migration.Person{}, false, &Error{code: fmt.Sprintf("status %d", status), lasting: !busy}
	}
	if len(answer) > wire.MaxAnswer {
		return migration.Person{}, false, wrong("larger than 64 KiB")
	}
	members, err := wire.ReadStrings(answer)
	if err != nil {
		return migration.Person{}, false, wrong("status %d without an object of strings", status)
	}
	if status == http.StatusOK {
		return personOf(members)
	}
	said := map[int]string{http.StatusUnauthorized: wire.Wrong, http.StatusNotFound: wire.Unknown}[status]
	if len(members) != 1 || members[wire.Verdict] != said {
		return migration.Person{}, false, wrong("status %d without a verdict", status)
	}
	return migration.Person{}, false, nil
}

// longest is the number of characters that Cognito takes as an attribute's value (API
// reference, AttributeType), and as a user name.
const longest, longestName = 2048, 128

// personOf checks the attributes: one that no pool has would fail the sign-in with words that
// name no cause, and sub fails it always (boto3#2747).
func personOf(members map[string]string) (migration.Person, bool, error) {
	username, given := members[wire.Username]
	delete(members, wire.Username)
	switch {
	case given && username == "" || utf8.RuneCountInString(username) > longestName:
		return migration.Person{}, false, wrong("a username that is empty or too long")
	case len(members) == 0:
		return migration.Person{}, false, wrong("a person without attributes")
	}
	for name, value := range members {
		switch {
		case !cognito.IsStandard(name, 0) && !strings.HasPrefix(name, "custom:"):
			return migration.Person{}, false, wrong("an attribute that no pool has, or sub")
		case utf8.RuneCountInString(value) > longest:
			return migration.Person{}, false, wrong("an attribute that is too long")
		case (name == "email_verified" || name == "phone_number_verified") && value != "true" && value != "false":
			return migration.Person{}, false, wrong("%s that is not true or false", name)
		}
	}
	return migration.Person{Username: username, Attributes: members}, true, nil
}
