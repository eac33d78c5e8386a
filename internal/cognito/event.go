package cognito

import (
	"bytes"
	"encoding/json"
	"errors"
)

// ErrNotAnEvent says that the bytes are not one JSON object.
var ErrNotAnEvent = errors.New("the event is not a JSON object")

// Header is what every trigger's event begins with. A member that is absent,
// null or not a scalar is "".
type Header struct {
	// Version is "1" for most triggers; for token generation "1", "2" or "3"
	// after the LambdaVersion of the pool. A JSON number is read as its text.
	Version string
	// Source is the triggerSource, such as PreSignUp_SignUp.
	Source Source
	// Region and UserPoolID name the pool; UserPoolID is the same in every
	// Region of a replicated pool.
	Region     string
	UserPoolID string
	// UserName is the pool's name for the user: not always the sub, and absent
	// or a constant for a machine.
	UserName string
	// ClientID is the app client, or CLIENT_ID_NOT_APPLICABLE for an
	// administrator's call. It says which client, not who is calling.
	ClientID string
}

// Event is one invocation's input: the bytes as they came and the places of
// what the triggers read.
type Event struct {
	Header
	doc     []byte
	request span
	// response is absent where the event has none.
	response span
}

// Parse reads the header of an event. The bytes are kept, not copied: do not
// change them while the Event is in use. The error is [ErrNotAnEvent],
// [ErrDuplicate] or [ErrTooLarge]; no member is required.
func Parse(doc []byte) (*Event, error) {
	start := bytes.TrimLeft(doc, " \n\t\r")
	if len(start) == 0 || start[0] != '{' || !json.Valid(doc) {
		return nil, ErrNotAnEvent
	}
	e := &Event{doc: doc}
	var caller span
	err := eachMember(doc, span{len(doc) - len(start), len(doc)}, func(name []byte, value span) {
		switch string(name) {
		case "version":
			e.Version = scalar(doc, value)
		case "triggerSource":
			e.Source = Source(scalar(doc, value))
		case "region":
			e.Region = scalar(doc, value)
		case "userPoolId":
			e.UserPoolID = scalar(doc, value)
		case "userName":
			e.UserName = scalar(doc, value)
		case "callerContext":
			caller = value
		case "request":
			e.request = value
		case "response":
			e.response = value
		}
	})
	if err != nil {
		return nil, err
	}
	err = eachMember(doc, caller, func(name []byte, value span) {
		if string(name) == "clientId" {
			e.ClientID = scalar(doc, value)
		}
	})
	if err != nil {
		return nil, err
	}
	return e, nil
}

// scalar reads a string as its text and a number or boolean as its literal, as
// AWS's own samples need (a numeric version, a boolean email_verified). Null and
// absent are "". An object or array is "" too: it is no scalar.
func scalar(doc []byte, s span) string {
	switch s.kind(doc) {
	case 0, 'n', '{', '[':
		return ""
	case '"':
		return string(unquote(doc[s.start:s.end]))
	}
	return string(doc[s.start:s.end])
}
