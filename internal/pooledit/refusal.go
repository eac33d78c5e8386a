package pooledit

import "strings"

// Refusal is one reason why a pool is not updated.
type Refusal struct {
	// Where is the member of the pool, of LambdaConfig behind a dot.
	Where string
	// What is wrong with it, and what to Do about it.
	What, Do string
}

// Error implements error.
func (r Refusal) Error() string { return r.Where + ": " + r.What + ": " + r.Do }

// Refusals are all reasons why a pool is not updated.
type Refusals []Refusal

// Error implements error. Each refusal is a line.
func (r Refusals) Error() string {
	lines := make([]string, len(r))
	for i := range r {
		lines[i] = r[i].Error()
	}
	return strings.Join(lines, "\n")
}

func (e *edit) refuse(where, what, do string) {
	e.refusals = append(e.refusals, Refusal{where, what, do})
}
