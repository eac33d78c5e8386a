package lambdahost

import (
	"cmp"
	"encoding/json"
	"fmt"
	"time"
)

// FunctionError is a reply that Lambda marks with X-Amz-Function-Error: the function
// failed, timed out or died. Callers see status 200.
type FunctionError struct {
	Type, Message string
	// Payload is the reply's body, which may say more (stackTrace). Do not change it.
	Payload []byte
}

// Error returns "Type: Message".
func (e *FunctionError) Error() string { return e.Type + ": " + e.Message }

// ServiceError is Lambda's own refusal, before any function ran. Code is the API's
// exception name, Status its HTTP status.
type ServiceError struct {
	Code, Message string
	Status        int
}

// Error returns "Code: Message".
func (e *ServiceError) Error() string { return e.Code + ": " + e.Message }

// newFunctionError returns an error in the form of Lambda's own.
func newFunctionError(kind, message string) *FunctionError {
	payload, _ := json.Marshal(map[string]string{"errorType": kind, "errorMessage": message})
	return &FunctionError{Type: kind, Message: message, Payload: payload}
}

// postedError returns the error that the runtime posted. The body names type and message
// if it is the documented object; header is Lambda-Runtime-Function-Error-Type.
func postedError(header string, payload []byte) *FunctionError {
	var body struct {
		ErrorType    string `json:"errorType"`
		ErrorMessage string `json:"errorMessage"`
	}
	_ = json.Unmarshal(payload, &body)
	return &FunctionError{Type: cmp.Or(body.ErrorType, header), Message: body.ErrorMessage, Payload: payload}
}

func timedOut(requestID string, limit time.Duration) *FunctionError {
	return newFunctionError("Sandbox.Timedout",
		fmt.Sprintf("RequestId: %s Error: Task timed out after %.2f seconds", requestID, limit.Seconds()))
}

func exited(requestID string, how error) *FunctionError {
	message := "Runtime exited without providing a reason"
	if how != nil {
		message = "Runtime exited with error: " + how.Error()
	}
	return newFunctionError("Runtime.ExitError", fmt.Sprintf("RequestId: %s Error: %s", requestID, message))
}

func noEntrypoint(requestID string, err error) *FunctionError {
	return newFunctionError("Runtime.InvalidEntrypoint",
		fmt.Sprintf("RequestId: %s Error: Couldn't start the bootstrap: %v", requestID, err))
}
