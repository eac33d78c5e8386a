package tripwire

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/attach"
	"github.com/cognito-triggers/cognito-triggers/internal/doctor"
)

// Watch looks after one pool. It holds no state, so runs may overlap.
type Watch struct {
	// Subject is what the stack wants.
	Subject doctor.Subject
	// PoolARN is the pool's, from which the aliases' follow.
	PoolARN string
	// Port answers questions, also those for CloudTrail's history.
	Port  doctor.Port
	Clock attach.Clock
	// Attacher heals; nil never does.
	Attacher *attach.Attacher
}

// Report is what a run found and did.
type Report struct {
	// Wrong are the findings that let a hook go by, the pool's absence among them. Moved are
	// aliases that point elsewhere, as after a rollback. Notes are findings that are neither.
	Wrong []Finding `json:"wrong,omitempty"`
	Moved []Finding `json:"moved,omitempty"`
	Notes []Finding `json:"notes,omitempty"`
	// Unasked are critical checks without an answer: with any, nobody knows that nothing is
	// wrong.
	Unasked []string `json:"unasked,omitempty"`
	// By is who made the change: the event's, or for a finding that its call cannot have caused
	// the newest in CloudTrail's history.
	By Change `json:"by,omitzero"`
	// Healed are the places that were filled, Unhealed says why an empty one was not.
	Healed   []string `json:"healed,omitempty"`
	Unhealed string   `json:"unhealed,omitempty"`
}

// Finding is a finding with the number of its check.
type Finding struct {
	Check int `json:"check"`
	doctor.Finding
}

// aliasCheck is the check of the aliases' versions.
const aliasCheck = 6

// Run makes every check, and heals what it may. event is what woke it, the zero value for the
// schedule. It fails only with ctx.
func (w Watch) Run(ctx context.Context, event Change) (r Report, err error) {
	results, err := doctor.Examine(ctx, doctor.Watched(), w.Subject, w.Port)
	if err != nil {
		return Report{}, err
	}
	r.By = event
	for _, result := range results {
		r.add(result)
	}
	// Of a pool that is gone, the questions about it have no answer, and that is known.
	if slices.ContainsFunc(r.Wrong, func(f Finding) bool { return f.Subject == doctor.NoPool }) {
		r.Unasked = nil
	}
	if found := slices.Concat(r.Wrong, r.Moved); len(found) > 0 && !event.causes(found) {
		r.By = w.history(ctx, found)
	}
	w.heal(ctx, &r)
	return r, nil
}

// add sorts a result.
func (r *Report) add(result doctor.Result) {
	list := &r.Notes
	switch {
	case result.Number == aliasCheck:
		list = &r.Moved
	case result.Severity == doctor.Critical:
		list = &r.Wrong
		r.Unasked = append(r.Unasked, result.Unasked...)
	}
	for _, f := range result.Findings {
		*list = append(*list, Finding{result.Number, f})
	}
}

// causes are the calls that can lead to a finding, by their names in CloudTrail: those of Lambda
// have its API's date (Lambda developer guide, "Logging AWS Lambda API calls").
func (f Finding) causes() []string {
	switch f.Check {
	case 1, 4:
		if f.Subject == doctor.NoPool {
			return []string{"DeleteUserPool"}
		}
		return []string{"UpdateUserPool"}
	case 2:
		return []string{"DeleteFunction20150331", "DeleteAlias20150331"}
	case 3:
		if f.Found == "*" { // a permission for others
			return []string{"AddPermission20150331v2"}
		}
		return []string{"RemovePermission20150331v2"}
	case aliasCheck:
		return []string{"UpdateAlias20150331"}
	}
	return []string{"PutFunctionConcurrency20171031"} // check 8
}

// pace is the time between two LookupEvents: an account may send two a second (API reference).
const pace = 500 * time.Millisecond

// history looks up who made the newest call that can have caused a finding.
func (w Watch) history(ctx context.Context, found []Finding) (newest Change) {
	var names []string
	for _, f := range found {
		names = append(names, f.causes()...)
	}
	slices.Sort(names)
	for i, name := range slices.Compact(names) {
		if i > 0 && w.Clock.Sleep(ctx, pace) != nil {
			return newest
		}
		if c := w.lookup(ctx, name); c.At.After(newest.At) {
			newest = c
		}
	}
	return newest
}

// lookup returns the newest call of a name about the pool or its functions, among the last fifty
// of the account.
func (w Watch) lookup(ctx context.Context, name string) Change {
	answer, _ := w.Port.Ask(ctx, "cloudtrail", "LookupEvents", map[string]any{
		"LookupAttributes": []any{map[string]string{"AttributeKey": "EventName", "AttributeValue": name}}, "MaxResults": 50,
	})
	var out struct {
		Events []struct{ CloudTrailEvent string } // the newest first
	}
	_ = json.Unmarshal(answer, &out) // without an answer it is nobody
	for _, e := range out.Events {
		var r record
		if json.Unmarshal([]byte(e.CloudTrailEvent), &r) == nil && r.of(w.Subject) && r.change() != (Change{}) {
			return r.change()
		}
	}
	return Change{}
}
