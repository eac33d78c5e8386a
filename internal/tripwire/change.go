package tripwire

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/doctor"
)

// Change is a call that changed something, as CloudTrail records it. The zero value is unknown.
type Change struct {
	// Principal is userIdentity.arn, or the AWS service that called.
	Principal string `json:"principal,omitempty"`
	// Agent is userAgent: a console, a command line, Terraform.
	Agent string `json:"agent,omitempty"`
	// Event is the call's name and EventID its id in CloudTrail.
	Event   string    `json:"event,omitempty"`
	EventID string    `json:"eventId,omitempty"`
	At      time.Time `json:"at,omitzero"`
}

// Unknown stands for a principal that nothing names.
const Unknown = "unknown"

// Who returns the principal, or Unknown.
func (c Change) Who() string { return cmp.Or(c.Principal, Unknown) }

// record is a CloudTrail record ("CloudTrail record contents", user guide), as far as it is read.
type record struct {
	EventName, EventID, UserAgent, ErrorCode string
	EventTime                                time.Time
	UserIdentity                             struct{ ARN, InvokedBy string }
	RequestParameters                        struct{ UserPoolID, FunctionName string }
}

// longest bounds a text of a record in the log: a user agent is whatever a caller sends.
const longest = 256

// change returns what the record says. A call that was refused changed nothing.
func (r record) change() Change {
	if r.EventName == "" || r.ErrorCode != "" {
		return Change{}
	}
	short := func(text string) string { return strings.ToValidUTF8(text[:min(len(text), longest)], "") }
	return Change{
		Principal: short(cmp.Or(r.UserIdentity.ARN, r.UserIdentity.InvokedBy)), Agent: short(r.UserAgent),
		Event: short(r.EventName), EventID: short(r.EventID), At: r.EventTime,
	}
}

// Read returns the change that an event of EventBridge is about. It is the zero value for the
// schedule, for a call that was refused, for one about another pool or function (the rules match
// a part of a function's name) and for what cannot be read.
func (w Watch) Read(event []byte) Change {
	var in struct {
		Detail json.RawMessage
	}
	var r record
	if json.Unmarshal(event, &in) != nil || json.Unmarshal(in.Detail, &r) != nil || !r.of(w.Subject) {
		return Change{}
	}
	return r.change()
}

// of reports whether the call was about the pool, or one of its functions. A function is named
// alone, by its ARN, or with its account (Lambda API reference, FunctionName).
func (r record) of(s doctor.Subject) bool {
	name := r.RequestParameters.FunctionName
	if _, after, long := strings.Cut(":"+name, ":function:"); long {
		name = after
	}
	name, _, _ = strings.Cut(name, ":")
	return r.RequestParameters.UserPoolID == s.Pool || slices.ContainsFunc(s.Triggers, func(t doctor.Trigger) bool { return t.Function == name })
}

// causes reports whether the call can have caused one of the findings. The date at the end of a
// name of Lambda's is that of an API, of which there are several.
func (c Change) causes(found []Finding) bool {
	base := func(name string) string { return strings.TrimRight(name, "0123456789v") }
	return slices.ContainsFunc(found, func(f Finding) bool {
		return slices.ContainsFunc(f.causes(), func(name string) bool { return base(name) == base(c.Event) })
	})
}
