package policy

import (
	"fmt"
	"strconv"
	"strings"
)

// Fault is one mistake in a policy: where it stands, what is wrong, what to do.
type Fault struct {
	// Path leads from the document's root to the mistake, in the form
	// signUp.domains.deny[1].
	Path    string
	Problem string
	Fix     string
}

// String gives the fault as one line.
func (f Fault) String() string {
	line := f.Path + ": " + f.Problem
	if f.Fix != "" {
		line += "; " + f.Fix
	}
	return line
}

// Faults is every mistake of a document at once; as an error it has one line
// per fault. A nil or empty list is no error: return Err().
type Faults []Fault

// Add notes a mistake.
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

// Error joins the faults, a line each.
func (f Faults) Error() string { return Joined(f) }

// Joined returns the texts of a list, a line each.
func Joined[T fmt.Stringer](list []T) string {
	lines := make([]string, len(list))
	for i, each := range list {
		lines[i] = each.String()
	}
	return strings.Join(lines, "\n")
}

// Shown quotes a word of the policy for a message: shortened, and on one line.
func Shown[T ~string](word T) string {
	const most = 40
	if runes := []rune(string(word)); len(runes) > most {
		return strconv.Quote(string(runes[:most]) + "…")
	}
	return strconv.Quote(string(word))
}
