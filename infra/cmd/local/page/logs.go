package page

import (
	"errors"
	"net/http"
	"time"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/infra/support"
	"github.com/cognito-triggers/cognito-triggers/internal/kernel"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud"
	"github.com/cognito-triggers/cognito-triggers/triggers"
)

func (s *suite) logsViews() part {
	return part{views: []View{{Path: "/logs", Title: "Log", Template: "logs.html", Data: s.asked(logs)}}}
}

// shownLogs are what ops logs shows, newest last.
type shownLogs struct {
	User    string           `json:"user,omitempty"`
	Since   string           `json:"since,omitempty"`
	Refused bool             `json:"refused,omitempty"`
	Lines   []support.Logged `json:"lines"`
	More    int              `json:"more,omitempty"`
}

// logs is the view.
func logs(s *suite, r *http.Request) (any, error) {
	shown := shownLogs{User: r.FormValue("user"), Since: r.FormValue("since"), Refused: r.FormValue("refused") != ""}
	asked := support.LogFilter{Refused: shown.Refused}
	if shown.Since != "" {
		back, err := support.LogSpan(shown.Since)
		if err != nil {
			return nil, Problem{http.StatusBadRequest, err.Error()}
		}
		asked.Since = s.now().Add(-back)
	}
	if shown.User != "" {
		sub, err := support.Suite{Pool: s.id, Directory: s.users, Cognito: s.pool}.Sub(r.Context(), shown.User)
		if unknown, ok := errors.AsType[support.Unknown](err); ok {
			return nil, Problem{http.StatusNotFound, unknown.Error()}
		}
		if err != nil {
			return nil, err
		}
		asked.User = kernel.UserHash(s.id, sub)
	}
	shown.Lines = support.Logs(s.logEvents(asked.Since), asked)
	shown.More = max(0, len(shown.Lines)-mostRows)
	shown.Lines = shown.Lines[shown.More:]
	return shown, nil
}

// logEvents are the log lines of the trigger functions that the timeline still has.
func (s *suite) logEvents(since time.Time) []support.LogEvent {
	var all []support.LogEvent
	for _, trigger := range triggers.Names() {
		name := s.cloud.Outputs()[trigger+settings.FunctionNameOutput]
		if name == "" { // the stage does without the trigger
			continue
		}
		for _, e := range localcloud.LogEvents(s.entries.Since(name, since)) {
			all = append(all, support.LogEvent{At: time.UnixMilli(e.At), Trigger: trigger, Text: e.Text})
		}
	}
	return all
}
