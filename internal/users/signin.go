package users

import (
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// Window is the shortest distance between two sign-ins that both count. Cognito may
// deliver one sign-in three times, 5 s apart. An attempt's time is the begin of its invoke
// phase, up to 10 s of init after the call (kernel.WorkBudget): 20 s hold them all.
const Window = 20 * time.Second

// SignIn is one write to SIGNIN.
type SignIn struct {
	Key      Key
	At       time.Time
	ClientID string // empty is absent
}

// MergeSignInAgain is MergeSignIn for a user who has been seen to sign in before, as long as
// that is Applied; else it changes nothing.
func MergeSignInAgain(old table.SignIn, seen SignIn) (table.SignIn, Write) {
	if row, write := MergeSignIn(old, seen); write == Applied && !old.Mark.IsZero() {
		return row, Applied
	}
	return old, Unchanged
}

// MergeSignIn returns the row after a sign-in. At most one of two steps happens. Step A
// counts the sign-in if it lies more than Window after the mark; the condition is on
// the attribute that it changes, so a repeat fails. Step B only moves Last forward. A
// cannot move Last back: whatever B wrote lies within the mark's window, and A's time
// lies beyond it.
//
// Applied says also that no other sign-in lies within Window before this one, so none is
// still being recorded. Late says that a later sign-in was recorded, or that the user is
// deleted.
func MergeSignIn(old table.SignIn, seen SignIn) (table.SignIn, Write) {
	at := instant(seen.At)
	edge := at.Add(-Window)
	row := old
	switch {
	case !old.DeletedAt.IsZero(): // late, whenever it was
	case old.Mark.IsZero() || old.Mark.Before(edge):
		if row.First.IsZero() {
			row.First = at
		}
		row.Mark, row.Last, row.Count, row.LastClient = at, at, row.Count+1, seen.ClientID
		if old.Last.IsZero() || old.Last.Before(edge) {
			return row, Applied
		}
		return row, Advanced
	case !old.Last.IsZero() && old.Last.Before(at):
		row.Last = at
		return row, Advanced
	case old.Last.Equal(at):
		return old, Unchanged
	}
	return old, Late
}
