package page

import (
	"cmp"
	"fmt"
	"html/template"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/cognito-triggers/cognito-triggers/infra/support"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/timeline"
)

// words are what the templates say with.
var words = template.FuncMap{
	"clock":    func(t time.Time) string { return t.Local().Format("15:04:05.000") },
	"full":     func(t time.Time) string { return t.Format(time.RFC3339Nano) },
	"ms":       func(v float64) string { return fmt.Sprintf("%.1f ms", v) },
	"ofBudget": ofBudget,
	"pretty":   func(doc timeline.Body) string { return clip(pretty(doc), mostText) },
	"clip":     func(text string) string { return clip(text, mostText) },
	"short":    func(text string) string { return clip(text, mostOfRow) },
	"join":     strings.Join,
	"outcome":  outcome,
	"who":      who,
	"user":     user,
	"tone":     tone,
	"json":     support.Compact,
}

// What one text may take on the page, in bytes; the JSON has all of it.
const (
	mostOfRow = 300
	mostText  = 32 << 10
)

// clip cuts a text between two characters and says so.
func clip(text string, most int) string {
	if len(text) <= most {
		return text
	}
	for most > 0 && !utf8.RuneStart(text[most]) {
		most--
	}
	return fmt.Sprintf("%s… (%d bytes more)", text[:most], len(text)-most)
}

func ofBudget(millis float64) string {
	return fmt.Sprintf("%.1f ms of the %d ms that Cognito waits", millis, timeline.Budget.Milliseconds())
}

// outcome says in one word what a trigger did.
func outcome(in timeline.Invocation) string {
	said := ""
	if in.Said != nil {
		said = in.Said.Outcome
	}
	switch {
	case said == "" && in.Error != "":
		return "failed"
	case said == "" && in.Source == "":
		return "answered"
	case said == "":
		return "no log line"
	}
	return said
}

// tone is the class of an outcome: bad if the call fails with it, warn if the function could not
// do all that it should do.
func tone(in timeline.Invocation) string {
	switch {
	case in.Error != "":
		return "bad"
	case in.Said != nil && slices.Contains([]string{"failed", "degraded", "demoted"}, in.Said.Outcome):
		return "warn"
	}
	return "good"
}

// user is whom a call is about: by the request, or by the event of a trigger that it fired.
func user(c timeline.Call) string {
	name := c.Username
	for _, in := range c.Invocations {
		if len(in.Users) > 0 {
			name = cmp.Or(name, in.Users[0])
		}
	}
	return name
}

// who is the program or the page that made a call.
func who(c timeline.Call) string {
	agent, _, _ := strings.Cut(c.Agent, " ")
	if strings.HasPrefix(agent, "Mozilla/") { // every browser's
		agent = "browser"
	}
	return clip(cmp.Or(c.Origin, agent), mostOfRow)
}
