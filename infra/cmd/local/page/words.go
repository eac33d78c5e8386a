package page

import (
	"cmp"
	"fmt"
	"html/template"
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

// who is the program or the page that made a call.
func who(c timeline.Call) string {
	agent, _, _ := strings.Cut(c.Agent, " ")
	if strings.HasPrefix(agent, "Mozilla/") { // every browser's
		agent = "browser"
	}
	return clip(cmp.Or(c.Origin, agent), mostOfRow)
}
