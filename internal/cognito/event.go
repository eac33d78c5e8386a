package cognito

import (
	"bytes"
	"encoding/json"
	"errors"
)

// ErrNotAnEvent says that the bytes are not one JSON object.
var ErrNotAnEvent = errors.New("the event is not a JSON object")

// Header is the common beginning of all events. A member that is absent, null or not
// a scalar is "".
type Header struct {
	// Version is "1" for most triggers; for token generation it is "1", "2" or "3",
	// after the pool's LambdaVersion. A JSON number is read as its text.
	Version string
	// Source is the triggerSource, such as PreSignUp_SignUp.
	Source Source
	// Region and UserPoolID identify the pool. UserPoolID is the same in every Region
	// of a replicated pool.
	Region     string
	UserPoolID string
	// UserName is the pool's name for the user. It is not always the sub; for a
	// machine it is absent or a constant.
	UserName string
	// ClientID is the app client, or CLIENT_ID_NOT_APPLICABLE for an administrator's
	// call. It identifies the client, not the caller.
	ClientID string
}

// Event is the input of one invocation: its bytes, and where the members lie that the
// triggers read.
type Event struct {
	Header
	doc     []byte
	request span
	// response is absent if the event has none.
	response span
}

// Parse reads the header of an event. It keeps the bytes without a copy: do not
// change them while the Event is in use. The error is [ErrNotAnEvent], [ErrDuplicate]
// or [ErrTooLarge]; no member is required.
func Parse(doc []byte) (*Event, error) {
	start := bytes.TrimLeft(doc, " \n\t\r")
	if len(start) == 0 || start[0] != '{' || !json.Valid(doc) {
		return nil, ErrNotAnEvent
	}
	e := &Event{doc: doc}
	var version, source, region, pool, user, caller, client span
	err := e.find(span{len(doc) - len(start), len(doc)},
		member{"version", &version}, member{"triggerSource", &source}, member{"region", &region}, member{"userPoolId", &pool},
		member{"userName", &user}, member{"callerContext", &caller}, member{"request", &e.request}, member{"response", &e.response})
	if err != nil {
		return nil, err
	}
	if err := e.find(caller, member{"clientId", &client}); err != nil {
		return nil, err
	}
	e.Header = Header{
		Version: scalar(doc, version), Source: Source(scalar(doc, source)), Region: scalar(doc, region),
		UserPoolID: scalar(doc, pool), UserName: scalar(doc, user), ClientID: scalar(doc, client),
	}
	return e, nil
}

// text returns a string's text, and "" for any other value.
func (e *Event) text(s span) string {
	if s.kind(e.doc) != '"' {
		return ""
	}
	return scalar(e.doc, s)
}

// scalar returns a string's text, and the literal of a number or boolean, which AWS's
// own samples have (a numeric version, a boolean email_verified). Anything else is
// "": null, absent, objects, arrays.
func scalar(doc []byte, s span) string {
	switch s.kind(doc) {
	case 0, 'n', '{', '[':
		return ""
	case '"':
		return string(unquote(doc[s.start:s.end]))
	}
	return string(doc[s.start:s.end])
}
