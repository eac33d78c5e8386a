// Package doctor judges a live user pool, the functions behind it and the stack around them.
//
// A check is one row of a table: what is asked, what a bad answer means, how to mend it, how bad
// it is and who says so. It compares a Subject, which is what the stack wants, with AWS's
// answers. The checks do no input or output: Facts ask through a Port, each question once, and
// keep AWS's JSON as it came. Package live is the Port for AWS and for the local cloud; a test
// has one with recorded answers.
//
// A check whose question is refused or impossible is neither passed nor failed. It is "not
// asked", with the reason: a doctor without a permission must not look like a sound stack.
//
// A suite may have any subset of the triggers, and its pool may be made by anybody. The Subject
// says what there is, and a check that has nothing to look at passes. What a stage asks for on
// purpose, such as a disposable pool without protection, is no finding.
//
// Watched returns the checks that the tripwire's function links, and All every one. Findings name
// resources (functions, app clients, providers) and never a user.
package doctor

import (
	"context"
	"fmt"
)

// Severity is how bad a finding is.
type Severity string

// The severities: Critical lets the wrong people in, keeps the right ones out or loses data;
// Warning weakens or will become critical; a Note is worth knowing.
const (
	Critical Severity = "critical"
	Warning  Severity = "warning"
	Note     Severity = "note"
)

// Check is one thing that can be wrong.
type Check struct {
	Number int    `json:"check"`
	Title  string `json:"title"` // what is to be true
	// Asked are the operations of AWS and the members looked at.
	Asked string `json:"asked"`
	// Means is the consequence of a finding, Fix a command, a page of the console or a key of
	// the stage file.
	Means    string   `json:"means"`
	Fix      string   `json:"fix"`
	Severity Severity `json:"severity"`
	// Source is the page or the issue that says so.
	Source string `json:"source"`
	// Judge returns what is wrong. What it could not ask it leaves to Facts.
	Judge func(*Facts) []Finding `json:"-"`
}

// Finding is one thing that is wrong.
type Finding struct {
	// Subject is the resource: a hook's member of LambdaConfig, a function, an app client.
	Subject string `json:"subject"`
	// Found is the value that is there; "" if there is none.
	Found string `json:"found"`
	// Text is a sentence for readers that names both.
	Text string `json:"text"`
}

// wrong returns a finding.
func wrong(subject, found, format string, args ...any) Finding {
	return Finding{subject, found, fmt.Sprintf(format, args...)}
}

// Status is how a check ended.
type Status string

// The statuses.
const (
	Passed   Status = "passed"
	Failed   Status = "failed"
	NotAsked Status = "not asked"
)

// Result is a check with what came of it.
type Result struct {
	Check
	Status   Status    `json:"status"`
	Findings []Finding `json:"findings,omitempty"`
	// Unasked says what could not be asked, and why. A check with findings may have some, too.
	Unasked []string `json:"unasked,omitempty"`
}

// Examine judges a subject by each check, in their order. Port is asked one question after the
// other. It ends with ctx's error, or else with nil: what AWS refuses is in the results.
func Examine(ctx context.Context, checks []Check, subject Subject, port Port) ([]Result, error) {
	facts := &Facts{Subject: subject, ctx: ctx, port: port, known: map[question]answer{}}
	var results []Result
	for _, c := range checks {
		facts.unasked = nil
		r := Result{Check: c, Status: Passed, Findings: c.Judge(facts)}
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("examining the pool: %w", err)
		}
		switch r.Unasked = facts.unasked; {
		case len(r.Findings) > 0:
			r.Status = Failed
		case len(r.Unasked) > 0:
			r.Status = NotAsked
		}
		results = append(results, r)
	}
	return results, nil
}
