package strict

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// Fault is one mistake with its place: the file's name as passed to Decode, and the line,
// counted from 1.
type Fault struct {
	File string `json:"file"`
	Line int    `json:"line"`
	policy.Fault
}

func newFault(file string, line int, path, problem, fix string) Fault {
	return Fault{file, line, policy.Fault{Path: path, Problem: problem, Fix: fix}}
}

// String returns the fault as one line that an editor can jump to: dev.yaml:12:
// signUp.domains.deny[1]: problem; fix.
func (f Fault) String() string {
	text := f.Fault.String()
	if f.Path == "" {
		text = strings.TrimPrefix(text, ": ")
	}
	return fmt.Sprintf("%s:%d: %s", f.File, f.Line, text)
}

// Faults are all mistakes of a file. Return Err(), so that an empty list is not an error.
type Faults []Fault

// Err returns nil for an empty list and the list otherwise.
func (f Faults) Err() error {
	if len(f) == 0 {
		return nil
	}
	return f
}

// Error returns one line for each fault.
func (f Faults) Error() string { return policy.Joined(f) }

// sorted returns the faults in the order of lines.
func (f Faults) sorted() Faults {
	slices.SortStableFunc(f, func(a, b Fault) int { return cmp.Compare(a.Line, b.Line) })
	return f
}

// Lines knows the line of every path in a decoded file. The zero value answers line 0. It
// is read-only after Decode and safe for concurrent use.
type Lines struct {
	file   string
	prefix string
	at     map[string]int
}

// Under returns the same lines for paths below the key path: a room that judges one part
// of the file names its faults from the root of that part.
func (l Lines) Under(path string) Lines {
	l.prefix = l.path(path)
	return l
}

// Line returns the line of path, or of its nearest parent in the file: a missing key is
// reported where it should have stood.
func (l Lines) Line(path string) int { return l.at[l.Holds(path)] }

// Holds returns path if it is in the file, or its nearest parent that is; "" is the whole
// file.
func (l Lines) Holds(path string) string {
	for path = l.path(path); path != ""; path = path[:max(0, strings.LastIndexAny(path, ".["))] {
		if _, found := l.at[path]; found {
			break
		}
	}
	return path
}

// Locate joins the errors of the rooms and of Decode, with file and line; nil errors are
// skipped. policy.Faults get their line, Faults stay as they are, both in the order of
// lines; any other error is returned beside them. It returns nil when nothing is wrong.
func (l Lines) Locate(found ...error) error {
	var located Faults
	var others []error
	for _, err := range found {
		var faults policy.Faults
		var done Faults
		switch {
		case err == nil:
		case errors.As(err, &done):
			located = append(located, done...)
		case errors.As(err, &faults):
			located = append(located, l.all(faults)...)
		default:
			others = append(others, err)
		}
	}
	return errors.Join(append(others, located.sorted().Err())...)
}

// all adds the place to every fault.
func (l Lines) all(faults policy.Faults) Faults {
	located := make(Faults, len(faults))
	for i, f := range faults {
		located[i] = newFault(l.file, l.Line(f.Path), l.path(f.Path), f.Problem, f.Fix)
	}
	return located
}

// path returns path as seen from the root of the file.
func (l Lines) path(path string) string { return policy.Below(l.prefix, path) }
