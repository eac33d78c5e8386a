package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// report is what a run found. Evidence says that Cognito itself answered.
type report struct {
	On        string     `json:"on"`
	Evidence  bool       `json:"evidence"`
	Stage     string     `json:"stage"`
	Began     time.Time  `json:"began"`
	Took      string     `json:"took"`
	Removed   bool       `json:"removed"`
	Steps     []walked   `json:"steps"`
	Fired     []string   `json:"fired"`
	Events    []compared `json:"events"`
	Questions []answered `json:"questions"`
}

// walked is a step of the journey.
type walked struct {
	Title string   `json:"title"`
	Call  string   `json:"call"`
	Fires []string `json:"fires"`
	Took  string   `json:"took"`
	Error string   `json:"error,omitempty"`
}

// compared is a real event against the project's samples of the same source and version.
// Unknown are the paths and types that no sample has, Missing those that all samples have
// but not the event.
type compared struct {
	File    string   `json:"file"`
	Source  string   `json:"source"`
	Version string   `json:"version"`
	Samples int      `json:"samples"`
	Unknown []string `json:"unknown,omitempty"`
	Missing []string `json:"missing,omitempty"`
}

// answered is a question with its answer.
type answered struct {
	Topic      string  `json:"topic"`
	Assumption string  `json:"assumption"`
	Verdict    verdict `json:"verdict"`
	Because    string  `json:"because"`
}

// write writes the report as text and as JSON.
func (r report) write(o options) error {
	src, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	if err := os.MkdirAll(o.out, 0o700); err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	text := r.text()
	for name, content := range map[string]string{"report.json": string(src) + "\n", "report.txt": text} {
		if err := os.WriteFile(filepath.Join(o.out, name), []byte(content), 0o600); err != nil {
			return fmt.Errorf("writing the report: %w", err)
		}
	}
	fmt.Fprintf(o.log, "\n%s\nThe report and the redacted events are in %s.\n", text, o.out)
	return nil
}

// text returns the report for readers.
func (r report) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Verification of the stage %s on %s, %s, in %s.\n", r.Stage, r.On, r.Began.Format(time.DateOnly), r.Took)
	if !r.Evidence {
		b.WriteString("NOT AWS: what follows shows that the verification works, and says nothing about Cognito.\n")
	}
	if r.Removed {
		b.WriteString("Everything that was made for it is removed.\n")
	} else {
		b.WriteString("SOMETHING OF IT IS STILL THERE: see the error.\n")
	}
	failed := slices.DeleteFunc(slices.Clone(r.Steps), func(w walked) bool { return w.Error == "" })
	fmt.Fprintf(&b, "\nThe journey: %d of %d steps went as they should.\n", len(r.Steps)-len(failed), len(r.Steps))
	for _, w := range failed {
		fmt.Fprintf(&b, "  %s (%s): %s\n", w.Title, w.Call, w.Error)
	}
	if want := r.expected(); !slices.Equal(want, r.Fired) {
		fmt.Fprintf(&b, "Trigger sources that should have been called:\n  %s\nand that were:\n  %s\n", strings.Join(want, " "), strings.Join(r.Fired, " "))
	} else {
		fmt.Fprintf(&b, "The %d trigger calls were the expected ones, in their order.\n", len(want))
	}
	r.writeEvents(&b)
	b.WriteString("\nOpen points:\n")
	for _, q := range r.Questions {
		fmt.Fprintf(&b, "  [%s] %s: %s\n      %s\n", q.Verdict, q.Topic, q.Assumption, q.Because)
	}
	return b.String()
}

func (r report) writeEvents(b *strings.Builder) {
	fmt.Fprintf(b, "\nThe %d events beside those in events/:\n", len(r.Events))
	same := 0
	for _, e := range r.Events {
		if e.Samples > 0 && len(e.Unknown)+len(e.Missing) == 0 {
			same++
			continue
		}
		fmt.Fprintf(b, "  %s (version %s, %d samples)\n", e.File, e.Version, e.Samples)
		if len(e.Unknown) > 0 {
			fmt.Fprintf(b, "      no sample has: %s\n", strings.Join(e.Unknown, ", "))
		}
		if len(e.Missing) > 0 {
			fmt.Fprintf(b, "      every sample has: %s\n", strings.Join(e.Missing, ", "))
		}
	}
	fmt.Fprintf(b, "  %d have nothing new and lack nothing that every sample has.\n", same)
}

// expected returns the trigger sources of the journey's steps.
func (r report) expected() []string {
	var all []string
	for _, w := range r.Steps {
		all = append(all, w.Fires...)
	}
	return all
}
