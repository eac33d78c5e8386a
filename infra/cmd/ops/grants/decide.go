package grants

import (
	"errors"
	"fmt"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory"
)

// Outcome is what became of a row, or in a dry run would.
type Outcome string

// The outcomes. The first three last: a further call passes over the row.
const (
	Written Outcome = "written" // AUTHZ is as the file says
	Same    Outcome = "same"    // it was so before
	Kept    Outcome = "kept"    // it grants something else, and only new users were asked for
	Changed Outcome = "changed" // it grants something else, or changed meanwhile
	Unknown Outcome = "unknown" // the table does not know the user
	Deleted Outcome = "deleted" // the user was deleted
	Unfit   Outcome = "unfit"   // the change cannot be made
)

// Outcomes returns all outcomes, in the order of a report.
func Outcomes() []Outcome { return []Outcome{Written, Same, Kept, Changed, Unknown, Deleted, Unfit} }

func (o Outcome) lasting() bool { return o == Written || o == Same || o == Kept }

// Left reports whether the row is not as the file says, which nobody asked for.
func (o Outcome) Left() bool { return !o.lasting() }

// Rules say which rows may be changed.
type Rules struct {
	By      string // who changes them
	OnlyNew bool   // a row that grants something is kept
	Replace bool   // a row that grants something else is changed, too
	Unseen  bool   // a user without a row is written, too
}

// decision is what to do with a row. Its outcome is Written if changes are to be made.
type decision struct {
	outcome Outcome
	changes []directory.Change
	next    directory.Authz
	why     string
}

// decide compares what the file says with what was read. sent is the rev with which an
// interrupted call may have sent a change; nil is none.
func (o Rules) decide(r Row, found directory.Found, sent *int64) decision {
	seen := found.Authz
	if found.Err != nil {
		return failure(found.Err)
	}
	if !seen.Known() && !o.Unseen {
		return decision{outcome: Unknown, why: "the table does not know the user: check the pool and the sub; if the user was made just now, pass --unseen"}
	}
	changes := r.Changes(seen)
	if o.Unseen {
		changes = append(changes, directory.Unseen())
	}
	next, err := directory.Preview(seen, o.By, changes...)
	switch {
	case err != nil:
		return failure(err)
	case directory.Same(seen, next):
		return decision{outcome: Same, next: next}
	case seen.Disabled && next.Status == directory.Active && seen.Status != directory.Active:
		return decision{outcome: Unfit, why: "the suite has disabled the user in Cognito: ops authz reinstate enables the user there, too"}
	case r.Rev != nil && *r.Rev != seen.Rev:
		return decision{outcome: Changed, why: fmt.Sprintf("AUTHZ has rev %d, not %d: read it again and decide again", seen.Rev, *r.Rev)}
	case sent != nil && *sent != seen.Rev:
		return decision{outcome: Changed, why: fmt.Sprintf("AUTHZ had rev %d when a call was interrupted and has %d: another writer was there", *sent, seen.Rev)}
	}
	fresh := seen.Rev == 0 && directory.Same(seen, directory.Authz{Authz: directory.Row{Status: directory.Active}})
	switch {
	case fresh || r.Rev != nil || o.Replace:
		return decision{outcome: Written, changes: changes, next: next}
	case o.OnlyNew:
		return decision{outcome: Kept, next: next}
	}
	return decision{outcome: Changed, why: fmt.Sprintf("AUTHZ grants something else (rev %d): --replace overwrites it, --only-new keeps it, a column rev says which one was read", seen.Rev)}
}

// failure is the outcome of an error that is not the store's.
func failure(err error) decision {
	outcome := Unfit
	switch {
	case errors.Is(err, directory.ErrDeleted):
		outcome = Deleted
	case errors.Is(err, directory.ErrNotFound):
		outcome = Unknown
	case errors.Is(err, directory.ErrConflict):
		outcome = Changed
	}
	return decision{outcome: outcome, why: err.Error()}
}
