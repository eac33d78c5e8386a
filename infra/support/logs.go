package support

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/kernel"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/timeline"
)

// LogEvent is a line of a function's log group.
type LogEvent struct {
	At time.Time
	// Trigger is the function's trigger, such as PreSignUp.
	Trigger string
	Text    string
}

// Logged is an invocation as the log tells it. It names nobody: User is a hash.
type Logged struct {
	At time.Time `json:"at"`
	// Trigger is PreSignUp, Source the event's PreSignUp_SignUp; "" or unknown where the
	// function could not tell.
	Trigger string `json:"trigger"`
	Source  string `json:"source,omitempty"`
	// Said is the function's own line. If Died is set, the function ended without one, and
	// the outcome is Lambda's word (timeout, error, failure).
	timeline.Said
	Died bool `json:"died,omitempty"`
	// InitMillis are those of a cold start before the function's own, 0 if it was warm.
	InitMillis float64 `json:"initDurationMs,omitempty"`
	Policy     string  `json:"policy,omitempty"`
	RequestID  string  `json:"requestId"`
}

// logText is a line of package kernel or a report of Lambda's, platform.report (Lambda
// guide, "Lambda Telemetry API Event schema reference"): Lambda writes it into the same log
// group, and initDurationMs stands in it after a cold start alone.
type logText struct {
	timeline.Said
	Message   string `json:"message"`
	Source    string `json:"trigger"`
	Policy    string `json:"policy"`
	RequestID string `json:"requestId"`

	Type   string `json:"type"`
	Record struct {
		RequestID string `json:"requestId"`
		Status    string `json:"status"`
		Metrics   struct {
			Millis     float64 `json:"durationMs"`
			InitMillis float64 `json:"initDurationMs"`
		} `json:"metrics"`
	} `json:"record"`
}

// LogFilter says which invocations are asked for. Its zero value is all.
type LogFilter struct {
	Since time.Time
	// User is the hash of the log lines.
	User string
	// Refused leaves out what was not refused.
	Refused bool
}

// LogSpan reads how far back: a duration of package time, or days such as 7d.
func LogSpan(text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if days, ok := strings.CutSuffix(text, "d"); ok {
		var n float64
		n, err = strconv.ParseFloat(days, 64)
		d = time.Duration(n * 24 * float64(time.Hour))
	}
	if err != nil || d <= 0 {
		return 0, fmt.Errorf("%s: write how far back, such as 30m, 1h or 7d", strconv.Quote(text))
	}
	return d, nil
}

// Logs returns one Logged for each invocation in the events, oldest first. Lines of other
// programs are passed over.
func Logs(events []LogEvent, asked LogFilter) []Logged {
	found := map[string]*Logged{}
	at := func(e LogEvent, id string) *Logged {
		if found[id] == nil {
			found[id] = &Logged{At: e.At, Trigger: e.Trigger, RequestID: id, Died: true}
		}
		return found[id]
	}
	for _, e := range events {
		var text logText
		switch err := json.Unmarshal([]byte(e.Text), &text); {
		case err != nil:
		case text.Message == kernel.LineMessage && text.RequestID != "":
			l := at(e, text.RequestID)
			*l = Logged{e.At, e.Trigger, text.Source, text.Said, false, l.InitMillis, text.Policy, text.RequestID}
		case text.Type == "platform.report" && text.Record.RequestID != "":
			l := at(e, text.Record.RequestID)
			l.InitMillis = text.Record.Metrics.InitMillis
			if l.Died {
				l.Outcome, l.Millis = text.Record.Status, text.Record.Metrics.Millis
			}
		}
	}
	all := []Logged{}
	for _, l := range found {
		// A report that says success is of an invocation whose line was not asked for.
		reported := !l.Died || l.Outcome != "success" && l.Outcome != ""
		if reported && !l.At.Before(asked.Since) && (asked.User == "" || l.User == asked.User) && (!asked.Refused || l.Outcome == kernel.Refused) {
			all = append(all, *l)
		}
	}
	slices.SortFunc(all, func(a, b Logged) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.RequestID, b.RequestID))
	})
	return all
}
