package timeline

import (
	"encoding/json"
	"time"
)

// Body is a request, an answer or an event: the bytes that came, but for what Redact cut.
// In JSON it is itself, or a string if it is no JSON.
type Body []byte

// MarshalJSON implements json.Marshaler.
func (b Body) MarshalJSON() ([]byte, error) {
	if json.Valid(b) {
		return b, nil
	}
	return json.Marshal(string(b))
}

// Entry is a line of the timeline: exactly one of the pointers is set.
type Entry struct {
	// ID is that of the call, the invocation, the message or the edit.
	ID         string      `json:"id"`
	Call       *Call       `json:"call,omitempty"`
	Invocation *Invocation `json:"invocation,omitempty"`
	Message    *Message    `json:"message,omitempty"`
	Edit       *Edit       `json:"edit,omitempty"`
}

// Call is an API call of cognito-idp, or a request of an OAuth endpoint or a hosted page.
type Call struct {
	// ID is the answer's x-amzn-RequestId.
	ID    string    `json:"id"`
	Start time.Time `json:"start"`
	// Millis are the milliseconds until the answer.
	Millis float64 `json:"ms"`
	// Operation is SignUp, or a method and a path: POST /oauth2/token.
	Operation string `json:"operation"`
	PoolID    string `json:"pool,omitempty"`
	// ClientID and Username are as the request names them; Username may be an alias.
	ClientID string `json:"client,omitempty"`
	Username string `json:"username,omitempty"`
	// Administrator is an operation that needs AWS credentials.
	Administrator bool `json:"administrator,omitempty"`
	// Agent is User-Agent, or x-amz-user-agent where a browser sends that. Origin is the
	// page's, "" for a program.
	Agent  string `json:"agent,omitempty"`
	Origin string `json:"origin,omitempty"`
	// Request is the body; of a form its fields, of a GET its query, as an object.
	Request Body `json:"request,omitempty"`
	// Status is HTTP's. Error and Message are __type and message as an SDK shows them; of a
	// redirect or an OAuth answer error and error_description.
	Status  int    `json:"status"`
	Error   string `json:"error,omitempty"`
	Message string `json:"message,omitempty"`
	// Answer is the body where it is JSON. Location is a redirect's target without query.
	Answer   Body   `json:"answer,omitempty"`
	Location string `json:"location,omitempty"`

	// Invocations and Messages are what it fired and sent, in the order of their start.
	Invocations []Invocation `json:"invocations,omitempty"`
	Messages    []Message    `json:"messages,omitempty"`
}

// Budget is how long Cognito waits for a trigger (guide, "Customizing user pool workflows
// with Lambda triggers": 5 seconds, which cannot be changed).
const Budget = 5 * time.Second

// Invocation is one event in one function.
type Invocation struct {
	// ID is Lambda's request id.
	ID string `json:"id"`
	// Call is the id of the call that fired it; "" if none did. ReplayOf is the invocation
	// that it repeats by hand.
	Call     string `json:"call,omitempty"`
	ReplayOf string `json:"replayOf,omitempty"`
	Function string `json:"function"`
	// Source is the event's triggerSource; "" for an event that is no trigger's.
	Source string `json:"source,omitempty"`
	// Users are the names of the event's user, the one that people know first: a refresh and a
	// token endpoint's call name nobody, but their events do.
	Users []string `json:"users,omitempty"`
	// Start is after a cold start's init phase. Millis are from there to the reply as the
	// caller sees it, InitMillis those of the init phase.
	Start      time.Time `json:"start"`
	Millis     float64   `json:"ms"`
	InitMillis float64   `json:"initMs,omitempty"`
	Cold       bool      `json:"cold,omitempty"`
	// Said is what the function's log line says; nil without one.
	Said *Said `json:"said,omitempty"`
	// Error and Message are those of a function that failed: the message of a refusal is
	// what the user reads.
	Error   string `json:"error,omitempty"`
	Message string `json:"message,omitempty"`
	// Fault is the fault that was switched on for it; "" if none.
	Fault string `json:"fault,omitempty"`
	// Cut reports that Event is not what the function got: a secret was cut from it, or it is
	// too long.
	Cut   bool     `json:"cut,omitempty"`
	Event Body     `json:"event,omitempty"`
	Reply Body     `json:"reply,omitempty"`
	Log   []string `json:"log,omitempty"`
	// Table are its requests to the table, at most MaxTableCalls of them; More counts the rest.
	Table []TableCall `json:"table,omitempty"`
	More  int         `json:"moreTableCalls,omitempty"`
}

// Said is the log line of an invocation (package kernel).
type Said struct {
	// Outcome is allowed, refused, recorded, enriched, demoted, degraded, failed, …
	Outcome string `json:"outcome"`
	// Rule and Code are those of the objection.
	Rule string `json:"rule,omitempty"`
	Code string `json:"code,omitempty"`
	// WouldRefuse are the rules that only observe and would have refused.
	WouldRefuse []string `json:"wouldRefuse,omitempty"`
	// Cause is why it failed or degraded.
	Cause string `json:"cause,omitempty"`
	// User is the hash of pool and sub.
	User string `json:"user,omitempty"`
	// Millis are the function's own.
	Millis float64 `json:"durationMs"`
}

// MaxTableCalls is how many requests to the table are kept of one invocation. A trigger
// makes a few; a sweep has thousands.
const MaxTableCalls = 50

// TableCall is a request to DynamoDB.
type TableCall struct {
	// Invocation is the request id of the function that sent it.
	Invocation string    `json:"invocation,omitempty"`
	Start      time.Time `json:"start"`
	Millis     float64   `json:"ms"`
	// Operation is UpdateItem, BatchGetItem, …
	Operation string `json:"operation"`
	// Request has the condition. Answer is "" if the caller got none.
	Request Body `json:"request,omitempty"`
	// Status is 0 if the caller got no answer. Error is __type without its prefix.
	Status int    `json:"status,omitempty"`
	Error  string `json:"error,omitempty"`
	Answer Body   `json:"answer,omitempty"`
	// Fault is the fault that acted on it; "" if none.
	Fault string `json:"fault,omitempty"`
}

// Message is an e-mail or a text message that Cognito would send.
type Message struct {
	ID string `json:"id"`
	// Call is the id of the call that sent it; "" if none did.
	Call     string    `json:"call,omitempty"`
	Time     time.Time `json:"time"`
	Username string    `json:"username"`
	// To is the address or the number. Channel is EMAIL or SMS. Purpose is signup, signin,
	// reset, invitation, attribute or welcome.
	To      string `json:"to"`
	Channel string `json:"channel"`
	Purpose string `json:"purpose"`
	// Subject is "" in an SMS. Text may be HTML of the pool's template: show it as text.
	Subject string `json:"subject,omitempty"`
	Text    string `json:"text"`
	// Code is the code or the temporary password, Link what confirms a sign-up.
	Code string `json:"code,omitempty"`
	Link string `json:"link,omitempty"`
}

// Edit is a change of a file, and what became of it.
type Edit struct {
	ID   string    `json:"id"`
	Time time.Time `json:"time"`
	// File is the path as the developer knows it.
	File string `json:"file"`
	// Acted reports that what the local cloud does is the file's now. Text says in one line
	// what acts, or why nothing does; Faults are the faults of the file, with their lines.
	Acted  bool     `json:"acted"`
	Text   string   `json:"text"`
	Faults []string `json:"faults,omitempty"`
	// Millis are from noticing the change to its effect.
	Millis float64 `json:"ms,omitempty"`
}
