package history

import (
	"context"
	"reflect"
	"slices"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// race is how much older than its time an event can be: it is made before the first
// attempt, and the third begins 10 s later and writes within 4 s.
const race = 15 * time.Second

// inspect compares a user's rows with all that was ever true, after each write. at is the
// time in the write.
func (w *world) inspect(sub, source string, at time.Time, before, after users.Rows) {
	q := w.pool.bySub[sub]
	if q == nil {
		w.violated("a row was written for %q, who never was", sub)
		return
	}
	w.staysDead(q, before, after)
	w.deadAreGone(q, after)
	w.ownWords(q, after.Profile)
	w.neverReset(q, before, after)
	w.neverBack(q, at, before.Profile, after.Profile)
	w.grantedOnly(q, after.Authz)
	w.note(q, source, before, after)
}

// staysDead is R32: a tombstone never changes, and holds nothing of the user.
func (w *world) staysDead(q *user, before, after users.Rows) {
	if !before.Profile.DeletedAt.IsZero() && !reflect.DeepEqual(before.Profile, after.Profile) {
		w.violated("the tombstone PROFILE of %s changed to %s", q.sub, words(after.Profile))
	}
	if !before.SignIn.DeletedAt.IsZero() && before.SignIn != after.SignIn {
		w.violated("the tombstone SIGNIN of %s changed to %s", q.sub, words(after.SignIn))
	}
	if before.Authz.Status == table.Deleted && after.Authz.Status != table.Deleted {
		w.violated("the tombstone AUTHZ of %s changed to %s", q.sub, words(after.Authz))
	}
	if !after.Profile.DeletedAt.IsZero() && (!reflect.DeepEqual(after.Profile.Profile, users.Profile{}) || after.Profile.PreviousEmail != "") {
		w.violated("the tombstone of %s holds personal data: %s", q.sub, words(after.Profile))
	}
	if !after.SignIn.DeletedAt.IsZero() && (after.SignIn.Count != 0 || !after.SignIn.Last.IsZero() || after.SignIn.LastClient != "") {
		w.violated("the tombstone of %s holds habits: %s", q.sub, words(after.SignIn))
	}
	if after.Authz.Status == table.Deleted && len(after.Authz.Roles)+len(after.Authz.Tenants)+len(after.Authz.Extra) > 0 {
		w.violated("the tombstone of %s holds rights: %s", q.sub, words(after.Authz))
	}
}

// deadAreGone: no living user is buried, except by an operator.
func (w *world) deadAreGone(q *user, after users.Rows) {
	buried := !after.Profile.DeletedAt.IsZero() || !after.SignIn.DeletedAt.IsZero() || after.Authz.Status == table.Deleted
	if buried && q.alive() && !q.erased {
		w.violated("%s was buried alive", q.sub)
	}
}

// ownWords is R15: a row says what was true of its own sub, all of it at one moment.
func (w *world) ownWords(q *user, row users.ProfileRow) {
	if row.AttrsAt.IsZero() || !row.DeletedAt.IsZero() {
		return
	}
	if first, _ := w.indexes(q, row.Profile); first < 0 {
		w.violated("PROFILE of %s says what was never true of it: %s", q.sub, words(row.Profile))
	}
	if row.PreviousEmail != "" && !slices.ContainsFunc(q.states, func(s state) bool {
		return s.attributes["email"] == row.PreviousEmail && s.attributes["email_verified"] == "true"
	}) {
		w.violated("PROFILE of %s has the previous address %s, which it never proved", q.sub, row.PreviousEmail)
	}
	if row.CreatedBy == "PostConfirmation_ConfirmForgotPassword" {
		w.violated("%s has a row that a password reset made", q.sub)
	}
	if row.AttrsAt.After(w.now.Add(time.Second)) {
		w.violated("PROFILE of %s is of %s, which is to come", q.sub, words(row.AttrsAt))
	}
}

// indexes returns the first and the last state that a profile is a copy of, -1 for none.
// Only a sweep knows whether a user is disabled; events do not say it.
func (w *world) indexes(q *user, p users.Profile) (first, last int) {
	first, last = -1, -1
	p.Disabled = false
	for i, s := range q.states {
		if !s.gone && reflect.DeepEqual(w.mirror.Profile(s.username, s.attributes), p) {
			if last = i; first < 0 {
				first = i
			}
		}
	}
	return first, last
}

// neverReset is R33: creation stays; sign-ins never exceed the truth and never decrease.
func (w *world) neverReset(q *user, before, after users.Rows) {
	b, a := before.Profile, after.Profile
	if !b.CreatedAt.IsZero() && (!b.CreatedAt.Equal(a.CreatedAt) || b.CreatedBy != a.CreatedBy) {
		w.violated("the creation of %s changed from %s by %s to %s by %s", q.sub, words(b.CreatedAt), b.CreatedBy, words(a.CreatedAt), a.CreatedBy)
	}
	if a.Rev < b.Rev {
		w.violated("rev of %s fell from %d to %d", q.sub, b.Rev, a.Rev)
	}
	if !after.SignIn.DeletedAt.IsZero() {
		return
	}
	if x, y := before.SignIn, after.SignIn; y.Count < x.Count || y.Last.Before(x.Last) || (!x.First.IsZero() && !x.First.Equal(y.First)) {
		w.violated("SIGNIN of %s went back from %s to %s", q.sub, words(x), words(y))
	}
	if after.SignIn.Count > q.signIns {
		w.violated("%d sign-ins of %s were counted, and there were %d", after.SignIn.Count, q.sub, q.signIns)
	}
}

// neverBack: a row is never replaced by what was true before, except in the race of a
// retried event.
func (w *world) neverBack(q *user, at time.Time, before, after users.ProfileRow) {
	if before.AttrsAt.IsZero() || !after.DeletedAt.IsZero() || before.AttrsAt.Equal(after.AttrsAt) || at.Sub(before.AttrsAt).Abs() <= race {
		return
	}
	was, _ := w.indexes(q, before.Profile)
	if _, is := w.indexes(q, after.Profile); is >= 0 && is < was {
		w.violated("PROFILE of %s went back from what was true at %s to what was true at %s", q.sub, words(q.states[was].from), words(q.states[is].from))
	}
}

// grantedOnly: AUTHZ is what the server granted, none of our writes changes it.
func (w *world) grantedOnly(q *user, row table.Authz) {
	if row.Status != table.Deleted && (!slices.Equal(row.Roles, q.roles) || (row.Status == table.Suspended) != q.suspends) {
		w.violated("AUTHZ of %s has %v and %q, granted were %v", q.sub, row.Roles, row.Status, q.roles)
	}
}

// mustSay is R77: after an event was recorded, PROFILE says what the event said, or
// something is as new as the event, or the user is deleted.
func (w *world) mustSay(q *user, seen users.Sighting) {
	rows, _ := w.ledger.Rows(context.Background(), key(q.sub))
	said := w.mirror.Profile(seen.Username, seen.Attributes)
	there, same := rows.Profile.Compare(said)
	switch {
	case same, !there: // mustKnow judges the second
	case !rows.Profile.AttrsAt.Before(seen.At), rows.SignIn.Last.After(seen.At), !rows.SignIn.DeletedAt.IsZero():
	default:
		w.violated("PROFILE of %s does not say what an event said: %s, and not %s", q.sub, words(rows.Profile), words(said))
	}
}

// mustKnow is R33: after a user was seen and that was written, there is a row.
func (w *world) mustKnow(q *user, source string) {
	rows, _ := w.ledger.Rows(context.Background(), key(q.sub))
	if source != "PostConfirmation_ConfirmForgotPassword" && rows.Profile.AttrsAt.IsZero() && rows.Profile.DeletedAt.IsZero() {
		w.violated("%s was seen and has no PROFILE", q.sub)
	}
}
