package tripwire

import (
	"log/slog"
	"slices"
	"strings"
)

// Counts reports whether the number of wrong findings is known. What is found is found; nothing
// found is nothing wrong only if everything was asked.
func (r Report) Counts() bool { return len(r.Wrong) > 0 || len(r.Unasked) == 0 }

// Outcome is the report in a sentence, with who and what.
func (r Report) Outcome() string {
	var all []string
	for _, f := range slices.Concat(r.Wrong, r.Moved) {
		all = append(all, f.Text)
	}
	text := strings.Join(all, "; ")
	switch {
	case text == "" && len(r.Unasked) > 0:
		return "not known: " + strings.Join(r.Unasked, "; ")
	case text == "":
		return "sound"
	}
	text += " (last changed by " + r.By.Who() + ")"
	if len(r.Healed) > 0 {
		text += "; healed " + strings.Join(r.Healed, ", ")
	}
	if r.Unhealed != "" {
		text += "; not healed: " + r.Unhealed
	}
	return text
}

// Attrs are the report's part of a log line. A member that is empty is left out, but for the
// counts.
func (r Report) Attrs() []slog.Attr {
	attrs := []slog.Attr{slog.String("outcome", r.Outcome()), slog.Int("AliasMoved", len(r.Moved))}
	if r.Counts() {
		attrs = append(attrs, slog.Int("HooksWrong", len(r.Wrong)))
	}
	if r.By != (Change{}) || len(r.Wrong)+len(r.Moved) > 0 {
		attrs = append(attrs, slog.String("who", r.By.Who()), slog.Any("change", r.By))
	}
	if found := slices.Concat(r.Wrong, r.Moved, r.Notes); len(found) > 0 {
		attrs = append(attrs, slog.Any("findings", found))
	}
	if len(r.Healed) > 0 {
		attrs = append(attrs, slog.Any("healed", r.Healed))
	}
	if r.Unhealed != "" {
		attrs = append(attrs, slog.String("unhealed", r.Unhealed))
	}
	if len(r.Unasked) > 0 {
		attrs = append(attrs, slog.Any("unasked", r.Unasked))
	}
	return attrs
}
