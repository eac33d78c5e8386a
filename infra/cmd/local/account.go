package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/cognito-triggers/cognito-triggers/infra/support"
	"github.com/cognito-triggers/cognito-triggers/infra/support/token"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/timeline"
	"github.com/cognito-triggers/cognito-triggers/triggers"
)

// account writes what happened, for a reader at a terminal.
type account struct {
	out          io.Writer
	step, failed int
}

func (a *account) title(format string, args ...any) { fmt.Fprintf(a.out, "\n"+format+"\n", args...) }

// noteAt is the column of a call's answer.
const noteAt = 43

// call writes one API call: its purpose, its time, its answer.
func (a *account) call(title, operation, note string, took time.Duration, err error) {
	a.step++
	fmt.Fprintf(a.out, "\n%2d. %s\n", a.step, title)
	mark := "→"
	if err != nil {
		mark, note = "✗", err.Error()
	}
	fmt.Fprintf(a.out, "    %-26s %8s  %s %s\n", operation, ms(took), mark, note)
}

// triggers writes the triggers of the call, one line each, as their functions tell them.
func (a *account) triggers(all ...timeline.Invocation) {
	for _, in := range all {
		said := timeline.Said{Outcome: cmp.Or(in.Message, "no log line")}
		if in.Said != nil {
			said = *in.Said
		}
		if said.Code != "" {
			said.Outcome += " (" + said.Code + ")"
		}
		temperature := ""
		if in.Cold {
			temperature = "  cold start"
		}
		fmt.Fprintf(a.out, "      ⤷ %-38s %-19s %-18s %5.1f ms%s\n", plain(in.Source), plain(cmp.Or(triggers.RoomOf(in.Source), in.Function)), plain(said.Outcome), in.Millis, temperature)
	}
}

// plain returns a text in which nothing commands a terminal: anybody's function may refuse with
// what a user wrote.
func plain(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return unicode.ReplacementChar
	}, text)
}

// token writes a decoded token, a claim per line, with a plus before what the suite
// added.
func (a *account) token(name, encoded string, ours token.Changes) {
	decoded, err := token.Decode(encoded)
	if err != nil {
		fmt.Fprintf(a.out, "      %s: %v\n", name, err)
		return
	}
	fmt.Fprintf(a.out, "      %s\n", name)
	for _, claim := range slices.Sorted(maps.Keys(decoded.Claims)) {
		mark, value := " ", support.Compact(decoded.Claims[claim])
		if ours.Adds(claim) {
			mark = "+"
		}
		if scope, ok := decoded.Claims[claim].(string); ok && claim == "scope" {
			value = token.Scopes(scope, ours.ScopesAdded, ours.ScopesSuppressed)
		}
		fmt.Fprintf(a.out, "      %s   %-22s %s\n", mark, claim, value)
	}
}

// row writes a row of the table, a column per line.
func (a *account) row(title string, row map[string]any) {
	fmt.Fprintf(a.out, "    %s\n", title)
	for _, name := range slices.Sorted(maps.Keys(row)) {
		if name != "pk" && name != "sk" {
			fmt.Fprintf(a.out, "        %-16s %s\n", name, support.Compact(row[name]))
		}
	}
}

func ms(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000) }
