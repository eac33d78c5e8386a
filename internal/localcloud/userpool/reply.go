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

// echo is what Cognito needs to find in a reply. The objects are checked for
// being objects: `[]` in the place of `{}`, which PHP and some array-minded
// languages send, is refused (bref#1727). Unknown members are ignored.
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

// checkReply gives the `response` of a reply that Cognito would accept as an
// event. null is what Go's `return nil, nil` sends and counts as no JSON at all
// (amplify-cli#2735, #4341). The reply must have request and response: guide,
// "Customizing user pool workflows with Lambda triggers", "If your Lambda
// function doesn't return the request and response parameters … the
// authentication event doesn't succeed".
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

// decodeResponse reads a response into its type. A member of the wrong type
// makes the whole output unrecognizable; an absent or null member leaves the
// field as it is.
func decodeResponse(response json.RawMessage, into any) error {
	if response == nil {
		return nil
	}
	if json.Unmarshal(response, into) != nil {
		return errUnrecognizable()
	}
	return nil
}

func isObject(raw json.RawMessage) bool {
	return bytes.HasPrefix(bytes.TrimSpace(raw), []byte("{"))
}
