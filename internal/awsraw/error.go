package awsraw

import (
	"cmp"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
)

// Error is a refusal by AWS.
type Error struct {
	// Status is that of HTTP.
	Status int
	// Code is AWS's, such as ResourceNotFoundException; empty if the reply has none.
	Code string
	// Message is AWS's sentence. It may name the caller.
	Message string
	// RequestID is what AWS's support asks for.
	RequestID string
}

// Error implements error.
func (e *Error) Error() string {
	return fmt.Sprintf("%s: %s (status %d, request %s)", cmp.Or(e.Code, "no code"), cmp.Or(e.Message, "no message"), e.Status, cmp.Or(e.RequestID, "without an id"))
}

// ErrorCode returns AWS's code.
func (e *Error) ErrorCode() string { return e.Code }

// ErrorMessage returns AWS's sentence.
func (e *Error) ErrorMessage() string { return e.Message }

// Throttled reports whether AWS refused a call only because there are too many: the call may be
// made again, later.
func Throttled(err error) bool {
	refused, is := errors.AsType[*Error](err)
	if !is {
		return false
	}
	_, listed := retry.DefaultThrottleErrorCodes[refused.Code]
	return listed || refused.Status == http.StatusTooManyRequests
}

// refusal reads an error's code as AWS's SDKs do: from the header, else from the body's __type
// or code; of "namespace#Code:url" the code alone (Smithy, "AWS JSON 1.1 protocol", Operation
// error serialization), or from XML (Smithy, "AWS query protocol"). A body that is neither, such
// as a proxy's page, is not repeated.
func refusal(reply *http.Response, body []byte) *Error {
	var said struct {
		Type    string `json:"__type"`
		Code    any    // Lambda's REST API has a number in some
		Message string // also "message": encoding/json ignores the case
	}
	_ = json.Unmarshal(body, &said)
	var query struct {
		Error struct{ Code, Message string }
	}
	_ = xml.Unmarshal(body, &query)
	inBody, _ := said.Code.(string)
	code, _, _ := strings.Cut(cmp.Or(reply.Header.Get("X-Amzn-ErrorType"), said.Type, inBody, query.Error.Code), ":")
	if _, after, found := strings.Cut(code, "#"); found {
		code = after
	}
	return &Error{
		Status: reply.StatusCode, Code: code, Message: cmp.Or(said.Message, query.Error.Message),
		RequestID: cmp.Or(reply.Header.Get("X-Amzn-RequestId"), reply.Header.Get("X-Amz-Request-Id")),
	}
}
