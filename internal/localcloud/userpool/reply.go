package userpool

import (
	"bytes"
	"encoding/json"
)

func errUnrecognizable() *APIError {
	return refuse("InvalidLambdaResponseException", "Unrecognizable lambda output")
}

func errInvalidJSON() *APIError {
	return refuse("InvalidLambdaResponseException", "Invalid lambda function output : Invalid JSON")
}

// echo is what Cognito looks for in a reply. A member that must be an object must be one:
// `[]` for `{}`, which PHP sends, is refused (bref#1727). Unknown members are ignored.
type echo struct {
	CallerContext *objectOrNull `json:"callerContext"`
	Request       *struct {
		UserAttributes     map[string]json.RawMessage `json:"userAttributes"`
		ValidationData     map[string]json.RawMessage `json:"validationData"`
		ClientMetadata     map[string]json.RawMessage `json:"clientMetadata"`
		GroupConfiguration *objectOrNull              `json:"groupConfiguration"`
	} `json:"request"`
	Response json.RawMessage `json:"response"`
}

type objectOrNull map[string]json.RawMessage

// checkReply returns the `response` of a reply that Cognito would accept. null is what
// Go's `return nil, nil` sends and counts as no JSON at all (amplify-cli#2735, #4341).
// The reply must have request and response: "If your Lambda function doesn't return the
// request and response parameters … the authentication event doesn't succeed" (guide,
// "Customizing user pool workflows with Lambda triggers").
func checkReply(reply []byte) (json.RawMessage, error) {
	if !json.Valid(reply) || string(bytes.TrimSpace(reply)) == "null" {
		return nil, errInvalidJSON()
	}
	var got echo
	if json.Unmarshal(reply, &got) != nil || got.Request == nil || !isObject(got.Response) {
		return nil, errUnrecognizable()
	}
	return got.Response, nil
}

// decodeResponse decodes a response into its type. A member of the wrong type makes the
// whole output unrecognizable; an absent or null member leaves the field unchanged.
func decodeResponse(response json.RawMessage, into any) error {
	if response == nil {
		return nil
	}
	if json.Unmarshal(response, into) != nil {
		return errUnrecognizable()
	}
	return nil
}

func isObject(raw json.RawMessage) bool { return bytes.HasPrefix(bytes.TrimSpace(raw), []byte("{")) }
