package policy

import (
	"fmt"
	"strconv"
	"strings"
)

// Fault is one mistake in a policy: where it is, what is wrong, what to do.
type Fault struct {
	// Path leads from the document's root to the mistake: signUp.domains.deny[1].
	Path    string `json:"path"`
	Problem string `json:"problem"`
	Fix     string `json:"fix,omitempty"`
}

// String returns the fault as one line. A name of the file may be part of it: what no reader
// sees, and a terminal obeys, is written as its code.
func (f Fault) String() string {
	line := f.Path + ": " + f.Problem
	if f.Fix != "" {
		line += "; " + f.Fix
	}
	var b strings.Builder
	for _, r := range line {
		if hidden(r) {
			b.WriteString(strings.Trim(strconv.QuoteRune(r), "'"))
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func hidden(r rune) bool { return !strconv.IsPrint(r) }

// Faults are all mistakes of a document. Return Err(), so that an empty list is not an
// error.
type Faults []Fault

// Add appends a fault.
func (f *Faults) Add(path, problem, fix string) {
	*f = append(*f, Fault{path, problem, fix})
}

// Err returns nil for an empty list and the list otherwise.
func (f Faults) Err() error {
	if len(f) == 0 {
		return nil
	}
	return f
}

// Error returns one line for each fault.
func (f Faults) Error() string { return Joined(f) }

// Joined returns one line for each entry of a list.
func Joined[T fmt.Stringer](list []T) string {
	lines := make([]string, len(list))
	for i, each := range list {
		lines[i] = each.String()
	}
	return strings.Join(lines, "\n")
}

// Shown quotes a word of the policy for a message, shortened and on one line.
func Shown[T ~string](word T) string {
	const most = 40
	if runes := []rune(string(word)); len(runes) > most {
		return strconv.Quote(string(runes[:most]) + "…")
	}
	return strconv.Quote(string(word))
}
